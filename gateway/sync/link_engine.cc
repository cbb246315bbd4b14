#include "gateway/sync/link_engine.h"

#include <algorithm>
#include <condition_variable>
#include <optional>

#include "google/protobuf/util/json_util.h"

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/commit_group.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;
using dossier::v1::Dossier;
using storage::v1::JournalEntry;
using store::WriteSet;

constexpr int64_t kJournalRowsMax = 256;
constexpr int64_t kHistoryRowsMax = 1000;
constexpr int64_t kRecoverRowsMax = 500;
constexpr int kPullItemsMax = 200;
constexpr int kRoundsWithoutProgressMax = 50;
// After so many failures in a row only one call at a time is tried, until one succeeds.
constexpr int kFailuresUntilProbe = 3;

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

// What the adapter answered.
struct LinkEngine::Completion {
  enum class Kind { kDelivered, kLookedUp, kPulled };
  Kind kind;
  std::vector<std::pair<int64_t, OutboundItem>> items;  // kDelivered
  int64_t dossier_id = 0;                               // kLookedUp
  absl::Status status;
  adapter::v1::DeliverReply delivered;
  adapter::v1::LookUpReply looked_up;
  adapter::v1::PullReply pulled;
};

// Where answers wait for the next tick. Outlives the engine when an answer comes late.
struct LinkEngine::Mailbox {
  std::mutex mutex;
  std::condition_variable idle;
  std::deque<Completion> completions;
  int under_way = 0;
  std::function<void()> wake;

  void Begin() {
    const std::lock_guard lock(mutex);
    ++under_way;
  }
  void End(Completion completion) {
    const std::lock_guard lock(mutex);
    completions.push_back(std::move(completion));
    --under_way;
    idle.notify_all();
    if (wake) wake();
  }
};

LinkEngine::LinkEngine(core::Engine& engine, const LinkOptions& options, const core::Party& party,
                       sdk::Adapter& adapter, std::function<void()> wake)
    : engine_(engine), options_(options), party_(party), adapter_(adapter),
      lanes_(engine, options.name), inbound_(engine, options.name, party),
      mailbox_(std::make_shared<Mailbox>()) {
  mailbox_->wake = std::move(wake);
}

LinkEngine::~LinkEngine() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->wake = nullptr;
}

LinkState LinkEngine::StateNow() const {
  const adapter::v1::Capabilities& can = adapter_.capabilities();
  return {.now = engine_.clock.Now(),
          .read_back = can.read_back(),
          .idempotent_delivery = can.idempotent_delivery(),
          .reports_echoes = can.reports_echoes(),
          .patch = can.patch(),
          .backoff_min = options_.backoff_min,
          .backoff_max = options_.backoff_max,
          .chance = engine_.random.Fraction(),
          .bugs = bugs_};
}

std::string LinkEngine::LaneName(int64_t dossier_id) const {
  return StrCat(options_.name, "-", dossier_id);
}

bool LinkEngine::Concerns(const JournalEntry& entry) const {
  if (options_.all_dossiers) return true;
  return std::any_of(entry.agencies().begin(), entry.agencies().end(),
                     [this](const std::string& agency) { return party_.agencies.contains(agency); });
}

// Commits sets together; `committed` tells which took effect. Aborted ones are prepared again later.
absl::Status LinkEngine::CommitAll(std::vector<WriteSet> sets, std::vector<bool>* committed) {
  CommitGroup group;
  for (WriteSet& set : sets) {
    set.fences.emplace_back(options_.name, fence_);
    engine_.store.Commit(std::move(set),
                         [done = group.Add()](const absl::StatusOr<store::CommitResult>& result) {
                           done(result.status());
                         });
  }
  committed->clear();
  for (const absl::Status& status : group.Wait(engine_.commit_timeout)) {
    if (!status.ok() && !absl::IsAborted(status)) return status;
    committed->push_back(status.ok());
  }
  return absl::OkStatus();
}

