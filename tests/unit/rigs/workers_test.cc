// Tasks are finished, in order per key, and stopped when they must be.
#include "tests/rigs/work/workers.h"

#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lienthong::rigs {
namespace {

using std::chrono::milliseconds;

TEST(Workers, KeepsTheOrderOfAKeyAcrossTriesAndThreads) {
  std::mutex mutex;
  std::vector<int> done;
  std::promise<void> all;
  Workers workers(4);
  for (int i = 0; i < 50; ++i) {
    workers.Add("a",
                [&, i, tries = std::make_shared<int>(0)](
                    int, const std::stop_token&) -> std::optional<milliseconds> {
                  if (i % 7 == 0 && ++*tries < 3) return milliseconds(1);
                  const std::lock_guard lock(mutex);
                  done.push_back(i);
                  if (done.size() == 50) all.set_value();
                  return std::nullopt;
                });
  }
  all.get_future().wait();
  for (int i = 0; i < 50; ++i) EXPECT_EQ(done[static_cast<size_t>(i)], i);
}

TEST(Workers, AKeyThatWaitsHoldsUpNoOther) {
  std::promise<void> other;
  std::promise<void> freed;
  std::shared_future<void> may_end = other.get_future().share();
  Workers workers(1);
  workers.Add("stuck", [&](int, const std::stop_token&) -> std::optional<milliseconds> {
    if (may_end.wait_for(milliseconds(0)) != std::future_status::ready) return milliseconds(1);
    freed.set_value();
    return std::nullopt;
  });
  workers.Add("other", [&](int, const std::stop_token&) -> std::optional<milliseconds> {
    other.set_value();
    return std::nullopt;
  });
  freed.get_future().wait();
}

TEST(Workers, OneKeyIsNeverRunTwiceAtOnce) {
  std::atomic<int> inside = 0, most = 0, left = 200;
  std::promise<void> all;
  Workers workers(8);
  for (int i = 0; i < 200; ++i) {
    workers.Add("a", [&](int, const std::stop_token&) -> std::optional<milliseconds> {
      most = std::max(most.load(), ++inside);
      std::this_thread::yield();
      --inside;
      if (--left == 0) all.set_value();
      return std::nullopt;
    });
  }
  all.get_future().wait();
  EXPECT_EQ(most, 1);
}

TEST(Workers, EndingAsksWhatRunsToStopAndDropsTheRest) {
  std::promise<void> running;
  std::atomic<int> ran = 0;
  {
    Workers workers(1);
    workers.Add("a", [&](int, const std::stop_token& stop) -> std::optional<milliseconds> {
      ++ran;
      running.set_value();
      while (!stop.stop_requested()) std::this_thread::yield();
      return milliseconds(0);
    });
    workers.Add("b", [&](int, const std::stop_token&) -> std::optional<milliseconds> {
      ++ran;
      return std::nullopt;
    });
    running.get_future().wait();
    EXPECT_EQ(workers.waiting(), 2U);
  }
  EXPECT_EQ(ran, 1);
}

TEST(Backoff, GrowsToItsTopAndIsTheSameFromTheSameSeed) {
  Backoff backoff(1), same(1);
  for (int tries = 1; tries < 30; ++tries) {
    const Workers::Wait wait = backoff.After(tries);
    EXPECT_EQ(wait, same.After(tries));
    EXPECT_LE(wait.count(), std::min<int64_t>(100LL << std::min(tries - 1, 10), 5000)) << tries;
  }
}

}  // namespace
}  // namespace lienthong::rigs
