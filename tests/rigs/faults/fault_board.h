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
#include <span>
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
  kForget,       // a change is answered as done, and nothing of it is kept
  // The portal's.
  kSlowDrip,       // done, the answer comes in pieces over `milliseconds`
  kExpireSession,  // the caller's session ends with this call; nothing was done
  kCodeAsString,   // the code inside the answer is a text
  kExists,         // a create is done and answered as if it had been there before
  kOddCode,        // done, answered with a code that nobody knows
  kRepeatCall,     // of the rig's own call: the answer is overlooked once
};

std::string_view FaultName(FaultKind kind);

struct FaultRule {
  FaultKind kind = FaultKind::kDelay;
  std::optional<double> rate;
  std::optional<int64_t> count;
  std::optional<int64_t> seconds;
  std::optional<int64_t> milliseconds;
  std::string path;      // or a service's name; empty: every call
  std::string contains;  // only calls with this text in their body
};

// Reads {"kind","rate","count","milliseconds","seconds","path","contains"}, with one of `kinds`;
// with nothing returned, `error` says what is wrong.
std::optional<FaultRule> ParseFaultRule(const nlohmann::json& json,
                                        std::span<const FaultKind> kinds, std::string* error);

// What a request is, as far as faults go by it. Some kinds have nothing to do elsewhere: kExists
// hits only what creates, kForget only what does not, kExpireSession only what is in a session, and
// kDropReply, kTruncate, kSlowDrip, kOddCode and kForget, when their rule names no path, only what
// stores something.
struct FaultTarget {
  std::string_view path = "";
  std::string_view service = "";
  std::string_view body = "";
  bool stores = false;
  bool creates = false;
  bool in_session = false;
};

// What one request gets.
struct FaultDecision {
  // Never kDelay, kTruncate or kCodeAsString, which go along with the others.
  std::optional<FaultKind> kind;
  std::chrono::milliseconds delay{0};
  // How long a hanging request is held, a throttled one put off, a slow answer drawn out.
  std::chrono::milliseconds hold{0};
  bool truncate = false;
  bool code_as_string = false;
  int status = 500;  // of a server error
};

class FaultBoard {
 public:
  // `kinds` are those that are counted; static data. `now` gives milliseconds that never go back.
  FaultBoard(uint64_t seed, std::span<const FaultKind> kinds, NowMs now);

  void Set(const FaultRule& rule);
  // Returns how many rules ended.
  int Clear(std::optional<FaultKind> kind = std::nullopt);

  FaultDecision Decide(const FaultTarget& target);
  // For connections that carry no request yet; counts as one fault when true.
  bool RefusesConnection();
  // For a call that the rig itself makes; counts as one fault when true.
  bool Repeats(std::string_view service);
  // A truncation counts, and uses up its rule, only when a text was really cut.
  void CountTruncation();

  std::map<std::string, int64_t> injected() const;

 private:
  struct Standing {
    FaultRule rule;
    std::optional<int64_t> until_ms;
  };

  Standing* Find(FaultKind kind);
  bool Hits(FaultKind kind, const FaultTarget& target);
  void Spend(FaultKind kind);

  const std::span<const FaultKind> kinds_;
  const NowMs now_;
  mutable std::mutex mutex_;
  std::mt19937_64 random_;
  std::map<FaultKind, Standing> standing_;
  std::map<FaultKind, int64_t> injected_;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_FAULTS_FAULT_BOARD_H_
