#include "gateway/core/sign_in.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"

namespace lienthong::core {

// 244 bits of chance.
std::string SignIn::Secret() { return StrCat(random_.Uuid(), random_.Uuid()); }

void SignIn::DropExpired(Entries& entries) const {
  std::erase_if(
      entries, [now = clock_.Now()](const auto& entry) { return entry.second.expire_time <= now; });
}

absl::StatusOr<SignIn::Token> SignIn::Issue(const Caller& caller) {
  if (caller.kind != CallerKind::kOperator) return CallNotAllowed(caller.name, "use the console");
  const std::lock_guard lock(mutex_);
  DropExpired(tokens_);
  if (tokens_.size() >= kSignInTokensMax) {
    return absl::ResourceExhaustedError(StrCat(
        kSignInTokensMax, " tokens of the last minute were not used; try again in a minute"));
  }
  Token token{.text = Secret(), .expire_time = clock_.Now() + kSignInTokenLife};
  tokens_[Sha256(token.text)] = {.caller = caller, .expire_time = token.expire_time};
  LogInfo("console_token_issued", {{"caller", caller.name}});
  return token;
}

absl::StatusOr<std::string> SignIn::Redeem(const std::string& token) {
  const std::lock_guard lock(mutex_);
  DropExpired(tokens_);
  DropExpired(sessions_);
  const auto found = tokens_.find(Sha256(token));
  if (found == tokens_.end()) {
    return absl::UnauthenticatedError("this address was used, or is older than a minute");
  }
  const Caller caller = found->second.caller;
  tokens_.erase(found);
  if (sessions_.size() >= kSignedInMax) {
    sessions_.erase(std::min_element(sessions_.begin(), sessions_.end(),
                                     [](const auto& one, const auto& other) {
                                       return one.second.expire_time < other.second.expire_time;
                                     }));
  }
  std::string session = Secret();
  sessions_[Sha256(session)] = {.caller = caller, .expire_time = clock_.Now() + kSignedInLife};
  LogInfo("console_signed_in", {{"caller", caller.name}});
  return session;
}

std::optional<Caller> SignIn::Find(const std::string& session) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(Sha256(session));
  if (found == sessions_.end() || found->second.expire_time <= clock_.Now()) return std::nullopt;
  return found->second.caller;
}

void SignIn::End(const std::string& session) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(Sha256(session));
}

}  // namespace lienthong::core
