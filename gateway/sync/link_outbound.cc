// The half of a link's engine that gives lanes their turns and sends what they decide.
#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"
#include "gateway/sync/local_ids.h"
#include "gateway/sync/target.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using storage::v1::JournalEntry;
using store::WriteSet;

constexpr int64_t kHistoryRowsMax = 1000;
constexpr size_t kAimsMax = 48;  // of tens of kilobytes each

}  // namespace

int64_t LinkEngine::Room() {
  const int batch = std::max(1, adapter_.capabilities().batch_items_max());
  const int calls = std::min(CallsAllowed() - calls_, RateRoom());
  return static_cast<int64_t>(calls) * batch - static_cast<int64_t>(outgoing_.size());
}

bool LinkEngine::MayTakeTurn(const Effects& effects) const {
  return MayDeliver() && effects.lane.phase() == LaneState::PHASE_READY &&
         !effects.deliver.has_value() && !effects.lane.has_next_attempt_time();
}

absl::Status LinkEngine::RunLanes() {
  const int64_t slots = Room();
  if (slots <= 0) return absl::OkStatus();
  decided_.clear();
  for (const LaneState::Phase phase : {LaneState::PHASE_UNKNOWN, LaneState::PHASE_READY}) {
    LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredLane> lanes,
                               lanes_.Due(phase, clock_.Now(), slots));
    for (StoredLane& lane : lanes) {
      if (static_cast<int64_t>(decided_.size()) >= slots) break;
      if (looking_up_.contains(lane.dossier_id)) continue;
      LIENTHONG_ASSIGN_OR_RETURN(Decided decided, RunLane(std::move(lane)));
      decided_.push_back(std::move(decided));
    }
  }
  std::vector<WriteSet> sets(decided_.size());
  for (size_t i = 0; i < decided_.size(); ++i) {
    PutStopped(decided_[i].lane.dossier_id, decided_[i].code, nullptr, decided_[i].effects,
               sets[i]);
    PutTasks(decided_[i].lane.dossier_id, decided_[i].code, decided_[i].effects, sets[i]);
    lanes_.Put(decided_[i].lane, decided_[i].effects.lane, sets[i]);
  }
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  for (size_t i = 0; i < decided_.size(); ++i) {
    kept_.Forget(decided_[i].lane.dossier_id);
    if (!committed[i]) {
      unsure_ = true;  // nobody else writes the link's lanes: a commit was made late
      continue;
    }
    Outgoing next{.dossier_id = decided_[i].lane.dossier_id,
                  .item = {},
                  .turns = 0,
                  .alone = decided_[i].effects.lane.attempts() > 0};
    if (decided_[i].effects.deliver.has_value()) {
      next.item = *std::move(decided_[i].effects.deliver);
      outgoing_.push_back(std::move(next));
    } else if (decided_[i].effects.look_up) {
      next.reports = decided_[i].effects.lane.reports();
      next.item.set_key(decided_[i].effects.lane.key());
      next.item.mutable_dossier()->set_code(decided_[i].code);
      if (MayCall()) LookUp(std::move(next));
    }
    kept_.Keep({.dossier_id = decided_[i].lane.dossier_id,
                .version = decided_[i].lane.version + 1,
                .state = std::move(decided_[i].effects.lane)});
  }
  SendOutgoing();
  return absl::OkStatus();
}

