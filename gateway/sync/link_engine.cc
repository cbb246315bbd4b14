#include "gateway/sync/link_engine.h"

#include <algorithm>
#include <iterator>

#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
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
constexpr int64_t kFirstEpoch = 1;
// How soon a link that has read its feed looks again whether the others have.
constexpr absl::Duration kOthersLookInterval = absl::Seconds(1);

// What is Aborted is decided again; what a lost lease aborts is not.
absl::Status NotStale(const absl::Status& status) {
  if (!IsLeaseLost(status)) return status;
  return WithDetails(absl::UnavailableError(status.message()), DetailsOf(status));
}

bool HoldsVoiding(const adapter::v1::Capabilities& can) {
  return std::any_of(can.fields().begin(), can.fields().end(), [](const std::string& path) {
    return path == "voiding" || path.starts_with("voiding.");
  });
}

}  // namespace

LinkEngine::LinkEngine(core::Engine& engine, const LinkOptions& options, const core::Party& party,
                       sdk::Adapter& adapter, std::function<void()> wake)
    : engine_(engine),
      options_(options),
      party_(party),
      adapter_(adapter),
      lanes_(engine, options.name),
      inbound_(engine, options_, party),
      early_(engine, options.name, options.early_wait, options.early_items_max),
      mailbox_(std::make_shared<Mailbox>()),
      clock_(engine.clock),
      holder_(engine.random.Uuid()),
      rate_(options.calls_per_second_max),
      reads_({.wait_min = options.backoff_min, .wait_max = options.backoff_max}),
      writes_({.wait_min = options.backoff_min, .wait_max = options.backoff_max}),
      last_success_(engine.clock.Now()) {
  mailbox_->wake = std::move(wake);
}

LinkEngine::~LinkEngine() {
  const std::lock_guard lock(mailbox_->mutex);
  mailbox_->wake = nullptr;
}

LinkState LinkEngine::StateNow() {
  const adapter::v1::Capabilities& can = adapter_.capabilities();
  return {.now = clock_.Now(),
          .wall = engine_.clock.Now(),
          .read_back = can.read_back(),
          .idempotent_delivery = can.idempotent_delivery(),
          .reports_echoes = can.reports_echoes(),
          .patch = can.patch(),
          .append_only = {can.append_only().begin(), can.append_only().end()},
          .append_items_max = can.append_items_max(),
          .updatable = {can.updatable().begin(), can.updatable().end()},
          .unnamed_elements = {can.unnamed_elements().begin(), can.unnamed_elements().end()},
          .calls_only = can.calls_only(),
          .holds_voiding = HoldsVoiding(can),
          .hold_unanswered_appends = options_.hold_unanswered_appends,
          .backoff_min = options_.backoff_min,
          .backoff_max = options_.backoff_max,
          .chance = engine_.random.Fraction(),
          .sequence = record_.journal_cursor(),
          .bugs = bugs_};
}

// After a backup was restored, revisions and deliveries are counted again from where it stood: the
// store's epoch keeps a counterpart from taking the new ones for those that it has.
std::string LinkEngine::NameInEpoch() const {
  return epoch_ <= kFirstEpoch ? options_.name : StrCat(options_.name, "-e", epoch_);
}

std::string LinkEngine::LaneName(int64_t dossier_id) const {
  return StrCat(NameInEpoch(), "-", dossier_id);
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
  if (fence_ == 0) return done(NotStale(LeaseLost(options_.name)));
  const auto answer = [done = std::move(done)](const auto& result) {
    done(NotStale(result.status()));
  };
  if (edit.has_value()) {
    edit->set.fences.emplace_back(options_.name, fence_);
    return core::SubmitEdit(engine_, *std::move(edit), answer);
  }
  set.fences.emplace_back(options_.name, fence_);
  engine_.store.Commit(std::move(set), answer);
}

absl::Status LinkEngine::CommitLink(storage::v1::LinkRecord next, WriteSet set) {
  lanes_.PutLink(next, set);
  std::vector<WriteSet> sets;
  sets.push_back(std::move(set));
  std::vector<bool> committed;
  LIENTHONG_RETURN_IF_ERROR(CommitAll(std::move(sets), &committed));
  if (!committed[0]) return absl::UnavailableError("a lane changed meanwhile; done again");
  record_ = std::move(next);
  const std::lock_guard lock(mutex_);
  shown_ = record_;
  return absl::OkStatus();
}

absl::Status LinkEngine::BeginAnew() {
  epoch_ = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(record_, lanes_.LoadLink());
  LIENTHONG_ASSIGN_OR_RETURN(storage::v1::LinkRecord next, RecordAtStart());
  LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next)));
  LIENTHONG_RETURN_IF_ERROR(early_.Recover());
  early_pass_ = {};
  LIENTHONG_RETURN_IF_ERROR(LoadComparison());
  return GiveUpCalls();
}

absl::StatusOr<absl::Time> LinkEngine::Tick() {
  const absl::Status held = HoldLease();
  const absl::StatusOr<absl::Time> next = held.ok() ? DoTick() : held;
  unsure_ = unsure_ || !next.ok();
  {
    const std::lock_guard lock(mutex_);
    store_error_ = std::string(next.status().message());
  }
  if (IsLeaseLost(next.status()) || IsLeaseHeld(next.status())) return WaitForLease(next.status());
  if (!next.ok()) return next;
  return clock_.TimeOfDay(std::min(*next, prolong_lease_));
}

