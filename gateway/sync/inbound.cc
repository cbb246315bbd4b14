#include "gateway/sync/inbound.h"

#include <algorithm>
#include <set>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/matching.h"
#include "gateway/domain/ownership.h"
#include "gateway/domain/places.h"
#include "gateway/domain/validate.h"
#include "gateway/sync/counterpart_edit.h"
#include "gateway/sync/lane_letters.h"
#include "gateway/sync/reconcile/plan.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using core::StoredDossier;
using dossier::v1::CodeReference;
using dossier::v1::Dossier;
using storage::v1::LaneState;

// The element that a path leads into: `papers[a1]`; empty: into none.
std::string ElementOf(const std::string& path) {
  const domain::PathParts parts = domain::SplitPath(path);
  return parts.list.empty() ? "" : StrCat(parts.list, "[", parts.element, "]");
}

// Elements that paths lead into and that are not there.
std::set<std::string> MissingElements(const Dossier& stored,
                                      const std::vector<std::string>& paths) {
  std::set<std::string> missing;
  for (const std::string& path : paths) {
    if (domain::SplitPath(path).list.empty() || domain::ElementExists(stored, path)) continue;
    missing.insert(ElementOf(path));
  }
  return missing;
}

// Whether the counterpart knows all of the dossier's new revision because it said it all itself: it
// had the one before, what changed is what it reported, or what the gateway notes for itself, and
// no delivery of ours came after what it said. `next` is the lane after its report.
bool SaidAll(const LaneState& lane, const LaneState& next, const StoredDossier& stored,
             const domain::Change& change, const core::PreparedEdit& edit) {
  if (edit.creating || !edit.changed || !edit.merge.proposals.empty()) return false;
  if (lane.phase() != LaneState::PHASE_IDLE) return false;
  if (lane.confirmed_revision() != stored.dossier.revision()) return false;
  std::set<std::string> said(change.set.begin(), change.set.end());
  said.insert(change.clear.begin(), change.clear.end());
  const bool overtaken = std::any_of(
      next.shadow().begin(), next.shadow().end(), [&said](const storage::v1::ShadowField& field) {
        const bool ours = field.sent_size() > 0 || field.reported() == kUncertain;
        return ours && said.contains(field.path());
      });
  if (overtaken) return false;
  return std::all_of(edit.merge.paths.begin(), edit.merge.paths.end(),
                     [&](const std::string& path) {
                       const options::v1::FieldRules* rules = domain::RulesOf(path);
                       return said.contains(path) ||
                              (rules != nullptr && rules->owner() == options::v1::OWNER_GATEWAY);
                     });
}

void Settle(int64_t revision, LaneState& lane) {
  lane.set_phase(LaneState::PHASE_IDLE);
  lane.set_confirmed_revision(revision);
  lane.set_wanted_revision(revision);
  lane.clear_pending_since();
}

std::string Join(const std::vector<FieldViolation>& faults) {
  std::string text;
  for (const FieldViolation& fault : faults) {
    StrAppend(text, text.empty() ? "" : "; ", fault.field, fault.field.empty() ? "" : " ",
              fault.description);
  }
  return text;
}

// Tells an item from all others of its link.
std::string IdentityOf(const InboundItem& item) {
  return StrCat("in\n", item.key(), "\n", item.version(), "\n",
                core::HexSha256(item.SerializeAsString()));
}

// The name of a call's item among the calls that were taken in.
std::string CallOf(const InboundItem& item, Arrival arrival) {
  if (arrival != Arrival::kCalled || item.version() > 0) return "";
  return ValueDigest(item.SerializeAsString());
}

bool WasReceived(const LaneState& lane, const std::string& call) {
  const auto& received = lane.received_items();
  return !call.empty() && std::find(received.begin(), received.end(), call) != received.end();
}

// A row of the feed from before what was taken in: it has nothing to say, right or wrong.
bool IsOldRow(const InboundItem& item, Arrival arrival, const LaneState& lane,
              const PlantedBugs& bugs) {
  return arrival != Arrival::kCalled && item.version() > 0 && lane.key() == item.key() &&
         item.version() <= lane.source_version() && !bugs.old_row_reverts;
}

