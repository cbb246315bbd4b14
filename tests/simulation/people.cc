#include "tests/simulation/people.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/strings/str_format.h"

#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;

constexpr size_t kCasesMax = 3;
constexpr size_t kLongText = 26;
constexpr int kMadePerActMax = 10;  // ids, texts and times

// Who refused a hand-over has no part in the dossier any more.
bool IsAssigned(const Cast& cast, Side side, const Fields& copy) {
  constexpr std::string_view kRefused = "2";
  for (const std::string& id : ElementIds(copy, "assignments")) {
    if (!cast.IsAgencyOf(side, ValueAt(copy, ElementPath("assignments", id, "agency")))) continue;
    if (ValueAt(copy, ElementPath("assignments", id, "answer")) != kRefused) return true;
  }
  return false;
}

}  // namespace

bool People::Act(int number) {
  made_ = number * kMadePerActMax;  // texts and ids are the act's own
  if (oracle_.cases().empty() || (oracle_.cases().size() < kCasesMax && dice_.Happens(0.06))) {
    return TakeIn();
  }
  Case& work = oracle_.cases()[dice_.Below(static_cast<int>(oracle_.cases().size()))];
  const Side side = static_cast<Side>(dice_.Below(static_cast<int>(cast_.sides())));
  std::optional<Fields> copy = CopyOf(side, work);
  if (!copy.has_value()) return false;
  Desk desk = DeskOf(side, work, *std::move(copy));
  using Deed = bool (People::*)(Desk&);
  static constexpr Deed kCitizens[] = {&People::AskAsApplicant,  &People::EditSupplements,
                                       &People::EditSupplements, &People::EditApplicantData,
                                       &People::EditPapers,      &People::EditFees,
                                       &People::EditStage,       &People::MoveStatus};
  static constexpr Deed kOfficers[] = {&People::EditApplicantData,
                                       &People::EditApplicantData,
                                       &People::EditNote,
                                       &People::EditStage,
                                       &People::EditStage,
                                       &People::AddStep,
                                       &People::AddStep,
                                       &People::EditStep,
                                       &People::EditPapers,
                                       &People::EditFees,
                                       &People::EditSupplements,
                                       &People::Assign,
                                       &People::Assign,
                                       &People::Answer,
                                       &People::Answer,
                                       &People::Answer,
                                       &People::AddResult,
                                       &People::MoveStatus,
                                       &People::MoveStatus,
                                       &People::MoveStatus};
  if (cast_.Submits(side)) {
    if (disciplined_ && work.origin != side) return false;
    return (this->*kCitizens[dice_.Below(std::size(kCitizens))])(desk);
  }
  if (disciplined_ && !desk.receives && !IsAssigned(cast_, side, desk.copy)) return false;
  return (this->*kOfficers[dice_.Below(std::size(kOfficers))])(desk);
}

bool People::Touch(Case& work) {
  std::optional<Fields> copy = CopyOf(work.receiver, work);
  if (!copy.has_value()) return false;
  Desk desk = DeskOf(work.receiver, work, *std::move(copy));
  return EditNote(desk);
}

People::Desk People::DeskOf(Side side, Case& work, Fields copy) const {
  Desk desk{side, work, std::move(copy), work.receiver == side, false};
  const LeadView lead = LeadOf(desk.copy);
  desk.decides = lead.accepted ? cast_.IsAgencyOf(side, lead.agency) : desk.receives && !lead.asked;
  return desk;
}

const Counterpart::Record* People::RecordOf(Side side, const Case& work) const {
  const Counterpart& system = systems_[side];
  return side == work.origin ? system.FindByKey(work.key) : system.FindByCode(work.code);
}

std::optional<Fields> People::CopyOf(Side side, const Case& work) const {
  if (cast_.IsAgency(side)) {
    const auto dossier = gateway_.Find(work.code, "");
    if (!dossier.has_value()) return std::nullopt;
    const bool shared =
        std::any_of(dossier->assignments().begin(), dossier->assignments().end(),
                    [](const auto& assignment) { return assignment.agency() == kAgencyCode; });
    if (!shared && dossier->reception().agency() != kAgencyCode) return std::nullopt;
    return domain::Flatten(*dossier);
  }
  const Counterpart::Record* record = RecordOf(side, work);
  if (record == nullptr) return std::nullopt;
  return record->fields;
}

std::string People::NewId(Side side) { return StrCat(cast_.PrefixOf(side), ++made_); }

std::string People::NewText(Side side) {
  std::string text = StrCat(cast_.PrefixOf(side), "t", ++made_);
  if (dice_.Happens(0.3)) text.resize(kLongText, 'x');
  return text;
}

// Unlike all others; some with a fraction of a second.
std::string People::NewTime() {
  const absl::Time time = absl::FromUnixSeconds(1772000000 + ++made_);
  const std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
  return text + (dice_.Happens(0.3) ? ".250Z" : "Z");
}

std::optional<Side> People::Pick(const std::function<bool(Side)>& fits) {
  std::vector<Side> sides;
  for (Side side = 0; side < cast_.size(); ++side) {
    if (fits(side)) sides.push_back(side);
  }
  if (sides.empty()) return std::nullopt;
  return sides[dice_.Below(static_cast<int>(sides.size()))];
}

