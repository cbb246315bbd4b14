#include "gateway/sync/link_engine.h"

#include <algorithm>
#include <iterator>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/link_mailbox.h"
#include "gateway/sync/local_ids.h"

namespace lienthong::sync {
namespace {

using storage::v1::JournalEntry;
using store::WriteSet;

constexpr int64_t kJournalRowsMax = 256;
constexpr int64_t kRecoverRowsMax = 500;

}  // namespace

LinkEngine::LinkEngine(core::Engine& engine, const LinkOptions& options, const core::Party& party,
                       sdk::Adapter& adapter, std::function<void()> wake)
    : engine_(engine),
      options_(options),
      party_(party),
      adapter_(adapter),
      lanes_(engine, options.name),
      inbound_(engine, options_, party),
      mailbox_(std::make_shared<Mailbox>()),
      breaker_({.wait_min = options.backoff_min, .wait_max = options.backoff_max}) {
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
          .append_only = {can.append_only().begin(), can.append_only().end()},
          .append_items_max = can.append_items_max(),
          .updatable = {can.updatable().begin(), can.updatable().end()},
          .hold_unanswered_appends = options_.hold_unanswered_appends,
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
  return std::any_of(
      entry.agencies().begin(), entry.agencies().end(),
      [this](const std::string& agency) { return party_.agencies.contains(agency); });
}

// Commits sets together; `committed` tells which took effect. Aborted ones are prepared again
// later.
absl::Status LinkEngine::CommitAll(std::vector<WriteSet> sets, std::vector<bool>* committed) {
  CommitGroup group;
  for (WriteSet& set : sets) Submit(std::nullopt, std::move(set), group.Add());
  committed->clear();
  for (const absl::Status& status : group.Wait(engine_.commit_timeout)) {
    if (!status.ok() && !absl::IsAborted(status)) return status;
    committed->push_back(status.ok());
  }
  return absl::OkStatus();
}

// Hands an edit, or a set alone, to the store under the link's lease.
void LinkEngine::Submit(std::optional<core::PreparedEdit> edit, WriteSet set,
                        std::function<void(absl::Status)> done) {
  if (edit.has_value()) {
    edit->set.fences.emplace_back(options_.name, fence_);
    return core::SubmitEdit(
        engine_, *std::move(edit),
        [done = std::move(done)](const auto& result) { done(result.status()); });
  }
  set.fences.emplace_back(options_.name, fence_);
  engine_.store.Commit(std::move(set),
                       [done = std::move(done)](const auto& result) { done(result.status()); });
}

absl::Status LinkEngine::Recover() {
  kept_.Clear();  // another gateway may have held the link meanwhile
  aims_.clear();
  LIENTHONG_ASSIGN_OR_RETURN(fence_,
                             engine_.store.AcquireLease(options_.name, engine_.random.Uuid()));
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
      Effects effects =
          Step(lanes[i].state, StateNow(), LaneName(lanes[i].dossier_id), Restarted{});
      if (effects.stop.has_value()) {
        LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                                   core::LoadDossier(engine_, lanes[i].dossier_id));
        PutStopped(lanes[i].dossier_id, stored.dossier.code(), nullptr, effects, sets[i]);
      }
      lanes_.Put(lanes[i], effects.lane, sets[i]);
    }
    std::vector<bool> committed;
    LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  }
}

absl::StatusOr<absl::Time> LinkEngine::Tick() {
  TakeCalls();  // also while paused: who calls waits for an answer
  const absl::Status taken = TakeCompletions();
  SendOutgoing();  // what goes on at once
  LIENTHONG_RETURN_IF_ERROR(taken);
  if (!record_.paused()) LIENTHONG_RETURN_IF_ERROR(RunLanes());
  bool more = false;
  LIENTHONG_RETURN_IF_ERROR(ReadJournal(&more));
  if (record_.paused()) return more ? engine_.clock.Now() : absl::InfiniteFuture();
  const absl::Time pull_due = NextPull();
  if (!pulling_ && engine_.clock.Now() >= pull_due) StartPull();
  if (more) return engine_.clock.Now();
  absl::Time next = pulling_ ? absl::InfiniteFuture() : pull_due;
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

absl::StatusOr<StoredLane> LinkEngine::LoadLane(int64_t dossier_id) {
  if (std::optional<StoredLane> kept = kept_.Take(dossier_id)) return *std::move(kept);
  return lanes_.Load(dossier_id);
}

// Lanes that wait have had their turns before: what there is still room for is new.
absl::Status LinkEngine::ReadJournal(bool* more) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<store::Row> rows,
                             engine_.store.Read({.table = store::Table::kJournal,
                                                 .prefix = {},
                                                 .after = record_.journal_cursor(),
                                                 .at_most = {},
                                                 .limit_rows = kJournalRowsMax}));
  if (rows.empty()) return absl::OkStatus();
  std::map<int64_t, ChangeSeen> seen;
  for (const store::Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(const JournalEntry entry, core::ReadEntry(engine_, row));
    if (!Concerns(entry)) continue;
    const bool quiet = IsAboutLocalIds(entry);
    const auto [found, added] = seen.try_emplace(
        entry.dossier_id(), ChangeSeen{.revision = entry.revision(),
                                       .committed = domain::FromProto(entry.time()),
                                       .quiet_since = quiet ? entry.revision() : 0});
    if (added) continue;
    found->second.revision = entry.revision();
    if (!quiet) found->second.quiet_since = 0;
  }
  WriteSet set;
  std::vector<Outgoing> decided;
  std::vector<StoredLane> lanes;
  for (const auto& [dossier_id, change] : seen) {
    aims_.erase(dossier_id);
    LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, LoadLane(dossier_id));
    Effects effects = Step(std::move(lane.state), StateNow(), LaneName(dossier_id), change);
    if (!effects.mended.empty()) lanes_.RemoveDeadLetter(effects.mended, set);
    if (effects.unchanged) {
      kept_.Keep(
          {.dossier_id = dossier_id, .version = lane.version, .state = std::move(effects.lane)});
      continue;
    }
    if (static_cast<int64_t>(decided.size()) < Room() && MayTakeTurn(effects)) {
      LIENTHONG_ASSIGN_OR_RETURN(Decided next, RunLane({.dossier_id = dossier_id,
                                                        .version = lane.version,
                                                        .state = std::move(effects.lane)}));
      effects = std::move(next.effects);
      PutStopped(dossier_id, next.code, nullptr, effects, set);
    }
    lanes_.Put(lane, effects.lane, set);
    lanes.push_back(
        {.dossier_id = dossier_id, .version = lane.version + 1, .state = std::move(effects.lane)});
    if (effects.deliver.has_value()) {
      decided.push_back(
          {.dossier_id = dossier_id, .item = *std::move(effects.deliver), .turns = 0});
    }
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
  for (StoredLane& lane : lanes) kept_.Keep(std::move(lane));
  std::move(decided.begin(), decided.end(), std::back_inserter(outgoing_));
  SendOutgoing();
  const std::lock_guard lock(mutex_);
  cursor_ = record_.journal_cursor();
  return absl::OkStatus();
}

