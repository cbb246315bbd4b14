#include "gateway/service/serial_queue.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace lienthong::service {
namespace {

TEST(SerialQueue, RunsWhatAStepAddsAfterTheStep) {
  SerialQueue queue;
  std::vector<int> order;
  queue.Add([&] {
    queue.Add([&] { order.push_back(2); });
    queue.Drain();
    order.push_back(1);
  });
  queue.Drain();
  EXPECT_EQ(order, (std::vector<int>{1, 2}));
}

TEST(SerialQueue, NeverRunsTwoStepsAtOnce) {
  constexpr int kThreads = 4;
  constexpr int kSteps = 2000;
  SerialQueue queue;
  std::atomic<int> running = 0;
  std::atomic<int> overlaps = 0;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < kSteps; ++j) {
        queue.Add([&] {
          if (++running != 1) ++overlaps;
          --running;
          ++done;
        });
        queue.Drain();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  queue.Drain();
  EXPECT_EQ(overlaps, 0);
  EXPECT_EQ(done, kThreads * kSteps);
}

}  // namespace
}  // namespace lienthong::service
