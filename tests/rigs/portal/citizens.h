// What citizens do at the portal, on command: they submit a dossier, answer a supplement request,
// withdraw, pay. The portal keeps a submission at once and tells the gateway of every act.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_CITIZENS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_CITIZENS_H_

#include <string>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/message.h"
#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/portal/dialect.h"
#include "tests/rigs/portal/outgoing.h"
#include "tests/rigs/portal/records.h"

namespace lienthong::rigs::portal {

// Thread-safe. What it is given outlives it. Errors are {"error"} with 400, 409, 502 or 503.
class Citizens {
 public:
  Citizens(Dialect& dialect, Records& records, Outgoing& outgoing, const papers::Shelf& shelf);

  // {madonvi, HoSo} -> {MaHoSo, n}
  http::Reply Submit(nlohmann::json body);
  // {madonvi, data: [{MaHoSo ...}]} -> {MaHoSo, n}; without madonvi for a dossier submitted here.
  http::Reply Act(const std::string& service, nlohmann::json body);
  // {madonvi, service, data} -> {http, answer}: one call, now.
  http::Reply Call(nlohmann::json body);

  // The gateway answered 0.
  void OnDone(const OutgoingCall& call);

 private:
  http::Reply Send(const std::string& service, const std::string& code, const std::string& agency,
                   const nlohmann::json& data);

  Dialect& dialect_;
  Records& records_;
  Outgoing& outgoing_;
  const papers::Shelf& shelf_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_CITIZENS_H_
