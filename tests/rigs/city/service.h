// The city's public calls, as adapters/city/README.md lists them, with the misbehaviour that is
// asked for.
#ifndef LIENTHONG_TESTS_RIGS_CITY_SERVICE_H_
#define LIENTHONG_TESTS_RIGS_CITY_SERVICE_H_

#include <cstdint>
#include <functional>

#include "tests/rigs/calls/call_log.h"
#include "tests/rigs/city/gate.h"
#include "tests/rigs/city/records.h"
#include "tests/rigs/faults/fault_board.h"
#include "tests/rigs/http/message.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/shelf.h"

namespace lienthong::rigs::city {

inline constexpr const char* kUpdatePath = "/HoSo/CapNhat";
inline constexpr int64_t kChangesItemsMax = 200;
// The misbehaviour that the city can be told to show.
inline constexpr FaultKind kCityFaults[] = {
    FaultKind::kDelay,      FaultKind::kThrottle, FaultKind::kServerError, FaultKind::kReset,
    FaultKind::kDropReply,  FaultKind::kTruncate, FaultKind::kDown,        FaultKind::kHang,
    FaultKind::kInnerError, FaultKind::kForget};

// Thread-safe. What it is given outlives it.
class Service {
 public:
  // `now` is wall time in milliseconds.
  Service(Gate& gate, Records& records, FaultBoard& faults, CallLog& calls,
          const papers::Shelf& shelf, papers::Downloader& papers, std::function<int64_t()> now);

  http::Reply Handle(const http::Request& request);

 private:
  http::Reply Answer(const http::Request& request, const FaultDecision& decision);
  http::Reply Read(const http::Request& request);
  http::Reply Changes(const http::Request& request);
  http::Reply Detail(const http::Request& request);
  http::Reply Inventory(const http::Request& request);
  http::Reply Ping(const http::Request& request);
  http::Reply Update(const http::Request& request, const FaultDecision& decision);

  Gate& gate_;
  Records& records_;
  FaultBoard& faults_;
  CallLog& calls_;
  const papers::Shelf& shelf_;
  papers::Downloader& papers_;
  const std::function<int64_t()> now_;
};

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_SERVICE_H_
