#include "gateway/sync/letters.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_join.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/mask.h"
#include "gateway/core/notices.h"
#include "gateway/core/overrule.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/validate.h"
#include "gateway/sync/counterpart_edit.h"
#include "gateway/sync/lane_letters.h"
#include "gateway/sync/lane_store.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using core::StoredDossier;
using storage::v1::DeadLetterRecord;
using store::Table;

constexpr const char* kHadGoneOn = "the lane had gone on already";

bool IsInbound(const DeadLetterRecord& record) {
  return record.direction() == v1::DeadLetter::DIRECTION_INBOUND;
}

bool HasEdit(const v1::LetterEdit& edit) { return !edit.raw().empty() || edit.has_dossier(); }

// Adds to a commit that the letter is closed, and by whom.
void Close(core::Engine& engine, const LetterAct& act, const std::string& result,
           PreparedLetter& prepared) {
  store::WriteSet& set = prepared.writes();
  const DeadLetterRecord& letter = prepared.letter.record;
  set.conditions.push_back({Table::kDeadLetter, {prepared.letter.id}, prepared.letter.version});
  LaneStore(engine, letter.link()).RemoveDeadLetter(prepared.letter.id, set);
  storage::v1::ActRecord record;
  record.set_actor(act.actor);
  record.set_kind(act.kind);
  record.set_target(prepared.letter.id);
  record.set_reason(act.reason);
  *record.mutable_time() = domain::ToProto(engine.clock.Now());
  record.set_dossier_id(prepared.dossier_id);
  record.set_code(letter.code());
  record.set_request_id(act.request_id);
  record.set_result(result);
  if (prepared.edit.has_value() && prepared.edit->changed) {
    record.set_revision(prepared.edit->merge.next.revision());
  }
  *record.mutable_letter() = letter;
  core::PutAct(engine, record, set);
}

std::string ResultOf(const PreparedLetter& prepared, bool edited) {
  const bool changed = prepared.edit.has_value() && prepared.edit->changed;
  const bool has_conflicts = prepared.edit.has_value() && !prepared.edit->conflict_paths.empty();
  std::string result = changed ? "changed the dossier" : "changed nothing in the dossier";
  if (edited && changed) StrAppend(result, "; edited");
  if (edited && !changed && !has_conflicts && prepared.overtaken.empty()) {
    StrAppend(result, ": it says already what was edited");
  }
  if (has_conflicts) {
    StrAppend(result, "; conflicts: ", absl::StrJoin(prepared.edit->conflict_paths, ", "));
  }
  if (!prepared.overtaken.empty()) {
    StrAppend(result, "; overtaken: ", absl::StrJoin(prepared.overtaken, ", "));
  }
  if (prepared.delivers && !IsInbound(prepared.letter.record)) {
    StrAppend(result, "; goes out again, and is a dead letter again if it is refused again");
  }
  return result;
}

// What an edit's dossier and mask ask for.
absl::StatusOr<domain::Change> ChangeOf(const v1::LetterEdit& edit) {
  if (edit.update_mask().paths().empty()) {
    return FieldInvalid("edit.update_mask", "must name the fields of edit.dossier that are meant");
  }
  std::vector<FieldViolation> bad;
  domain::Change change = core::ChangeFromMask(edit.dossier(), edit.update_mask(), bad);
  if (!bad.empty()) return FieldsInvalid(std::move(bad));
  return change;
}

// An item, and the fields of which it says otherwise than the counterpart did.
struct MeantItem {
  InboundItem item;
  std::set<std::string> corrected;
};

// One that was not understood may be by now: the adapter or its tables may have been mended.
absl::StatusOr<InboundItem> Understand(const sdk::Adapter& adapter, const DeadLetterRecord& letter,
                                       const std::string& raw) {
  adapter::v1::InterpretRequest request;
  request.set_key(letter.key());
  request.set_version(letter.item().version());
  request.set_raw(raw);
  LIENTHONG_ASSIGN_OR_RETURN(InboundItem item, adapter.Interpret(request));
  if (item.key().empty()) item.set_key(letter.key());
  if (item.version() == 0) item.set_version(letter.item().version());
  item.set_raw(raw);
  return item;
}

