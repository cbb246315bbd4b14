#include "tests/rigs/faults/fault_board.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<FaultKind, std::string_view>, 16> kNames = {{
    {FaultKind::kDelay, "delay"},
    {FaultKind::kThrottle, "429"},
    {FaultKind::kServerError, "5xx"},
    {FaultKind::kReset, "reset"},
    {FaultKind::kDropReply, "drop_reply"},
    {FaultKind::kTruncate, "truncate"},
    {FaultKind::kDown, "down"},
    {FaultKind::kHang, "hang"},
    {FaultKind::kInnerError, "inner_error"},
    {FaultKind::kForget, "forget"},
    {FaultKind::kSlowDrip, "slow_drip"},
    {FaultKind::kExpireSession, "expire_session"},
    {FaultKind::kCodeAsString, "code_as_string"},
    {FaultKind::kExists, "exists"},
    {FaultKind::kOddCode, "odd_code"},
    {FaultKind::kRepeatCall, "repeat_call"},
}};

constexpr std::array kExclusiveKinds = {
    FaultKind::kReset,       FaultKind::kHang,       FaultKind::kThrottle,
    FaultKind::kServerError, FaultKind::kInnerError, FaultKind::kExpireSession,
    FaultKind::kExists,      FaultKind::kOddCode,    FaultKind::kDropReply,
    FaultKind::kSlowDrip,    FaultKind::kForget};
// They have nothing to show where nothing is stored, unless a rule says where.
constexpr std::array kStoringKinds = {FaultKind::kDropReply, FaultKind::kTruncate,
                                      FaultKind::kSlowDrip, FaultKind::kOddCode,
                                      FaultKind::kForget};
constexpr std::array kServerErrors = {500, 502, 503, 504};
constexpr int64_t kHoldDefault_ms = 60'000;
constexpr int64_t kThrottleDefault_ms = 1'000;
constexpr int64_t kSlowDripDefault_ms = 3'000;
constexpr int64_t kWaitMax_ms = 600'000;

