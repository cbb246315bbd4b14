#include "gateway/http/metrics_route.h"

#include <gmock/gmock.h>

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/http/loopback_listener.h"
#include "tests/support/certificates.h"
#include "tests/support/plain_client.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/listener_fixture.h"

namespace lienthong::http {
namespace {

using ::lienthong::testing::AskPlainly;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IssueCertificate;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kGet[] = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
const MetricsPage kPage{"text/plain; version=0.0.4", [] { return "lienthong_up 1\n"; }};

class CertifiedMetrics : public ListenerTest {
 protected:
  void SetUp() override {
    AddRoute(MetricsRoute(kPage, MetricsReader::kCertified));
    for (const char* who : {"operator/me", "monitor/prometheus", "agency/H29.X01"}) {
      const std::string name = std::string(who).substr(0, std::string(who).find('/'));
      IssueCertificate(certificates_.file(""), name, std::string("spiffe://lienthong/") + who);
    }
    options_.observer = [this](const EndedRequest& request) {
      const std::lock_guard lock(mutex_);
      seen_.push_back(request.status);
      EXPECT_EQ(request.route->prefix, "/metrics");
    };
    Start();
  }

  std::mutex mutex_;
  std::vector<int> seen_;
};

TEST_F(CertifiedMetrics, AreForOperatorsAndMonitors) {
  for (const char* name : {"operator", "monitor"}) {
    const auto reply = Ask(kGet, name);
    EXPECT_EQ(reply.status, 200) << name;
    EXPECT_EQ(reply.body, "lienthong_up 1\n");
    EXPECT_EQ(reply.headers.at("content-type"), "text/plain; version=0.0.4");
  }
}

TEST_F(CertifiedMetrics, AreForNobodyElse) {
  for (const char* name : {"", "agency", "portal"}) {
    const auto reply = Ask(kGet, name);
    EXPECT_EQ(reply.status, 403) << name;
    EXPECT_THAT(reply.body, Not(HasSubstr("lienthong_up"))) << name;
  }
}

TEST_F(CertifiedMetrics, AndEachRequestIsToldOnce) {
  Ask(kGet, "operator");
  Ask(kGet, "agency");
  const std::lock_guard lock(mutex_);
  EXPECT_THAT(seen_, ::testing::ElementsAre(200, 403));
}

class LoopbackMetrics : public ::testing::Test {
 protected:
  void SetUp() override {
    Router router;
    ASSERT_THAT(router.Add(MetricsRoute(kPage, MetricsReader::kAnybody)), IsOk());
    auto started = LoopbackListener::Start("127.0.0.1:0", std::move(router));
    ASSERT_THAT(started, IsOk());
    listener_ = *std::move(started);
  }

  std::string Ask(const std::string& request) { return AskPlainly(listener_->port(), request); }

  std::unique_ptr<LoopbackListener> listener_;
};

TEST_F(LoopbackMetrics, AreReadPlainly) {
  const std::string reply = Ask(kGet);
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(reply, HasSubstr("Content-Type: text/plain; version=0.0.4\r\n"));
  EXPECT_THAT(reply, HasSubstr("\r\n\r\nlienthong_up 1\n"));
  EXPECT_THAT(Ask("GET /metrics?x=1 HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr("lienthong_up 1\n"));
}

TEST_F(LoopbackMetrics, AreAllThatIsThere) {
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask("POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"),
              StartsWith("HTTP/1.1 405 "));
  EXPECT_EQ(Ask("no request at all\r\n\r\n"), "");
}

TEST_F(LoopbackMetrics, AreServedWhileOthersAreSilent) {
  const testing::PlainClient silent(listener_->port());
  EXPECT_THAT(Ask(kGet), HasSubstr("lienthong_up 1\n"));
}

TEST(LoopbackListener, ListensOnThisMachineOnly) {
  EXPECT_THAT(LoopbackListener::Start("0.0.0.0:0", Router()).status().message(),
              HasSubstr("this machine only"));
}

}  // namespace
}  // namespace lienthong::http
