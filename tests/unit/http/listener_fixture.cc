#include "tests/unit/http/listener_fixture.h"

#include <filesystem>
#include <utility>

#include "absl/strings/str_join.h"
#include "gateway/base/text.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"

namespace lienthong::http {
namespace {

using ::lienthong::testing::CertificateUse;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IssueCertificate;
using ::lienthong::testing::MakeAuthority;
using ::lienthong::testing::TlsClient;

constexpr char kPortalUri[] = "spiffe://lienthong/counterpart/portal";

}  // namespace

Certificates::Certificates() {
  MakeAuthority(folder_.path());
  RenewGateway();
  IssueCertificate(folder_.path(), "portal", kPortalUri);
}

void Certificates::RenewGateway() const {
  IssueCertificate(folder_.path(), "gateway", "spiffe://lienthong/gateway",
                   CertificateUse::kServer);
}

std::unique_ptr<TlsWatch> Certificates::Watch(absl::Duration read_again) const {
  auto watch = TlsWatch::Start({file("gateway.crt"), file("gateway.key"), file("ca.crt")},
                               Clock::Real(), read_again);
  EXPECT_THAT(watch, IsOk());
  return watch.ok() ? *std::move(watch) : nullptr;
}

void Certificates::MakeStranger() const {
  MakeAuthority(file("other"));
  IssueCertificate(file("other"), "stranger", kPortalUri);
  for (const char* end : {".crt", ".key"}) {
    std::filesystem::copy(file(StrCat("other/stranger", end)), file(StrCat("stranger", end)));
  }
}

void ListenerTest::TearDown() {
  if (listener_ != nullptr) listener_->Stop(absl::Seconds(10));
  executor_.reset();
  listener_.reset();
}

void ListenerTest::AddRoute(Route route) { ASSERT_THAT(router_.Add(std::move(route)), IsOk()); }

void ListenerTest::AddEcho(const std::string& prefix, bool needs_certificate,
                           size_t body_bytes_max) {
  Route route;
  route.prefix = prefix;
  route.needs_certificate = needs_certificate;
  route.body_bytes_max = body_bytes_max;
  route.handler = [](const std::shared_ptr<const Request>& request, const Answer& answer) {
    Response response;
    response.body = StrCat(request->method, " ", request->rest, "?", request->query, " [",
                           absl::StrJoin(request->certificate_uris, ","), "] ", request->body);
    answer(std::move(response));
  };
  AddRoute(route);
}

void ListenerTest::Start(const Limits& limits, const Executor::Options& executor) {
  executor_ = std::make_unique<Executor>(executor);
  options_.address = "127.0.0.1:0";
  options_.limits = limits;
  auto started = Listener::Start(options_, std::move(router_), *watch_, *executor_, Clock::Real());
  ASSERT_THAT(started, IsOk());
  listener_ = *std::move(started);
}

TlsClient::Options ListenerTest::ClientOptions(const std::string& certificate) const {
  TlsClient::Options options;
  options.port = listener_->port();
  options.ca = certificates_.file("ca.crt");
  if (!certificate.empty()) {
    options.certificate = certificates_.file(certificate + ".crt");
    options.key = certificates_.file(certificate + ".key");
  }
  return options;
}

std::unique_ptr<TlsClient> ListenerTest::Connect(const std::string& certificate) const {
  return TlsClient::Connect(ClientOptions(certificate));
}

TlsClient::Reply ListenerTest::Ask(const std::string& request,
                                   const std::string& certificate) const {
  const std::unique_ptr<TlsClient> client = Connect(certificate);
  if (client == nullptr) return {};
  client->Send(request);
  return client->Read().value_or(TlsClient::Reply{});
}

}  // namespace lienthong::http
