// The single acts of People.
#include <utility>

#include "absl/strings/numbers.h"

#include "gateway/base/text.h"
#include "tests/simulation/people.h"

namespace lienthong::simulation {
namespace {

using domain::StatusGraph;
using Kind = StatusGraph::Judgement::Kind;

constexpr int kStatuses = 10;
constexpr double kTwin = 0.2;  // of the steps

bool IsTerminal(const std::string& status) {
  return status == "3" || status == "7" || status == "8" || status == "10";
}

dossier::v1::Status StatusOf(const std::string& text) {
  int number = 0;
  return absl::SimpleAtoi(text, &number) ? static_cast<dossier::v1::Status>(number)
                                         : dossier::v1::STATUS_UNSPECIFIED;
}

}  // namespace

std::string People::PickElement(const Desk& desk, std::string_view list) {
  std::vector<std::string> ids;
  for (std::string& id : ElementIds(desk.copy, list)) {
    if (!disciplined_ || id.starts_with(cast_.PrefixOf(desk.side))) ids.push_back(std::move(id));
  }
  return ids.empty() ? "" : ids[dice_.Below(static_cast<int>(ids.size()))];
}

// What a citizen handed in passes to the receiving unit with its acceptance; at the moment of it
// both may think that it is theirs.
bool People::OwnsApplicantData(const Desk& desk) const {
  return desk.receives && desk.work.origin == desk.side;
}

bool People::EditApplicantData(Desk& desk) {
  if (disciplined_ && !OwnsApplicantData(desk)) return false;
  static constexpr const char* kPaths[] = {"contact.phone", "contact.email", "subject",
                                           "other_info"};
  const std::string path = kPaths[dice_.Below(std::size(kPaths))];
  const bool clears = path == "contact.email" && dice_.Happens(0.4) && desk.copy.contains(path);
  Fields changes = {{path, clears ? "" : NewText(desk.side)}};
  if (!clears && dice_.Happens(0.2)) changes["contact.phone"] = NewText(desk.side);
  return Write(desk, changes);
}

bool People::EditNote(Desk& desk) {
  const bool has_place = cast_.IsAgency(desk.side) || systems_[desk.side].Holds("note");
  if (!has_place || (disciplined_ && !desk.receives)) return false;
  return Write(desk, {{"note", NewText(desk.side)}});
}

bool People::EditStage(Desk& desk) {
  if (disciplined_ && !desk.decides) return false;
  if (!dice_.Happens(0.5)) return Write(desk, {{"processing_unit", NewText(desk.side)}});
  Fields changes = {{"deadline.promised_due", NewTime()}};
  // The gateway asks who pushes for a reason; the systems at its links have no place for one.
  if (cast_.IsAgency(desk.side)) changes["deadline.change_reason"] = NewText(desk.side);
  return Write(desk, changes);
}

bool People::AddStep(Desk& desk) {
  const std::string id = NewId(desk.side);
  const std::string twin = dice_.Happens(kTwin) ? PickElement(desk, "steps") : "";
  if (twin.starts_with(cast_.PrefixOf(desk.side))) {  // somebody pressed the key once more
    Fields changes;
    for (const char* field : {"time", "content", "officer"}) {
      changes[ElementPath("steps", id, field)] =
          ValueAt(desk.copy, ElementPath("steps", twin, field));
    }
    return Write(desk, changes);
  }
  return Write(desk, {{ElementPath("steps", id, "time"), NewTime()},
                      {ElementPath("steps", id, "content"), NewText(desk.side)},
                      {ElementPath("steps", id, "officer"), NewText(desk.side)}});
}

bool People::EditStep(Desk& desk) {
  const std::string id = PickElement(desk, "steps");
  if (id.empty()) return false;
  return Write(desk, {{ElementPath("steps", id, "content"), NewText(desk.side)}});
}

bool People::EditPapers(Desk& desk) {
  if (disciplined_ && !OwnsApplicantData(desk)) return false;
  const std::string old = PickElement(desk, "papers");
  if (old.empty() || dice_.Happens(0.5)) {
    return Write(desk, {{ElementPath("papers", NewId(desk.side), "name"), NewText(desk.side)}});
  }
  if (dice_.Happens(0.5)) return Write(desk, {{ElementPath("papers", old, "removed"), "true"}});
  return Write(desk, {{ElementPath("papers", old, "name"), NewText(desk.side)}});
}

bool People::EditFees(Desk& desk) {
  if (disciplined_ && cast_.Submits(desk.side)) return false;
  const std::string old = PickElement(desk, "fees");
  if (old.empty() || dice_.Happens(0.4)) {
    const std::string id = NewId(desk.side);
    return Write(desk, {{ElementPath("fees", id, "name"), NewText(desk.side)},
                        {ElementPath("fees", id, "amount_vnd"), StrCat(1000 + ++made_)}});
  }
  if (dice_.Happens(0.3)) {
    return Write(desk, {{ElementPath("fees", old, "amount_vnd"), StrCat(1000 + ++made_)}});
  }
  return Write(desk, {{ElementPath("fees", old, "paid_vnd"), StrCat(1000 + ++made_)},
                      {ElementPath("fees", old, "payment_reference"), NewText(desk.side)}});
}

bool People::EditSupplements(Desk& desk) {
  const std::vector<std::string> rounds = ElementIds(desk.copy, "supplements");
  const bool may_reply = desk.work.origin == desk.side || !disciplined_;
  const bool replies = !rounds.empty() && dice_.Happens(0.6) && may_reply;
  if (replies) {
    const std::string& id = rounds[dice_.Below(static_cast<int>(rounds.size()))];
    return Write(desk, {{ElementPath("supplements", id, "reply_note"), NewText(desk.side)},
                        {ElementPath("supplements", id, "answered"), "true"}});
  }
  if (disciplined_ && !desk.receives && !desk.decides) return false;
  const std::string id = NewId(desk.side);
  return Write(desk, {{ElementPath("supplements", id, "content"), NewText(desk.side)},
                      {ElementPath("supplements", id, "requested_time"), NewTime()}});
}

// The applicant's own acts are only ever added.
bool People::AskAsApplicant(Desk& desk) {
  const std::string id = NewId(desk.side);
  return Write(desk, {{ElementPath("requests", id, "kind"), dice_.Happens(0.5) ? "1" : "3"},
                      {ElementPath("requests", id, "time"), NewTime()},
                      {ElementPath("requests", id, "content"), NewText(desk.side)}});
}

// Hands the dossier over, hands it on within the same system, or asks for cooperation.
bool People::Assign(Desk& desk) {
  const std::string id = NewId(desk.side);
  const LeadView lead = LeadOf(desk.copy);
  const bool hands_over = desk.receives && !lead.asked && !lead.accepted;
  const bool is_system = !cast_.IsAgency(desk.side);
  const bool hands_on = is_system && cast_.system(desk.side).leads && lead.accepted &&
                        !lead.asked && cast_.IsAgencyOf(desk.side, lead.agency);
  const auto leader = Pick([this](Side side) { return cast_.system(side).leads; });
  const bool over = hands_over && dice_.Happens(0.8) && leader.has_value();
  if (over || (hands_on && dice_.Happens(0.3))) {
    const auto& agencies = cast_.system(over ? *leader : desk.side).agencies;
    return Write(desk, {{ElementPath("assignments", id, "agency"), agencies[over ? 0 : 1]},
                        {ElementPath("assignments", id, "role"), "1"}});
  }
  if (!desk.receives || dice_.Happens(0.5)) return false;
  const bool asks_agency = dice_.Happens(0.5) || !leader.has_value();
  return Write(desk, {{ElementPath("assignments", id, "agency"),
                       asks_agency ? kAgencyCode : cast_.system(*leader).agencies[1]},
                      {ElementPath("assignments", id, "role"), "2"}});
}

// Who has worked on it does not hand it back: what was done could be told too late.
bool People::HasBegun(const Desk& desk) const {
  for (const char* list : {"steps", "fees"}) {
    for (const std::string& id : ElementIds(desk.copy, list)) {
      if (id.starts_with(cast_.PrefixOf(desk.side))) return true;
    }
  }
  return false;
}

bool People::Answer(Desk& desk) {
  for (const std::string& id : ElementIds(desk.copy, "assignments")) {
    const std::string agency = ValueAt(desk.copy, ElementPath("assignments", id, "agency"));
    const std::string answer = ValueAt(desk.copy, ElementPath("assignments", id, "answer"));
    const bool ours = cast_.IsAgencyOf(desk.side, agency);
    if (!ours && (disciplined_ || dice_.Happens(0.7))) continue;
    if (answer == "1" && dice_.Happens(0.3)) {
      return Write(desk, {{ElementPath("assignments", id, "answer"), "3"}});
    }
    if (!answer.empty()) continue;
    const bool accepts = dice_.Happens(0.7);
    if (accepts || (disciplined_ && HasBegun(desk))) {
      return Write(desk, {{ElementPath("assignments", id, "answer"), "1"}});
    }
    return Write(desk, {{ElementPath("assignments", id, "answer"), "2"},
                        {ElementPath("assignments", id, "answer_note"), NewText(desk.side)}});
  }
  return false;
}

bool People::AddResult(Desk& desk) {
  if (disciplined_ && !desk.decides) return false;
  const std::string id = NewId(desk.side);
  return Write(desk, {{ElementPath("results", id, "name"), NewText(desk.side)},
                      {ElementPath("results", id, "result_code"), NewText(desk.side)}});
}

bool People::MayMove(const Desk& desk, StatusGraph::Owner owner) const {
  switch (owner) {
    case domain::v1::StatusGraph::OWNER_RECEIVING:
      return desk.receives;
    case domain::v1::StatusGraph::OWNER_ORIGIN:
      return desk.work.origin == desk.side;
    case domain::v1::StatusGraph::OWNER_LEAD:
      return desk.decides;
    default:
      return desk.receives || desk.decides;
  }
}

// Every system that has the dossier has gone through every status, and the gateway has noted each.
bool People::AllSawTheStatus(const Case& work) const {
  const size_t changes = work.statuses.size();
  if (work.code.empty() || gateway_.StatusChanges(work.code) != static_cast<int>(changes))
    return false;
  for (Side side = 0; side < cast_.size(); ++side) {
    if (!gateway_.IsConnected(side)) continue;
    const Counterpart::Record* record = systems_[side].FindByCode(work.code);
    const bool knows_it = record != nullptr && record->statuses.size() == changes;
    if (!knows_it && (record != nullptr || cast_.system(side).all_dossiers)) return false;
  }
  return true;
}

bool People::MoveStatus(Desk& desk) {
  // A record that is on its way there would put back the status before.
  if (disciplined_ && cast_.Submits(desk.side)) return false;
  if (disciplined_ && !AllSawTheStatus(desk.work)) return false;
  const std::string from = ValueAt(desk.copy, "status");
  if (disciplined_ && IsTerminal(from)) return false;
  std::vector<int> next;
  for (int to = 1; to <= kStatuses; ++to) {
    const auto judgement =
        StatusGraph::Shipped().Judge(StatusOf(from), static_cast<dossier::v1::Status>(to));
    const bool regular = judgement.kind == Kind::kRegular && MayMove(desk, judgement.owner);
    // An end is reached now and then, not at the first chance.
    const bool ends = IsTerminal(StrCat(to)) && !dice_.Happens(0.2);
    const bool wild = !disciplined_ && dice_.Happens(0.1) && StrCat(to) != from;
    if ((regular && !ends) || wild) next.push_back(to);
  }
  if (next.empty()) return false;
  const int to = next[dice_.Below(static_cast<int>(next.size()))];
  Fields changes = {{"status", StrCat(to)}};
  if (to == 3 && desk.receives) changes["reception.refusal_reason"] = NewText(desk.side);
  if (to == 8 && desk.decides) changes["outcome.stop_reason"] = NewText(desk.side);
  if (to == 9 && desk.decides) changes["outcome.finished_time"] = NewTime();
  if (to == 10 && desk.receives) changes["outcome.returned_time"] = NewTime();
  return Write(desk, changes);
}

}  // namespace lienthong::simulation
