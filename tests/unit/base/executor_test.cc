#include "gateway/base/executor.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace lienthong {
namespace {

// Holds the threads of an executor until it is opened.
class Gate {
 public:
  void Pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void AwaitWaiting(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= count; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int waiting_ = 0;
  bool open_ = false;
};

TEST(ExecutorTest, RunsOnAllItsThreadsAtOnce) {
  Gate gate;
  Executor executor({.threads = 3, .queue_items_max = 10});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(executor.TryRun([&] { gate.Pass(); }));
  gate.AwaitWaiting(3);
  gate.Open();
}

TEST(ExecutorTest, RefusesWhatItsQueueCannotHold) {
  Gate gate;
  std::atomic<int> runs = 0;
  {
    Executor executor({.threads = 1, .queue_items_max = 2});
    ASSERT_TRUE(executor.TryRun([&] { gate.Pass(); }));
    gate.AwaitWaiting(1);
    EXPECT_TRUE(executor.TryRun([&] { ++runs; }));
    EXPECT_TRUE(executor.TryRun([&] { ++runs; }));
    EXPECT_FALSE(executor.TryRun([&] { ++runs; }));
    gate.Open();
  }
  EXPECT_EQ(runs, 2);
}

TEST(ExecutorTest, RunsWhatItAcceptedBeforeItEnds) {
  std::atomic<int> runs = 0;
  {
    Executor executor({.threads = 4, .queue_items_max = 1000});
    std::vector<std::thread> callers;
    for (int t = 0; t < 4; ++t) {
      callers.emplace_back([&] {
        for (int i = 0; i < 100; ++i) EXPECT_TRUE(executor.TryRun([&] { ++runs; }));
      });
    }
    for (std::thread& caller : callers) caller.join();
  }
  EXPECT_EQ(runs, 400);
}

TEST(ExecutorTest, WorkMayAskForMoreWorkEvenWhileItIsDestroyed) {
  std::promise<void> asked;
  Executor executor({.threads = 1, .queue_items_max = 10});
  std::shared_ptr<void> held(
      nullptr, [&](void*) { EXPECT_TRUE(executor.TryRun([&] { asked.set_value(); })); });
  ASSERT_TRUE(executor.TryRun([held = std::move(held)] {}));
  EXPECT_EQ(asked.get_future().wait_for(std::chrono::seconds(10)), std::future_status::ready);
}

TEST(ExecutorTest, IsAliveWhenItsLookIsGood) {
  Executor executor({.threads = 1, .queue_items_max = 1});
  EXPECT_TRUE(executor.IsAlive([] { return true; }, absl::Seconds(10)));
  EXPECT_FALSE(executor.IsAlive([] { return false; }, absl::Milliseconds(50)));
}

TEST(ExecutorTest, IsDeadWhenNothingOfAFullLineEnds) {
  Gate gate;
  Executor executor({.threads = 1, .queue_items_max = 1});
  ASSERT_TRUE(executor.TryRun([&] { gate.Pass(); }));
  gate.AwaitWaiting(1);
  ASSERT_TRUE(executor.TryRun([] {}));
  EXPECT_FALSE(executor.IsAlive([] { return true; }, absl::Milliseconds(50)));
  gate.Open();
}

TEST(ExecutorTest, IsAliveWhileAFullLineMoves) {
  std::function<void()> next;
  Executor executor({.threads = 1, .queue_items_max = 1});
  // Each puts the next one into the line, so that the look finds no room, or has its turn.
  next = [&] { executor.TryRun([&] { next(); }); };
  ASSERT_TRUE(executor.TryRun([&] { next(); }));
  EXPECT_TRUE(executor.IsAlive([] { return true; }, absl::Milliseconds(50)));
}

TEST(ExecutorTest, IsDeadWhenItsLookHangsThoughOtherWorkEnds) {
  Gate gate;
  Executor executor({.threads = 2, .queue_items_max = 10});
  std::thread other([&] {
    gate.AwaitWaiting(1);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(executor.TryRun([] {}));
  });
  EXPECT_FALSE(executor.IsAlive([&] { return gate.Pass(), true; }, absl::Milliseconds(200)));
  other.join();
  gate.Open();
}

}  // namespace
}  // namespace lienthong
