#include "adapters/sdk/http_client.h"

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::chrono::seconds kPatience(20);  // that only a fault reaches

std::unique_ptr<HttpClient> ClientOf(const std::string& url, size_t bytes_max = 1 << 20) {
  HttpClient::Options options;
  options.base_url = url;
  options.response_bytes_max = bytes_max;
  auto client = HttpClient::Create(options, Clock::Real());
  EXPECT_THAT(client, IsOk());
  return *std::move(client);
}

absl::Time Soon(int64_t ms = 5000) { return Clock::Real().Now() + absl::Milliseconds(ms); }

HttpRequest Post(std::string body) {
  return {
      .method = "POST", .path = "/x", .headers = {{"Authorization", "k"}}, .body = std::move(body)};
}

TEST(HttpClientTest, SendsAndReceivesOverOneKeptConnection) {
  std::string seen;
  RawServer server([&seen](const std::string& request) -> std::optional<std::string> {
    seen = request;
    return Ok("{}");
  });
  const auto client = ClientOf(server.url() + "/");
  for (int i = 0; i < 3; ++i) {
    const HttpResponse response = client->Call(Post("body"), Soon());
    EXPECT_THAT(response.status, IsOk());
    EXPECT_EQ(response.code, 200);
    EXPECT_EQ(response.body, "{}");
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_THAT(seen, HasSubstr("POST /x HTTP/1.1\r\n"));
  EXPECT_THAT(seen, HasSubstr("Authorization: k\r\n"));
  EXPECT_THAT(seen, HasSubstr("\r\n\r\nbody"));
}

TEST(HttpClientTest, TellsTheTraceThatItsThreadWorksFor) {
  std::string seen;
  RawServer server([&seen](const std::string& request) -> std::optional<std::string> {
    seen = request;
    return Ok("{}");
  });
  const auto client = ClientOf(server.url());
  constexpr char kHeader[] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  {
    const TraceScope trace(kHeader);
    EXPECT_THAT(client->Call(Post("1"), Soon()).status, IsOk());
  }
  EXPECT_THAT(seen, HasSubstr(StrCat("\r\ntraceparent: ", kHeader, "\r\n")));
  EXPECT_THAT(client->Call(Post("2"), Soon()).status, IsOk());
  EXPECT_THAT(seen, Not(HasSubstr("traceparent")));
}

TEST(HttpClientTest, ADroppedReplyIsUnclearAndNotSentAgain) {
  std::atomic<int> calls = 0;
  RawServer server([&calls](const std::string&) -> std::optional<std::string> {
    if (++calls == 2) return std::nullopt;  // on a kept connection, where libcurl would try again
    return Ok("{}");
  });
  const auto client = ClientOf(server.url());
  EXPECT_THAT(client->Call(Post("1"), Soon()).status, IsOk());
  const HttpResponse dropped = client->Call(Post("2"), Soon());
  EXPECT_THAT(dropped.status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(dropped.maybe_sent);
  EXPECT_EQ(server.requests(), 2);
  EXPECT_THAT(client->Call(Post("3"), Soon()).status, IsOk());
}

TEST(HttpClientTest, HalfAnAnswerIsNoAnswer) {
  RawServer server([](const std::string&) -> std::optional<std::string> {
    return "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\n{\"half\":";
  });
  const HttpResponse response = ClientOf(server.url())->Call(Post(""), Soon());
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(response.maybe_sent);
  EXPECT_EQ(response.body, "");
}

TEST(HttpClientTest, ARefusedConnectionWasCertainlyNotSent) {
  std::string url;
  {
    RawServer gone([](const std::string&) { return std::optional<std::string>(); });
    url = gone.url();
  }
  const HttpResponse response = ClientOf(url)->Call(Post("x"), Soon());
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("was not sent")));
  EXPECT_FALSE(response.maybe_sent);
}

TEST(HttpClientTest, KeepsItsDeadline) {
  std::promise<void> over;
  RawServer server([&over](const std::string& request) -> std::optional<std::string> {
    if (request.ends_with("late")) over.get_future().wait_for(kPatience);
    return Ok("{}");
  });
  const auto client = ClientOf(server.url());
  EXPECT_THAT(client->Call(Post("x"), Soon()).status, IsOk());
  const absl::Time start = Clock::Real().Now();
  const HttpResponse response = client->Call(Post("late"), Soon(300));
  EXPECT_LT(Clock::Real().Now() - start, absl::FromChrono(kPatience)) << "it waited for the answer";
  over.set_value();
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(response.maybe_sent);
  const HttpResponse too_late = client->Call(Post("x"), Soon(-1));
  EXPECT_FALSE(too_late.maybe_sent);
  EXPECT_EQ(server.requests(), 2);
}

