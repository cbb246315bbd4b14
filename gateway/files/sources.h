#ifndef LIENTHONG_GATEWAY_FILES_SOURCES_H_
#define LIENTHONG_GATEWAY_FILES_SOURCES_H_

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/http_client.h"
#include "gateway/base/clock.h"
#include "gateway/sync/breaker.h"

namespace lienthong::files {

// One place that papers may be fetched from.
struct SourceOptions {
  std::string url_prefix = {};  // with a '/' behind its host
  std::string ca_file = {};     // empty: the system's
  absl::Duration retry_min = absl::Seconds(1);
  absl::Duration retry_max = absl::Minutes(5);
  absl::Duration dead_after = absl::Hours(7 * 24);
};

// Whether a fetch may begin now, else when to ask again.
struct Permit {
  bool granted = false;
  bool is_probe = false;
  absl::Time until = absl::InfinitePast();
};

// Its connections, and whether it answers at present. Thread-safe.
class Source {
 public:
  Source(SourceOptions options, std::unique_ptr<sdk::HttpClient> http);

  // The path of a URL of this source as it is asked for; nothing when it does not begin with the
  // prefix, or steps out of it, or is no URL.
  std::optional<std::string> PathOf(std::string_view url) const;

  // While the source does not answer only one fetch at a time may begin, as a probe. Each permit
  // granted is followed by one Note, or one GiveBack when the source was not asked.
  Permit MayBegin(absl::Time now);
  // Whether the source answered, whatever it said.
  void Note(const Permit& permit, bool answered, absl::Time now, double chance);
  void GiveBack(const Permit& permit);

  const SourceOptions& options() const { return options_; }
  sdk::HttpClient& http() { return *http_; }

 private:
  const SourceOptions options_;
  const size_t origin_bytes_;  // of url_prefix
  const std::unique_ptr<sdk::HttpClient> http_;
  std::mutex mutex_;
  sync::Breaker breaker_;
  bool probing_ = false;
};

// All places that papers may be fetched from; from nowhere else is anything ever fetched. Immutable
// but for what its sources know of themselves.
class Sources {
 public:
  // InvalidArgument names what is wrong with a prefix or a file.
  static absl::StatusOr<Sources> Make(const std::vector<SourceOptions>& options,
                                      const Clock& clock);

  // The source with the longest prefix that fits; nullptr when there is none.
  Source* Find(std::string_view url) const;
  // The same for the same prefixes.
  std::string Digest() const;
  // Lets calls under way end soon; from then on `stopping`.
  void Abort();
  bool stopping() const { return *stopping_; }

 private:
  std::vector<std::unique_ptr<Source>> sources_;  // the longest prefix first
  std::unique_ptr<std::atomic<bool>> stopping_ = std::make_unique<std::atomic<bool>>(false);
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_SOURCES_H_
