// Who may call what how often: the platform's door, before the city's system itself.
#ifndef LIENTHONG_TESTS_RIGS_CITY_GATE_H_
#define LIENTHONG_TESTS_RIGS_CITY_GATE_H_

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/rigs/faults/quota.h"
#include "tests/rigs/http/message.h"

namespace lienthong::rigs::city {

struct CallerKeys {
  std::string access_key;
  std::string secret_key;
  std::string app_name;
  std::string partner_code;
};

// Thread-safe.
class Gate {
 public:
  // `quota_per_second` 0: no quota. `now` gives milliseconds that never go back.
  Gate(CallerKeys keys, int64_t quota_per_second, std::function<int64_t()> now);

  // What the platform answers instead of passing the call on: 401, 403 or 429; nothing when it may
  // pass.
  std::optional<http::Reply> Refuse(const http::Request& request);

  // Takes the right on one API (a path) away from the caller, or gives it back.
  void SetGranted(const std::string& path, bool granted);

 private:
  bool KnowsCaller(std::string_view authorization) const;

  const CallerKeys keys_;
  Quota quota_;
  std::mutex mutex_;
  std::set<std::string> denied_;
};

// The answer to a call over quota: 429 with Retry-After in seconds.
http::Reply OverQuota(int64_t retry_after_s);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_GATE_H_