// Whether elements came without an id, or may mean one under another name.
bool LacksIds(const Dossier& dossier) {
  const auto lacks = [](const dossier::v1::Fee& fee) { return fee.id().empty(); };
  const auto replies = [](const dossier::v1::SupplementRound& round) {
    return round.id().empty() || !round.has_content();
  };
  return domain::HasPlaces(dossier) ||
         std::any_of(dossier.fees().begin(), dossier.fees().end(), lacks) ||
         std::any_of(dossier.supplements().begin(), dossier.supplements().end(), replies);
}

// Lists whose elements nobody can match with ours. Those of a group are not looked at here.
void DropLists(const std::vector<std::string>& lists, Dossier& dossier) {
  for (const std::string& list : lists) {
    const auto* field = Dossier::descriptor()->FindFieldByName(list);
    if (field != nullptr) dossier.GetReflection()->ClearField(&dossier, field);
  }
}

// An element that is not here (it is new, or was refused before) is taken in whole: what the
// counterpart said of it earlier counts again.
void CompleteElements(const Dossier& stored, domain::Change& change) {
  const std::set<std::string> missing = MissingElements(stored, change.set);
  if (missing.empty()) return;
  const std::set<std::string> set(change.set.begin(), change.set.end());
  for (const auto& [path, value] : domain::Flatten(change.dossier)) {
    if (!set.contains(path) && missing.contains(ElementOf(path))) change.set.push_back(path);
  }
}

FieldViolation UnknownDossier() {
  return {"code", "is not known here, and without reception.agency it is no new dossier"};
}

// Neither of a dossier that is here nor of a new one.
bool IsUnknown(const InboundItem& item, const StoredLane& lane) {
  return !item.has_error() && !item.key().empty() && lane.dossier_id == 0 &&
         !item.dossier().reception().has_agency();
}

// What is wrong with an item whatever it says of its dossier.
std::vector<FieldViolation> CheckItem(const InboundItem& item, const StoredLane& lane) {
  if (item.has_error()) return {{item.error().field(), item.error().reason()}};
  if (item.key().empty()) return {{"", "the item has no key of its dossier"}};
  if (IsUnknown(item, lane)) return {UnknownDossier()};
  if (!lane.state.key().empty() && lane.state.key() != item.key()) {
    return {{"", StrCat("the counterpart holds this dossier twice: as ", lane.state.key(),
                        " and as ", item.key())}};
  }
  return {};
}

}  // namespace

PreparedItem Inbound::Refused(const StoredDossier& stored, const Violations& faults) const {
  PreparedItem prepared;
  prepared.refused = Stop{faults[0].field, Join(faults)};
  if (stored.version > 0 && Concerns(stored.dossier)) prepared.dossier_id = stored.id;
  return prepared;
}

// The lane counts what was refused too: what is told later is newer.
absl::StatusOr<PreparedItem> Inbound::PutLetter(const InboundItem& item, const StoredLane& lane,
                                                PreparedItem prepared) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, StoredOf(lane));
  LaneState next = lane.state;
  next.set_reports(next.reports() + 1);
  const bool counts = lane.version > 0 && prepared.dossier_id == lane.dossier_id;
  if (counts) lanes_.Put(lane, next, prepared.set);
  lanes_.PutDeadLetter({.direction = v1::DeadLetter::DIRECTION_INBOUND,
                        .code = stored.version > 0 ? stored.dossier.code() : item.dossier().code(),
                        .key = item.key(),
                        .stop = *prepared.refused,
                        .raw = item.raw(),
                        .dossier_id = lane.dossier_id,
                        .item = &item,
                        .taken = counts ? next.reports() : lane.state.reports(),
                        .identity = IdentityOf(item)},
                       prepared.set);
  return prepared;
}

