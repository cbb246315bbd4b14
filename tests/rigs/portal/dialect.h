// One generation of the portal's contract: what a call means, what is done, how the answer is
// written. Misbehaviour is not its business, service.h puts that around it.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_DIALECT_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_DIALECT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "nlohmann/json.hpp"
#include "tests/rigs/http/message.h"
#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::portal {

// A call, read but not judged.
struct PortalCall {
  explicit PortalCall(const http::Request& of) : request(of) {}

  const http::Request& request;
  nlohmann::json body;   // discarded when it is no JSON
  std::string service;   // as the contract names it; empty: none that is known
  std::string dossier;   // MaHoSo, as far as there is one
  int64_t lines = 0;     // of progress
  bool stores = false;   // it may change what the portal holds
  bool creates = false;  // it makes a dossier
  bool in_session = false;
};

// What was decided. The envelope is `rest` with the code and the message.
struct Decided {
  int status = 200;  // of HTTP
  nlohmann::json code;
  std::string message;
  nlohmann::json rest = nlohmann::json::object();
  bool stored = false;             // something was written
  std::optional<http::Reply> raw;  // an answer outside the envelope
};

// What a citizen hands in, ready to be kept and sent.
struct Submission {
  std::string code;       // MaHoSo
  std::string service;    // under which the gateway is called
  nlohmann::json record;  // for the portal itself
  nlohmann::json data;    // for the gateway
};

// Thread-safe.
class Dialect {
 public:
  virtual ~Dialect() = default;

  virtual PortalCall Read(const http::Request& request) const = 0;
  virtual Decided Do(const PortalCall& call) = 0;
  // The answers of a system that will not: HTTP 200 with an error inside, a 500, too many calls, a
  // session that has just ended (it ends with this).
  virtual Decided InnerError() = 0;
  virtual Decided ServerError() = 0;
  virtual Decided OverQuota() = 0;
  virtual Decided Expire(const PortalCall& call) = 0;
  // A create that was `done`, answered as if the dossier had been there.
  virtual Decided AsExisting(const PortalCall& call, Decided done) = 0;
  virtual http::Reply Render(const Decided& decided) const = 0;

  // Checks what a citizen hands in and fills in what the portal knows. With nothing returned,
  // `error` says what is wrong.
  virtual std::optional<Submission> Submit(const std::string& agency, nlohmann::json record,
                                           std::string* error) = 0;
  // Where the body of an upload goes; null for other requests.
  virtual std::shared_ptr<http::BodySink> SinkFor(const http::Request& head) const = 0;
  virtual int64_t logins() const = 0;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_DIALECT_H_
