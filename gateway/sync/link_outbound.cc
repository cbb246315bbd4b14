// The half of a link's engine that gives lanes their turns and takes the answers.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;
using storage::v1::JournalEntry;
using store::WriteSet;

constexpr int64_t kHistoryRowsMax = 1000;

bool IsSuccess(const ItemOutcome& outcome) {
  return outcome.outcome() == adapter::v1::OUTCOME_APPLIED ||
         outcome.outcome() == adapter::v1::OUTCOME_DUPLICATE;
}

// A call that failed as a whole, as the outcome of each of its items. What may have reached the
// counterpart is UNKNOWN.
ItemOutcome OutcomeOf(const absl::Status& status) {
  ItemOutcome outcome;
  outcome.set_reason(std::string(status.message()));
  if (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status)) {
    outcome.set_outcome(adapter::v1::OUTCOME_NOT_AUTHORISED);
  } else if (absl::IsResourceExhausted(status)) {
    outcome.set_outcome(adapter::v1::OUTCOME_RETRY_AFTER);
    const std::optional<absl::Duration> wait = DetailsOf(status).retry_after;
    if (wait.has_value()) outcome.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(*wait));
  } else {
    outcome.set_outcome(adapter::v1::OUTCOME_UNKNOWN);
  }
  return outcome;
}

std::string RawOf(const OutboundItem& item) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(item, &json, options);
  return status.ok() ? json : item.delivery_id();
}

}  // namespace

absl::Status LinkEngine::RunLanes() {
  const int batch = std::max(1, adapter_.capabilities().batch_items_max());
  const int64_t slots = static_cast<int64_t>(CallsAllowed() - calls_) * batch;
  if (slots <= 0) return absl::OkStatus();
  decided_.clear();
  for (const LaneState::Phase phase : {LaneState::PHASE_UNKNOWN, LaneState::PHASE_READY}) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredLane> lanes,
                               lanes_.Due(phase, engine_.clock.Now(), slots));
    for (const StoredLane& lane : lanes) {
      if (static_cast<int64_t>(decided_.size()) >= slots) break;
      if (!looking_up_.contains(lane.dossier_id)) LIENTHONG_RETURN_IF_ERROR(RunLane(lane));
    }
  }
  std::vector<WriteSet> sets;
  for (Decided& decided : decided_) {
    WriteSet set;
    if (decided.effects.stop.has_value()) {
      storage::v1::DeadLetterRecord record;
      record.set_direction(v1::DeadLetter::DIRECTION_OUTBOUND);
      record.set_code(decided.code);
      record.set_key(decided.lane.state.key());
      record.set_field(decided.effects.stop->field);
      record.set_reason(decided.effects.stop->reason);
      const std::string identity =
          StrCat("out\n", decided.lane.dossier_id, "\n", decided.lane.state.deliveries());
      decided.effects.lane.set_dead_letter_id(
          lanes_.PutDeadLetter(std::move(record), identity, set));
    }
    lanes_.Put(decided.lane, decided.effects.lane, set);
    sets.push_back(std::move(set));
  }
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  size_t kept = 0;
  for (size_t i = 0; i < decided_.size(); ++i) {
    if (!committed[i]) continue;
    if (kept != i) decided_[kept] = std::move(decided_[i]);
    ++kept;
  }
  decided_.resize(kept);
  return SendDecided();
}

// The dossier at the revision that the lane's next delivery brings the counterpart to.
absl::StatusOr<LinkEngine::Target> LinkEngine::TargetOf(const StoredLane& lane) const {
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored,
                             core::LoadDossier(engine_, lane.dossier_id));
  const int64_t head = stored.dossier.revision();
  const int64_t confirmed = lane.state.confirmed_revision();
  Target result{.dossier = std::move(stored.dossier), .head_revision = head, .later = {}};
  if (confirmed >= head) return result;
  std::vector<JournalEntry> entries;
  for (int64_t read = confirmed; read < head;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                               engine_.store.Read({.table = store::Table::kJournal,
                                                   .index = 1,
                                                   .prefix = {lane.dossier_id},
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
  const bool unanswered = lane.state.phase() == LaneState::PHASE_UNKNOWN;
  const int64_t target =
      unanswered ? lane.state.intent().revision() : TargetRevision(entries, confirmed, bugs_);
  const std::string self = StrCat("link/", options_.name);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->revision() <= target) break;
    const std::vector<std::string> paths(entry->paths().begin(), entry->paths().end());
    domain::Overlay(entry->before(), paths, result.dossier);
    for (const std::string& path : paths) {
      if (path != "status" || entry->actor() == self) result.later.insert(path);
    }
  }
  result.dossier.set_revision(std::max(target, confirmed));
  return result;
}

absl::Status LinkEngine::RunLane(const StoredLane& lane) {
  LIENTHONG_ASSIGN_OR_RETURN(Target target, TargetOf(lane));
  const adapter::v1::Representation shown = adapter_.Represent(target.dossier);
  Decided decided{.lane = lane, .effects = {}, .code = target.dossier.code()};
  decided.effects = Step(lane.state, StateNow(), LaneName(lane.dossier_id),
                         Turn{.target = &target.dossier,
                              .shown = &shown,
                              .head_revision = target.head_revision,
                              .later = std::move(target.later)});
  decided_.push_back(std::move(decided));
  return absl::OkStatus();
}

