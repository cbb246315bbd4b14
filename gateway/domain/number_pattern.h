#ifndef LIENTHONG_GATEWAY_DOMAIN_NUMBER_PATTERN_H_
#define LIENTHONG_GATEWAY_DOMAIN_NUMBER_PATTERN_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace lienthong::domain {

// How an agency's numbers of one day are written: `{agency}-{yyMMdd}-{serial:4}`. Two numbers that
// differ in agency, day or serial are never written alike. Immutable; thread-safe.
class NumberPattern {
 public:
  // InvalidArgument, in words to stand behind the field's name: for what is no pattern, and for one
  // whose numbers would not name their agency and day in the legal shape (DossierCode).
  static absl::StatusOr<NumberPattern> Parse(std::string_view text);
  static const NumberPattern& Default();

  const std::string& text() const { return text_; }
  // The number with this serial; one with more digits than the pattern says widens it.
  std::string Format(std::string_view agency, absl::CivilDay day, int64_t serial) const;
  // What all numbers of an agency's day begin with.
  std::string Prefix(std::string_view agency, absl::CivilDay day) const;
  // The serial of a number, in any case, of this agency's day; none when it is not one of them.
  std::optional<int64_t> SerialOf(std::string_view agency, absl::CivilDay day,
                                  std::string_view number) const;

 private:
  NumberPattern() = default;

  std::string text_;
  bool long_year_ = false;
  std::string leading_;  // digits before the serial, which name who issues
  int digits_ = 0;
};

// The configured patterns. Immutable after Add; thread-safe then.
class NumberPatterns {
 public:
  // `agency` empty: every agency without a pattern of its own on that day; no `from`: always.
  // InvalidArgument when there is one from that day already.
  absl::Status Add(std::string_view agency, std::optional<absl::CivilDay> from,
                   NumberPattern pattern);
  // The pattern of an agency on a day, of the past too.
  const NumberPattern& For(std::string_view agency, absl::CivilDay day) const;
  // Every pattern that an agency's numbers may be written in, whatever the day.
  std::vector<const NumberPattern*> AllOf(std::string_view agency) const;

 private:
  const NumberPattern* Find(std::string_view agency, absl::CivilDay day) const;

  std::map<std::pair<std::string, absl::CivilDay>, NumberPattern> patterns_;
};

// The Vietnamese calendar day of an instant. Viet Nam has had one offset, +07:00, without daylight
// saving since 1975.
absl::CivilDay CivilDayOf(absl::Time time);
// When a day begins in Viet Nam.
absl::Time BeginOf(absl::CivilDay day);

// The name of a day in the store, `260302`, and what people write, `2026-03-02`; back from either:
// none when it is no day of the calendar from 2000 to 2099.
std::string SeriesDay(absl::CivilDay day);
std::string ShowDay(absl::CivilDay day);
std::optional<absl::CivilDay> ReadSeriesDay(std::string_view text);
std::optional<absl::CivilDay> ReadDay(std::string_view text);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_NUMBER_PATTERN_H_
