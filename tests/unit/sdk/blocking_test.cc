#include "adapters/sdk/blocking.h"

#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <stdexcept>
#include <utility>
#include <vector>

#include "tests/support/status_matchers.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

const absl::Time kLater = absl::InfiniteFuture();

// Probe waits until the gate opens or Interrupt is called; Pull throws.
class GatedAdapter final : public BlockingAdapter {
 public:
  explicit GatedAdapter(const Options& options) : BlockingAdapter(options, Clock::Real()) {}
  ~GatedAdapter() override { Stop(); }

  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier&) const override { return {}; }

  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  int probes() const { return probes_; }

 private:
  absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest&, absl::Time) override {
    throw std::runtime_error("secret");
  }
  absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                              absl::Time) override {
    pb::DeliverReply reply;
    for (const auto& item : request.items()) {
      reply.add_outcomes()->set_delivery_id(item.delivery_id());
    }
    return reply;
  }
  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time) override {
    ++probes_;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
    return pb::ProbeReply();
  }
  void Interrupt() override { Open(); }

  pb::Capabilities capabilities_;
  std::atomic<int> probes_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

absl::Status Probe(Adapter& adapter, absl::Time deadline) {
  std::promise<absl::Status> answer;
  adapter.Probe(deadline, [&answer](absl::StatusOr<pb::ProbeReply> reply) {
    answer.set_value(reply.status());
  });
  return answer.get_future().get();
}

TEST(BlockingAdapterTest, ADeliveryThatIsNotRunSaysOfItsItemsThatNothingWasSent) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 1});  // not started
  pb::DeliverRequest request;
  request.add_items()->set_delivery_id("a");
  request.add_items()->set_delivery_id("b");
  absl::StatusOr<pb::DeliverReply> answer;
  adapter.Deliver(request, kLater, [&answer](auto reply) { answer = std::move(reply); });
  ASSERT_THAT(answer, IsOk());
  ASSERT_EQ(answer->outcomes_size(), 2);
  EXPECT_EQ(answer->outcomes(1).delivery_id(), "b");
  EXPECT_EQ(answer->outcomes(1).outcome(), pb::OUTCOME_RETRY_AFTER) << "not unanswered";
  EXPECT_TRUE(answer->has_unavailable());
}

TEST(BlockingAdapterTest, RunsCallsAndAnswers) {
  GatedAdapter adapter({.threads = 2, .queue_items_max = 4});
  ASSERT_THAT(adapter.Start(), IsOk());
  adapter.Open();
  EXPECT_THAT(Probe(adapter, kLater), IsOk());
  std::promise<int> items;
  pb::DeliverRequest request;
  request.add_items()->set_delivery_id("a");
  adapter.Deliver(request, kLater, [&items](absl::StatusOr<pb::DeliverReply> reply) {
    items.set_value(reply.ok() ? reply->outcomes_size() : -1);
  });
  EXPECT_EQ(items.get_future().get(), 1);
}

TEST(BlockingAdapterTest, NothingRunsBeforeStartOrAfterItsDeadline) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 4});
  EXPECT_THAT(Probe(adapter, kLater), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(adapter.Start(), IsOk());
  adapter.Open();
  EXPECT_THAT(Probe(adapter, absl::InfinitePast()), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(adapter.probes(), 0);
}

TEST(BlockingAdapterTest, StopAnswersEveryCallAndIsFinal) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 8});
  ASSERT_THAT(adapter.Start(), IsOk());
  std::atomic<int> answers = 0;
  for (int i = 0; i < 5; ++i) {
    adapter.Probe(kLater, [&answers](const absl::StatusOr<pb::ProbeReply>&) { ++answers; });
  }
  adapter.Stop();
  EXPECT_EQ(answers, 5);
  EXPECT_LE(adapter.probes(), 1);
  EXPECT_THAT(Probe(adapter, kLater), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(adapter.Start(), IsOk());
  EXPECT_THAT(Probe(adapter, kLater), IsOk());
}

TEST(BlockingAdapterTest, AFullQueueIsToldAtOnce) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 1});
  ASSERT_THAT(adapter.Start(), IsOk());
  std::mutex mutex;
  std::vector<absl::StatusCode> codes;
  for (int i = 0; i < 8; ++i) {
    adapter.Probe(kLater, [&](const absl::StatusOr<pb::ProbeReply>& reply) {
      const std::lock_guard lock(mutex);
      codes.push_back(reply.status().code());
    });
  }
  {
    const std::lock_guard lock(mutex);
    EXPECT_GE(codes.size(), 6u);
    for (absl::StatusCode code : codes) EXPECT_EQ(code, absl::StatusCode::kResourceExhausted);
  }
  adapter.Stop();
  EXPECT_EQ(codes.size(), 8u);
}

TEST(BlockingAdapterTest, AnExceptionIsAnAnswerWithoutItsText) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 1});
  ASSERT_THAT(adapter.Start(), IsOk());
  std::promise<absl::Status> answer;
  adapter.Pull({}, kLater, [&answer](const absl::StatusOr<pb::PullReply>& reply) {
    answer.set_value(reply.status());
  });
  const absl::Status status = answer.get_future().get();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(std::string(status.message()).find("secret"), std::string::npos);
}

TEST(BlockingAdapterTest, WhatACounterpartCannotDoSaysSo) {
  GatedAdapter adapter({.threads = 1, .queue_items_max = 2});
  ASSERT_THAT(adapter.Start(), IsOk());
  std::promise<absl::Status> received;
  std::promise<absl::Status> looked_up;
  std::promise<absl::Status> listed;
  adapter.Receive({}, kLater, [&](const auto& reply) { received.set_value(reply.status()); });
  EXPECT_THAT(received.get_future().get(), StatusIs(absl::StatusCode::kNotFound));
  adapter.LookUp({}, kLater, [&](const auto& reply) { looked_up.set_value(reply.status()); });
  EXPECT_THAT(looked_up.get_future().get(), StatusIs(absl::StatusCode::kUnimplemented));
  adapter.Inventory({}, kLater, [&](const auto& reply) { listed.set_value(reply.status()); });
  EXPECT_THAT(listed.get_future().get(), StatusIs(absl::StatusCode::kUnimplemented));
}

}  // namespace
}  // namespace lienthong::sdk