std::set<std::string> FieldsThatDiffer(const InboundItem& a, const InboundItem& b) {
  const domain::FieldMap before = domain::Flatten(a.dossier());
  const domain::FieldMap after = domain::Flatten(b.dossier());
  std::set<std::string> paths;
  for (const auto& [path, value] : after) {
    const auto found = before.find(path);
    if (found == before.end() || found->second != value) paths.insert(path);
  }
  for (const auto& [path, value] : before) {
    if (!after.contains(path)) paths.insert(path);
  }
  return paths;
}

absl::StatusOr<MeantItem> WithRaw(const sdk::Adapter& adapter, const DeadLetterRecord& letter,
                                  const std::string& raw) {
  absl::StatusOr<InboundItem> item = Understand(adapter, letter, raw);
  if (absl::IsUnimplemented(item.status())) {
    return FieldInvalid("edit.raw", "is not possible for this link; edit fields of the dossier");
  }
  if (!item.ok()) return item.status();
  std::set<std::string> corrected = FieldsThatDiffer(letter.item(), *item);
  return MeantItem{.item = *std::move(item), .corrected = std::move(corrected)};
}

// Who made a revision of a dossier; empty when it is not known.
absl::StatusOr<std::string> AuthorOf(const core::Engine& engine, int64_t dossier_id,
                                     int64_t revision) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine.store.Read({.table = Table::kJournal,
                                                .index = 1,
                                                .prefix = {dossier_id, revision},
                                                .after = {},
                                                .at_most = {},
                                                .limit_rows = 1}));
  if (rows.empty()) return "";
  LIENTHONG_ASSIGN_OR_RETURN(const storage::v1::JournalEntry entry,
                             core::ReadEntry(engine, rows[0]));
  return entry.actor();
}

// What was not understood says only what the operator says in its place.
absl::StatusOr<MeantItem> WithFields(const v1::LetterEdit& edit, InboundItem item) {
  LIENTHONG_ASSIGN_OR_RETURN(const domain::Change change, ChangeOf(edit));
  if (item.has_error()) {
    item.clear_error();
    item.clear_dossier();
    item.clear_cleared();
  }
  MeantItem meant{.item = std::move(item), .corrected = {change.set.begin(), change.set.end()}};
  meant.corrected.insert(change.clear.begin(), change.clear.end());
  domain::Overlay(change.dossier, {meant.corrected.begin(), meant.corrected.end()},
                  *meant.item.mutable_dossier());
  auto& cleared = *meant.item.mutable_cleared();
  cleared.erase(std::remove_if(cleared.begin(), cleared.end(),
                               [&](const auto& path) { return meant.corrected.contains(path); }),
                cleared.end());
  for (const std::string& path : change.clear) *cleared.Add() = path;
  return meant;
}

absl::StatusOr<MeantItem> MeantBy(const LetterLink& link, const DeadLetterRecord& letter,
                                  const v1::LetterEdit& edit) {
  if (!edit.raw().empty()) return WithRaw(link.adapter, letter, edit.raw());
  InboundItem item = letter.item();
  if (item.has_error() && !item.raw().empty()) {
    absl::StatusOr<InboundItem> now = Understand(link.adapter, letter, item.raw());
    if (now.ok()) item = *std::move(now);
  }
  if (edit.has_dossier()) return WithFields(edit, std::move(item));
  return MeantItem{.item = std::move(item), .corrected = {}};
}

