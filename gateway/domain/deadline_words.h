#ifndef LIENTHONG_GATEWAY_DOMAIN_DEADLINE_WORDS_H_
#define LIENTHONG_GATEWAY_DOMAIN_DEADLINE_WORDS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "lienthong/catalogue/v1/calendar.pb.h"

#include "gateway/domain/calendar.h"
#include "gateway/domain/time_limit.h"

namespace lienthong::domain {

inline constexpr int kReasoningDaysMax = 60;   // sentences about single days
inline constexpr int kReasoningWaitsMax = 20;  // and about pauses

// For people, in both languages.
struct Sentence {
  std::string vi;
  std::string en;
};

// `3 working days`, `3 ngày làm việc`.
Sentence InWords(const catalogue::v1::TimeLimit& limit);

// How DueOf counted, day by day. For answers to people: it costs far more than the due time alone.
// Empty where DueOf has an error.
std::vector<Sentence> ReasoningOf(const Calendar& calendar, absl::Time start,
                                  const catalogue::v1::TimeLimit& limit,
                                  const std::vector<Wait>& waits = {});

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_DEADLINE_WORDS_H_
