// What a link's engine knows of its counterpart's health, and when it may call it.
#include <algorithm>
#include <optional>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using storage::v1::LinkRecord;

// A counterpart that asks for more patience than this is tried again all the same.
constexpr absl::Duration kThrottleMax = absl::Hours(1);

}  // namespace

void LinkEngine::NoteSuccess(Way way, absl::Time begun) {
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  const bool was_open = reads_.open() || writes_.open();
  if (way == Way::kRead) {
    if (reads_.failing()) writes_.Hasten(now);  // it has just come back
    // Its time had come before this call, and there was nothing to try it with: what waited was
    // given up meanwhile.
    if (writes_.open() && writes_.next_probe() <= begun && calls_ == 0) writes_.NoteSuccess();
    reads_.NoteSuccess();
  } else {
    writes_.NoteSuccess();
  }
  last_success_ = engine_.clock.Now();
  answered_ = true;
  if (reads_.open() || writes_.open()) return;
  if (was_open) LogInfo("link_resumed_by_itself", {{"link", options_.name}});
  last_error_.clear();
}

void LinkEngine::NoteFailure(Way way, const absl::Status& status, const Breaker::Failure& failure) {
  const absl::Time now = clock_.Now();
  const ErrorClass error = ClassOf(status);
  const std::lock_guard lock(mutex_);
  stats_.NoteError(error);
  last_error_ = std::string(status.message());
  Breaker& breaker = way == Way::kRead ? reads_ : writes_;
  const bool was_open = breaker.open();
  if (error == ErrorClass::kThrottled) {  // it answers: it is only to be left alone for a while
    const absl::Duration asked = DetailsOf(status).retry_after.value_or(options_.backoff_min);
    throttled_until_ = std::max(throttled_until_, now + std::min(asked, kThrottleMax));
  } else {
    Breaker::Failure counted = failure;
    counted.is_refusal = error == ErrorClass::kRights;
    breaker.NoteFailure(now, counted, engine_.random.Fraction());
  }
  if (was_open && !failure.is_probe) return;  // said before
  LogWarning("link_failure", {{"link", options_.name},
                              {"error", last_error_},
                              {"stopped", breaker.open() ? "true" : "false"}});
}

void LinkEngine::NoteCall(absl::Time begun) {
  const absl::Duration took = clock_.Now() - begun;
  const std::lock_guard lock(mutex_);
  stats_.call.Note(took);
}

void LinkEngine::NoteDelay(absl::Duration delay) {
  const std::lock_guard lock(mutex_);
  stats_.delay.Note(delay);
}

void LinkEngine::NoteError(ErrorClass error) const {
  const std::lock_guard lock(mutex_);
  stats_.NoteError(error);
}

// While the feed does not answer, its next pull is the probe.
absl::Time LinkEngine::NextPull() const {
  const std::lock_guard lock(mutex_);
  const absl::Time allowed = std::max(next_pull_, throttled_until_);
  return reads_.open() ? std::max(allowed, reads_.next_probe()) : allowed;
}

int LinkEngine::CallsAllowed() {
  const absl::Time now = clock_.Now();
  const std::lock_guard lock(mutex_);
  if (now < throttled_until_) return 0;
  if (writes_.open()) return now < writes_.next_probe() ? 0 : 1;
  const int declared = std::max(1, adapter_.capabilities().parallel_calls_max());
  return std::min(options_.parallel_calls_max, declared);
}

bool LinkEngine::MayGoOn() {
  const absl::Time now = clock_.Now();
  const int rate_room = RateRoom();
  const std::lock_guard lock(mutex_);
  return now >= throttled_until_ && !writes_.open() && rate_room > 0;
}

// Deliveries leave one place in the second to a pull that is due, but not to one after another.
int LinkEngine::RateRoom() {
  const absl::Time now = clock_.Now();
  const int room = rate_.Room(now);
  return !pulling_ && !pulled_last_ && now >= NextPull() ? room - 1 : room;
}

absl::Time LinkEngine::NextRoom() {
  const absl::Time now = clock_.Now();
  absl::Time next = rate_.Room(now) > 0 ? absl::InfinitePast() : rate_.NextRoom();
  const std::lock_guard lock(mutex_);
  next = std::max(next, throttled_until_);
  if (writes_.open()) next = std::max(next, writes_.next_probe());
  return next > now ? next : absl::InfiniteFuture();
}

