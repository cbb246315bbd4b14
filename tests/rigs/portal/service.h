// The portal's public port: one generation's calls and the citizens' papers, with the misbehaviour
// that is asked for, and a log of it all.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_SERVICE_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_SERVICE_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "tests/rigs/calls/call_log.h"
#include "tests/rigs/faults/fault_board.h"
#include "tests/rigs/faults/quota.h"
#include "tests/rigs/http/message.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/portal/dialect.h"
#include "tests/rigs/portal/unanswered.h"
#include "tests/rigs/portal/whims.h"

namespace lienthong::rigs::portal {

// The misbehaviour that the portal can be told to show.
inline constexpr FaultKind kPortalFaults[] = {
    FaultKind::kDelay,         FaultKind::kThrottle,   FaultKind::kServerError,
    FaultKind::kReset,         FaultKind::kDropReply,  FaultKind::kDown,
    FaultKind::kHang,          FaultKind::kInnerError, FaultKind::kSlowDrip,
    FaultKind::kExpireSession, FaultKind::kExists,     FaultKind::kOddCode,
    FaultKind::kCodeAsString,  FaultKind::kRepeatCall};

struct ServiceParts {
  Dialect& dialect;
  FaultBoard& faults;
  Quota& quota;
  CallLog& calls;
  Unanswered& unanswered;
  const papers::Shelf& shelf;
  papers::Downloader& papers;
};

// Thread-safe. What it is given outlives it.
class Service {
 public:
  // `now` is wall time in milliseconds.
  Service(const ServiceParts& parts, uint64_t seed, std::function<int64_t()> now);

  http::Reply Handle(const http::Request& request);
  std::shared_ptr<http::BodySink> SinkFor(const http::Request& head) const;

 private:
  Decided Decide(const PortalCall& call, const FaultDecision& decision);
  Decided Work(const PortalCall& call, const FaultDecision& decision);
  http::Reply Render(const Decided& decided, const FaultDecision& decision) const;
  int64_t Log(const PortalCall& call, const Decided& decided, const FaultDecision& decision,
              int64_t arrived_ms);

  const ServiceParts parts_;
  Whims whims_;
  const std::function<int64_t()> now_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_SERVICE_H_