absl::Status LinkEngine::Recover() {
  LIENTHONG_ASSIGN_OR_RETURN(fence_, engine_.store.AcquireLease(options_.name, engine_.random.Uuid()));
  LIENTHONG_ASSIGN_OR_RETURN(record_, lanes_.LoadLink());
  {
    const std::lock_guard lock(mutex_);
    paused_ = record_.paused();
    cursor_ = record_.journal_cursor();
  }
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<StoredLane> lanes,
        lanes_.Due(LaneState::PHASE_IN_FLIGHT, absl::InfiniteFuture(), kRecoverRowsMax));
    if (lanes.empty()) return absl::OkStatus();
    std::vector<WriteSet> sets(lanes.size());
    for (size_t i = 0; i < lanes.size(); ++i) {
      const Effects effects =
          Step(lanes[i].state, StateNow(), LaneName(lanes[i].dossier_id), Restarted{});
      lanes_.Put(lanes[i], effects.lane, sets[i]);
    }
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  }
}

absl::StatusOr<absl::Time> LinkEngine::Tick() {
  LIENTHONG_RETURN_IF_ERROR(TakeCompletions());
  bool more = false;
  LIENTHONG_RETURN_IF_ERROR(ReadJournal(&more));
  if (record_.paused()) return more ? engine_.clock.Now() : absl::InfiniteFuture();
  LIENTHONG_RETURN_IF_ERROR(RunLanes());
  if (!pulling_ && engine_.clock.Now() >= next_pull_) StartPull();
  if (more) return engine_.clock.Now();
  absl::Time next = pulling_ ? absl::InfiniteFuture() : next_pull_;
  if (calls_ >= CallsAllowed()) return next;  // an answer wakes us
  LIENTHONG_ASSIGN_OR_RETURN(const absl::Time ready, lanes_.NextDue(LaneState::PHASE_READY));
  next = std::min(next, ready);
  if (looking_up_.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(const absl::Time unknown, lanes_.NextDue(LaneState::PHASE_UNKNOWN));
    next = std::min(next, unknown);
  }
  return next;
}

absl::Status LinkEngine::SetPaused(bool paused) {
  record_.set_paused(paused);
  WriteSet set;
  lanes_.PutLink(record_, set);
  std::vector<WriteSet> sets;
  sets.push_back(std::move(set));
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  if (!committed[0]) return absl::UnavailableError("another gateway holds this link now");
  const std::lock_guard lock(mutex_);
  paused_ = paused;
  return absl::OkStatus();
}

bool LinkEngine::Quiesce(absl::Time deadline) {
  std::unique_lock lock(mailbox_->mutex);
  return mailbox_->idle.wait_until(lock, absl::ToChronoTime(deadline),
                                   [this] { return mailbox_->under_way == 0; });
}

absl::Status LinkEngine::ReadJournal(bool* more) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = store::Table::kJournal,
                                                 .prefix = {},
                                                 .after = record_.journal_cursor(),
                                                 .at_most = {},
                                                 .limit_rows = kJournalRowsMax}));
  if (rows.empty()) return absl::OkStatus();
  std::map<int64_t, ChangeSeen> seen;  // one per dossier: its newest revision, its oldest change
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const JournalEntry entry, core::ReadEntry(engine_, row));
    if (!Concerns(entry)) continue;
    const auto [found, added] = seen.try_emplace(
        entry.dossier_id(), ChangeSeen{entry.revision(), domain::FromProto(entry.time())});
    if (!added) found->second.revision = entry.revision();
  }
  WriteSet set;
  for (const auto& [dossier_id, change] : seen) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(dossier_id));
    const Effects effects = Step(lane.state, StateNow(), LaneName(dossier_id), change);
    lanes_.Put(lane, effects.lane, set);
  }
  storage::v1::LinkRecord next = record_;
  next.set_journal_cursor(std::get<int64_t>(rows.back().columns[0]));
  lanes_.PutLink(next, set);
  std::vector<WriteSet> sets;
  sets.push_back(std::move(set));
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  *more = true;
  if (!committed[0]) return absl::UnavailableError("another gateway holds this link now");
  record_ = std::move(next);
  const std::lock_guard lock(mutex_);
  cursor_ = record_.journal_cursor();
  return absl::OkStatus();
}

