#ifndef LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_
#define LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_

#include <memory>
#include <optional>
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

  // None also while the channel is not said and the procedure's channels differ in their limits.
  std::optional<domain::TimeRule> RuleFor(const dossier::v1::Dossier& dossier) const override;
  // Eight working hours after it was filed (domain::ReceptionLimit).
  std::optional<absl::Time> ReceptionDue(const dossier::v1::Dossier& dossier) const override;

 private:
  std::shared_ptr<const domain::Calendar> CalendarFor(const dossier::v1::Dossier& dossier,
                                                      absl::Time time) const;

  const std::shared_ptr<const Snapshot> snapshot_;
};

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_TIMETABLE_H_
