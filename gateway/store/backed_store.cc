#include "gateway/store/backed_store.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/evidence/merkle.h"
#include "gateway/store/await.h"
#include "gateway/store/checks.h"
#include "gateway/store/head.h"
#include "gateway/store/lease.h"

namespace lienthong::store {
namespace {

constexpr int kLeaseAttemptsMax = 16;

class BackedStore final : public Store {
 public:
  BackedStore(std::string_view kind, std::unique_ptr<Backend> backend, const OpenedHead& opened,
              CommitterOptions options, Leasing leasing)
      : waits_(options.own_thread),
        leasing_(leasing),
        backend_(std::move(backend)),
        info_(InfoOf(kind, opened)),
        committer_(*backend_, opened.head, std::move(options),
                   [this](const Head& head) { Publish(head); }) {}

  void Commit(WriteSet set,
              std::function<void(const absl::StatusOr<CommitResult>&)> done) override {
    if (absl::Status wrong = CheckSet(set); !wrong.ok()) {
      done(wrong);
      return;
    }
    committer_.Submit(std::move(set), std::move(done));
  }

  absl::StatusOr<Row> Get(Table table, const Values& key) const override {
    LIENTHONG_RETURN_IF_ERROR(CheckKey(table, key));
    return backend_->Get(table, key);
  }

  absl::StatusOr<std::vector<Row>> Read(const Scan& scan) const override {
    LIENTHONG_RETURN_IF_ERROR(CheckScan(scan));
    if (scan.limit_rows > kScanRowsMax) {
      return absl::InvalidArgumentError(StrCat("table ", Describe(scan.table).name,
                                               ": limit_rows is ", scan.limit_rows, ", at most ",
                                               kScanRowsMax, "; read on with `after`"));
    }
    return backend_->Read(scan);
  }

  absl::StatusOr<int64_t> Count(const Scan& scan) const override {
    LIENTHONG_RETURN_IF_ERROR(CheckScan(scan));
    return backend_->Count(scan);
  }

  StoreInfo Info() const override {
    const std::lock_guard lock(mutex_);
    return info_;
  }

  StoreStats Stats() const override {
    StoreStats stats = committer_.Stats();
    stats.size = backend_->Size();
    return stats;
  }

  absl::Status CopyTo(const std::string& path,
                      const std::function<bool(const CopyProgress&)>& told) override {
    std::unique_ptr<Copying> copy;
    const absl::Status made = committer_.RunBetweenBatches([&]() -> absl::StatusOr<bool> {
      if (copy == nullptr) {
        LIENTHONG_ASSIGN_OR_RETURN(copy, backend_->BeginCopy(path));
        return false;
      }
      absl::StatusOr<bool> done = copy->Step();
      if (done.ok() && !told(copy->progress())) done = absl::CancelledError("it was given up");
      if (!done.ok()) copy.reset();  // here, where nothing is written meanwhile
      return done;
    });
    LIENTHONG_RETURN_IF_ERROR(made);
    return copy->Verify([&] { return told(copy->progress()); });
  }

  bool WaitForJournal(int64_t sequence, absl::Time deadline) const override {
    std::unique_lock lock(mutex_);
    const auto arrived = [&] { return info_.last_sequence > sequence; };
    if (!waits_) return arrived();
    return grown_.wait_until(lock, absl::ToChronoTime(std::max(deadline, absl::UnixEpoch())),
                             arrived);
  }

  absl::StatusOr<int64_t> AcquireLease(const LeaseRequest& request) override {
    const bool shared = leasing_ == Leasing::kWhenOver;
    absl::Status last;
    for (int attempt = 0; attempt < kLeaseAttemptsMax; ++attempt) {
      LIENTHONG_ASSIGN_OR_RETURN(const Lease held, ReadLease(*backend_, request.link));
      const bool is_own = held.fence > 0 && held.holder == request.holder;
      if (is_own && !shared) return held.fence;  // nobody is to know until when
      if (!is_own && shared && request.now < held.until) {
        const absl::Time until = std::min(held.until, LatestEnd(request));
        if (until == held.until) return LeaseHeld(request.link, until - request.now);
        last = CommitOwn(ShortenedLease(held, until));
        if (last.ok()) return LeaseHeld(request.link, until - request.now);
        if (!absl::IsAborted(last)) return last;
        continue;
      }
      last = CommitOwn(is_own ? ProlongedLease(held, request) : TakenLease(held, request));
      if (last.ok()) return is_own ? held.fence : held.fence + 1;
      if (!absl::IsAborted(last)) return last;
    }
    return last;
  }

  absl::StatusOr<int64_t> MarkRestored(absl::Time now) override {
    int64_t epoch = 0;
    LIENTHONG_ASSIGN_OR_RETURN(WriteSet set, RaisedEpoch(*backend_, now, &epoch));
    LIENTHONG_RETURN_IF_ERROR(CommitOwn(std::move(set)));
    return epoch;
  }

 private:
  static StoreInfo InfoOf(std::string_view kind, const OpenedHead& opened) {
    StoreInfo info;
    info.kind = std::string(kind);
    info.epoch = opened.epoch;
    SetHead(opened.head, info);
    return info;
  }

  static void SetHead(const Head& head, StoreInfo& info) {
    info.last_sequence = head.last_sequence();
    info.leaves = head.frontier.leaves();
    info.root = evidence::ToBytes(head.frontier.Root());
  }

  void Publish(const Head& head) {
    const std::lock_guard lock(mutex_);
    SetHead(head, info_);
    grown_.notify_all();
  }

  // Not through Commit, which keeps others from the store's own rows. Without a deadline: the
  // committer answers every set, at the latest when it stops.
  absl::Status CommitOwn(WriteSet set) {
    return AwaitAnswer(
               [&](Committer::Done done) { committer_.Submit(std::move(set), std::move(done)); },
               absl::InfiniteFuture())
        .status();
  }

  const bool waits_;
  const Leasing leasing_;
  const std::unique_ptr<Backend> backend_;
  mutable std::mutex mutex_;
  mutable std::condition_variable grown_;
  StoreInfo info_;
  Committer committer_;  // last: its thread uses all of the above
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenBackedStore(std::string_view kind,
                                                       std::unique_ptr<Backend> backend,
                                                       CommitterOptions options, Leasing leasing) {
  LIENTHONG_ASSIGN_OR_RETURN(const OpenedHead opened, OpenHead(*backend));
  return std::make_unique<BackedStore>(kind, std::move(backend), opened, std::move(options),
                                       leasing);
}

}  // namespace lienthong::store