// While the counterpart does not answer, the pull is the probe.
absl::Time LinkEngine::NextPull() const {
  const std::lock_guard lock(mutex_);
  return breaker_.open() ? std::max(next_pull_, breaker_.next_probe()) : next_pull_;
}

int LinkEngine::CallsAllowed() const {
  const std::lock_guard lock(mutex_);
  if (breaker_.open()) return 0;  // the next pull is the probe
  const int declared = std::max(1, adapter_.capabilities().parallel_calls_max());
  return std::min(options_.parallel_calls_max, declared);
}

// The answers to deliveries that stand first in the mailbox, before anything else.
std::vector<LinkEngine::Completion*> LinkEngine::DeliveredFirst() const {
  std::vector<Completion*> calls;
  const std::lock_guard lock(mailbox_->mutex);
  for (Completion& completion : mailbox_->completions) {
    if (completion.kind != Completion::Kind::kDelivered) break;
    calls.push_back(&completion);
  }
  return calls;
}

absl::Status LinkEngine::TakeCompletion(Completion& completion) {
  if (completion.kind == Completion::Kind::kLookedUp) {
    LIENTHONG_RETURN_IF_ERROR(TakeLookedUp(completion));
    --calls_;
  } else {
    LIENTHONG_RETURN_IF_ERROR(TakePulled(completion));
    pulling_ = false;
  }
  return absl::OkStatus();
}

// What is taken stays in the mailbox until it is dealt with.
absl::Status LinkEngine::TakeCompletions() {
  while (true) {
    const std::vector<Completion*> calls = DeliveredFirst();
    if (!calls.empty()) {
      LIENTHONG_RETURN_IF_ERROR(TakeDelivered(calls));
      calls_ -= static_cast<int>(calls.size());
      const std::lock_guard lock(mailbox_->mutex);
      auto& all = mailbox_->completions;
      all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(calls.size()));
      continue;
    }
    Completion* completion;
    {
      const std::lock_guard lock(mailbox_->mutex);
      if (mailbox_->completions.empty()) return absl::OkStatus();
      completion = &mailbox_->completions.front();
    }
    LIENTHONG_RETURN_IF_ERROR(TakeCompletion(*completion));
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->completions.pop_front();
  }
}

void LinkEngine::NoteSuccess() {
  const std::lock_guard lock(mutex_);
  if (breaker_.open()) LogInfo("link_resumed_by_itself", {{"link", options_.name}});
  breaker_.NoteSuccess();
  last_error_.clear();
  last_success_ = engine_.clock.Now();
}

void LinkEngine::NoteFailure(const absl::Status& status, bool is_probe) {
  const std::lock_guard lock(mutex_);
  const bool was_open = breaker_.open();
  breaker_.NoteFailure(engine_.clock.Now(), is_probe,
                       absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status),
                       engine_.random.Fraction());
  last_error_ = std::string(status.message());
  if (was_open && !is_probe) return;  // said before
  LogWarning("link_failure", {{"link", options_.name},
                              {"error", last_error_},
                              {"stopped", breaker_.open() ? "true" : "false"}});
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
  if (breaker_.open()) *link.mutable_next_retry_time() = domain::ToProto(breaker_.next_probe());
  bool late = !pending.ok() || !dead.ok() || !conflicts.ok();
  if (!late) {
    // What the link has not even looked at waits too.
    const int64_t unseen = engine_.store.Info().last_sequence - cursor_;
    link.set_pending(pending->lanes + unseen);
    link.set_dead_letters(*dead);
    link.set_conflicts(*conflicts);
    if (*dead > 0 && last_error_.empty()) {
      link.set_last_error(
          StrCat(*dead, " dead letters wait for a person: lienthongctl deadletters"));
    }
    late = *dead > 0;
    if (pending->oldest != absl::InfiniteFuture()) {
      *link.mutable_oldest_pending_time() = domain::ToProto(pending->oldest);
      link.set_oldest_pending_seconds(absl::ToInt64Seconds(now - pending->oldest));
      late = late || now - pending->oldest > options_.objective;
    }
  }
  link.set_state(paused_           ? v1::Link::STATE_PAUSED
                 : breaker_.open() ? v1::Link::STATE_DEGRADED
                 : late            ? v1::Link::STATE_LATE
                                   : v1::Link::STATE_OK);
  return link;
}

}  // namespace lienthong::sync
