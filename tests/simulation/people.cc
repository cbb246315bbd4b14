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
bool IsAssigned(Side side, const Fields& copy) {
  constexpr std::string_view kRefused = "2";
  for (const std::string& id : ElementIds(copy, "assignments")) {
    if (!IsAgencyOf(side, ValueAt(copy, ElementPath("assignments", id, "agency")))) continue;
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
  const Side side = kSides[dice_.Below(std::size(kSides))];
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
  if (side == Side::kPortal) {
    if (disciplined_ && work.origin != side) return false;
    return (this->*kCitizens[dice_.Below(std::size(kCitizens))])(desk);
  }
  if (disciplined_ && !desk.receives && !IsAssigned(side, desk.copy)) return false;
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
  desk.decides = lead.accepted ? side == Side::kDistrict : desk.receives && !lead.asked;
  return desk;
}

Counterpart& People::SystemOf(Side side) {
  if (side == Side::kCity) return systems_.city;
  return side == Side::kDistrict ? systems_.district : systems_.portal;
}

const Counterpart::Record* People::RecordOf(Side side, const Case& work) const {
  if (side == Side::kDistrict) return systems_.district.FindByCode(work.code);
  const Counterpart& system = side == Side::kCity ? systems_.city : systems_.portal;
  const std::string& key = side == Side::kCity ? work.city_key : work.portal_key;
  return key.empty() ? system.FindByCode(work.code) : system.FindByKey(key);
}

std::optional<Fields> People::CopyOf(Side side, const Case& work) const {
  if (side == Side::kAgency) {
    const auto dossier = gateway_.Find(work.code, "");
    if (!dossier.has_value()) return std::nullopt;
    const bool shared =
        std::any_of(dossier->assignments().begin(), dossier->assignments().end(),
                    [](const auto& assignment) { return assignment.agency() == "H29.X05"; });
    if (!shared && dossier->reception().agency() != "H29.X05") return std::nullopt;
    return domain::Flatten(*dossier);
  }
  const Counterpart::Record* record = RecordOf(side, work);
  if (record == nullptr) return std::nullopt;
  return record->fields;
}

std::string People::NewId(Side side) { return StrCat(PrefixOf(side), ++made_); }

std::string People::NewText(Side side) {
  std::string text = StrCat(PrefixOf(side), "t", ++made_);
  if (dice_.Happens(0.3)) text.resize(kLongText, 'x');
  return text;
}

// Unlike all others; some with a fraction of a second.
std::string People::NewTime() {
  const absl::Time time = absl::FromUnixSeconds(1772000000 + ++made_);
  const std::string text = absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone());
  return text + (dice_.Happens(0.3) ? ".250Z" : "Z");
}

// A citizen hands a dossier in. The portal numbers it itself: as a dossier code, or in its own way.
bool People::Submit() {
  Fields fields = {{"reception.agency", "H29.X01"},
                   {"origin.channel", "2"},
                   {"procedure.code", "1.001193"},
                   {"applicant.name", NewText(Side::kPortal)},
                   {"contact.phone", NewText(Side::kPortal)},
                   {"subject", NewText(Side::kPortal)},
                   {"status", "1"}};
  if (dice_.Happens(0.5)) fields["code"] = absl::StrFormat("H29.X01-260303-9%05d", ++made_);
  const std::string key = systems_.portal.Intake(fields, ValueAt(fields, "code"));
  Case& work = oracle_.Open(Side::kCity, Side::kPortal);
  work.portal_key = key;
  trace_.Add(clock_.elapsed(), "portal takes in ", key);
  Oracle::Note(Side::kPortal, fields, work);
  caller_.Tell(key, fields);
  return true;
}

bool People::TakeIn() {
  if (dice_.Happens(0.25)) return Submit();
  const Side side = dice_.Happens(0.6) ? Side::kCity : Side::kAgency;
  const Fields fields = {{"reception.agency", side == Side::kCity ? "H29.X01" : "H29.X05"},
                         {"origin.channel", "1"},
                         {"procedure.code", "1.001193"},
                         {"applicant.name", NewText(side)},
                         {"contact.phone", NewText(side)},
                         {"subject", NewText(side)},
                         {"status", dice_.Happens(0.7) ? "2" : "1"}};
  if (side == Side::kCity) {
    const std::string key = systems_.city.Intake(fields);
    Case& work = oracle_.Open(side, side);
    work.city_key = key;
    trace_.Add(clock_.elapsed(), "city takes in ", key);
    Oracle::Note(side, systems_.city.FindByKey(key)->fields, work);
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
  if (desk.side == Side::kAgency) {
    if (!PushChanges(desk.work, changes)) return false;
    Oracle::Note(desk.side, changes, desk.work);
    return true;
  }
  Counterpart& counterpart = SystemOf(desk.side);
  const std::string key = RecordOf(desk.side, desk.work)->key;
  const Fields stored = counterpart.Edit(key, changes);
  Fields written;
  for (const auto& [path, value] : changes) {
    if (!counterpart.Holds(path)) continue;
    written[path] = stored.at(path);
    trace_.Add(clock_.elapsed(), NameOf(desk.side), " edits ", key, " ", path, " = ", value);
  }
  Oracle::Note(desk.side, written, desk.work);
  if (desk.side == Side::kPortal && !written.empty()) caller_.Tell(key, written);
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
