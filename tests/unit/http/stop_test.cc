#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "gateway/base/text.h"
#include "tests/unit/http/listener_fixture.h"

// How the listener ends.
namespace lienthong::http {
namespace {

using ::lienthong::testing::Post;

class Stopping : public ListenerTest {
 protected:
  void SetUp() override {
    Route route;
    route.prefix = "/held";
    route.body_bytes_max = 100;
    route.handler = [this](const std::shared_ptr<const Request>&, const Answer& answer) {
      const std::lock_guard lock(mutex_);
      held_.push_back(answer);
      ++arrived_;
    };
    AddRoute(route);
    Start();
  }
  void AwaitArrived(int count) {
    while (arrived_ < count) std::this_thread::yield();
  }

  std::mutex mutex_;
  std::vector<Answer> held_;
  std::atomic<int> arrived_ = 0;
};

TEST_F(Stopping, AnswersWhatWasAcceptedAndEndsWhatWaits) {
  const auto idle = Connect();
  const auto working = Connect();
  working->Send(Post("/held", ""));
  AwaitArrived(1);
  auto stopped = std::async(std::launch::async, [this] { listener_->Stop(absl::Seconds(20)); });
  EXPECT_TRUE(idle->AwaitEnd());
  EXPECT_EQ(Connect(), nullptr) << "nobody is accepted any more";
  EXPECT_EQ(stopped.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  held_[0]({.body = "done"});
  const auto reply = working->Read();
  EXPECT_EQ(reply->body, "done");
  EXPECT_EQ(reply->headers.at("connection"), "close");
  stopped.get();
}

TEST_F(Stopping, CutsWhatIsNotAnsweredInTime) {
  const auto working = Connect();
  working->Send(Post("/held", ""));
  AwaitArrived(1);
  const auto half = Connect();
  half->Send("POST /held HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab");
  listener_->Stop(absl::Milliseconds(50));
  EXPECT_TRUE(working->AwaitEnd());
  EXPECT_TRUE(half->AwaitEnd());
  held_[0]({.body = "to nobody"});
  listener_.reset();
  held_[0]({.body = "to nobody at all"});
}

}  // namespace
}  // namespace lienthong::http
