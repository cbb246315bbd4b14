#include "gateway/service/admission.h"

#include <utility>

#include "absl/time/time.h"
#include "gateway/base/errors.h"

namespace lienthong::service {
namespace {

constexpr absl::Duration kRetryAfter = absl::Milliseconds(200);

}  // namespace

Admission::Ticket::Ticket(Ticket&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      kind_(other.kind_),
      caller_(std::move(other.caller_)) {}

Admission::Ticket& Admission::Ticket::operator=(Ticket&& other) noexcept {
  if (this == &other) return *this;
  Release();
  owner_ = std::exchange(other.owner_, nullptr);
  kind_ = other.kind_;
  caller_ = std::move(other.caller_);
  return *this;
}

void Admission::Ticket::Release() {
  if (owner_ == nullptr) return;
  std::exchange(owner_, nullptr)->GiveBack(kind_, caller_);
}

Admission::Admission(const Limits& limits) { SetLimits(limits); }

void Admission::SetLimits(const Limits& limits) {
  const std::lock_guard lock(mutex_);
  const auto set = [this](CallKind kind, int total_max, int per_caller_max) {
    counter(kind).total_max = total_max;
    counter(kind).per_caller_max = per_caller_max;
  };
  set(CallKind::kCall, limits.calls_max, limits.calls_per_caller_max);
  set(CallKind::kStream, limits.streams_max, limits.streams_per_caller_max);
  set(CallKind::kControl, limits.control_calls_max, limits.control_calls_max);
}

absl::StatusOr<Admission::Ticket> Admission::Admit(const std::string& caller, CallKind kind) {
  const std::lock_guard lock(mutex_);
  if (draining_ && kind != CallKind::kControl) return Draining();
  Counter& count = counter(kind);
  if (count.total >= count.total_max) {
    return Busy("too many calls are worked on at the same time", kRetryAfter);
  }
  int& of_caller = count.per_caller[caller];
  if (of_caller >= count.per_caller_max) {
    return Busy("too many calls of this caller are worked on at the same time", kRetryAfter);
  }
  ++of_caller;
  ++count.total;
  return Ticket(this, kind, caller);
}

void Admission::GiveBack(CallKind kind, const std::string& caller) {
  const std::lock_guard lock(mutex_);
  Counter& count = counter(kind);
  --count.total;
  const auto of_caller = count.per_caller.find(caller);
  if (of_caller != count.per_caller.end() && --of_caller->second == 0) {
    count.per_caller.erase(of_caller);
  }
}

void Admission::StartDraining() {
  const std::lock_guard lock(mutex_);
  draining_ = true;
}

bool Admission::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

int Admission::in_flight() const {
  const std::lock_guard lock(mutex_);
  int total = 0;
  for (const Counter& count : counters_) total += count.total;
  return total;
}

}  // namespace lienthong::service