int LinkEngine::CallsAllowed() const {
  const std::lock_guard lock(mutex_);
  if (failures_ >= kFailuresUntilProbe) return 1;
  const int declared = std::max(1, adapter_.capabilities().parallel_calls_max());
  return std::min(options_.parallel_calls_max, declared);
}

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
      const std::string identity = StrCat("out\n", decided.lane.dossier_id, "\n",
                                          decided.lane.state.deliveries());
      decided.effects.lane.set_dead_letter_id(lanes_.PutDeadLetter(std::move(record), identity, set));
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
absl::StatusOr<Dossier> LinkEngine::TargetOf(const StoredLane& lane, int64_t* head) const {
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored,
                             core::LoadDossier(engine_, lane.dossier_id));
  *head = stored.dossier.revision();
  const int64_t confirmed = lane.state.confirmed_revision();
  if (confirmed >= *head) return std::move(stored.dossier);
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = store::Table::kJournal,
                                                 .index = 1,
                                                 .prefix = {lane.dossier_id},
                                                 .after = confirmed,
                                                 .at_most = {},
                                                 .limit_rows = kHistoryRowsMax}));
  std::vector<JournalEntry> entries;
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(JournalEntry entry, core::ReadEntry(engine_, row));
    if (entry.revision() <= *head) entries.push_back(std::move(entry));
  }
  const bool answer_open = lane.state.phase() == LaneState::PHASE_UNKNOWN;
  const int64_t target = answer_open ? lane.state.intent().revision()
                                     : TargetRevision(entries, confirmed, bugs_);
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->revision() <= target) break;
    std::vector<std::string> paths(entry->paths().begin(), entry->paths().end());
    domain::Overlay(entry->before(), paths, stored.dossier);
  }
  stored.dossier.set_revision(std::max(target, confirmed));
  return std::move(stored.dossier);
}

