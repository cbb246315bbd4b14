// SIM_SEEDS (1000): how many seeds. SIM_FIRST (1): the first of them. SIM_TRACE (unset): print what
// happened in a failing seed.
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "gtest/gtest.h"

#include "tests/simulation/world.h"

namespace lienthong::simulation {
namespace {

constexpr int64_t kSeedsDefault = 1000;
constexpr int kFailuresShownMax = 10;
constexpr int kRepeatedSeeds = 20;
constexpr size_t kShownMax = 240;

int64_t FromEnvironment(const char* name, int64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoll(text);
}

// The gateway logs every failed call; here they fail all the time.
class QuietLog {
 public:
  QuietLog() : saved_(dup(STDERR_FILENO)) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    close(null);
  }
  ~QuietLog() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;

 private:
  const int saved_;
};

// What did not hold first, short enough for one line.
std::string FirstLine(const Outcome& outcome) { return outcome.broken[0].substr(0, kShownMax); }

void Report(uint64_t seed, const Outcome& outcome) {
  std::printf(
      "seed %llu: %s; again: SIM_SEEDS=1 SIM_FIRST=%llu SIM_TRACE=1 "
      "build/tests/bin/simulation --gtest_filter=*Seeds\n",
      static_cast<unsigned long long>(seed), FirstLine(outcome).c_str(),
      static_cast<unsigned long long>(seed));
  if (std::getenv("SIM_TRACE") == nullptr) return;
  for (const std::string& line : RunSeed(seed, {}, /*keep_trace=*/true).trace) {
    std::printf("  %s\n", line.c_str());
  }
}

TEST(SyncSimulation, Seeds) {
  const QuietLog quiet;
  const int64_t seeds = FromEnvironment("SIM_SEEDS", kSeedsDefault);
  const int64_t first = FromEnvironment("SIM_FIRST", 1);
  const auto begin = std::chrono::steady_clock::now();
  int64_t events = 0, conflicts = 0;
  int failed = 0;
  for (int64_t seed = first; seed < first + seeds; ++seed) {
    const Outcome outcome = RunSeed(static_cast<uint64_t>(seed), {}, /*keep_trace=*/false);
    events += outcome.events;
    conflicts += outcome.conflicts;
    if (outcome.broken.empty()) continue;
    if (++failed <= kFailuresShownMax) Report(static_cast<uint64_t>(seed), outcome);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("simulation: %lld seeds, %lld events, %.1f s, %.0f events/s; %lld conflicts\n",
              static_cast<long long>(seeds), static_cast<long long>(events), seconds,
              static_cast<double>(events) / seconds, static_cast<long long>(conflicts));
  EXPECT_EQ(failed, 0) << "of " << seeds << " seeds";
}

TEST(SyncSimulation, SameSeedSameTrace) {
  const QuietLog quiet;
  for (uint64_t seed = 1; seed <= kRepeatedSeeds; ++seed) {
    EXPECT_EQ(RunSeed(seed, {}, false).trace_hash, RunSeed(seed, {}, true).trace_hash)
        << "seed " << seed;
  }
}

struct Planted {
  const char* name;
  bool sync::PlantedBugs::*bug;
};

class PlantedBugs : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedBugs, AreCaught) {
  const QuietLog quiet;
  sync::PlantedBugs bugs;
  bugs.*GetParam().bug = true;
  for (uint64_t seed = 1; seed <= kSeedsDefault; ++seed) {
    const Outcome outcome = RunSeed(seed, bugs, false);
    if (outcome.broken.empty()) continue;
    std::printf("planted bug %s caught at seed %llu: %s\n", GetParam().name,
                static_cast<unsigned long long>(seed), FirstLine(outcome).c_str());
    return;
  }
  FAIL() << "no invariant noticed " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(
    SyncSimulation, PlantedBugs,
    ::testing::Values(
        Planted{"echo_filter_off", &sync::PlantedBugs::echo_filter_off},
        Planted{"unknown_is_success", &sync::PlantedBugs::unknown_is_success},
        Planted{"lost_update_on_delivered", &sync::PlantedBugs::lost_update_on_delivered},
        Planted{"status_coalesced", &sync::PlantedBugs::status_coalesced},
        Planted{"resend_unflagged", &sync::PlantedBugs::resend_unflagged},
        Planted{"append_lost_on_unknown", &sync::PlantedBugs::append_lost_on_unknown}),
    [](const auto& param_info) { return std::string(param_info.param.name); });

}  // namespace
}  // namespace lienthong::simulation
