#ifndef LIENTHONG_GATEWAY_FILES_PAPERS_H_
#define LIENTHONG_GATEWAY_FILES_PAPERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/files.h"
#include "gateway/base/clock.h"
#include "gateway/core/engine.h"
#include "gateway/core/papers.h"
#include "gateway/files/addresses.h"
#include "gateway/files/content_store.h"
#include "gateway/files/desk.h"
#include "gateway/files/fetcher.h"
#include "gateway/files/sources.h"

namespace lienthong::files {

struct PapersOptions {
  std::string directory = {};  // empty: a temporary folder that ends with the gateway
  std::string public_url = {};
  int64_t file_bytes_max = kFileBytesMax;
  std::vector<SourceOptions> sources = {};
};

// A gateway's papers: what is kept, what is fetched, what is handed out. Thread-safe; what needs
// the content answers Unavailable or NotFound before Start.
class Papers final : public sdk::Files, public core::Papers {
 public:
  // Opens nothing. InvalidArgument names what is wrong with a source.
  static absl::StatusOr<std::unique_ptr<Papers>> Make(PapersOptions options, const Clock& clock);
  ~Papers() override;  // stops first

  // Opens the folder, removes what a crash left there, begins to fetch. `engine` outlives this.
  absl::Status Start(core::Engine& engine);
  // Ends fetches under way.
  void Stop();

  // After Start.
  ContentStore& content() { return *content_; }
  Desk& desk() { return *desk_; }
  const FetchCounters& counters() const { return fetcher_->counters(); }

  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Open(std::string_view sha256) const override;
  std::string UrlOf(const dossier::v1::FileReference& file) const override;
  absl::Status Resolve(const dossier::v1::Dossier& stored, domain::Change& change) const override;

 private:
  Papers(PapersOptions options, Sources sources);

  PapersOptions options_;
  const Addresses addresses_;
  Sources sources_;  // until Start
  std::string temporary_folder_;
  std::unique_ptr<ContentStore> content_;
  std::unique_ptr<Desk> desk_;
  std::unique_ptr<Fetcher> fetcher_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_PAPERS_H_