absl::Status LinkEngine::SendDecided() {
  const size_t batch = static_cast<size_t>(std::max(1, adapter_.capabilities().batch_items_max()));
  const absl::Time deadline = engine_.clock.Now() + options_.call_timeout;
  std::vector<std::pair<int64_t, OutboundItem>> items;
  const auto send = [&] {
    if (items.empty()) return;
    adapter::v1::DeliverRequest request;
    for (const auto& [id, item] : items) *request.add_items() = item;
    ++calls_;
    mailbox_->Begin();
    adapter_.Deliver(request, deadline,
                     [mailbox = mailbox_, sent = std::move(items)](
                         absl::StatusOr<adapter::v1::DeliverReply> reply) mutable {
                       Completion completion{.kind = Completion::Kind::kDelivered,
                                             .items = std::move(sent),
                                             .dossier_id = 0,
                                             .status = reply.status(),
                                             .delivered = {},
                                             .looked_up = {},
                                             .pulled = {}};
                       if (reply.ok()) completion.delivered = *std::move(reply);
                       mailbox->End(std::move(completion));
                     });
    items.clear();
  };
  for (Decided& decided : decided_) {
    const int64_t id = decided.lane.dossier_id;
    if (decided.effects.deliver.has_value()) {
      items.emplace_back(id, std::move(*decided.effects.deliver));
      if (items.size() >= batch) send();
    } else if (decided.effects.look_up) {
      adapter::v1::LookUpRequest request;
      auto& key = *request.add_keys();
      key.set_key(decided.effects.lane.key());
      key.set_code(decided.code);
      ++calls_;
      looking_up_.insert(id);
      mailbox_->Begin();
      adapter_.LookUp(request, deadline,
                      [mailbox = mailbox_, id](absl::StatusOr<adapter::v1::LookUpReply> reply) {
                        Completion completion{.kind = Completion::Kind::kLookedUp,
                                              .items = {},
                                              .dossier_id = id,
                                              .status = reply.status(),
                                              .delivered = {},
                                              .looked_up = {},
                                              .pulled = {}};
                        if (reply.ok()) completion.looked_up = *std::move(reply);
                        mailbox->End(std::move(completion));
                      });
    }
  }
  send();
  decided_.clear();
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeDelivered(Completion& completion) {
  std::map<std::string, const ItemOutcome*> outcomes;
  for (const ItemOutcome& outcome : completion.delivered.outcomes()) {
    outcomes.emplace(outcome.delivery_id(), &outcome);
  }
  std::vector<WriteSet> sets;
  int64_t delivered = 0;
  absl::Status failure = completion.status;
  for (const auto& [dossier_id, item] : completion.items) {
    const auto found = outcomes.find(item.delivery_id());
    ItemOutcome outcome = found != outcomes.end()  ? *found->second
                          : completion.status.ok() ? ItemOutcome()  // not answered: UNKNOWN
                                                   : OutcomeOf(completion.status);
    outcome.set_delivery_id(item.delivery_id());
    if (IsSuccess(outcome)) ++delivered;
    if (outcome.outcome() == adapter::v1::OUTCOME_UNKNOWN && failure.ok()) {
      failure = absl::UnavailableError(outcome.reason().empty() ? "no answer" : outcome.reason());
    }
    if (outcome.outcome() == adapter::v1::OUTCOME_NOT_AUTHORISED) {
      failure = absl::PermissionDeniedError(outcome.reason());
    }
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(dossier_id));
    Effects effects = Step(lane.state, StateNow(), LaneName(dossier_id), Answered{outcome});
    WriteSet set;
    if (effects.stop.has_value()) {
      storage::v1::DeadLetterRecord record;
      record.set_direction(v1::DeadLetter::DIRECTION_OUTBOUND);
      record.set_code(item.dossier().code());
      record.set_key(item.key());
      record.set_field(effects.stop->field);
      record.set_reason(effects.stop->reason);
      record.set_raw(RawOf(item));
      effects.lane.set_dead_letter_id(
          lanes_.PutDeadLetter(std::move(record), StrCat("out\n", item.delivery_id()), set));
      LogWarning("dead_letter", {{"link", options_.name},
                                 {"code", item.dossier().code()},
                                 {"field", effects.stop->field}});
    }
    lanes_.Put(lane, effects.lane, set);
    sets.push_back(std::move(set));
  }
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  if (std::find(committed.begin(), committed.end(), false) != committed.end()) {
    return absl::UnavailableError("a lane changed under its link; taken again");
  }
  if (delivered > 0 || failure.ok()) NoteSuccess();
  if (!failure.ok()) NoteFailure(failure, /*is_probe=*/false);
  const std::lock_guard lock(mutex_);
  counters_.delivered += delivered;
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeLookedUp(Completion& completion) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(completion.dossier_id));
  const std::string name = LaneName(completion.dossier_id);
  Effects effects;
  if (completion.status.ok() && completion.looked_up.records_size() == 1) {
    NoteSuccess();
    const auto& record = completion.looked_up.records(0);
    effects =
        Step(lane.state, StateNow(), name, ReadBack{record.found() ? &record.item() : nullptr});
  } else {  // still not known
    NoteFailure(completion.status, /*is_probe=*/false);
    ItemOutcome unknown;
    unknown.set_delivery_id(lane.state.intent().delivery_id());
    effects = Step(lane.state, StateNow(), name, Answered{unknown});
  }
  std::vector<WriteSet> sets(1);
  lanes_.Put(lane, effects.lane, sets[0]);
  std::vector<bool> committed;
  return CommitAll(std::move(sets), &committed);
}

}  // namespace lienthong::sync
