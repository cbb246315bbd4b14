#include "tests/rigs/portal/service.h"

#include <string>
#include <utility>

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kFiles = "files";
constexpr int kTooMany = 429;

// Whose body carries a password.
bool IsLogin(const std::string& service) { return service == "auth" || service == "token"; }

Decided Raw(http::Reply reply) {
  Decided decided;
  decided.status = reply.status;
  decided.raw = std::move(reply);
  return decided;
}

std::string FaultText(const FaultDecision& decision) {
  if (decision.kind) return std::string(FaultName(*decision.kind));
  if (decision.delay.count() > 0) return std::string(FaultName(FaultKind::kDelay));
  return decision.code_as_string ? std::string(FaultName(FaultKind::kCodeAsString)) : "";
}

// The fault that keeps the caller from knowing what was stored, or "".
std::string Silenced(const Decided& decided, const FaultDecision& decision) {
  const bool silent =
      decision.kind == FaultKind::kDropReply || decision.kind == FaultKind::kOddCode;
  return decided.stored && silent ? FaultText(decision) : "";
}

}  // namespace

Service::Service(const ServiceParts& parts, uint64_t seed, std::function<int64_t()> now)
    : parts_(parts), whims_(seed), now_(std::move(now)) {}

std::shared_ptr<http::BodySink> Service::SinkFor(const http::Request& head) const {
  return parts_.dialect.SinkFor(head);
}

http::Reply Service::Handle(const http::Request& request) {
  const int64_t arrived_ms = now_();
  PortalCall call = parts_.dialect.Read(request);
  if (request.path.starts_with(papers::kFilesPath)) call.service = kFiles;
  const FaultDecision decision = parts_.faults.Decide({.path = request.path,
                                                       .service = call.service,
                                                       .body = request.body,
                                                       .stores = call.stores,
                                                       .creates = call.creates,
                                                       .in_session = call.in_session});
  const Decided decided = Decide(call, decision);
  const int64_t n = Log(call, decided, decision, arrived_ms);
  UnansweredCall unanswered{n, arrived_ms, call.service, call.dossier, call.lines, ""};
  unanswered.fault = Silenced(decided, decision);
  if (!unanswered.fault.empty()) parts_.unanswered.Add(unanswered);
  http::Reply reply = Render(decided, decision);
  if (decided.stored && unanswered.fault.empty()) {
    unanswered.fault = "left";
    reply.lost = [this, unanswered] { parts_.unanswered.Add(unanswered); };
  }
  return reply;
}

Decided Service::Decide(const PortalCall& call, const FaultDecision& decision) {
  if (!decision.kind) return Work(call, decision);
  switch (*decision.kind) {
    case FaultKind::kDown:
    case FaultKind::kReset:
      return Raw(http::NoAnswer(http::Delivery::kReset));
    case FaultKind::kHang:
      return Raw(http::NoAnswer(http::Delivery::kHang, decision.hold));
    case FaultKind::kThrottle:
      return parts_.dialect.OverQuota();
    case FaultKind::kServerError:
      return decision.status == 500 ? parts_.dialect.ServerError()
                                    : Raw(http::ProxyPage(decision.status));
    case FaultKind::kInnerError:
      return parts_.dialect.InnerError();
    case FaultKind::kExpireSession:
      return parts_.dialect.Expire(call);
    default:
      return Work(call, decision);
  }
}

Decided Service::Work(const PortalCall& call, const FaultDecision& decision) {
  if (call.service == kFiles) return Raw(parts_.shelf.Serve(call.request));
  if (!parts_.quota.Take()) return parts_.dialect.OverQuota();
  Decided decided = parts_.dialect.Do(call);
  if (decided.stored) parts_.papers.Follow(call.body);
  if (decided.stored && decision.kind == FaultKind::kExists) {
    decided = parts_.dialect.AsExisting(call, std::move(decided));
  }
  if (decided.stored && decision.kind == FaultKind::kOddCode) decided.code = whims_.OddCode();
  if (decision.code_as_string && decided.code.is_number()) decided.code = decided.code.dump();
  return decided;
}

http::Reply Service::Render(const Decided& decided, const FaultDecision& decision) const {
  http::Reply reply = parts_.dialect.Render(decided);
  if (reply.status == kTooMany) {
    const int64_t seconds = (decision.hold.count() + 999) / 1000;
    reply.headers.emplace_back("Retry-After", std::to_string(seconds > 0 ? seconds : 1));
  }
  if (decision.kind == FaultKind::kDropReply) reply.delivery = http::Delivery::kClose;
  if (decision.kind == FaultKind::kSlowDrip) {
    reply.delivery = http::Delivery::kDrip;
    reply.wait = decision.hold;
  } else if (reply.delivery != http::Delivery::kHang) {
    reply.wait = decision.delay;
  }
  return reply;
}

int64_t Service::Log(const PortalCall& call, const Decided& decided, const FaultDecision& decision,
                     int64_t arrived_ms) {
  Call logged;
  logged.time_ms = arrived_ms;
  logged.method = call.request.method;
  logged.path = call.request.path;
  logged.query = call.request.query;
  if (const auto trace = call.request.headers.find("traceparent");
      trace != call.request.headers.end()) {
    logged.traceparent = trace->second;
  }
  if (!IsLogin(call.service)) logged.body = call.request.body.substr(0, kCallBodyBytesMax + 1);
  logged.status = decided.status;
  logged.fault = FaultText(decision);
  logged.service = call.service;
  if (!decided.code.is_null() && !decided.code.is_discarded()) logged.code = decided.code.dump();
  return parts_.calls.Add(std::move(logged));
}

}  // namespace lienthong::rigs::portal