bool Inbound::Concerns(const Dossier& dossier) const {
  if (options_.all_dossiers) return true;
  const std::vector<std::string> agencies = core::AgenciesOf(dossier);
  return std::any_of(agencies.begin(), agencies.end(), [this](const std::string& agency) {
    return party_.agencies.contains(agency);
  });
}

absl::StatusOr<int64_t> Inbound::FindId(const std::string& code) const {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t own, core::FindDossier(engine_, code, party_.name));
  return own != 0 ? own : core::FindDossier(engine_, code);
}

absl::StatusOr<StoredDossier> Inbound::Find(const std::string& code) const {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, FindId(code));
  if (id == 0) return StoredDossier{};
  LIENTHONG_ASSIGN_OR_RETURN(StoredDossier stored, core::LoadDossier(engine_, id));
  return stored.version > 0 && Concerns(stored.dossier) ? std::move(stored) : StoredDossier{};
}

absl::StatusOr<StoredLane> Inbound::FindLane(const InboundItem& item) const {
  if (item.key().empty()) return StoredLane{};
  LIENTHONG_ASSIGN_OR_RETURN(StoredLane known, lanes_.LoadByKey(item.key()));
  if (known.version > 0) return known;
  LIENTHONG_ASSIGN_OR_RETURN(int64_t id, core::FindDossier(engine_, item.key(), party_.name));
  if (id == 0 && !item.dossier().code().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(id, FindId(item.dossier().code()));
  }
  if (id == 0) return StoredLane{};
  return lanes_.Load(id);
}

absl::StatusOr<StoredDossier> Inbound::StoredOf(const StoredLane& lane) const {
  if (lane.dossier_id == 0) return StoredDossier{};
  return core::LoadDossier(engine_, lane.dossier_id);
}

absl::StatusOr<PreparedItem> Inbound::Prepare(const InboundItem& item, Arrival arrival,
                                              const LinkState& state) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, FindLane(item));
  const std::string call = CallOf(item, arrival);
  if (WasReceived(lane.state, call) || IsOldRow(item, arrival, lane.state, state.bugs)) {
    return PreparedItem{.nothing = true, .dossier_id = lane.dossier_id};
  }
  if (arrival == Arrival::kPulled && IsUnknown(item, lane)) return PreparedItem{.early = true};
  Violations faults = CheckItem(item, lane);
  const bool called = arrival == Arrival::kCalled;
  const bool lacks_ids = LacksIds(item.dossier());
  StoredDossier stored;  // the lane alone tells most
  if (!faults.empty() || called || lacks_ids) {
    LIENTHONG_ASSIGN_OR_RETURN(stored, StoredOf(lane));
  }
  // Who may not see a dossier cannot tell it from one that is not there.
  if (faults.empty() && called && stored.version > 0 && !Concerns(stored.dossier)) {
    faults = {UnknownDossier()};
  }
  InboundItem matched;
  if (faults.empty() && lacks_ids) {
    matched = item;
    faults = domain::MatchElements(stored.dossier, *matched.mutable_dossier(), "");
  }
  if (!faults.empty()) return PutLetter(item, lane, Refused(stored, faults));
  const InboundItem& meant = lacks_ids ? matched : item;
  Effects effects = Step(lane.state, state, "", Reported{.item = &meant, .call = call});
  if (effects.duplicate) {
    return PreparedItem{.nothing = true, .dossier_id = lane.dossier_id};
  }
  if (state.bugs.twin_steps_merged && effects.edit.has_value()) {
    LIENTHONG_ASSIGN_OR_RETURN(stored, StoredOf(lane));
    DropTwinSteps(stored.dossier, *effects.edit);
  }
  LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                             PrepareStep(lane, std::move(effects), item.key()));
  if (prepared.refused.has_value()) return PutLetter(item, lane, std::move(prepared));
  if (called) {  // it may have been refused the last time
    lanes_.RemoveDeadLetter(lanes_.LetterId(IdentityOf(item)),
                            prepared.edit.has_value() ? prepared.edit->set : prepared.set);
  }
  return prepared;
}

