#ifndef LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_
#define LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "lienthong/catalogue/v1/calendar.pb.h"

#include "gateway/base/errors.h"
#include "gateway/domain/calendar.h"

namespace lienthong::domain {

inline constexpr int kLimitAmountMax = 10000;  // of any unit: 27 years of days
inline constexpr int kReasoningLinesMax = 100;

// An interval in which the clock stands.
struct Wait {
  absl::Time start;
  std::optional<absl::Time> end;  // none: it has no end yet
};

// When a time limit ends.
struct Due {
  std::optional<absl::Time> time;  // none: the clock stands, without an end in sight
  bool provisional = false;        // runs outside of the dates whose holidays are known
};

// A sentence for people, in both languages.
struct Sentence {
  std::string vi;
  std::string en;
};

// Everything that is wrong with a time limit as data; field names stand behind `path`, which is
// empty or ends with a dot. Empty when nothing is.
std::vector<FieldViolation> TimeLimitProblems(const catalogue::v1::TimeLimit& limit,
                                              std::string_view path = "");

// When the limit ends for what was validly received at `start`. InvalidArgument when the limit has
// problems.
absl::StatusOr<Due> DueOf(const Calendar& calendar, absl::Time start,
                          const catalogue::v1::TimeLimit& limit,
                          const std::vector<Wait>& waits = {});

// How it was counted, day by day; at most kReasoningLinesMax sentences. For answers to people: it
// costs far more than the due time alone. Empty when the limit has problems.
std::vector<Sentence> ReasoningOf(const Calendar& calendar, absl::Time start,
                                  const catalogue::v1::TimeLimit& limit,
                                  const std::vector<Wait>& waits = {});

// `3 working days`, `3 ngày làm việc`.
Sentence InWords(const catalogue::v1::TimeLimit& limit);

// How long an online dossier may wait to be received or answered: 8 working hours (NĐ 118/2025,
// Arts 17 and 18; confidence high).
const catalogue::v1::TimeLimit& ReceptionLimit();

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_TIME_LIMIT_H_
