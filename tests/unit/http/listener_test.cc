#include "gateway/http/listener.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>

#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "nlohmann/json.hpp"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/listener_fixture.h"

namespace lienthong::http {
namespace {

using ::lienthong::testing::Post;
using ::lienthong::testing::StatusIs;
using ::lienthong::testing::TlsClient;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class Requests : public ListenerTest {
 protected:
  void SetUp() override {
    AddEcho("/echo/");
    AddEcho("/known/", /*needs_certificate=*/true);
    Start();
  }
};

TEST_F(Requests, ReachTheirRouteWhole) {
  const TlsClient::Reply reply = Ask(Post("/echo/a/b?x=1", "xin chào"));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "POST a/b?x=1 [] xin chào");
  EXPECT_EQ(reply.headers.at("content-type"), "application/json; charset=utf-8");
  EXPECT_EQ(reply.headers.at("cache-control"), "no-store");
}

TEST_F(Requests, FollowEachOtherOnOneConnection) {
  const auto client = Connect();
  ASSERT_NE(client, nullptr);
  for (const char* body : {"one", "two", ""}) {
    client->Send(Post("/echo/", body));
    EXPECT_EQ(client->Read()->body, StrCat("POST ? [] ", body));
  }
  client->Send("POST /echo/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client->Read()->headers.at("connection"), "close");
  EXPECT_TRUE(client->AwaitEnd());
}

class TracedRequests : public ListenerTest {
 protected:
  void SetUp() override {
    Route route;
    route.prefix = "/trace";
    route.handler = [](const std::shared_ptr<const Request>& request, const Answer& answer) {
      answer({.body = StrCat(request->trace_id, " ", CurrentTraceId())});
    };
    AddRoute(std::move(route));
    Start();
  }
  // What the handler was told, once as the request's and once as its thread's.
  std::string TraceOf(const std::string& headers) {
    return Ask(StrCat("POST /trace HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n", headers, "\r\n"))
        .body;
  }
};

TEST_F(TracedRequests, GoOnWithTheCallersTrace) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const std::string both = StrCat(trace, " ", trace);
  const std::string header = StrCat("00-", trace, "-00f067aa0ba902b7-01\r\n");
  EXPECT_EQ(TraceOf(StrCat("traceparent: ", header)), both);
  EXPECT_EQ(TraceOf(StrCat("Traceparent: ", header)), both) << "names have no case";
}

TEST_F(TracedRequests, BeginOneWhereTheyBringNoGoodOne) {
  const std::string bad = "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-01\r\n";
  const std::string good =
      "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
  const std::string other =
      "traceparent: 00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01\r\n";
  for (const std::string& headers : {std::string(), bad, StrCat(good, other)}) {
    const std::string told = TraceOf(headers);
    EXPECT_THAT(told, MatchesRegex("[0-9a-f]{32} [0-9a-f]{32}")) << headers;
    EXPECT_EQ(told.substr(0, 32), told.substr(33)) << headers;
    EXPECT_THAT(told, Not(HasSubstr("4bf92f35"))) << headers;
  }
}

TEST_F(Requests, MayComeInChunks) {
  const TlsClient::Reply reply =
      Ask("POST /echo/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
          "3\r\nabc\r\n4;name=value\r\ndefg\r\n0\r\n\r\n");
  EXPECT_EQ(reply.body, "POST ? [] abcdefg");
}

TEST_F(Requests, MayNameTheWholeUrl) {
  EXPECT_EQ(Ask(Post("https://lienthong.example:7445/echo/x", "")).body, "POST x? [] ");
}

TEST_F(Requests, AreToldToSendTheirBodyWhenTheyAsk) {
  const auto client = Connect();
  client->Send(
      "POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client->Read()->status, 100);
  client->Send("ok");
  EXPECT_EQ(client->Read()->body, "POST ? [] ok");
}

TEST_F(Requests, AreNotToldToSendABodyThatIsTooLarge) {
  const auto client = Connect();
  client->Send(
      "POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n");
  auto reply = client->Read();
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(reply->headers["connection"], "close") << "the body may come all the same";
}

// One that is not read to its end would be taken for the beginning of the next request.
TEST_F(Requests, ThatAreRefusedEndTheirConnection) {
  const auto client = Connect();
  client->Send(Post("/echo/", std::string(1001, 'x')));
  const auto reply = client->Read();
  EXPECT_EQ(reply->status, 413);
  EXPECT_EQ(reply->headers.at("connection"), "close");
  EXPECT_TRUE(client->AwaitEnd());
}

TEST_F(Requests, PipelinedAreNotServed) {
  const auto client = Connect();
  client->Send(Post("/echo/", "first") + Post("/echo/", "second"));
  const auto first = client->Read();
  EXPECT_EQ(first->body, "POST ? [] first");
  EXPECT_EQ(first->headers.at("connection"), "close");
  EXPECT_FALSE(client->Read().has_value());
}

struct Refused {
  const char* what;
  std::string request;
  int status;
};

class Refusals : public Requests, public ::testing::WithParamInterface<Refused> {};

TEST_P(Refusals, AreJsonThatNobodyTakesForASuccess) {
  const TlsClient::Reply reply = Ask(GetParam().request);
  EXPECT_EQ(reply.status, GetParam().status);
  const auto body = nlohmann::json::parse(reply.body, nullptr, false);
  EXPECT_EQ(body["error_code"], -1) << reply.body;
  EXPECT_TRUE(body["result"].is_array());
}

const std::string kHost = "Host: x\r\n";
INSTANTIATE_TEST_SUITE_P(
    All, Refusals,
    ::testing::Values(
        Refused{"unknown", Post("/elsewhere", ""), 404},
        Refused{"method", "GET /echo/ HTTP/1.1\r\n" + kHost + "\r\n", 405},
        Refused{"dots", Post("/../echo/", ""), 404},
        Refused{"no_certificate", Post("/known/", ""), 403},
        Refused{"body", Post("/echo/", std::string(1001, 'x')), 413},
        Refused{"chunks",
                "POST /echo/ HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" +
                    std::string(1001, 'x') + "\r\n0\r\n\r\n",
                413},
        Refused{"old", "POST /echo/ HTTP/1.0\r\n" + kHost + "\r\n", 505},
        Refused{"no_host", "POST /echo/ HTTP/1.1\r\n\r\n", 400},
        Refused{"two_hosts", "POST /echo/ HTTP/1.1\r\n" + kHost + kHost + "\r\n", 400},
        Refused{"malformed", "POST\r\n\r\n", 400},
        Refused{"two_lengths",
                "POST /echo/ HTTP/1.1\r\n" + kHost +
                    "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc",
                400},
        Refused{"packed", Post("/echo/", "x", "Content-Encoding: gzip\r\n"), 415},
        Refused{"expects", Post("/echo/", "x", "Expect: magic\r\n"), 417},
        Refused{"header", Post("/echo/", "", "X: " + std::string(20 << 10, 'x') + "\r\n"), 431}),
    [](const auto& tested) { return tested.param.what; });

TEST_F(Requests, OfTheWrongMethodLearnTheRightOne) {
  EXPECT_EQ(Ask("PUT /echo/ HTTP/1.1\r\nHost: x\r\n\r\n").headers.at("allow"), "POST");
}

TEST_F(Requests, CarryTheNameThatTheCertificateProved) {
  EXPECT_EQ(Ask(Post("/known/x", ""), "portal").body,
            "POST x? [spiffe://lienthong/counterpart/portal] ");
}

TEST_F(Requests, OfAStrangersCertificateDoNotArrive) {
  certificates_.MakeStranger();
  EXPECT_EQ(Ask(Post("/echo/", ""), "stranger").status, 0);
  EXPECT_EQ(Ask(Post("/echo/", "")).status, 200);
}

TEST_F(Requests, ComeOverTls12OrNewer) {
  TlsClient::Options options = ClientOptions();
  options.version_max = TLS1_2_VERSION;
  EXPECT_NE(TlsClient::Connect(options), nullptr);
  options.version_max = TLS1_1_VERSION;
  EXPECT_EQ(TlsClient::Connect(options), nullptr);
}

TEST_F(Requests, ThatOfferOnlyAnotherProtocolAreRefusedInTheHandshake) {
  TlsClient::Options options = ClientOptions();
  options.protocol = "h2";
  EXPECT_EQ(TlsClient::Connect(options), nullptr);
  options.protocol = "http/1.1";
  EXPECT_NE(TlsClient::Connect(options), nullptr);
}

class Certificate : public ListenerTest {
 protected:
  void SetUp() override { AddEcho("/echo/"); }
  // What the log says while something is done.
  template <typename Work>
  static std::string LogOf(const Work& work) {
    ::testing::internal::CaptureStderr();
    work();
    return ::testing::internal::GetCapturedStderr();
  }
  // How often clients with this certificate are refused, with a good one's request behind each: the
  // listener has then seen it.
  void BeRefused(const std::string& certificate, int times) const {
    for (int i = 0; i < times; ++i) {
      EXPECT_EQ(Ask(Post("/echo/", ""), certificate).status, 0);
      EXPECT_EQ(Ask(Post("/echo/", "")).status, 200);
    }
  }
};

TEST_F(Certificate, IsTakenUpByNewConnections) {
  Start();
  const std::string first = Connect()->ServerCertificate();
  certificates_.RenewGateway();
  EXPECT_EQ(Connect()->ServerCertificate(), first);
  watch_->ReadAgain();
  EXPECT_NE(Connect()->ServerCertificate(), first);
  EXPECT_EQ(Ask(Post("/echo/", "x")).status, 200);
}

TEST_F(Certificate, OfAnAuthorityThatIsGoneOpensNothing) {
  Start();
  EXPECT_EQ(Ask(Post("/echo/", "x"), "portal").status, 200);
  certificates_.MakeStranger();
  TlsClient::Options options = ClientOptions("portal");
  options.ca = certificates_.file("first-ca.crt");
  std::filesystem::rename(certificates_.file("ca.crt"), options.ca);
  std::filesystem::rename(certificates_.file("other/ca.crt"), certificates_.file("ca.crt"));
  const auto ask = [&options] {
    const auto client = TlsClient::Connect(options);
    return client != nullptr && client->Send(Post("/echo/", "x")) && client->Read().has_value();
  };
  EXPECT_TRUE(ask());
  watch_->ReadAgain();
  EXPECT_FALSE(ask());
  options.certificate = options.key = "";
  EXPECT_TRUE(ask());
}

TEST_F(Certificate, OfAClientThatIsRefusedIsSaidOnceInAWhile) {
  Start();
  certificates_.MakeStranger();
  const std::string log = LogOf([this] { BeRefused("stranger", 3); });
  EXPECT_THAT(log, HasSubstr("\"event\":\"https_handshake_refused\""));
  EXPECT_THAT(log, HasSubstr("client certificate: unable to get local issuer certificate"));
  EXPECT_THAT(log, HasSubstr("\"peer\":\"127.0.0.1\""));
  EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  EXPECT_THAT(log, ::testing::Not(HasSubstr("spiffe"))) << "nothing that the stranger chose";
}

TEST_F(Certificate, AHandshakeWithAnotherReasonHasALineOfItsOwn) {
  Start();
  certificates_.MakeStranger();
  const std::string log = LogOf([this] {
    BeRefused("stranger", 1);
    TlsClient::Options old = ClientOptions();
    old.version_max = TLS1_1_VERSION;
    EXPECT_EQ(TlsClient::Connect(old), nullptr);
    EXPECT_EQ(Ask(Post("/echo/", "")).status, 200);
  });
  EXPECT_THAT(log, HasSubstr("unable to get local issuer"));
  EXPECT_THAT(log, HasSubstr("unsupported protocol"));
}

TEST_F(Certificate, WhoHangsUpInTheHandshakeIsNotToldOf) {
  Start();
  const std::string log = LogOf([this] {
    const int caller = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<uint16_t>(listener_->port()));
    EXPECT_EQ(connect(caller, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    close(caller);
    while (listener_->connections() > 0) {
    }
    EXPECT_EQ(Ask(Post("/echo/", "")).status, 200);
  });
  EXPECT_EQ(log, "");
}

TEST_F(Certificate, OnATakenAddressIsNoUse) {
  Start();
  ListenerOptions second = options_;
  second.address = StrCat("127.0.0.1:", listener_->port());
  EXPECT_THAT(Listener::Start(second, Router(), *watch_, *executor_, Clock::Real()),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(second.address)));
}

}  // namespace
}  // namespace lienthong::http
