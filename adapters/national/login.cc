#include "adapters/national/login.h"

#include <algorithm>

#include "gateway/base/errors.h"

namespace lienthong::adapters::national {

absl::StatusOr<std::string> SharedLogin::Get(absl::Time deadline) {
  std::string held = Held();
  if (!held.empty()) return held;
  const absl::Duration wait = std::max(deadline - clock_.Now(), absl::ZeroDuration());
  const std::unique_lock turn(fetching_, absl::ToChronoNanoseconds(wait));
  if (!turn.owns_lock()) {
    return absl::UnavailableError("the deadline passed while another call logged in");
  }
  held = Held();  // whoever had the turn before us may have got one
  if (!held.empty()) return held;
  LIENTHONG_ASSIGN_OR_RETURN(Grant grant, fetch_(deadline));
  const std::lock_guard lock(mutex_);
  secret_ = std::move(grant.secret);
  until_ = clock_.Now() + grant.life;
  return secret_;
}

void SharedLogin::Drop(std::string_view secret) {
  const std::lock_guard lock(mutex_);
  if (secret_ == secret) secret_.clear();
}

std::string SharedLogin::Held() const {
  const std::lock_guard lock(mutex_);
  return clock_.Now() < until_ ? secret_ : "";
}

}  // namespace lienthong::adapters::national