// A citizen hands a dossier in. The portal numbers it itself: as a dossier code, or in its own way.
bool People::Submit(Side side) {
  const std::string& agency = cast_.system(side).agencies[0];
  Fields fields = {{"reception.agency", agency},
                   {"origin.channel", "2"},
                   {"procedure.code", "1.001193"},
                   {"applicant.name", NewText(side)},
                   {"contact.phone", NewText(side)},
                   {"subject", NewText(side)},
                   {"status", "1"}};
  if (dice_.Happens(0.5)) fields["code"] = absl::StrFormat("%s-260303-9%05d", agency, ++made_);
  const std::string key = systems_[side].Intake(fields, ValueAt(fields, "code"));
  const Side receiver =
      *Pick([&](Side other) { return cast_.system(other).receives && cast_.HasChannel(other); });
  Case& work = oracle_.Open(receiver, side);
  work.key = key;
  trace_.Add(clock_.elapsed(), cast_.NameOf(side), " takes in ", key);
  Oracle::Note(side, fields, work);
  callers_.at(side).Tell(key, fields);
  return true;
}

bool People::TakeIn() {
  const auto channel = Pick([this](Side side) { return cast_.Submits(side); });
  if (channel.has_value() && dice_.Happens(0.25)) return Submit(*channel);
  const bool pushes = dice_.Happens(0.4);
  const Side side =
      pushes ? cast_.agency() : *Pick([this](Side other) { return cast_.system(other).receives; });
  const Fields fields = {
      {"reception.agency", pushes ? kAgencyCode : cast_.system(side).agencies[0]},
      {"origin.channel", "1"},
      {"procedure.code", "1.001193"},
      {"applicant.name", NewText(side)},
      {"contact.phone", NewText(side)},
      {"subject", NewText(side)},
      {"status", dice_.Happens(0.7) ? "2" : "1"}};
  if (!pushes) {
    const std::string key = systems_[side].Intake(fields);
    Case& work = oracle_.Open(side, side);
    work.key = key;
    trace_.Add(clock_.elapsed(), cast_.NameOf(side), " takes in ", key);
    Oracle::Note(side, systems_[side].FindByKey(key)->fields, work);
    return true;
  }
  Case work;
  if (!PushChanges(work, fields)) return false;
  Case& opened = oracle_.Open(side, side);
  opened.code = work.code;
  Oracle::Note(side, fields, opened);
  return true;
}

bool People::Write(Desk& desk, const Fields& changes) {
  if (cast_.IsAgency(desk.side)) {
    if (!PushChanges(desk.work, changes)) return false;
    Oracle::Note(desk.side, changes, desk.work);
    return true;
  }
  Counterpart& counterpart = systems_[desk.side];
  const std::string key = RecordOf(desk.side, desk.work)->key;
  const Fields stored = counterpart.Edit(key, changes);
  Fields written;
  for (const auto& [path, value] : changes) {
    if (!counterpart.Holds(path)) continue;
    written[path] = stored.at(path);
    trace_.Add(clock_.elapsed(), cast_.NameOf(desk.side), " edits ", key, " ", path, " = ", value);
  }
  Oracle::Note(desk.side, written, desk.work);
  const auto caller = callers_.find(desk.side);
  if (caller != callers_.end() && !written.empty()) caller->second.Tell(key, written);
  return !written.empty();
}

std::optional<PushDossierResponse> People::Push(const PushDossierRequest& request) {
  const absl::StatusOr<PushDossierResponse> first = gateway_.Push(request);
  trace_.Add(clock_.elapsed(), "agency pushes: ", ToStd(first.status().message()));
  if (!first.ok()) {
    if (gateway_.running()) complaints_.push_back("push refused: " + first.status().ToString());
    return std::nullopt;
  }
  if (dice_.Happens(0.15)) {  // the answer was lost: the same request again
    const absl::StatusOr<PushDossierResponse> again = gateway_.Push(request);
    if (!again.ok() || !again->duplicate() || again->revision() != first->revision() ||
        again->code() != first->code()) {
      complaints_.push_back("a repeated request was answered otherwise");
    }
  }
  return *first;
}

bool People::PushChanges(Case& work, const Fields& changes) {
  for (const auto& [path, value] : changes) {
    if (value.empty()) return PushClear(work, path);
  }
  PushDossierRequest request;
  request.set_request_id(gateway_.NewRequestId());
  for (const auto& [path, value] : changes) {
    domain::SetField(*request.mutable_dossier(), path, value).IgnoreError();
  }
  if (!work.code.empty()) request.mutable_dossier()->set_code(work.code);
  const auto answer = Push(request);
  if (!answer.has_value()) return false;
  work.code = answer->code();
  return true;
}

bool People::PushClear(Case& work, const std::string& path) {
  PushDossierRequest request;
  request.set_request_id(gateway_.NewRequestId());
  request.mutable_dossier()->set_code(work.code);
  request.mutable_update_mask()->add_paths(path);
  return Push(request).has_value();
}

}  // namespace lienthong::simulation
