// The dossier codes that the hub issues: agency-yyyyMMdd-0000001, counted per agency and day.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_NUMBERS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_NUMBERS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::portal {

// Thread-safe.
class Numbers {
 public:
  // `now` is wall time in milliseconds; `state` outlives it.
  Numbers(StateLog& state, std::function<int64_t()> now);

  // The next code of `agency`; a code that nobody uses is lost. Empty when it could not be kept.
  std::string Issue(const std::string& agency);
  bool IsIssued(const std::string& code) const;
  int64_t issued() const;

 private:
  StateLog& state_;
  const std::function<int64_t()> now_;
  mutable std::mutex mutex_;
  std::map<std::string, int64_t> last_;  // by "agency-day"
};

// Whether `text` is an agency's code, e.g. H29.X01.
bool IsAgency(const std::string& text);

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_NUMBERS_H_
