#include <cstdio>
#include <string>

#include "gtest/gtest.h"

#include "tests/simulation/planted.h"
#include "tests/simulation/program.h"
#include "tests/simulation/quiet_log.h"
#include "tests/simulation/shrink.h"
#include "tests/simulation/world.h"

namespace lienthong::simulation {
namespace {

constexpr int kRepeatedSeeds = 20;
// Each planted bug must be caught within so many seeds.
constexpr uint64_t kSeedsForABug = 2000;
constexpr size_t kReasonShownMax = 200;

TEST(SyncSimulation, SameSeedSameTrace) {
  const QuietLog quiet;
  for (uint64_t seed = 1; seed <= kRepeatedSeeds; ++seed) {
    EXPECT_EQ(RunSeed({.seed = seed}).trace_hash,
              RunSeed({.seed = seed, .keep_trace = true}).trace_hash)
        << "seed " << seed;
  }
}

class PlantedBugs : public ::testing::TestWithParam<Planted> {};

TEST_P(PlantedBugs, AreCaught) {
  const QuietLog quiet;
  RunOptions options;
  options.bugs.*GetParam().bug = true;
  for (options.seed = 1; options.seed <= kSeedsForABug; ++options.seed) {
    const Outcome outcome = RunSeed(options);
    if (outcome.broken.empty() || !RunSeed({.seed = options.seed}).broken.empty()) continue;
    std::printf("planted bug %s caught at seed %llu: %s\n", std::string(GetParam().name).c_str(),
                static_cast<unsigned long long>(options.seed),
                outcome.broken[0].substr(0, kReasonShownMax).c_str());
    return;
  }
  FAIL() << "no invariant noticed " << GetParam().name;
}

INSTANTIATE_TEST_SUITE_P(SyncSimulation, PlantedBugs, ::testing::ValuesIn(kPlantedBugs),
                         [](const auto& param_info) { return std::string(param_info.param.name); });

TEST(Shrinking, KeepsOnlyWhatTheFailureNeeds) {
  const QuietLog quiet;
  RunOptions failing;
  failing.bugs.status_coalesced = true;
  Outcome outcome;
  for (failing.seed = 1; outcome.broken.empty() && failing.seed < kSeedsForABug;) {
    outcome = RunSeed(failing);
    if (outcome.broken.empty()) ++failing.seed;
  }
  ASSERT_FALSE(outcome.broken.empty());
  const RunOptions shrunk = Shrink(failing, outcome.acts);
  EXPECT_FALSE(RunSeed(shrunk).broken.empty());
  EXPECT_LT(shrunk.acts_max - static_cast<int>(shrunk.skip.size()), outcome.acts / 2);
  EXPECT_TRUE(shrunk.left_out.any());
}

TEST(Command, RepeatsWhatWasShrunk) {
  RunOptions run{.seed = 7, .acts_max = 31, .skip = {3, 9}};
  run.left_out.set(static_cast<size_t>(Fault::kCutBatch));
  run.left_out.set(static_cast<size_t>(Fault::kCrash));
  run.bugs.dropped_clear = true;
  EXPECT_EQ(ArgumentsOf(run),
            "--seed 7 --acts 31 --skip 3,9 --no-fault cut,crash --bug dropped_clear");
  const auto command = ParseCommand({"--seed", "7", "--acts", "31", "--skip", "3,9", "--no-fault",
                                     "cut,crash", "--bug", "dropped_clear"});
  ASSERT_TRUE(command.ok()) << command.status();
  EXPECT_EQ(ArgumentsOf(command->run), ArgumentsOf(run));
}

TEST(Command, NamesWhatIsWrong) {
  EXPECT_EQ(ParseCommand({"--no-fault", "rain"}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ParseCommand({"--shard", "5/4"}).status().message(),
            "--shard: expected e.g. 1/4; see --help");
  EXPECT_FALSE(ParseCommand({"--seeds"}).ok());
}

}  // namespace
}  // namespace lienthong::simulation
