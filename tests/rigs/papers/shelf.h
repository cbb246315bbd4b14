// Papers that a rig offers for download: POST /rig/file makes one, GET /files/<name> serves it.
#ifndef LIENTHONG_TESTS_RIGS_PAPERS_SHELF_H_
#define LIENTHONG_TESTS_RIGS_PAPERS_SHELF_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/message.h"
#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::papers {

inline constexpr int64_t kPaperBytesMax = 1 << 30;
inline constexpr const char* kFilesPath = "/files/";

struct Paper {
  int64_t bytes = 0;
  int64_t seed = 0;
  std::string sha256;
};

// Thread-safe.
class Shelf {
 public:
  // Keeps its papers in `state`, which outlives it.
  explicit Shelf(StateLog& state);

  // `base` is where the rig's https port is reached, e.g. "https://127.0.0.1:8443".
  void SetBase(std::string base);

  // POST /rig/file {name, bytes, seed}: {url, sha256, bytes}, or {error} with 400, 409 or 500.
  http::Reply Make(const nlohmann::json& body);
  // The answer to a request below /files/: whole, whatever its Range says.
  http::Reply Serve(const http::Request& request) const;

  std::optional<Paper> Find(const std::string& name) const;

 private:
  mutable std::mutex mutex_;
  StateLog& state_;
  std::string base_;
  std::map<std::string, Paper> papers_;
};

}  // namespace lienthong::rigs::papers

#endif  // LIENTHONG_TESTS_RIGS_PAPERS_SHELF_H_