absl::StatusOr<PreparedItem> Inbound::PrepareReplay(const InboundItem& item, const Replay& replay,
                                                    const LinkState& state) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, FindLane(item));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, StoredOf(lane));
  Violations faults = CheckItem(item, lane);
  InboundItem meant = item;
  if (faults.empty() && LacksIds(item.dossier())) {
    faults = domain::MatchElements(stored.dossier, *meant.mutable_dossier(), "");
  }
  if (!faults.empty()) return Refused(stored, faults);
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::set<int64_t> older,
      RevisionsOfOlder(engine_, options_.name, lane.dossier_id, replay.report.report));
  LIENTHONG_ASSIGN_OR_RETURN(std::set<std::string> overtaken,
                             PathsChangedSince(engine_, lane.dossier_id, replay.came, older));
  overtaken.merge(PathsToldSince(lane.state, replay.report.report, item.version()));
  if (state.bugs.replay_reverts) overtaken.clear();
  LaneState told = lane.state;
  const InboundItem whole = meant;
  std::vector<std::string> left_out = TakeOut(overtaken, meant);
  NoteOvertaken(left_out, whole, replay.report, state, told);
  Effects effects = Step(std::move(told), state, "",
                         Reported{.item = &meant, .call = "", .replayed = &replay.report});
  LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared,
                             PrepareStep(lane, std::move(effects), item.key()));
  prepared.overtaken = std::move(left_out);
  return prepared;
}

absl::StatusOr<PreparedItem> Inbound::PrepareRepair(const StoredLane& lane,
                                                    const StoredDossier& stored,
                                                    const InboundItem* held, const Repair& repair,
                                                    const LinkState& state) const {
  Effects effects = Step(lane.state, state, "",
                         Reconciled{.held = held, .push = repair.push, .pull = repair.pull});
  if (repair.pull.empty()) {
    PreparedItem prepared{.dossier_id = lane.dossier_id};
    lanes_.Put(lane, effects.lane, prepared.set);
    prepared.set.conditions.push_back({store::Table::kDossier, {stored.id}, stored.version});
    return prepared;
  }
  InboundItem said = *held;
  *said.mutable_dossier() =
      domain::Extract(held->dossier(), {repair.pull.begin(), repair.pull.end()});
  said.clear_cleared();
  for (const std::string& path : repair.pull) {
    if (!domain::GetField(held->dossier(), path).has_value()) said.add_cleared(path);
  }
  const StoredLane told{
      .dossier_id = lane.dossier_id, .version = lane.version, .state = std::move(effects.lane)};
  const Replayed now{.report = told.state.reports()};
  effects = Step(told.state, state, "", Reported{.item = &said, .call = "", .replayed = &now});
  return PrepareStep(told, std::move(effects), said.key());
}

absl::StatusOr<Inbound::Violations> Inbound::CheckRead(const StoredLane& lane,
                                                       const StoredDossier& stored,
                                                       InboundItem& held) const {
  Violations faults = CheckItem(held, lane);
  if (!faults.empty()) return faults;
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane holder, lanes_.LoadByKey(held.key()));
  if (holder.version > 0 && holder.dossier_id != lane.dossier_id) {
    return Violations{{"", StrCat("its key ", held.key(), " is that of another dossier here")}};
  }
  return domain::MatchElements(stored.dossier, *held.mutable_dossier(), "");
}

