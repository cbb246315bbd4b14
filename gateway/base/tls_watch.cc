#include "gateway/base/tls_watch.h"

#include <utility>

#include "gateway/base/log.h"

namespace lienthong {

absl::StatusOr<std::unique_ptr<TlsWatch>> TlsWatch::Start(const TlsFiles& files, const Clock& clock,
                                                          absl::Duration read_again) {
  TlsContent content;
  const std::string problem =
      ReadTlsFiles(files, TlsSide::kServer, clock.Now(), content).Together();
  if (!problem.empty()) return absl::FailedPreconditionError(problem);
  std::unique_ptr<TlsWatch> watch(new TlsWatch(files, clock, std::move(content)));
  watch->thread_ = std::thread([&watch = *watch, read_again] { watch.Loop(read_again); });
  return watch;
}

TlsWatch::TlsWatch(const TlsFiles& files, const Clock& clock, TlsContent first)
    : files_(files),
      clock_(clock),
      current_(std::make_shared<const TlsContent>(std::move(first))) {}

TlsWatch::~TlsWatch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  stop_.notify_all();
  thread_.join();
}

std::shared_ptr<const TlsContent> TlsWatch::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void TlsWatch::ReadAgain() {
  const std::lock_guard reading(reading_);
  TlsContent content;
  const std::string problem =
      ReadTlsFiles(files_, TlsSide::kServer, clock_.Now(), content).Together();
  if (!problem.empty() && problem != said_problem_) {
    LogWarning("certificate_refused", {{"reason", problem}, {"in_use", "the one before"}});
  }
  said_problem_ = problem;
  if (!problem.empty() || content == *Current()) return;
  {
    const std::lock_guard lock(mutex_);
    current_ = std::make_shared<const TlsContent>(std::move(content));
  }
  LogInfo("certificate_taken", {{"file", files_.certificate}});
}

void TlsWatch::Loop(absl::Duration interval) {
  std::unique_lock lock(mutex_);
  while (!stop_.wait_for(lock, absl::ToChronoNanoseconds(interval), [this] { return stopping_; })) {
    lock.unlock();
    ReadAgain();
    lock.lock();
  }
}

}  // namespace lienthong
