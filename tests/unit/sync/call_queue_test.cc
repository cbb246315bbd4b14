#include "gateway/sync/call_queue.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ReceiveReply;
using ::testing::ElementsAre;

class CallQueueTest : public ::testing::Test {
 protected:
  // One call, whose answer is noted.
  bool Admit(CallQueue::Done* answer) {
    std::optional<CallQueue::Done> admitted =
        queue_.Admit([this](const absl::StatusOr<ReceiveReply>& reply) {
          answers_.push_back(reply.status().code());
        });
    if (admitted.has_value()) *answer = *std::move(admitted);
    return admitted.has_value();
  }
  void Put(absl::Time deadline) {
    CallQueue::Done answer;
    ASSERT_TRUE(Admit(&answer));
    queue_.Put({.request = std::make_shared<adapter::v1::ReceiveRequest>(),
                .deadline = deadline,
                .meaning = {},
                .answer = answer});
  }

  CallQueue queue_;
  std::vector<absl::StatusCode> answers_;
};

TEST_F(CallQueueTest, TakesInTheOrderOfArrival) {
  Put(kNow);
  Put(kNow + absl::Seconds(1));
  EXPECT_EQ(queue_.Take()->deadline, kNow);
  EXPECT_EQ(queue_.Take()->deadline, kNow + absl::Seconds(1));
  EXPECT_FALSE(queue_.Take().has_value());
}

TEST_F(CallQueueTest, TooManyOpenCallsAreRefusedUntilOneIsAnswered) {
  std::vector<CallQueue::Done> open(CallQueue::kCallsMax);
  for (CallQueue::Done& answer : open) ASSERT_TRUE(Admit(&answer));
  CallQueue::Done more;
  EXPECT_FALSE(Admit(&more));
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kResourceExhausted));
  open[0](ReceiveReply());
  EXPECT_TRUE(Admit(&more));
}

TEST_F(CallQueueTest, ExpiryAnswersTheLateOnesOnly) {
  Put(kNow);
  Put(kNow + absl::Seconds(1));
  queue_.Expire(kNow);
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kUnavailable));
  EXPECT_EQ(queue_.Take()->deadline, kNow + absl::Seconds(1));
}

TEST_F(CallQueueTest, RefusalAnswersAllAndTakesNewOnes) {
  Put(kNow);
  queue_.Refuse();
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kUnavailable));
  Put(kNow);
  EXPECT_TRUE(queue_.Take().has_value());
}

TEST_F(CallQueueTest, AfterCloseNoCallWaits) {
  Put(kNow);
  CallQueue::Done late;
  ASSERT_TRUE(Admit(&late));
  queue_.Close();
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kUnavailable));
  queue_.Put({.request = nullptr, .deadline = kNow, .meaning = {}, .answer = late});
  EXPECT_EQ(answers_.size(), 2U);
  EXPECT_FALSE(Admit(&late));
  EXPECT_EQ(answers_.back(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(queue_.Take().has_value());
}

}  // namespace
}  // namespace lienthong::sync
