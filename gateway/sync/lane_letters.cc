#include "gateway/sync/lane_letters.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using storage::v1::DeadLetterRecord;
using storage::v1::ShadowField;

constexpr int64_t kEntriesMax = 200;  // of one read
constexpr int kJournalByDossier = 1;  // as in tables.cc

using Digests = std::map<std::string, std::string>;  // of what was refused, by path

// Fields that name the dossier go with every item.
bool IsName(std::string_view path) { return path == "code" || path == "receipt_number"; }

Digests DigestsOfElements(const Dossier& dossier) {
  Digests digests;
  std::vector<const FieldDescriptor*> present;
  dossier.GetReflection()->ListFields(dossier, &present);
  for (const FieldDescriptor* list : present) {
    if (!list->is_repeated() || list->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const FieldDescriptor* id = list->message_type()->FindFieldByName("id");
    if (id == nullptr) continue;
    for (int i = 0; i < dossier.GetReflection()->FieldSize(dossier, list); ++i) {
      const Message& element = dossier.GetReflection()->GetRepeatedMessage(dossier, list, i);
      digests.emplace(
          StrCat(list->name(), "[", element.GetReflection()->GetString(element, id), "]"),
          ValueDigest(element.SerializeAsString()));
    }
  }
  return digests;
}

// What of an item is not what we believe to be there. Where single fields are taken, its names are
// not given up with the others.
Digests DigestsOfFields(const adapter::v1::OutboundItem& sent, bool patch, const LaneState& lane) {
  Digests digests;
  const Beliefs beliefs = BeliefsOf(lane);
  const auto add = [&](const std::string& path, std::string digest) {
    const auto belief = beliefs.find(path);
    const bool there = (belief == beliefs.end() ? "" : belief->second) == digest;
    if (!there && !(patch && IsName(path))) digests.emplace(path, std::move(digest));
  };
  for (const auto& [path, value] : domain::Flatten(sent.dossier())) add(path, ValueDigest(value));
  for (const std::string& path : sent.cleared()) add(path, "");
  return digests;
}

// What may not stand there although it was sent, as it would be sent now.
Digests DigestsOfDoubts(const adapter::v1::Representation& shown, const LaneState& lane) {
  const domain::FieldMap values = domain::Flatten(shown.dossier());
  Digests digests;
  for (const ShadowField& field : lane.shadow()) {
    if (BeliefOf(field) != kUncertain) continue;
    const auto value = values.find(field.path());
    digests.emplace(field.path(), value == values.end() ? "" : ValueDigest(value->second));
  }
  return digests;
}

// Whether one of the two is the other, or within it: `steps[a1].content` and `steps[a1]`.
bool AreOne(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  return !a.empty() && b.starts_with(a) &&
         (a.size() == b.size() || b[a.size()] == '.' || b[a.size()] == '[');
}

// Those that a field at fault names; none when it is no path of ours.
Digests Named(const Digests& refused, std::string_view field) {
  Digests named;
  for (const auto& [path, digest] : refused) {
    if (AreOne(path, field)) named.emplace(path, digest);
  }
  return named;
}

// Whether a field was told otherwise, or given up, since it was refused late.
bool IsSettled(std::string_view path, const LaneState& lane) {
  return std::any_of(lane.shadow().begin(), lane.shadow().end(), [path](const ShadowField& field) {
    return AreOne(field.path(), path) && BeliefOf(field) != kUncertain;
  });
}

void MakeReady(const Place& place, LaneState& lane) {
  lane.set_phase(LaneState::PHASE_READY);
  lane.set_attempts(0);
  lane.clear_next_attempt_time();
  if (lane.has_pending_since()) return;  // what a dead letter held up waits for longer already
  *lane.mutable_pending_since() = domain::ToProto(place.now);
  lane.set_pending_sequence(place.sequence);
}

// A revision counts as dealt with.
void Skip(int64_t revision, const Place& place, LaneState& lane) {
  if (HasRecord(lane)) {
    lane.set_confirmed_revision(std::max(lane.confirmed_revision(), revision));
  } else {
    lane.set_refused_revision(std::max(lane.refused_revision(), revision));
  }
  if (lane.wanted_revision() > revision) return MakeReady(place, lane);
  lane.set_phase(LaneState::PHASE_IDLE);
  lane.set_attempts(0);
  lane.clear_next_attempt_time();
  lane.clear_pending_since();
  lane.clear_pending_sequence();
}

}  // namespace

void StopFor(Stop stop, Effects& effects) {
  LaneState& lane = effects.lane;
  lane.set_phase(LaneState::PHASE_DEAD);
  lane.clear_later_since();
  effects.stop = std::move(stop);
  effects.deliver.reset();
}

std::set<std::string> PathsToldSince(const LaneState& lane, int64_t report, int64_t version) {
  std::set<std::string> paths;
  if (version > std::max(lane.source_version(), lane.delivered_version())) return paths;
  for (const ShadowField& field : lane.shadow()) {
    if (field.taken() > report) paths.insert(field.path());
  }
  return paths;
}