absl::StatusOr<std::vector<JournalEntry>> LinkEngine::EntriesAfter(int64_t dossier_id,
                                                                   int64_t revision,
                                                                   int64_t head) const {
  std::vector<JournalEntry> entries;
  for (int64_t read = revision; read < head;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                               engine_.store.Read({.table = store::Table::kJournal,
                                                   .index = 1,
                                                   .prefix = {dossier_id},
                                                   .after = read,
                                                   .at_most = head,
                                                   .limit_rows = kHistoryRowsMax}));
    if (rows.empty()) break;
    for (const store::Row& row : rows) {
      LIENTHONG_ASSIGN_OR_RETURN(JournalEntry entry, core::ReadEntry(engine_, row));
      read = entry.revision();
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

absl::StatusOr<LinkEngine::Known> LinkEngine::KnownOf(const StoredLane& lane) {
  const int64_t confirmed = lane.state.confirmed_revision();
  if (const auto kept = aims_.find(lane.dossier_id);
      kept != aims_.end() && kept->second.known.after <= confirmed) {
    return std::move(kept->second.known);
  }
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored,
                             core::LoadDossier(engine_, lane.dossier_id));
  Known known{.head = std::move(stored.dossier), .after = confirmed};
  LIENTHONG_ASSIGN_OR_RETURN(known.entries,
                             EntriesAfter(lane.dossier_id, confirmed, known.head.revision()));
  return known;
}

absl::StatusOr<const LinkEngine::Aim*> LinkEngine::AimOf(const StoredLane& lane) {
  const bool unanswered = lane.state.phase() == LaneState::PHASE_UNKNOWN;
  const Aim::Place place{
      .confirmed = lane.state.confirmed_revision(),
      .refused = std::max(lane.state.refused_revision(), lane.state.stopped_revision()),
      .unanswered = unanswered ? lane.state.intent().revision() : 0};
  if (const auto kept = aims_.find(lane.dossier_id);
      kept != aims_.end() && kept->second.place == place) {
    return &kept->second;
  }
  Aim aim{.place = place};
  LIENTHONG_ASSIGN_OR_RETURN(aim.known, KnownOf(lane));
  aims_.erase(lane.dossier_id);
  const int64_t from = std::max(place.confirmed, place.refused);
  const int64_t wanted =
      unanswered ? place.unanswered : TargetRevision(aim.known.entries, from, bugs_);
  aim.target = GoBack(aim.known.head, aim.known.entries, std::max(wanted, place.confirmed),
                      StrCat("link/", options_.name));
  aim.shown = adapter_.Represent(aim.target.dossier);
  if (bugs_.truncation_is_edit) *aim.shown.mutable_dossier() = aim.target.dossier;
  if (!adapter_.capabilities().patch() && !aim.target.later.empty()) {
    Dossier head = aim.known.head;
    DropLocalIds(head);
    aim.head_shown = adapter_.Represent(head);
    if (aim.head_shown->has_error()) aim.head_shown.reset();  // its own turn will tell
  }
  if (aims_.size() >= kAimsMax) aims_.clear();
  return &aims_.emplace(lane.dossier_id, std::move(aim)).first->second;
}

absl::StatusOr<LinkEngine::Decided> LinkEngine::RunLane(StoredLane lane) {
  LIENTHONG_ASSIGN_OR_RETURN(const Aim* aim, AimOf(lane));
  Decided decided{.lane = {.dossier_id = lane.dossier_id, .version = lane.version, .state = {}},
                  .effects = {},
                  .code = aim->known.head.code()};
  decided.effects =
      Step(std::move(lane.state), StateNow(), LaneName(lane.dossier_id),
           Turn{.target = &aim->target.dossier,
                .shown = &aim->shown,
                .head_revision = aim->known.head.revision(),
                .later = aim->target.later,
                .head_shown = aim->head_shown.has_value() ? &*aim->head_shown : nullptr,
                .acts = ActsAmong(aim->known.entries, aim->place.confirmed,
                                  aim->target.dossier.revision()),
                .is_closed = aim->known.head.has_voiding() || aim->known.head.has_joined()});
  if (decided.effects.deliver.has_value()) {
    adapter::v1::OutboundItem& item = *decided.effects.deliver;
    item.set_traceparent(TraceOfDelivery(aim->known.entries, aim->place.confirmed, item));
  }
  return decided;
}

// What finds no place stays for the next tick. An item whose last call failed goes alone: in one
// call with others it could make them fail again.
void LinkEngine::SendOutgoing() {
  const size_t batch = static_cast<size_t>(std::max(1, adapter_.capabilities().batch_items_max()));
  std::vector<std::vector<Outgoing>> calls;
  bool open = false;  // the last call takes more
  for (Outgoing& next : std::exchange(outgoing_, {})) {
    if (!open || next.alone) calls.emplace_back();
    open = !next.alone && calls.back().size() + 1 < batch;
    calls.back().push_back(std::move(next));
  }
  const int places = std::min(CallsAllowed() - calls_, RateRoom());
  for (size_t i = 0; i < calls.size(); ++i) {
    if (static_cast<int>(i) < places && MayCall()) {
      SendItems(std::move(calls[i]));
    } else {
      std::move(calls[i].begin(), calls[i].end(), std::back_inserter(outgoing_));
    }
  }
}

void LinkEngine::SendItems(std::vector<Outgoing> items) {
  adapter::v1::DeliverRequest request;
  for (const Outgoing& sent : items) {
    *request.add_items() = sent.item;
    LogDelivery("delivery_sent", sent.item, "");
    sent_.insert(sent.dossier_id);
  }
  const int64_t number = BeginCall(
      {.kind = UnderWay::Kind::kDeliver, .sent = std::move(items), .is_probe = writes_.open()});
  PassFailpoint(Failpoint::kIntentDurable);
  adapter_.Deliver(request, CallDeadline(), AnswerTo(number, &Completion::delivered));
}

void LinkEngine::LookUp(Outgoing lane) {
  adapter::v1::LookUpRequest request;
  auto& key = *request.add_keys();
  key.set_key(lane.item.key());
  key.set_code(lane.item.dossier().code());
  looking_up_.insert(lane.dossier_id);
  UnderWay call{.kind = UnderWay::Kind::kLookUp, .is_probe = writes_.open()};
  call.sent.push_back(std::move(lane));
  const int64_t number = BeginCall(std::move(call));
  adapter_.LookUp(request, CallDeadline(), AnswerTo(number, &Completion::looked_up));
}

}  // namespace lienthong::sync
