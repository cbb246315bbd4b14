#ifndef LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_
#define LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/catalogue/snapshot.h"
#include "gateway/domain/timetable.h"

namespace lienthong::catalogue {

// What one version of the catalogue says of time. The procedure and its limit are those of the day
// of reception; the calendar is that of the agency that receives.
class CatalogueTimetable final : public domain::Timetable {
 public:
  explicit CatalogueTimetable(std::shared_ptr<const Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  std::shared_ptr<const domain::Calendar> CalendarFor(
      const dossier::v1::Dossier& dossier) const override;
  // None also while the channel is not said and the procedure's channels differ in their limits.
  std::optional<domain::TimeRule> RuleFor(const dossier::v1::Dossier& dossier) const override;
  std::map<std::string, domain::TimeRule> StepRulesFor(
      const dossier::v1::Dossier& dossier) const override;
  // Eight working hours after it was filed (domain::ReceptionLimit).
  std::optional<absl::Time> ReceptionDue(const dossier::v1::Dossier& dossier) const override;

 private:
  // By what a dossier is handled.
  struct Handling {
    const pb::Procedure* procedure;
    std::shared_ptr<const domain::Calendar> calendar;
  };
  std::optional<Handling> HandlingOf(const dossier::v1::Dossier& dossier) const;
  // In words, with `part` before the procedure.
  static std::string BasisOf(const pb::TimeLimit& limit, std::string_view part,
                             const Handling& handling);
  std::shared_ptr<const domain::Calendar> CalendarOn(const dossier::v1::Dossier& dossier,
                                                     absl::Time time) const;

  const std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_