absl::StatusOr<std::set<std::string>> PathsChangedSince(const core::Engine& engine,
                                                        int64_t dossier_id, absl::Time since,
                                                        const std::set<int64_t>& but_for) {
  std::set<std::string> paths;
  std::optional<store::Value> at_most;
  while (dossier_id != 0) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                               engine.store.Read({.table = store::Table::kJournal,
                                                  .index = kJournalByDossier,
                                                  .prefix = {dossier_id},
                                                  .after = {},
                                                  .at_most = at_most,
                                                  .limit_rows = kEntriesMax,
                                                  .descending = true}));
    for (const store::Row& row : rows) {
      LIENTHONG_ASSIGN_OR_RETURN(const storage::v1::JournalEntry entry,
                                 core::ReadEntry(engine, row));
      if (domain::FromProto(entry.time()) <= since || entry.revision() == 1) return paths;
      at_most = entry.revision() - 1;
      if (but_for.contains(entry.revision())) continue;
      paths.insert(entry.paths().begin(), entry.paths().end());
    }
    if (static_cast<int64_t>(rows.size()) < kEntriesMax) break;
  }
  return paths;
}

absl::StatusOr<std::set<int64_t>> RevisionsOfOlder(const core::Engine& engine,
                                                   std::string_view link, int64_t dossier_id,
                                                   int64_t report) {
  std::set<int64_t> revisions;
  std::string token;
  while (dossier_id != 0) {
    LIENTHONG_ASSIGN_OR_RETURN(const core::ActPage page,
                               core::ListActs(engine, dossier_id, kEntriesMax, token));
    for (const storage::v1::ActRecord& act : page.acts) {
      const bool is_older = act.letter().link() == link && act.letter().taken() < report;
      if (act.kind() == kActReplay && is_older) revisions.insert(act.revision());
    }
    token = page.next_token;
    if (token.empty()) break;
  }
  return revisions;
}

std::vector<std::string> TakeOut(const std::set<std::string>& paths,
                                 adapter::v1::InboundItem& item) {
  std::vector<std::string> said;
  for (const auto& [path, value] : domain::Flatten(item.dossier())) {
    if (paths.contains(path)) said.push_back(path);
  }
  for (const std::string& path : said) {
    domain::ClearField(*item.mutable_dossier(), path).IgnoreError();  // a path of Flatten
  }
  auto& cleared = *item.mutable_cleared();
  const auto kept = std::stable_partition(cleared.begin(), cleared.end(),
                                          [&](const auto& path) { return !paths.contains(path); });
  said.insert(said.end(), kept, cleared.end());
  cleared.erase(kept, cleared.end());
  return said;
}

void NoteOvertaken(const std::vector<std::string>& paths, const adapter::v1::InboundItem& item,
                   const Replayed& replayed, const LinkState& link, LaneState& lane) {
  const domain::FieldMap told = domain::Flatten(item.dossier());
  Shadow shadow(lane);
  bool came_back = false;
  for (const std::string& path : paths) {
    const auto value = told.find(path);
    const std::string digest = replayed.corrected.contains(path) ? std::string(kUncertain)
                               : value == told.end()             ? ""
                                                                 : ValueDigest(value->second);
    ShadowField& field = shadow.At(path);
    came_back = NoteCameBack(digest, replayed.report, field) ||
                NoteStands(digest, replayed.report, field) || came_back;
  }
  PruneShadow(lane);
  if (!came_back) return;
  const bool calling =
      lane.phase() == LaneState::PHASE_IN_FLIGHT || lane.phase() == LaneState::PHASE_UNKNOWN;
  if (lane.phase() == LaneState::PHASE_IDLE) {
    MakeReady({.now = link.wall, .sequence = link.sequence}, lane);
  } else if (calling && !lane.has_later_since()) {
    *lane.mutable_later_since() = domain::ToProto(link.wall);
  }
}

void TryAgain(const Place& place, LaneState& lane) {
  lane.clear_dead_letter_id();
  lane.clear_refused_revision();
  MakeReady(place, lane);
  if (lane.has_intent()) lane.set_phase(LaneState::PHASE_UNKNOWN);  // it stopped unanswered
}

void GoOnWithout(const DeadLetterRecord& letter, const Abilities& can, const Place& place,
                 LaneState& lane) {
  lane.clear_dead_letter_id();
  storage::v1::Intent held;  // stopped without an answer
  held.Swap(lane.mutable_intent());
  lane.clear_intent();
  Digests refused;
  if (letter.has_sent()) {
    refused = letter.sent().appends() ? DigestsOfElements(letter.sent().dossier())
                                      : DigestsOfFields(letter.sent(), can.patch, lane);
  } else if (letter.revision() == 0 && can.shown != nullptr) {
    refused = DigestsOfDoubts(*can.shown, lane);
  }
  if (!letter.has_sent() && held.appends()) {
    for (const storage::v1::IntentField& element : held.fields()) {
      refused.emplace(element.path(), element.digest());
    }
  }
  const Digests named =
      can.patch || letter.sent().appends() ? Named(refused, letter.field()) : Digests();
  if (!named.empty()) refused = named;
  const bool is_late = !letter.has_sent() && letter.revision() == 0;
  if (is_late && can.patch && named.empty() && IsSettled(letter.field(), lane)) {
    refused.clear();  // what came with it is at no fault
  }
  // Where there is no record yet, one begins whole, or without the one field that is at fault.
  const bool begins = lane.key().empty() && lane.confirmed_revision() == 0;
  if (begins && named.empty()) {
    lane.clear_shadow();
    adapter::v1::Loss& loss = *lane.add_losses();
    loss.set_path(letter.field());
    loss.set_description("was refused there, and an operator has given it up: no record was made");
    return Skip(letter.revision() > 0 ? letter.revision() : lane.wanted_revision(), place, lane);
  }
  if (refused.empty() && letter.revision() > 0) return Skip(letter.revision(), place, lane);
  Shadow shadow(lane);
  for (const auto& [path, digest] : refused) GiveUp(digest, shadow.At(path));
  MakeReady(place, lane);
}

}  // namespace lienthong::sync