// Since when the oldest change waits that a link has not even looked at.
absl::StatusOr<std::optional<absl::Time>> LinkEngine::OldestUnread(int64_t cursor) const {
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<store::Row> rows,
      engine_.store.Read(
          {.table = store::Table::kJournal, .after = cursor, .at_most = {}, .limit_rows = 1}));
  if (rows.empty()) return std::nullopt;
  LIENTHONG_ASSIGN_OR_RETURN(const storage::v1::JournalEntry entry,
                             core::ReadEntry(engine_, rows[0]));
  return domain::FromProto(entry.time());
}

// What waits, and since when. An error: it is not known, and so not well.
absl::Status LinkEngine::DescribeWaiting(int64_t cursor, v1::Link& link) const {
  LIENTHONG_ASSIGN_OR_RETURN(const LaneStore::Pending pending, lanes_.CountPending());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t dead, lanes_.CountDeadLetters());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t conflicts, lanes_.CountConflicts());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t tasks, lanes_.CountTasks());
  LIENTHONG_ASSIGN_OR_RETURN(const std::optional<absl::Time> unread, OldestUnread(cursor));
  link.set_pending(pending.lanes + engine_.store.Info().last_sequence - cursor);
  link.set_dead_letters(dead);
  link.set_conflicts(conflicts);
  link.set_tasks(tasks);
  LIENTHONG_ASSIGN_OR_RETURN(const absl::Time early, early_.OldestSince());
  link.set_early(early_.count());
  const absl::Time oldest =
      std::min({pending.oldest, unread.value_or(absl::InfiniteFuture()), early});
  if (oldest == absl::InfiniteFuture()) return absl::OkStatus();
  *link.mutable_oldest_pending_time() = domain::ToProto(oldest);
  const absl::Duration age = std::max(absl::ZeroDuration(), engine_.clock.Now() - oldest);
  link.set_oldest_pending_seconds(absl::ToInt64Seconds(age));
  return absl::OkStatus();
}

v1::Link LinkEngine::Describe() const {
  v1::Link link;
  link.set_name(options_.name);
  link.set_adapter(options_.adapter);
  link.set_objective_seconds(absl::ToInt64Seconds(options_.objective));
  std::unique_lock lock(mutex_);
  const LinkRecord record = shown_;
  lock.unlock();
  const absl::Status known = DescribeWaiting(record.journal_cursor(), link);
  lock.lock();
  link.set_journal_cursor(record.journal_cursor());
  if (record.loading()) {
    link.set_load_done(record.load_done());
    link.set_load_total(record.load_total());
  }
  stats_.Fill(link);
  if (answered_) *link.mutable_last_success_time() = domain::ToProto(last_success_);
  const bool stopped = reads_.open() || writes_.open();
  if (stopped) {
    const absl::Time probe = writes_.open() ? writes_.next_probe() : reads_.next_probe();
    *link.mutable_next_retry_time() = domain::ToProto(clock_.TimeOfDay(probe));
  }
  // An idle link proves itself by its pulls.
  const bool silent = engine_.clock.Now() - last_success_ > SilenceMax();
  const bool waits_too_long =
      link.has_oldest_pending_time() &&
      engine_.clock.Now() - domain::FromProto(link.oldest_pending_time()) > options_.objective;
  const bool late = link.dead_letters() > 0 || !known.ok() || waits_too_long;
  link.set_last_error(ProblemOf(link, known, silent));
  link.set_state(record.paused()                              ? v1::Link::STATE_PAUSED
                 : stopped || silent || !store_error_.empty() ? v1::Link::STATE_DEGRADED
                 : record.resync() != LinkRecord::RESYNC_NONE ? v1::Link::STATE_RESYNC
                 : record.loading()                           ? v1::Link::STATE_LOADING
                 : late                                       ? v1::Link::STATE_LATE
                                                              : v1::Link::STATE_OK);
  return link;
}

absl::Duration LinkEngine::SilenceMax() const {
  return std::max(options_.objective, 2 * (options_.poll_interval + options_.call_timeout));
}

std::string LinkEngine::ProblemOf(const v1::Link& link, const absl::Status& known,
                                  bool silent) const {
  if (!store_error_.empty()) return StrCat("the store: ", store_error_);
  if (!known.ok()) return StrCat("the store: ", ToStd(known.message()));
  if (!last_error_.empty()) return last_error_;
  if (silent && !shown_.paused()) return "the counterpart has not answered for too long";
  if (link.dead_letters() == 0) return "";
  return StrCat(link.dead_letters(), " dead letters wait for a person: lienthongctl dlq");
}

}  // namespace lienthong::sync