absl::StatusOr<PreparedLetter> ReplayInbound(const LetterLink& link, StoredLetter letter,
                                             const LetterAct& act) {
  const DeadLetterRecord& record = letter.record;
  LIENTHONG_ASSIGN_OR_RETURN(MeantItem meant, MeantBy(link, record, act.edit));
  // A row of a feed that was met again is as old as before; who calls again says it now.
  const bool is_row = meant.item.version() > 0;
  const auto& came = record.has_last_time() && !is_row ? record.last_time() : record.time();
  LIENTHONG_ASSIGN_OR_RETURN(
      PreparedItem item,
      link.inbound.PrepareReplay(
          meant.item,
          {.report = {.report = record.taken(), .corrected = std::move(meant.corrected)},
           .came = domain::FromProto(came)},
          link.state));
  PreparedLetter prepared{.letter = std::move(letter),
                          .edit = std::move(item.edit),
                          .set = std::move(item.set),
                          .dossier_id = item.dossier_id,
                          .fault = std::move(item.refused),
                          .overtaken = std::move(item.overtaken),
                          .delivers = item.answers};
  if (prepared.fault.has_value()) return prepared;
  Close(link.engine, act, ResultOf(prepared, HasEdit(act.edit)), prepared);
  return prepared;
}

// The lane that a letter stops; nothing when it has gone on meanwhile.
absl::StatusOr<std::optional<StoredLane>> StoppedLane(core::Engine& engine,
                                                      const StoredLetter& letter) {
  if (letter.record.dossier_id() == 0) return std::nullopt;
  LIENTHONG_ASSIGN_OR_RETURN(
      StoredLane lane, LaneStore(engine, letter.record.link()).Load(letter.record.dossier_id()));
  if (lane.state.dead_letter_id() != letter.id) return std::nullopt;
  return lane;
}

// What the operator corrects in the dossier, before it goes out again.
absl::StatusOr<core::PreparedEdit> Correct(const LetterLink& link, const StoredDossier& stored,
                                           const LetterAct& act) {
  if (!act.edit.raw().empty()) {
    return FieldInvalid("edit.raw", "is for items from the counterpart; edit the dossier's fields");
  }
  if (stored.version == 0) {
    return absl::FailedPreconditionError("it is not known which dossier this letter is about");
  }
  LIENTHONG_ASSIGN_OR_RETURN(domain::Change change, ChangeOf(act.edit));
  return core::PrepareOverrule(link.engine, stored, std::move(change), act.actor, act.reason);
}

absl::StatusOr<PreparedLetter> ReplayOutbound(const LetterLink& link, StoredLetter letter,
                                              const LetterAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored,
                             core::LoadDossier(link.engine, letter.record.dossier_id()));
  LIENTHONG_ASSIGN_OR_RETURN(std::optional<StoredLane> lane, StoppedLane(link.engine, letter));
  PreparedLetter prepared{.letter = std::move(letter), .dossier_id = stored.id};
  if (HasEdit(act.edit)) {
    LIENTHONG_ASSIGN_OR_RETURN(prepared.edit, Correct(link, stored, act));
  }
  const auto& then = prepared.edit.has_value() ? prepared.edit->merge.next : stored.dossier;
  const adapter::v1::Representation shown = link.adapter.Represent(then);
  if (shown.has_error()) {
    prepared.fault = Stop{shown.error().field(), shown.error().reason()};
    return prepared;
  }
  prepared.delivers = lane.has_value() || prepared.edit.has_value();
  if (lane.has_value()) {
    LaneState next = lane->state;
    TryAgain({.now = link.state.now, .sequence = link.state.sequence}, next);
    if (!prepared.edit.has_value()) next.clear_stopped_revision();  // as it was
    LaneStore(link.engine, prepared.letter.record.link()).Put(*lane, next, prepared.writes());
  }
  Close(link.engine, act,
        lane.has_value() ? ResultOf(prepared, HasEdit(act.edit)) : std::string(kHadGoneOn),
        prepared);
  return prepared;
}

// The item counts as looked at: a page of the feed that brings it again says nothing new.
absl::Status PassOver(core::Engine& engine, PreparedLetter& prepared) {
  const DeadLetterRecord& letter = prepared.letter.record;
  const LaneStore lanes(engine, letter.link());
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes.LoadByKey(letter.key()));
  if (lane.version == 0) return absl::OkStatus();
  LaneState next = lane.state;
  next.set_source_version(std::max(next.source_version(), letter.item().version()));
  lanes.Put(lane, next, prepared.set);
  return absl::OkStatus();
}

