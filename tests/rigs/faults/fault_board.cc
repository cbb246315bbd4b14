#include "tests/rigs/faults/fault_board.h"

#include <array>
#include <utility>

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<FaultKind, std::string_view>, 9> kNames = {{
    {FaultKind::kDelay, "delay"},
    {FaultKind::kThrottle, "429"},
    {FaultKind::kServerError, "5xx"},
    {FaultKind::kReset, "reset"},
    {FaultKind::kDropReply, "drop_reply"},
    {FaultKind::kTruncate, "truncate"},
    {FaultKind::kDown, "down"},
    {FaultKind::kHang, "hang"},
    {FaultKind::kInnerError, "inner_error"},
}};

constexpr std::array kExclusiveKinds = {FaultKind::kReset,      FaultKind::kHang,
                                        FaultKind::kThrottle,   FaultKind::kServerError,
                                        FaultKind::kInnerError, FaultKind::kDropReply};
constexpr std::array kServerErrors = {500, 502, 503, 504};
constexpr int64_t kHoldDefault_ms = 60'000;
constexpr int64_t kThrottleDefault_ms = 1'000;
constexpr int64_t kWaitMax_ms = 600'000;

std::optional<FaultKind> KindNamed(std::string_view name) {
  for (const auto& [kind, known] : kNames) {
    if (known == name) return kind;
  }
  return std::nullopt;
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
  if (name == "path") {
    if (!value.is_string()) return false;
    rule.path = value.get<std::string>();
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

std::optional<FaultRule> ParseFaultRule(const Json& json, std::string* error) {
  const auto kind_member = json.is_object() ? json.find("kind") : json.end();
  const std::optional<FaultKind> kind =
      json.is_object() && kind_member != json.end() && kind_member->is_string()
          ? KindNamed(kind_member->get<std::string>())
          : std::nullopt;
  if (!kind) {
    *error = "kind: one of delay 429 5xx reset drop_reply truncate down hang inner_error";
    return std::nullopt;
  }
  FaultRule rule;
  rule.kind = *kind;
  for (const auto& [name, value] : json.items()) {
    if (name != "kind" && !ReadMember(name, value, rule)) {
      *error = name + ": unknown, or out of range (rate 0-1, count, milliseconds, seconds, path)";
      return std::nullopt;
    }
  }
  if (rule.kind == FaultKind::kDown && !rule.seconds) *error = "seconds: down needs it";
  if (rule.kind == FaultKind::kDelay && !rule.milliseconds) {
    *error = "milliseconds: delay needs it";
  }
  return error->empty() ? std::optional(rule) : std::nullopt;
}

FaultBoard::FaultBoard(uint64_t seed, std::string commit_path, NowMs now)
    : commit_path_(std::move(commit_path)), now_(std::move(now)), random_(seed) {}

void FaultBoard::Set(const FaultRule& rule) {
  Standing standing{.rule = rule, .until_ms = std::nullopt};
  if (rule.seconds) standing.until_ms = now_() + *rule.seconds * 1000;
  if (rule.path.empty() &&
      (rule.kind == FaultKind::kDropReply || rule.kind == FaultKind::kTruncate)) {
    standing.rule.path = commit_path_;
  }
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

bool FaultBoard::Hits(FaultKind kind, std::string_view path) {
  const Standing* standing = Find(kind);
  if (standing == nullptr) return false;
  if (!standing->rule.path.empty() && standing->rule.path != path) return false;
  return !standing->rule.rate ||
         std::uniform_real_distribution<double>(0.0, 1.0)(random_) < *standing->rule.rate;
}

void FaultBoard::Spend(FaultKind kind) {
  ++injected_[kind];
  Standing* standing = Find(kind);
  if (standing != nullptr && standing->rule.count) --*standing->rule.count;
}

FaultDecision FaultBoard::Decide(std::string_view path) {
  const std::lock_guard lock(mutex_);
  FaultDecision decision;
  if (Hits(FaultKind::kDown, path)) {
    Spend(FaultKind::kDown);
    decision.kind = FaultKind::kDown;
    return decision;
  }
  if (Hits(FaultKind::kDelay, path)) {
    decision.delay = std::chrono::milliseconds(*Find(FaultKind::kDelay)->rule.milliseconds);
    Spend(FaultKind::kDelay);
  }
  for (const FaultKind kind : kExclusiveKinds) {
    if (!Hits(kind, path)) continue;
    const int64_t hold_default_ms =
        kind == FaultKind::kThrottle ? kThrottleDefault_ms : kHoldDefault_ms;
    decision.hold =
        std::chrono::milliseconds(Find(kind)->rule.milliseconds.value_or(hold_default_ms));
    decision.status = kServerErrors[random_() % kServerErrors.size()];
    decision.kind = kind;
    Spend(kind);
    break;
  }
  decision.truncate = Hits(FaultKind::kTruncate, path);
  return decision;
}

bool FaultBoard::RefusesConnection() {
  const std::lock_guard lock(mutex_);
  const Standing* standing = Find(FaultKind::kDown);
  // A down rule for one path cannot be told from the connection alone.
  if (standing == nullptr || !standing->rule.path.empty() || standing->rule.rate) return false;
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
  for (const auto& [kind, name] : kNames) {
    const auto it = injected_.find(kind);
    counts[std::string(name)] = it == injected_.end() ? 0 : it->second;
  }
  return counts;
}

}  // namespace lienthong::rigs
