#include "gateway/sync/link_runner.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

constexpr absl::Duration kIdleMax = absl::Seconds(1);
// When the store itself fails, the link tries again after this.
constexpr absl::Duration kStoreRetry = absl::Milliseconds(200);

}  // namespace

LinkRunner::LinkRunner(core::Engine& engine, LinkOptions options, const core::Party& party,
                       std::unique_ptr<sdk::Adapter> adapter)
    : options_(std::move(options)),
      core_(engine),
      adapter_(std::move(adapter)),
      engine_(
          std::make_unique<LinkEngine>(engine, options_, party, *adapter_, [this] { Wake(); })) {}

LinkRunner::~LinkRunner() { Stop(); }

absl::Status LinkRunner::Start() {
  const absl::Status started = adapter_->Start();
  if (!started.ok() && !absl::IsUnavailable(started)) return started;
  thread_ = std::thread([this] { Loop(); });
  const std::lock_guard lock(asks_mutex_);
  takes_questions_ = true;
  return absl::OkStatus();
}

void LinkRunner::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || !thread_.joinable()) return;
    stopping_ = true;
    woken_.notify_all();
  }
  engine_->CloseCalls();
  thread_.join();
  {
    const std::lock_guard lock(asks_mutex_);
    takes_questions_ = false;
  }
  adapter_->Stop();  // answers what is under way; the lanes stay as committed
}

template <typename Reply>
void LinkRunner::AskBeside(sdk::Done<Reply> done,
                           const std::function<void(sdk::Done<Reply>)>& begin) {
  const std::lock_guard lock(asks_mutex_);
  if (!takes_questions_) return done(absl::UnavailableError("the link does not run"));
  if (asking_.exchange(true)) {
    return done(absl::ResourceExhaustedError("another operator asks it just now; try again"));
  }
  begin([this, done = std::move(done)](absl::StatusOr<Reply> reply) {
    asking_ = false;
    done(std::move(reply));
  });
}

void LinkRunner::LookUp(const adapter::v1::LookUpRequest& request, absl::Time deadline,
                        sdk::Done<adapter::v1::LookUpReply> done) {
  AskBeside<adapter::v1::LookUpReply>(
      std::move(done), [&](auto ended) { adapter_->LookUp(request, deadline, std::move(ended)); });
}

void LinkRunner::Probe(absl::Time deadline, sdk::Done<adapter::v1::ProbeReply> done) {
  AskBeside<adapter::v1::ProbeReply>(
      std::move(done), [&](auto ended) { adapter_->Probe(deadline, std::move(ended)); });
}

void LinkRunner::Wake() {
  const std::lock_guard lock(mutex_);
  wake_ = true;
  woken_.notify_all();
}

absl::Status LinkRunner::Run(absl::Time deadline,
                             const std::function<absl::Status(LinkEngine&)>& work) {
  const std::unique_lock lock(tick_mutex_, absl::ToChronoTime(deadline - kAnswerTime));
  if (!lock.owns_lock()) {
    return absl::DeadlineExceededError(
        StrCat("link ", options_.name,
               " was busy until the time of the call was over, and this "
               "was not done; ask again, and if that ends alike, see lienthongctl links"));
  }
  absl::Status status = work(*engine_);
  Wake();
  return status;
}

absl::StatusOr<PreparedLetter> LinkRunner::Prepare(absl::Time deadline, const LetterAct& act) {
  PreparedLetter prepared;
  LIENTHONG_RETURN_IF_ERROR(Run(deadline, [&](LinkEngine& engine) {
    LIENTHONG_ASSIGN_OR_RETURN(prepared, engine.Prepare(act));
    return absl::OkStatus();
  }));
  return prepared;
}

absl::Status LinkRunner::Do(absl::Time deadline, const LetterAct& act) {
  return Run(deadline, [&act](LinkEngine& engine) { return engine.Do(act); });
}

absl::StatusOr<bool> LinkRunner::WouldShow(absl::Time deadline, const dossier::v1::Dossier& before,
                                           const dossier::v1::Dossier& after) {
  bool shows = false;
  LIENTHONG_RETURN_IF_ERROR(Run(deadline, [&](LinkEngine& engine) {
    shows = engine.WouldShow(before, after);
    return absl::OkStatus();
  }));
  return shows;
}

absl::Time LinkRunner::TickOnce() {
  const std::lock_guard lock(tick_mutex_);
  const absl::StatusOr<absl::Time> next = engine_->Tick();
  if (next.ok()) return *next;
  engine_->RefuseCalls();  // who calls comes again
  LogError("link_store_failure",
           {{"link", options_.name}, {"error", std::string(next.status().message())}});
  return core_.clock.Now() + kStoreRetry;
}

void LinkRunner::Loop() {
  while (true) {
    const absl::Time next = TickOnce();
    std::unique_lock lock(mutex_);
    const absl::Duration wait = std::min(next - core_.clock.Now(), kIdleMax);
    if (wait > absl::ZeroDuration()) {
      woken_.wait_for(lock, absl::ToChronoNanoseconds(wait), [this] { return wake_ || stopping_; });
    }
    wake_ = false;
    if (stopping_) return;
  }
}

}  // namespace lienthong::sync
