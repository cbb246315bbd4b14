// What a test or a scenario tells the city simulator, on its own port: the work of the counter's
// clerks, silent changes, misbehaviour, and what there is to look at. README.md lists the calls.
#ifndef LIENTHONG_TESTS_RIGS_CITY_CONTROL_H_
#define LIENTHONG_TESTS_RIGS_CITY_CONTROL_H_

#include "nlohmann/json.hpp"
#include "tests/rigs/calls/call_log.h"
#include "tests/rigs/city/gate.h"
#include "tests/rigs/city/records.h"
#include "tests/rigs/faults/fault_board.h"
#include "tests/rigs/http/message.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/shelf.h"

namespace lienthong::rigs::city {

// Errors are {"error": text} with 400, 404, 405, 409 or 500. Thread-safe. What it is given outlives
// it.
class Control {
 public:
  Control(Gate& gate, Records& records, FaultBoard& faults, CallLog& calls, papers::Shelf& shelf,
          const papers::Downloader& papers);

  http::Reply Handle(const http::Request& request);

 private:
  http::Reply Post(const http::Request& request);
  http::Reply Get(const http::Request& request);
  http::Reply Delete(const http::Request& request);

  http::Reply Intake(nlohmann::json& body);
  http::Reply Edit(nlohmann::json& body);
  http::Reply Tamper(nlohmann::json& body);
  http::Reply Insert(nlohmann::json& body);
  http::Reply SetFault(const nlohmann::json& body);
  http::Reply SetRight(const nlohmann::json& body);
  http::Reply Stats() const;

  Gate& gate_;
  Records& records_;
  FaultBoard& faults_;
  CallLog& calls_;
  papers::Shelf& shelf_;
  const papers::Downloader& papers_;
};

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_CONTROL_H_
