// Every call that a rig got, in the order in which it was decided, for tests to check. Keeps the
// newest kCallsMax, each with at most kCallBodyBytesMax of its body. No header but `traceparent` is
// kept, so no key is.
//
// Thread-safe.
#ifndef LIENTHONG_TESTS_RIGS_CALLS_CALL_LOG_H_
#define LIENTHONG_TESTS_RIGS_CALLS_CALL_LOG_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "nlohmann/json.hpp"

namespace lienthong::rigs {

inline constexpr size_t kCallsMax = 200'000;
inline constexpr size_t kCallBodyBytesMax = 16 * 1024;

struct Call {
  int64_t n = 0;  // 1, 2, 3 ...; set by Add
  int64_t time_ms = 0;
  std::string method;
  std::string path;
  std::string query;
  std::string body;
  std::string traceparent;  // the header; empty: none came
  int status = 0;     // what was decided, also when the answer was then dropped; 0: nothing was
  std::string fault;  // empty: none
  // Of rigs whose calls carry their service in the body and their outcome inside the answer.
  std::string service;
  std::string code;
};

class CallLog {
 public:
  explicit CallLog(size_t calls_max = kCallsMax) : calls_max_(calls_max) {}

  // Returns its n.
  int64_t Add(Call call);
  int64_t count() const;  // ever

  // {"calls": those with n > after, "next": what to give as `after` next, or null when these were
  // the last}.
  nlohmann::json Page(int64_t after, size_t limit) const;

 private:
  const size_t calls_max_;
  mutable std::mutex mutex_;
  std::deque<Call> calls_;
  int64_t count_ = 0;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_CALLS_CALL_LOG_H_
