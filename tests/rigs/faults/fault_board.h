// The misbehaviour that a rig was told to show: which rules stand, and what the next request gets.
// Every random choice comes from one seed.
//
// Rules: one per kind. A rule hits a request by chance (`rate`), for the next `count` requests, or
// both; with neither it hits every request. It ends when its count is used up, after `seconds`, or
// by Clear.
//
// Thread-safe.
#ifndef LIENTHONG_TESTS_RIGS_FAULTS_FAULT_BOARD_H_
#define LIENTHONG_TESTS_RIGS_FAULTS_FAULT_BOARD_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::rigs {

using NowMs = std::function<int64_t()>;

enum class FaultKind {
  kDelay,        // the request is worked off at once, the answer leaves `milliseconds` later
  kThrottle,     // "429": refused, with Retry-After
  kServerError,  // "5xx": 500 with the system's envelope, or 502, 503, 504 with a proxy's page
  kReset,        // connection reset, nothing was done
  kDropReply,    // done, then the connection closes without an answer
  kTruncate,     // over-long texts are cut instead of refused
  kDown,         // for `seconds`: connections and requests are reset
  kHang,         // nothing is done and nothing answered for `milliseconds`
  kInnerError,   // HTTP 200 with StatusCode 500 inside; nothing was done
};

std::string_view FaultName(FaultKind kind);

struct FaultRule {
  FaultKind kind = FaultKind::kDelay;
  std::optional<double> rate;
  std::optional<int64_t> count;
  std::optional<int64_t> seconds;
  std::optional<int64_t> milliseconds;
  std::string path;  // empty: every path
};

// Reads {"kind","rate","count","milliseconds","seconds","path"}; with nothing returned, `error`
// says what is wrong.
std::optional<FaultRule> ParseFaultRule(const nlohmann::json& json, std::string* error);

// What one request gets.
struct FaultDecision {
  std::optional<FaultKind> kind;  // never kDelay or kTruncate, which go along with the others
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds hold{
      0};  // how long a hanging request is held, or a throttled one put off
  bool truncate = false;
  int status = 500;  // of a server error
};

class FaultBoard {
 public:
  // `commit_path`: where drop_reply and truncate apply when their rule names no path, since only
  // there something is stored. `now` gives milliseconds that never go back.
  FaultBoard(uint64_t seed, std::string commit_path, NowMs now);

  void Set(const FaultRule& rule);
  // Returns how many rules ended.
  int Clear(std::optional<FaultKind> kind = std::nullopt);

  FaultDecision Decide(std::string_view path);
  // For connections that carry no request yet; counts as one fault when true.
  bool RefusesConnection();
  // A truncation counts, and uses up its rule, only when a text was really cut.
  void CountTruncation();

  std::map<std::string, int64_t> injected() const;

 private:
  struct Standing {
    FaultRule rule;
    std::optional<int64_t> until_ms;
  };

  Standing* Find(FaultKind kind);
  bool Hits(FaultKind kind, std::string_view path);
  void Spend(FaultKind kind);

  const std::string commit_path_;
  const NowMs now_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::map<FaultKind, Standing> standing_;
  std::map<FaultKind, int64_t> injected_;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_FAULTS_FAULT_BOARD_H_