absl::StatusOr<absl::Time> LinkEngine::DoTick() {
  TakeCalls();  // also while paused: who calls waits for an answer
  const absl::Status taken = TakeCompletions();
  SendOutgoing();  // what goes on at once
  LIENTHONG_RETURN_IF_ERROR(taken);
  LIENTHONG_RETURN_IF_ERROR(BeSure());
  if (MayDeliver()) LIENTHONG_RETURN_IF_ERROR(RunLanes());
  bool more = false;
  LIENTHONG_RETURN_IF_ERROR(ReadJournal(&more));
  if (!record_.paused()) {
    LIENTHONG_RETURN_IF_ERROR(RetryEarly(&more));
    LIENTHONG_RETURN_IF_ERROR(Resynchronise(&more));
    LIENTHONG_RETURN_IF_ERROR(LoadPage(&more));
  }
  LIENTHONG_RETURN_IF_ERROR(SendNotice());
  LIENTHONG_RETURN_IF_ERROR(Compare(&more));  // also while paused: it only reads
  const absl::Time now = clock_.Now();
  more = more || unsure_;
  if (record_.paused()) return more ? now : absl::InfiniteFuture();
  const absl::Time pull_due = NextPull();
  if (!pulling_ && now >= pull_due && rate_.Room(now) > 0 && MayCall()) StartPull();
  if (more) return now;
  absl::Time next = pulling_ ? absl::InfiniteFuture() : pull_due;
  if (early_.count() > 0) next = std::min(next, clock_.Of(early_pass_.next_give_up));
  if (rate_.Room(now) <= 0) next = std::max(next, rate_.NextRoom());
  if (record_.resync() == storage::v1::LinkRecord::RESYNC_WAITING) {
    next = std::min(next, now + kOthersLookInterval);
  }
  if (!MayDeliver()) return next;
  if (Room() <= 0) return std::min(next, NextRoom());  // or an answer wakes us
  LIENTHONG_ASSIGN_OR_RETURN(const absl::Time ready, lanes_.NextDue(LaneState::PHASE_READY));
  next = std::min(next, ready);
  if (looking_up_.empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(const absl::Time unknown, lanes_.NextDue(LaneState::PHASE_UNKNOWN));
    next = std::min(next, unknown);
  }
  return next;
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
                                       .sequence = std::get<int64_t>(row.columns[0]),
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
      PutTasks(dossier_id, next.code, effects, set);
    }
    lanes_.Put(lane, effects.lane, set);
    lanes.push_back(
        {.dossier_id = dossier_id, .version = lane.version + 1, .state = std::move(effects.lane)});
    if (effects.deliver.has_value()) {
      decided.push_back({.dossier_id = dossier_id,
                         .item = *std::move(effects.deliver),
                         .turns = 0,
                         .alone = lanes.back().state.attempts() > 0});
    }
  }
  storage::v1::LinkRecord next = record_;
  next.set_journal_cursor(std::get<int64_t>(rows.back().columns[0]));
  LIENTHONG_RETURN_IF_ERROR(CommitLink(std::move(next), std::move(set)));
  *more = true;
  for (StoredLane& lane : lanes) kept_.Keep(std::move(lane));
  std::move(decided.begin(), decided.end(), std::back_inserter(outgoing_));
  SendOutgoing();
  return absl::OkStatus();
}

// The answers to deliveries that stand first in the mailbox, before anything else.
std::vector<LinkEngine::Completion*> LinkEngine::DeliveredFirst() const {
  std::vector<Completion*> calls;
  const std::lock_guard lock(mailbox_->mutex);
  for (Completion& completion : mailbox_->completions) {
    if (!completion.call.has_value() || completion.call->kind != UnderWay::Kind::kDeliver) break;
    calls.push_back(&completion);
  }
  return calls;
}

absl::Status LinkEngine::TakeCompletion(Completion& completion) {
  const UnderWay::Kind kind = completion.call->kind;
  if (kind == UnderWay::Kind::kLookUp) {
    LIENTHONG_RETURN_IF_ERROR(TakeLookedUp(completion));
    --calls_;
  } else if (kind == UnderWay::Kind::kTell) {
    LIENTHONG_RETURN_IF_ERROR(TakeTold(completion));
    --calls_;
  } else if (kind == UnderWay::Kind::kCompare) {
    LIENTHONG_RETURN_IF_ERROR(TakeCompared(completion));
  } else {
    LIENTHONG_RETURN_IF_ERROR(TakePulled(completion));
    pulling_ = false;
  }
  return absl::OkStatus();
}

// What is taken stays in the mailbox until it is dealt with.
absl::Status LinkEngine::TakeCompletions() {
  GiveUpUnanswered();
  while (true) {
    ClaimAnswers();
    const std::vector<Completion*> calls = DeliveredFirst();
    if (!calls.empty()) {
      PassFailpoint(Failpoint::kDeliveryAnswered);
      LIENTHONG_RETURN_IF_ERROR(TakeDelivered(calls));
      PassFailpoint(Failpoint::kOutcomeDurable);
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
      if (!completion->call.has_value()) continue;  // it has come since the others were claimed
    }
    LIENTHONG_RETURN_IF_ERROR(TakeCompletion(*completion));
    const std::lock_guard lock(mailbox_->mutex);
    mailbox_->completions.pop_front();
  }
}

}  // namespace lienthong::sync
