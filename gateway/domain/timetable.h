#ifndef LIENTHONG_GATEWAY_DOMAIN_TIMETABLE_H_
#define LIENTHONG_GATEWAY_DOMAIN_TIMETABLE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "gateway/domain/calendar.h"
#include "lienthong/catalogue/v1/calendar.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// How long the handling of a dossier may take, and by which calendar it counts.
struct TimeRule {
  catalogue::v1::TimeLimit limit;
  std::shared_ptr<const Calendar> calendar;
  std::string basis;  // for people: the limit, the procedure's version, the calendar
};

// What the catalogue says of time, at one moment. Immutable, thread-safe.
class Timetable {
 public:
  virtual ~Timetable() = default;
  // The calendar of the agency that received it, of that day; null when it is not received, or
  // there is none.
  virtual std::shared_ptr<const Calendar> CalendarFor(
      const dossier::v1::Dossier& dossier) const = 0;
  // By the procedure, the channel and the day of reception; none where the catalogue has no limit
  // for them, or the dossier does not say them.
  virtual std::optional<TimeRule> RuleFor(const dossier::v1::Dossier& dossier) const = 0;
  // Of the steps of its procedure that have a limit of their own, by their names.
  virtual std::map<std::string, TimeRule> StepRulesFor(
      const dossier::v1::Dossier& dossier) const = 0;
  // When it is to be received at the latest; none when it was not filed online, or not said when.
  virtual std::optional<absl::Time> ReceptionDue(const dossier::v1::Dossier& dossier) const = 0;
};

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_TIMETABLE_H_
