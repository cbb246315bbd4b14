// What a test or a scenario tells the portal, on its own port: the citizens' acts, silent changes,
// misbehaviour, and what there is to look at. README.md lists the calls.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_CONTROL_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_CONTROL_H_

#include "nlohmann/json.hpp"
#include "tests/rigs/calls/call_log.h"
#include "tests/rigs/faults/fault_board.h"
#include "tests/rigs/http/json.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/portal/citizens.h"
#include "tests/rigs/portal/dialect.h"
#include "tests/rigs/portal/numbers.h"
#include "tests/rigs/portal/outgoing.h"
#include "tests/rigs/portal/records.h"
#include "tests/rigs/portal/unanswered.h"
#include "tests/rigs/portal/uploads.h"

namespace lienthong::rigs::portal {

struct ControlParts {
  int generation = 1;
  const Dialect& dialect;
  Records& records;
  FaultBoard& faults;
  const CallLog& calls;
  const Unanswered& unanswered;
  papers::Shelf& shelf;
  const papers::Downloader& papers;
  const Outgoing& outgoing;
  const Numbers& numbers;
  const Uploads& uploads;
  Citizens& citizens;
};

// Errors are {"error": text}. Thread-safe. What it is given outlives it.
class Control {
 public:
  explicit Control(const ControlParts& parts) : parts_(parts) {}

  http::Reply Handle(const http::Request& request);

 private:
  http::Reply Post(const http::Request& request);
  http::Reply Get(const http::Request& request);

  http::Reply Tamper(const nlohmann::json& body);
  http::Reply Insert(const nlohmann::json& body);
  http::Reply SetFault(const nlohmann::json& body);
  http::Reply MakeFile(const nlohmann::json& body);
  nlohmann::json Papers(const http::PageAsked& page) const;
  nlohmann::json Stats() const;

  const ControlParts parts_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_CONTROL_H_
