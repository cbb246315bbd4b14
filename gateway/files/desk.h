#ifndef LIENTHONG_GATEWAY_FILES_DESK_H_
#define LIENTHONG_GATEWAY_FILES_DESK_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/sdk/files.h"
#include "gateway/files/content_store.h"

namespace lienthong::files {

// What to answer to a request for a paper.
struct PaperAnswer {
  int http_status = 404;
  std::string content_type = {};
  std::vector<std::pair<std::string, std::string>> headers = {};
  // The body; absent unless 200. When it ends with an error, so must the connection: what was sent
  // is not the paper.
  std::unique_ptr<sdk::FileReader> body = {};
};

// Hands out papers by their ids: whoever knows an id was given it. Counts, logs nothing of papers.
// Thread-safe.
class Desk {
 public:
  // `content` outlives it.
  explicit Desk(const ContentStore& content) : content_(content) {}

  // GET /papers/<id>. 404 when there is none, 500 when it is damaged, 503 when the store fails.
  PaperAnswer Get(std::string_view id);

  int64_t handed_out() const { return handed_out_; }
  int64_t unknown() const { return unknown_; }

 private:
  const ContentStore& content_;
  std::atomic<int64_t> handed_out_ = 0;
  std::atomic<int64_t> unknown_ = 0;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_DESK_H_
