#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <thread>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/listener_fixture.h"

// Bodies that are taken, and answers that are read, a part at a time.
namespace lienthong::http {
namespace {

using ::lienthong::testing::Post;
using ::lienthong::testing::TlsClient;

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kHandlerEnds{100};

std::string Content(size_t bytes) {
  std::string content(bytes, '\0');
  for (size_t i = 0; i < bytes; ++i) content[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return content;
}

// What became of the bodies of a test.
struct Kept {
  std::mutex mutex;
  std::string bytes;
  size_t largest_part = 0;
  std::atomic<int> finished = 0;
  std::atomic<int> dropped = 0;
  absl::Status refuse = absl::OkStatus();  // with the second part
};

class KeepingSink final : public BodySink {
 public:
  explicit KeepingSink(Kept& kept) : kept_(kept) {}
  ~KeepingSink() override {
    if (!finished_) ++kept_.dropped;
  }
  absl::Status Write(std::string_view part) override {
    const std::lock_guard lock(kept_.mutex);
    if (!kept_.bytes.empty() && !kept_.refuse.ok()) return kept_.refuse;
    kept_.bytes.append(part);
    kept_.largest_part = std::max(kept_.largest_part, part.size());
    return absl::OkStatus();
  }
  void Finish(Answer answer) override {
    finished_ = true;
    ++kept_.finished;
    answer({.body = core::HexSha256(kept_.bytes)});
  }

 private:
  Kept& kept_;
  bool finished_ = false;
};

class Uploads : public ListenerTest {
 protected:
  void SetUp() override {
    Route route;
    route.prefix = "/upload";
    route.body_bytes_max = 16 << 20;
    route.open_sink = [this](const std::shared_ptr<const Request>& request)
        -> absl::StatusOr<std::unique_ptr<BodySink>> {
      if (request->query == "not") return absl::PermissionDeniedError("not here");
      return std::make_unique<KeepingSink>(kept_);
    };
    AddRoute(route);
    Start({.held_bodies_bytes_max = 1000});  // it is not held
  }
  Kept kept_;
};

TEST_F(Uploads, ArriveWholeInSmallParts) {
  const std::string content = Content(5 << 20);
  EXPECT_EQ(Ask(Post("/upload", content)).body, core::HexSha256(content));
  EXPECT_EQ(kept_.finished, 1);
  EXPECT_EQ(kept_.dropped, 0);
  EXPECT_LE(kept_.largest_part, size_t{64} << 10);
}

TEST_F(Uploads, ArriveWholeInChunksToo) {
  const std::string content = Content(100'000);
  EXPECT_EQ(Ask(StrCat("POST /upload HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                       "186a0\r\n", content, "\r\n0\r\n\r\n"))
                .body,
            core::HexSha256(content));
}

TEST_F(Uploads, ThatBreakOffAreDropped) {
  auto client = Connect();
  client->Send("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf");
  client->Cut();
  while (kept_.dropped == 0) std::this_thread::yield();  // ended by the test's own time limit
  EXPECT_EQ(kept_.finished, 0);
}

TEST_F(Uploads, MayBeRefusedBeforeAndWithin) {
  EXPECT_EQ(Ask(Post("/upload?not", "x")).status, 403);
  kept_.refuse = absl::ResourceExhaustedError("full");
  const TlsClient::Reply reply = Ask(Post("/upload", Content(1 << 20)));
  EXPECT_EQ(reply.status, 429);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  while (kept_.dropped == 0) std::this_thread::yield();
  EXPECT_EQ(kept_.finished, 0);
}

// Deterministic content, and a fault where the test wants one.
class MadeContent final : public sdk::FileReader {
 public:
  MadeContent(std::string content, size_t good_bytes)
      : content_(std::move(content)), good_bytes_(good_bytes) {}
  int64_t size_bytes() const override { return static_cast<int64_t>(content_.size()); }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    if (read_ >= good_bytes_) return absl::DataLossError("not what was verified");
    const size_t bytes = content_.copy(buffer, bytes_max, read_);
    read_ += bytes;
    return bytes;
  }

 private:
  const std::string content_;
  const size_t good_bytes_;
  size_t read_ = 0;
};

class Downloads : public ListenerTest {
 protected:
  void Serve(const std::string& content, size_t good_bytes, const Limits& limits = {}) {
    Route route;
    route.method = "GET";
    route.prefix = "/paper";
    route.handler = [content, good_bytes](const std::shared_ptr<const Request>&,
                                          const Answer& answer) {
      Response response;
      response.content_type = "application/pdf";
      response.content = std::make_unique<MadeContent>(content, good_bytes);
      answer(std::move(response));
    };
    AddRoute(route);
    Start(limits);
  }
  const std::string get_ = "GET /paper HTTP/1.1\r\nHost: x\r\n\r\n";
};

TEST_F(Downloads, ArriveWholeAndTheConnectionStays) {
  const std::string content = Content((3 << 20) + 17);
  Serve(content, content.size());
  const auto client = Connect();
  for (int i = 0; i < 2; ++i) {
    client->Send(get_);
    const auto reply = client->Read();
    EXPECT_EQ(reply->headers.at("content-type"), "application/pdf");
    EXPECT_EQ(core::HexSha256(reply->body), core::HexSha256(content));
  }
}

// The handler's thread may still be at work when its answer is read from already.
TEST_F(Downloads, ArriveWholeHoweverManyFollow) {
  const std::string content = Content(9000);
  Serve(content, content.size());
  const auto client = Connect();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(client->Send(get_));
    const auto reply = client->Read();
    ASSERT_TRUE(reply.has_value() && !reply->cut) << i;
    ASSERT_EQ(reply->body, content) << i;
  }
}

// Content that is read only once something else is over.
class LateContent final : public sdk::FileReader {
 public:
  LateContent(std::string content, std::function<void()> before_reading)
      : content_(std::move(content)), before_reading_(std::move(before_reading)) {}
  int64_t size_bytes() const override { return static_cast<int64_t>(content_.size()); }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    before_reading_();
    return content_.copy(buffer, bytes_max);
  }

 private:
  const std::string content_;
  const std::function<void()> before_reading_;
};

// What ends with the handler must not be what the reading needs.
TEST_F(Downloads, ArriveWholeWhenTheHandlerEndsWhileTheyAreRead) {
  std::promise<void> reading, over;
  Route route;
  route.method = "GET";
  route.prefix = "/paper";
  route.handler = [&](const std::shared_ptr<const Request>&, const Answer& answer) {
    Response response;
    response.content = std::make_unique<LateContent>("content", [&] {
      reading.set_value();
      over.get_future().wait_for(kPatience);
      std::this_thread::sleep_for(kHandlerEnds);
    });
    answer(std::move(response));
    EXPECT_EQ(reading.get_future().wait_for(kPatience), std::future_status::ready);
    over.set_value();
  };
  AddRoute(route);
  Start();
  const TlsClient::Reply reply = Ask(get_);
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "content");
}

TEST_F(Downloads, MayBeEmpty) {
  Serve("", 0);
  const auto client = Connect();
  client->Send(get_ + get_);
  EXPECT_EQ(client->Read()->headers.at("content-length"), "0");
}

TEST_F(Downloads, ShowTheirHeaderAlone) {
  Serve(Content(1000), 1000);
  const auto client = Connect();
  client->Send("HEAD /paper HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(client->Read(/*head=*/true)->headers.at("content-length"), "1000");
  client->Send(get_);
  EXPECT_EQ(client->Read()->body, Content(1000));
}

// Nothing may make half a paper look whole.
TEST_F(Downloads, ThatGoBadAreCut) {
  Serve(Content(1 << 20), 300'000);
  EXPECT_TRUE(Ask(get_).cut);
}

TEST_F(Downloads, ThatAreNotTakenAreCut) {
  const std::string content = Content(64 << 20);
  Serve(content, content.size(),
        {.transfer_timeout = absl::Milliseconds(200), .bytes_per_second_min = 1 << 30});
  const auto client = Connect();
  client->Send(get_);
  while (listener_->connections() > 0) std::this_thread::yield();
  EXPECT_TRUE(client->Read()->cut);
}

}  // namespace
}  // namespace lienthong::http
