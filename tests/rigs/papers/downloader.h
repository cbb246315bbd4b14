// Fetches the papers whose links point to the gateway, streamed and digested, two at a time, and
// says what came: one entry for each link. What does not come is tried again, except that an HTTP
// 4xx (but 408 and 429) says the link is dead; a dead link is tried again when it is given again.
#ifndef LIENTHONG_TESTS_RIGS_PAPERS_DOWNLOADER_H_
#define LIENTHONG_TESTS_RIGS_PAPERS_DOWNLOADER_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/client.h"
#include "tests/rigs/http/json.h"
#include "tests/rigs/state/state_log.h"
#include "tests/rigs/work/workers.h"

namespace lienthong::rigs::papers {

inline constexpr size_t kLinksMax = 500'000;  // more are not followed

// Thread-safe.
class Downloader {
 public:
  // Follows nothing until Start. `state` outlives it.
  Downloader(StateLog& state, uint64_t seed);

  // `gateway.url` is what a link must begin with. Returns what is wrong, or "".
  std::string Start(const http::ClientOptions& gateway);
  // Every text of `record`, however deep, whose name begins with DuongDan and that leads to the
  // gateway.
  void Follow(const nlohmann::json& record);

  // {papers: [{url, bytes, sha256, error}], waiting, next}: `papers` in the order of their ends.
  nlohmann::json Page(const http::PageAsked& page) const;
  // {waiting, done, dead}.
  nlohmann::json Counts() const;

 private:
  struct Link {
    bool followed = false;           // being fetched, or fetched
    std::optional<size_t> ended_at;  // in ended_
  };
  struct Ended {
    std::string url;
    int64_t bytes = 0;
    std::string sha256;
    std::string error;  // empty: it came
  };

  void Want(const std::string& url);
  std::optional<Workers::Wait> Fetch(const std::string& url, int tries, int worker,
                                     const std::stop_token& stop);
  void End(Ended ended);
  void Note(Ended ended);

  StateLog& state_;
  std::string gateway_url_;
  std::vector<std::unique_ptr<http::Client>> clients_;  // one for each worker
  Backoff backoff_;
  mutable std::mutex mutex_;
  std::vector<Ended> ended_;
  std::unordered_map<std::string, Link> links_;
  std::optional<Workers> workers_;  // last: its threads use the rest
};

}  // namespace lienthong::rigs::papers

#endif  // LIENTHONG_TESTS_RIGS_PAPERS_DOWNLOADER_H_
