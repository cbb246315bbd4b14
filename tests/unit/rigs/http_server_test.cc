// The rigs' server and client over real sockets: parts, drops, hangs, deadlines.
#include "tests/rigs/http/server.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/http/client.h"
#include "tests/rigs/papers/content.h"
#include "tests/rigs/papers/sha256.h"

namespace lienthong::rigs::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

class HttpServer : public ::testing::Test {
 protected:
  void Serve(std::function<Reply(const Request&)> handler) {
    ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.handler = std::move(handler);
    options.sink = [](const Request& head) -> std::shared_ptr<BodySink> {
      if (head.path != "/sink") return nullptr;
      return std::make_shared<papers::Sha256Sink>();
    };
    std::string error;
    server_ = StartServer(options, &error);
    ASSERT_NE(server_, nullptr) << error;
  }
  std::unique_ptr<Client> MakeClientFor(milliseconds timeout = milliseconds(20'000)) {
    ClientOptions options;
    options.url = "http://127.0.0.1:" + std::to_string(server_->port());
    options.call_timeout = timeout;
    std::string error;
    return MakeClient(options, &error);
  }

  std::unique_ptr<Server> server_;
};

TEST_F(HttpServer, ABodyMayGoToASinkPastTheBoundOfKeptOnes) {
  Serve([](const Request& request) {
    auto* sink = dynamic_cast<papers::Sha256Sink*>(request.sink.get());
    return TextReply(200, sink == nullptr ? std::to_string(request.body.size())
                                          : std::to_string(sink->bytes()) + " " + sink->Hex());
  });
  const auto client = MakeClientFor();
  const std::string content = papers::ContentText(1, 20'000'000);
  const std::string sha256 = papers::ContentSha256(1, 20'000'000);
  EXPECT_EQ(client->Post("/sink", "application/octet-stream", content, {}).body,
            "20000000 " + sha256);
  EXPECT_EQ(client->Post("/sink", "application/octet-stream", "", {}).body.substr(0, 2), "0 ");
  EXPECT_EQ(client->Post("/keep", "text/plain", "abc", {}).body, "3");
}

TEST_F(HttpServer, AnAnswerMayComeFromASource) {
  Serve([](const Request& request) {
    Reply reply;
    reply.source =
        std::make_shared<papers::Content>(2, ParseNumber(request.path.substr(1)).value());
    return reply;
  });
  const auto client = MakeClientFor();
  for (const int64_t bytes : {0, 1, 65'535, 65'536, 65'537, 20'000'000}) {
    papers::Sha256Sink sink;
    const Answer answer = client->Get("/" + std::to_string(bytes), sink, {});
    EXPECT_EQ(answer.status, 200) << answer.error;
    EXPECT_EQ(answer.headers.at("content-length"), std::to_string(bytes));
    EXPECT_EQ(sink.bytes(), bytes);
    EXPECT_EQ(sink.Hex(), papers::ContentSha256(2, bytes)) << bytes;
  }
}

TEST_F(HttpServer, ADripComesWholeAndTakesItsTime) {
  Serve([](const Request&) {
    Reply reply = TextReply(200, std::string(1000, 'x'));
    reply.delivery = Delivery::kDrip;
    reply.wait = milliseconds(300);
    return reply;
  });
  const auto start = steady_clock::now();
  const Answer answer = MakeClientFor()->Post("/", "text/plain", "", {});
  EXPECT_EQ(answer.body, std::string(1000, 'x'));
  EXPECT_GE(steady_clock::now() - start, milliseconds(250));
}

TEST_F(HttpServer, ACallerThatLeftIsNoticed) {
  std::promise<void> lost;
  std::atomic<bool> slow = true;
  Serve([&](const Request&) {
    Reply reply = TextReply(200, "x");
    reply.wait = milliseconds(slow ? 300 : 0);
    if (slow) reply.lost = [&] { lost.set_value(); };
    return reply;
  });
  const Answer answer = MakeClientFor(milliseconds(50))->Post("/", "text/plain", "", {});
  EXPECT_EQ(answer.status, 0);
  EXPECT_NE(answer.error, "");
  EXPECT_EQ(lost.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
  slow = false;
  EXPECT_EQ(MakeClientFor()->Post("/", "text/plain", "", {}).status, 200);
}

TEST_F(HttpServer, NoAnswerIsSaidForWhatItIs) {
  std::atomic<Delivery> delivery = Delivery::kReset;
  Serve([&](const Request&) { return NoAnswer(delivery, milliseconds(10'000)); });
  const auto client = MakeClientFor(milliseconds(200));
  for (const Delivery how : {Delivery::kReset, Delivery::kClose, Delivery::kHang}) {
    delivery = how;
    const Answer answer = client->Post("/", "text/plain", "x", {});
    EXPECT_EQ(answer.status, 0);
    EXPECT_NE(answer.error, "");
  }
}

TEST_F(HttpServer, AConnectionIsKeptAndMadeAgainWhenItIsGone) {
  std::atomic<int> connections = 0;
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.handler = [](const Request& request) {
    return request.path == "/close" ? NoAnswer(Delivery::kClose) : TextReply(200, "x");
  };
  options.admit = [&] { return ++connections > 0; };
  std::string error;
  server_ = StartServer(options, &error);
  const auto client = MakeClientFor();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(client->Post("/", "text/plain", "x", {}).status, 200);
  EXPECT_EQ(connections, 1);
  EXPECT_EQ(client->Post("/close", "text/plain", "x", {}).status, 0);
  EXPECT_EQ(client->Post("/", "text/plain", "x", {}).status, 200);
  EXPECT_EQ(connections, 2);
}

TEST_F(HttpServer, ACallEndsWhenItIsToldToStop) {
  std::promise<void> arrived;
  Serve([&](const Request&) {
    arrived.set_value();
    return NoAnswer(Delivery::kHang, milliseconds(20'000));
  });
  std::stop_source stop;
  const auto client = MakeClientFor();
  std::thread stopper([&] {
    arrived.get_future().wait();
    stop.request_stop();
  });
  const auto start = steady_clock::now();
  const Answer answer = client->Post("/", "text/plain", "x", stop.get_token());
  EXPECT_EQ(answer.error, "stopped");
  EXPECT_LT(steady_clock::now() - start, std::chrono::seconds(10));
  stopper.join();
  EXPECT_EQ(client->Post("/", "text/plain", "x", stop.get_token()).error, "stopped");
}

TEST(HttpClient, RefusesUnusableOptions) {
  for (const char* url : {"", "127.0.0.1:1", "https://127.0.0.1", "ftp://127.0.0.1:1",
                          "https://127.0.0.1:0", "http://:1", "http://127.0.0.1:x"}) {
    std::string error;
    ClientOptions options;
    options.url = url;
    EXPECT_EQ(MakeClient(options, &error), nullptr) << url;
    EXPECT_NE(error, "") << url;
  }
  std::string error;
  ClientOptions options;
  options.url = "https://127.0.0.1:1";
  options.ca_file = "/nowhere";
  EXPECT_EQ(MakeClient(options, &error), nullptr);
  EXPECT_THAT(error, ::testing::HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace lienthong::rigs::http