absl::StatusOr<PreparedItem> Inbound::PrepareRead(const StoredLane& lane,
                                                  const StoredDossier& stored,
                                                  const InboundItem* held,
                                                  const adapter::v1::Representation& shown,
                                                  const LinkState& state) const {
  const StoredLane without{.dossier_id = lane.dossier_id,
                           .version = lane.version,
                           .state = Step(lane.state, state, "", ReadFirst{}).lane};
  PreparedItem prepared{.dossier_id = lane.dossier_id};
  if (held == nullptr) {
    lanes_.Put(without, without.state, prepared.set);
    return prepared;
  }
  InboundItem meant = *held;
  DropLists(state.unnamed_elements, *meant.mutable_dossier());
  LIENTHONG_ASSIGN_OR_RETURN(const Violations faults, CheckRead(lane, stored, meant));
  if (faults.empty()) {
    Effects effects = Step(lane.state, state, "", ReadFirst{.item = &meant, .shown = &shown});
    LIENTHONG_ASSIGN_OR_RETURN(prepared, PrepareStep(lane, std::move(effects), held->key()));
  } else {
    prepared = Refused(stored, faults);
  }
  if (!prepared.refused.has_value()) return prepared;
  prepared.dossier_id = lane.dossier_id;
  return PutLetter(*held, without, std::move(prepared));
}

absl::StatusOr<int64_t> Inbound::DossierOf(const InboundItem& item) const {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, FindLane(item));
  return lane.dossier_id;
}

absl::StatusOr<PreparedItem> Inbound::PrepareStep(const StoredLane& lane, Effects effects,
                                                  const std::string& key) const {
  PreparedItem prepared;
  prepared.dossier_id = lane.dossier_id;
  prepared.echoes = effects.echoes;
  prepared.answers = effects.lane.phase() != LaneState::PHASE_IDLE;
  const bool known = lane.state.source_version() > 0 && lane.state.key() == key;
  if (!effects.edit.has_value() && known) {
    lanes_.Put(lane, effects.lane, prepared.set);  // it only repeats what is known
    return prepared;
  }
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, StoredOf(lane));
  domain::Change change = effects.edit.value_or(domain::Change{});
  CompleteElements(stored.dossier, change);
  LIENTHONG_ASSIGN_OR_RETURN(const Violations faults, CheckChange(stored, change));
  if (!faults.empty()) return Refused(stored, faults);
  CodeReference local;
  local.set_kind(CodeReference::KIND_LOCAL_ID);
  local.set_code(key);
  AddCode(party_.name, std::move(local), stored.dossier, change);
  core::EditContext context = EditContextOf(options_.name, party_);
  context.base_revision = lane.state.confirmed_revision();
  absl::StatusOr<core::PreparedEdit> edit =
      core::PrepareEdit(engine_, stored, change, std::move(context));
  if (const Violations refusal = FaultsOf(edit.status()); !refusal.empty()) {
    return Refused(stored, refusal);
  }
  if (!edit.ok()) return edit.status();
  prepared.dossier_id = edit->id;
  const StoredLane target{.dossier_id = edit->id, .version = lane.version, .state = {}};
  LaneState next = std::move(effects.lane);
  if (effects.edit.has_value() && SaidAll(lane.state, next, stored, *effects.edit, *edit)) {
    Settle(edit->merge.next.revision(), next);
    prepared.answers = false;
  }
  lanes_.Put(target, next, edit->set);
  prepared.edit = *std::move(edit);
  return prepared;
}

absl::StatusOr<Inbound::Violations> Inbound::CheckChange(const StoredDossier& stored,
                                                         const domain::Change& change) const {
  if (stored.dossier.has_joined() && !(change.set.empty() && change.clear.empty())) {
    return Violations{{"", StrCat("this record was joined into ",
                                  stored.dossier.joined().survivor(), "; see to it there")}};
  }
  const bool creating = stored.version == 0;
  Violations faults = domain::Validate(change.dossier, creating, engine_.clock.Now(), "");
  if (creating && faults.empty()) return core::CheckCreate(party_, change.dossier, "");
  if (creating) return faults;
  for (FieldViolation& cleared : domain::ValidateClears(stored.dossier, change.clear, "")) {
    faults.push_back(std::move(cleared));
  }
  const std::string& code = change.dossier.code();
  const bool is_other =
      !code.empty() && domain::FoldCode(code) != domain::FoldCode(stored.dossier.code());
  if (is_other) {
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, FindId(code));
    if (id != stored.id) {
      faults.push_back({"code", "is not the shared code of the dossier that has this key"});
    }
  }
  return faults;
}

}  // namespace lienthong::sync
