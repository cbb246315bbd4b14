#include "gateway/sync/call_queue.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/support/status_matchers.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ReceiveReply;
using lienthong::testing::IsOk;
using lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNow = absl::FromUnixSeconds(1772500000);

class CallQueueTest : public ::testing::Test {
 protected:
  // One call, whose answer is noted.
  absl::Status Admit(CallQueue::Done* answer) {
    absl::StatusOr<CallQueue::Done> admitted =
        queue_.Admit([this](const absl::StatusOr<ReceiveReply>& reply) {
          answers_.push_back(reply.status().code());
        });
    if (!admitted.ok()) return admitted.status();
    *answer = *std::move(admitted);
    return absl::OkStatus();
  }
  void Put(absl::Time deadline) {
    CallQueue::Done answer;
    ASSERT_THAT(Admit(&answer), IsOk());
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
  for (CallQueue::Done& answer : open) ASSERT_THAT(Admit(&answer), IsOk());
  CallQueue::Done more;
  EXPECT_THAT(Admit(&more), StatusIs(absl::StatusCode::kResourceExhausted));
  open[0](ReceiveReply());
  EXPECT_THAT(Admit(&more), IsOk());
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
  ASSERT_THAT(Admit(&late), IsOk());
  queue_.Close();
  EXPECT_THAT(answers_, ElementsAre(absl::StatusCode::kUnavailable));
  queue_.Put({.request = nullptr, .deadline = kNow, .meaning = {}, .answer = late});
  EXPECT_EQ(answers_.size(), 2U);
  EXPECT_THAT(Admit(&late), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_FALSE(queue_.Take().has_value());
}

}  // namespace
}  // namespace lienthong::sync