TEST(HttpClientTest, AbortEndsRunningAndLaterCalls) {
  std::promise<void> asked, over;
  RawServer server([&](const std::string&) -> std::optional<std::string> {
    asked.set_value();
    over.get_future().wait_for(kPatience);
    return std::nullopt;
  });
  const auto client = ClientOf(server.url());
  std::thread aborter([&] {
    asked.get_future().wait_for(kPatience);
    client->Abort();
  });
  const absl::Time start = Clock::Real().Now();
  EXPECT_THAT(client->Call(Post("x"), Soon(60'000)).status,
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("stopping")));
  EXPECT_LT(Clock::Real().Now() - start, absl::FromChrono(kPatience)) << "it waited for the answer";
  over.set_value();
  aborter.join();
  EXPECT_FALSE(client->Call(Post("x"), Soon()).maybe_sent);
}

TEST(HttpClientTest, AnswersAreBounded) {
  RawServer server([](const std::string&) { return Ok(std::string(2000, 'x')); });
  const HttpResponse response = ClientOf(server.url(), 1000)->Call(Post("x"), Soon());
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("too large")));
  EXPECT_EQ(response.body, "");
}

TEST(HttpClientTest, RetryAfterCountsSeconds) {
  std::string header = "Retry-After: 7\r\n";
  RawServer server([&header](const std::string&) { return Ok("", header); });
  const auto client = ClientOf(server.url());
  EXPECT_EQ(client->Call(Post(""), Soon()).retry_after, absl::Seconds(7));
  header = "retry-after: soon\r\n";
  EXPECT_EQ(client->Call(Post(""), Soon()).retry_after, std::nullopt);
  header = "";
  EXPECT_EQ(client->Call(Post(""), Soon()).retry_after, std::nullopt);
}

TEST(HttpClientTest, RedirectsAreNotFollowed) {
  RawServer server([](const std::string&) -> std::optional<std::string> {
    return "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
  });
  EXPECT_EQ(ClientOf(server.url())->Call({.path = "/x"}, Soon()).code, 302);
  EXPECT_EQ(server.requests(), 1);
}

TEST(HttpClientTest, KeysDoNotTravelInTheClear) {
  for (const char* url : {"http://lgsp.example.vn", "http://127.0.0.1.example.vn",
                          "ftp://127.0.0.1", "http://127.0.0.1@example.vn", "lgsp", ""}) {
    HttpClient::Options options;
    options.base_url = url;
    EXPECT_THAT(HttpClient::Create(options, Clock::Real()).status(),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("base_url")))
        << url;
  }
  HttpClient::Options half;
  half.base_url = "https://lgsp.example.vn";
  half.client_key_file = "key";
  EXPECT_THAT(HttpClient::Create(half, Clock::Real()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("both or none")));
}

TEST(HttpClientTest, FilesThatCannotServeAreNamedBeforeTheFirstCall) {
  const testing::TemporaryFolder folder;
  const std::string pki = folder.PathOf("pki");
  testing::MakeAuthority(pki);
  testing::IssueCertificate(pki, "a", "spiffe://lienthong/gateway");
  testing::IssueCertificate(pki, "b", "spiffe://lienthong/gateway");
  HttpClient::Options options;
  options.base_url = "https://lgsp.example.vn";
  options.ca_file = pki + "/ca.crt";
  options.client_certificate_file = pki + "/a.crt";
  options.client_key_file = pki + "/a.key";
  EXPECT_THAT(HttpClient::Create(options, Clock::Real()), IsOk());
  options.client_key_file = pki + "/b.key";
  EXPECT_THAT(HttpClient::Create(options, Clock::Real()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("client_key_file: " + pki + "/b.key is not the key of")));
  options.client_key_file = pki + "/a.key";
  options.ca_file = pki + "/ca.key";
  EXPECT_THAT(HttpClient::Create(options, Clock::Real()).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ca_file: ")));
}

TEST(UrlEncodeTest, EncodesWhatIsNotPlain) {
  EXPECT_EQ(UrlEncode("H29.X01-260302/1 ệ&"), "H29.X01-260302%2F1%20%E1%BB%87%26");
}

}  // namespace
}  // namespace lienthong::sdk
