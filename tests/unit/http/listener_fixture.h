#ifndef LIENTHONG_TESTS_UNIT_HTTP_LISTENER_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_HTTP_LISTENER_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "gateway/base/executor.h"
#include "gateway/base/tls_watch.h"
#include "gateway/http/listener.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/http/tls_client.h"

namespace lienthong::http {

// Certificates in a folder that lives as long as the test: gateway, portal
// (spiffe://lienthong/counterpart/portal), and those of another authority.
class Certificates {
 public:
  Certificates();
  // "ca", "gateway", "portal"; "stranger" and "other-ca" once MakeStranger was called.
  std::string file(const std::string& name) const { return folder_.PathOf(name); }
  void MakeStranger() const;
  // Another certificate of the gateway in the place of its first.
  void RenewGateway() const;
  // What a listener takes the gateway's from.
  std::unique_ptr<TlsWatch> Watch(absl::Duration read_again = absl::Hours(1)) const;

 private:
  const lienthong::testing::TemporaryFolder folder_;
};

// A listener with the routes of the test, on a port of its own.
class ListenerTest : public ::testing::Test {
 protected:
  void TearDown() override;

  void AddRoute(Route route);
  // A route that answers with what it was sent, after "METHOD REST?QUERY [URIS] ".
  void AddEcho(const std::string& prefix, bool needs_certificate = false,
               size_t body_bytes_max = 1000);
  // Call once, after the routes.
  void Start(const Limits& limits = {}, const Executor::Options& executor = {.threads = 4});

  testing::TlsClient::Options ClientOptions(const std::string& certificate = "") const;
  std::unique_ptr<testing::TlsClient> Connect(const std::string& certificate = "") const;
  // One request on a connection of its own; the status is 0 when there was no answer.
  testing::TlsClient::Reply Ask(const std::string& request,
                                const std::string& certificate = "") const;

  Certificates certificates_;
  ListenerOptions options_;
  std::unique_ptr<TlsWatch> watch_ = certificates_.Watch();
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<Listener> listener_;

 private:
  Router router_;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_TESTS_UNIT_HTTP_LISTENER_FIXTURE_H_
