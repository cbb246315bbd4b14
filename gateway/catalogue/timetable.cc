#include "gateway/catalogue/timetable.h"

#include <string>

#include "gateway/base/text.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/deadline_words.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/time_limit.h"
#include "gateway/domain/wall_time.h"
#include "google/protobuf/util/message_differencer.h"

namespace lienthong::catalogue {
namespace {

using dossier::v1::Dossier;

// The limit by the dossier's channel; where that is not said, the one that all channels have.
const pb::TimeLimit* LimitOf(const pb::Procedure& procedure, const Dossier& dossier) {
  const pb::TimeLimit* common = nullptr;
  bool differ = false;
  for (const pb::ProcedureChannel& channel : procedure.channels()) {
    const pb::TimeLimit* limit = channel.has_limit() ? &channel.limit() : nullptr;
    if (dossier.origin().has_channel()) {
      if (channel.channel() == dossier.origin().channel()) return limit;
      continue;
    }
    if (limit == nullptr) return nullptr;
    using google::protobuf::util::MessageDifferencer;
    differ = differ || (common != nullptr && !MessageDifferencer::Equals(*common, *limit));
    common = limit;
  }
  return differ ? nullptr : common;
}

}  // namespace

std::shared_ptr<const domain::Calendar> CatalogueTimetable::CalendarOn(const Dossier& dossier,
                                                                       absl::Time time) const {
  const std::string day = domain::FormatDay(domain::WallDay(time));
  const domain::Calendar* calendar =
      snapshot_->FindCalendar(snapshot_->CalendarOf(dossier.reception().agency(), day));
  return {snapshot_, calendar};  // lives as long as the snapshot
}

std::shared_ptr<const domain::Calendar> CatalogueTimetable::CalendarFor(
    const Dossier& dossier) const {
  if (!dossier.reception().has_received_time()) return nullptr;
  return CalendarOn(dossier, domain::FromProto(dossier.reception().received_time()));
}

std::optional<CatalogueTimetable::Handling> CatalogueTimetable::HandlingOf(
    const Dossier& dossier) const {
  if (!dossier.reception().has_received_time()) return std::nullopt;
  const absl::Time received = domain::FromProto(dossier.reception().received_time());
  const auto found = snapshot_->FindProcedure(dossier.procedure().code(),
                                              domain::FormatDay(domain::WallDay(received)));
  if (!found.ok()) return std::nullopt;
  std::shared_ptr<const domain::Calendar> calendar = CalendarOn(dossier, received);
  if (calendar == nullptr) return std::nullopt;
  return Handling{found->procedure, std::move(calendar)};
}

std::optional<domain::TimeRule> CatalogueTimetable::RuleFor(const Dossier& dossier) const {
  const std::optional<Handling> handling = HandlingOf(dossier);
  if (!handling.has_value()) return std::nullopt;
  const pb::TimeLimit* limit = LimitOf(*handling->procedure, dossier);
  if (limit == nullptr) return std::nullopt;
  return domain::TimeRule{*limit, handling->calendar, BasisOf(*limit, "", *handling)};
}

std::map<std::string, domain::TimeRule> CatalogueTimetable::StepRulesFor(
    const Dossier& dossier) const {
  std::map<std::string, domain::TimeRule> rules;
  const std::optional<Handling> handling = HandlingOf(dossier);
  if (!handling.has_value()) return rules;
  for (const pb::ProcedureStep& step : handling->procedure->steps()) {
    if (!step.has_limit()) continue;
    rules.try_emplace(
        step.name(),
        domain::TimeRule{step.limit(), handling->calendar,
                         BasisOf(step.limit(), StrCat(step.name(), " of "), *handling)});
  }
  return rules;
}

std::string CatalogueTimetable::BasisOf(const pb::TimeLimit& limit, std::string_view part,
                                        const Handling& handling) {
  return StrCat(domain::InWords(limit).en, ", ", part, handling.procedure->code(), " of ",
                handling.procedure->valid_from(), ", calendar ", handling.calendar->id());
}

std::optional<absl::Time> CatalogueTimetable::ReceptionDue(const Dossier& dossier) const {
  if (dossier.origin().channel() != dossier::v1::CHANNEL_ONLINE ||
      !dossier.origin().has_submitted_time()) {
    return std::nullopt;
  }
  const absl::Time submitted = domain::FromProto(dossier.origin().submitted_time());
  const auto calendar = CalendarOn(dossier, submitted);
  if (calendar == nullptr) return std::nullopt;
  const auto due = domain::DueOf(*calendar, submitted, domain::ReceptionLimit());
  return due.ok() ? due->time : std::nullopt;
}

}  // namespace lienthong::catalogue