// Who sent the item is told, and whose counterpart it was for.
absl::Status Tell(const core::Engine& engine, const LetterAct& act, PreparedLetter& prepared) {
  const DeadLetterRecord& letter = prepared.letter.record;
  const core::Party* counterpart = engine.parties.OfActor(StrCat("link/", letter.link()));
  const core::Party* sender = counterpart;
  if (!IsInbound(letter)) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::string author,
                               AuthorOf(engine, letter.dossier_id(), letter.revision()));
    sender = engine.parties.OfActor(author);
  }
  storage::v1::NoticeRecord told;
  told.set_dossier_id(prepared.dossier_id);
  adapter::v1::Notice& notice = *told.mutable_notice();
  notice.set_kind(adapter::v1::Notice::KIND_LETTER_DISCARDED);
  notice.set_path(letter.field());
  notice.set_party(sender == nullptr ? "" : sender->name);
  notice.set_result("DISCARDED");
  *notice.mutable_time() = domain::ToProto(engine.clock.Now());
  core::PutNotices(engine, {counterpart, sender}, act.id, std::move(told), prepared.writes());
  return absl::OkStatus();
}

// False when the lane had gone on already.
absl::StatusOr<bool> GiveUpSent(core::Engine& engine, const LetterLink* link,
                                PreparedLetter& prepared) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::optional<StoredLane> lane,
                             StoppedLane(engine, prepared.letter));
  if (!lane.has_value()) return false;
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored,
                             core::LoadDossier(engine, lane->dossier_id));
  Abilities can;
  Place place{.now = engine.clock.Now()};
  adapter::v1::Representation shown;
  if (link != nullptr) {
    shown = link->adapter.Represent(stored.dossier);
    can = {.patch = link->state.patch, .shown = shown.has_error() ? nullptr : &shown};
    place.sequence = link->state.sequence;
  }
  LaneState next = lane->state;
  GoOnWithout(prepared.letter.record, can, place, next);
  LaneStore(engine, prepared.letter.record.link()).Put(*lane, next, prepared.set);
  return true;
}

}  // namespace

absl::StatusOr<StoredLetter> ReadLetter(const core::Engine& engine, const store::Row& row) {
  StoredLetter letter{
      .id = std::get<std::string>(row.columns[0]), .version = row.version, .record = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine, 0, row.body, letter.record));
  return letter;
}

absl::StatusOr<StoredLetter> FindLetter(const core::Engine& engine, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const store::Row row, engine.store.Get(Table::kDeadLetter, {id}));
  if (row.version == 0) return NotFound("letter", id);
  return ReadLetter(engine, row);
}

absl::StatusOr<PreparedLetter> PrepareReplay(const LetterLink& link, StoredLetter letter,
                                             const LetterAct& act) {
  return IsInbound(letter.record) ? ReplayInbound(link, std::move(letter), act)
                                  : ReplayOutbound(link, std::move(letter), act);
}

absl::StatusOr<PreparedLetter> PrepareDiscard(core::Engine& engine, const LetterLink* link,
                                              StoredLetter letter, const LetterAct& act) {
  PreparedLetter prepared{.letter = std::move(letter)};
  prepared.dossier_id = prepared.letter.record.dossier_id();
  bool stood = true;
  if (IsInbound(prepared.letter.record)) {
    LIENTHONG_RETURN_IF_ERROR(PassOver(engine, prepared));
  } else {
    LIENTHONG_ASSIGN_OR_RETURN(stood, GiveUpSent(engine, link, prepared));
  }
  Close(engine, act, stood ? "given up" : kHadGoneOn, prepared);
  if (stood) LIENTHONG_RETURN_IF_ERROR(Tell(engine, act, prepared));
  return prepared;
}

}  // namespace lienthong::sync