absl::Status LinkEngine::RunLane(const StoredLane& lane) {
  int64_t head = 0;
  LIENTHONG_ASSIGN_OR_RETURN(const Dossier target, TargetOf(lane, &head));
  const adapter::v1::Representation shown = adapter_.Represent(target);
  Decided decided{.lane = lane, .effects = {}, .code = target.code()};
  decided.effects = Step(lane.state, StateNow(), LaneName(lane.dossier_id),
                         Turn{.target = &target, .shown = &shown, .head_revision = head});
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

void LinkEngine::StartPull() {
  adapter::v1::PullRequest request;
  request.set_token(record_.feed_token());
  request.set_items_max(kPullItemsMax);
  pulling_ = true;
  mailbox_->Begin();
  adapter_.Pull(request, engine_.clock.Now() + options_.call_timeout,
                [mailbox = mailbox_](absl::StatusOr<adapter::v1::PullReply> reply) {
                  Completion completion{.kind = Completion::Kind::kPulled,
                                        .items = {},
                                        .dossier_id = 0,
                                        .status = reply.status(),
                                        .delivered = {},
                                        .looked_up = {},
                                        .pulled = {}};
                  if (reply.ok()) completion.pulled = *std::move(reply);
                  mailbox->End(std::move(completion));
                });
}

absl::Status LinkEngine::TakeCompletions() {
  while (true) {
    Completion* completion;
    {
      const std::lock_guard lock(mailbox_->mutex);
      if (mailbox_->completions.empty()) return absl::OkStatus();
      completion = &mailbox_->completions.front();  // stays there until it is dealt with
    }
    switch (completion->kind) {
      case Completion::Kind::kDelivered:
        LIENTHONG_RETURN_IF_ERROR(TakeDelivered(*completion));
        --calls_;
        break;
      case Completion::Kind::kLookedUp:
        LIENTHONG_RETURN_IF_ERROR(TakeLookedUp(*completion));
        looking_up_.erase(completion->dossier_id);
        --calls_;
        break;
      case Completion::Kind::kPulled:
        LIENTHONG_RETURN_IF_ERROR(TakePulled(*completion));
        pulling_ = false;
        break;
    }
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->completions.pop_front();
  }
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
    ItemOutcome outcome = found != outcomes.end()   ? *found->second
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
      LogWarning("dead_letter", {{"link", options_.name}, {"code", item.dossier().code()},
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
  if (!failure.ok()) NoteFailure(failure);
  const std::lock_guard lock(mutex_);
  counters_.delivered += delivered;
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeLookedUp(Completion& completion) {
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(completion.dossier_id));
  const std::string name = LaneName(completion.dossier_id);
  std::vector<bool> committed;
  if (!completion.status.ok() || completion.looked_up.records_size() != 1) {
    NoteFailure(completion.status);
    ItemOutcome unknown;
    unknown.set_delivery_id(lane.state.intent().delivery_id());
    const Effects effects = Step(lane.state, StateNow(), name, Answered{unknown});
    std::vector<WriteSet> sets(1);
    lanes_.Put(lane, effects.lane, sets[0]);
    return CommitAll(std::move(sets), &committed);
  }
  NoteSuccess();
  const auto& record = completion.looked_up.records(0);
  const InboundItem* item = record.found() ? &record.item() : nullptr;
  const Effects effects = Step(lane.state, StateNow(), name, ReadBack{item});
  if (!effects.edit.has_value()) {
    std::vector<WriteSet> sets(1);
    lanes_.Put(lane, effects.lane, sets[0]);
    return CommitAll(std::move(sets), &committed);
  }
  LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared, inbound_.PrepareStep(lane, effects, *item));
  if (!prepared.edit.has_value()) {  // a dead letter; the lane goes on all the same
    lanes_.Put(lane, effects.lane, prepared.set);
    std::vector<WriteSet> sets;
    sets.push_back(std::move(prepared.set));
    return CommitAll(std::move(sets), &committed);
  }
  CommitGroup group;
  prepared.edit->set.fences.emplace_back(options_.name, fence_);
  core::SubmitEdit(engine_, *std::move(prepared.edit),
                   [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                     done(result.status());
                   });
  const absl::Status status = group.Wait(engine_.commit_timeout)[0];
  return absl::IsAborted(status) ? absl::OkStatus() : status;  // aborted: looked up again
}

absl::Status LinkEngine::TakePulled(Completion& completion) {
  if (!completion.status.ok()) {
    NoteFailure(completion.status);
    const std::lock_guard lock(mutex_);
    next_pull_ = std::max(next_retry_, engine_.clock.Now() + options_.poll_interval);
    return absl::OkStatus();
  }
  const LinkState state = StateNow();
  std::vector<const InboundItem*> open;
  for (const InboundItem& item : completion.pulled.items()) open.push_back(&item);
  int64_t echoes = 0;
  for (int stuck = 0; !open.empty();) {
    // Items of one dossier keep their order: one of each key in a round.
    std::set<std::string> keys;
    std::vector<const InboundItem*> later, tried;
    CommitGroup group;
    for (const InboundItem* item : open) {
      if (!item->key().empty() && !keys.insert(item->key()).second) {
        later.push_back(item);
        continue;
      }
      LIENTHONG_ASSIGN_OR_RETURN(PreparedItem prepared, inbound_.Prepare(*item, state));
      echoes += prepared.echoes;
      if (prepared.nothing) continue;
      tried.push_back(item);
      if (prepared.edit.has_value()) {
        prepared.edit->set.fences.emplace_back(options_.name, fence_);
        core::SubmitEdit(engine_, *std::move(prepared.edit),
                         [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                           done(result.status());
                         });
      } else {
        prepared.set.fences.emplace_back(options_.name, fence_);
        engine_.store.Commit(std::move(prepared.set),
                             [done = group.Add()](const absl::StatusOr<store::CommitResult>& result) {
                               done(result.status());
                             });
      }
    }
    const std::vector<absl::Status> statuses = group.Wait(engine_.commit_timeout);
    std::vector<const InboundItem*> again;
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (absl::IsAborted(statuses[i])) {
        again.push_back(tried[i]);
      } else if (!statuses[i].ok()) {
        return statuses[i];
      }
    }
    if (again.size() == tried.size() && !tried.empty() && ++stuck > kRoundsWithoutProgressMax) {
      return absl::UnavailableError("items from the counterpart could not be committed");
    }
    again.insert(again.end(), later.begin(), later.end());
    open = std::move(again);
  }
  const bool moved = record_.feed_token() != completion.pulled.token();
  if (moved) {
    storage::v1::LinkRecord next = record_;
    next.set_feed_token(completion.pulled.token());
    std::vector<WriteSet> sets(1);
    lanes_.PutLink(next, sets[0]);
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
    if (!committed[0]) return absl::UnavailableError("another gateway holds this link now");
    record_ = std::move(next);
  }
  NoteSuccess();
  next_pull_ = engine_.clock.Now() +
               (completion.pulled.more() ? absl::ZeroDuration() : options_.poll_interval);
  const std::lock_guard lock(mutex_);
  counters_.received += completion.pulled.items_size();
  counters_.echoes += echoes;
  return absl::OkStatus();
}

void LinkEngine::NoteSuccess() {
  const std::lock_guard lock(mutex_);
  failures_ = 0;
  last_error_.clear();
  last_success_ = engine_.clock.Now();
  next_retry_ = absl::InfinitePast();
}

void LinkEngine::NoteFailure(const absl::Status& status) {
  const LinkState state = StateNow();
  const std::lock_guard lock(mutex_);
  ++failures_;
  last_error_ = std::string(status.message());
  next_retry_ = state.now + Backoff(state, failures_);
  LogWarning("link_failure", {{"link", options_.name}, {"error", last_error_},
                              {"failures", absl::StrCat(failures_)}});
}

v1::Link LinkEngine::Describe() const {
  v1::Link link;
  link.set_name(options_.name);
  link.set_adapter(options_.adapter);
  link.set_objective_seconds(absl::ToInt64Seconds(options_.objective));
  const absl::Time now = engine_.clock.Now();
  const auto pending = lanes_.CountPending();
  const auto dead = lanes_.CountDeadLetters();
  const auto conflicts = lanes_.CountConflicts();
  const std::lock_guard lock(mutex_);
  link.set_journal_cursor(cursor_);
  link.set_delivered(counters_.delivered);
  link.set_received(counters_.received);
  link.set_echoes(counters_.echoes);
  link.set_last_error(last_error_);
  if (last_success_ != absl::InfinitePast()) {
    *link.mutable_last_success_time() = domain::ToProto(last_success_);
  }
  if (next_retry_ > now) *link.mutable_next_retry_time() = domain::ToProto(next_retry_);
  bool late = !pending.ok() || !dead.ok() || !conflicts.ok();
  if (!late) {
    // What the link has not even looked at waits too.
    const int64_t unseen = engine_.store.Info().last_sequence - cursor_;
    link.set_pending(pending->lanes + unseen);
    link.set_dead_letters(*dead);
    link.set_conflicts(*conflicts);
    late = *dead > 0;
    if (pending->oldest != absl::InfiniteFuture()) {
      *link.mutable_oldest_pending_time() = domain::ToProto(pending->oldest);
      link.set_oldest_pending_seconds(absl::ToInt64Seconds(now - pending->oldest));
      late = late || now - pending->oldest > options_.objective;
    }
  }
  link.set_state(paused_                            ? v1::Link::STATE_PAUSED
                 : failures_ >= kFailuresUntilProbe ? v1::Link::STATE_DEGRADED
                 : late                             ? v1::Link::STATE_LATE
                                                    : v1::Link::STATE_OK);
  return link;
}

}  // namespace lienthong::sync