std::optional<FaultKind> KindNamed(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

template <typename Kinds>
bool IsOneOf(const Kinds& kinds, FaultKind kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string ListOf(std::span<const FaultKind> kinds) {
  std::string list = "one of";
  for (const FaultKind kind : kinds) list += " " + std::string(FaultName(kind));
  return list;
}

int64_t HoldDefault_ms(FaultKind kind) {
  if (kind == FaultKind::kThrottle) return kThrottleDefault_ms;
  return kind == FaultKind::kSlowDrip ? kSlowDripDefault_ms : kHoldDefault_ms;
}

bool ReadNumber(const Json& value, int64_t max, std::optional<int64_t>& number) {
  if (!value.is_number_integer() || value < 0 || value > max) return false;
  number = value.get<int64_t>();
  return true;
}

bool ReadMember(const std::string& name, const Json& value, FaultRule& rule) {
  if (name == "rate") {
    if (!value.is_number() || value < 0.0 || value > 1.0) return false;
    rule.rate = value.get<double>();
    return true;
  }
  if (name == "path" || name == "contains") {
    if (!value.is_string()) return false;
    (name == "path" ? rule.path : rule.contains) = value.get<std::string>();
    return true;
  }
  if (name == "count") return ReadNumber(value, 1'000'000'000, rule.count);
  if (name == "seconds") return ReadNumber(value, 86'400, rule.seconds);
  if (name == "milliseconds") return ReadNumber(value, kWaitMax_ms, rule.milliseconds);
  return false;
}

}  // namespace

std::string_view FaultName(FaultKind kind) {
  for (const auto& [known, name] : kNames) {
    if (known == kind) return name;
  }
  return "";
}

std::optional<FaultRule> ParseFaultRule(const Json& json, std::span<const FaultKind> kinds,
                                        std::string* error) {
  const Json name = json.is_object() ? json.value("kind", Json()) : Json();
  const std::optional<FaultKind> kind =
      name.is_string() ? KindNamed(name.get<std::string>()) : std::nullopt;
  if (!kind || !IsOneOf(kinds, *kind)) {
    *error = "kind: " + ListOf(kinds);
    return std::nullopt;
  }
  FaultRule rule;
  rule.kind = *kind;
  for (const auto& [member, value] : json.items()) {
    if (member != "kind" && !ReadMember(member, value, rule)) {
      *error = member +
               ": unknown, or out of range (rate 0-1, count, milliseconds, seconds, path, "
               "contains)";
      return std::nullopt;
    }
  }
  if (rule.kind == FaultKind::kDown && !rule.seconds) *error = "seconds: down needs it";
  if (rule.kind == FaultKind::kDelay && !rule.milliseconds) {
    *error = "milliseconds: delay needs it";
  }
  return error->empty() ? std::optional(rule) : std::nullopt;
}

FaultBoard::FaultBoard(uint64_t seed, std::span<const FaultKind> kinds, NowMs now)
    : kinds_(kinds), now_(std::move(now)), random_(seed) {}

void FaultBoard::Set(const FaultRule& rule) {
  Standing standing{.rule = rule, .until_ms = std::nullopt};
  if (rule.seconds) standing.until_ms = now_() + *rule.seconds * 1000;
  const std::lock_guard lock(mutex_);
  standing_[rule.kind] = standing;
}

int FaultBoard::Clear(std::optional<FaultKind> kind) {
  const std::lock_guard lock(mutex_);
  const size_t before = standing_.size();
  if (kind) {
    standing_.erase(*kind);
  } else {
    standing_.clear();
  }
  return static_cast<int>(before - standing_.size());
}

FaultBoard::Standing* FaultBoard::Find(FaultKind kind) {
  const auto it = standing_.find(kind);
  if (it == standing_.end()) return nullptr;
  const Standing& standing = it->second;
  if ((standing.until_ms && now_() >= *standing.until_ms) ||
      (standing.rule.count && *standing.rule.count == 0)) {
    standing_.erase(it);
    return nullptr;
  }
  return &it->second;
}

bool FaultBoard::Hits(FaultKind kind, const FaultTarget& target) {
  const Standing* standing = Find(kind);
  if (standing == nullptr) return false;
  if (kind == FaultKind::kExists && !target.creates) return false;
  if (kind == FaultKind::kForget && target.creates) return false;
  if (kind == FaultKind::kExpireSession && !target.in_session) return false;
  const FaultRule& rule = standing->rule;
  if (target.body.find(rule.contains) == std::string_view::npos) return false;
  if (rule.path.empty()) {
    if (IsOneOf(kStoringKinds, kind) && !target.stores) return false;
  } else if (rule.path != target.path && rule.path != target.service) {
    return false;
  }
  return !rule.rate || std::uniform_real_distribution<double>(0.0, 1.0)(random_) < *rule.rate;
}

void FaultBoard::Spend(FaultKind kind) {
  ++injected_[kind];
  Standing* standing = Find(kind);
  if (standing != nullptr && standing->rule.count) --*standing->rule.count;
}

FaultDecision FaultBoard::Decide(const FaultTarget& target) {
  const std::lock_guard lock(mutex_);
  FaultDecision decision;
  if (Hits(FaultKind::kDown, target)) {
    Spend(FaultKind::kDown);
    decision.kind = FaultKind::kDown;
    return decision;
  }
  if (Hits(FaultKind::kDelay, target)) {
    decision.delay = std::chrono::milliseconds(*Find(FaultKind::kDelay)->rule.milliseconds);
    Spend(FaultKind::kDelay);
  }
  for (const FaultKind kind : kExclusiveKinds) {
    if (!Hits(kind, target)) continue;
    decision.hold =
        std::chrono::milliseconds(Find(kind)->rule.milliseconds.value_or(HoldDefault_ms(kind)));
    decision.status = kServerErrors[random_() % kServerErrors.size()];
    decision.kind = kind;
    Spend(kind);
    break;
  }
  decision.code_as_string = Hits(FaultKind::kCodeAsString, target);
  if (decision.code_as_string) Spend(FaultKind::kCodeAsString);
  decision.truncate = Hits(FaultKind::kTruncate, target);
  return decision;
}

bool FaultBoard::Repeats(std::string_view service) {
  const std::lock_guard lock(mutex_);
  if (!Hits(FaultKind::kRepeatCall, {.service = service})) return false;
  Spend(FaultKind::kRepeatCall);
  return true;
}

bool FaultBoard::RefusesConnection() {
  const std::lock_guard lock(mutex_);
  const Standing* standing = Find(FaultKind::kDown);
  // A down rule for some requests cannot be told from the connection alone.
  if (standing == nullptr || standing->rule.rate) return false;
  if (!standing->rule.path.empty() || !standing->rule.contains.empty()) return false;
  Spend(FaultKind::kDown);
  return true;
}

void FaultBoard::CountTruncation() {
  const std::lock_guard lock(mutex_);
  Spend(FaultKind::kTruncate);
}

std::map<std::string, int64_t> FaultBoard::injected() const {
  const std::lock_guard lock(mutex_);
  std::map<std::string, int64_t> counts;
  for (const FaultKind kind : kinds_) {
    const auto it = injected_.find(kind);
    counts[std::string(FaultName(kind))] = it == injected_.end() ? 0 : it->second;
  }
  return counts;
}

}  // namespace lienthong::rigs
