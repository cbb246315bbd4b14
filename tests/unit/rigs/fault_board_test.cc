// Misbehaviour comes as often, as long and where it was asked for, and the same again from the same
// seed.
#include "tests/rigs/faults/fault_board.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;

constexpr const char* kCommit = "/commit";

class FaultBoardTest : public ::testing::Test {
 protected:
  void Set(const Json& rule) {
    std::string error;
    const auto parsed = ParseFaultRule(rule, &error);
    ASSERT_TRUE(parsed) << error;
    board_.Set(*parsed);
  }
  static std::string Name(const FaultDecision& decision) {
    return decision.kind ? std::string(FaultName(*decision.kind)) : "";
  }

  int64_t now_ms_ = 1000;
  FaultBoard board_{7, kCommit, [this] { return now_ms_; }};
};

TEST_F(FaultBoardTest, BehavesWhenNothingWasAsked) {
  const FaultDecision decision = board_.Decide(kCommit);
  EXPECT_FALSE(decision.kind);
  EXPECT_FALSE(decision.truncate);
  EXPECT_EQ(decision.delay.count(), 0);
  EXPECT_FALSE(board_.RefusesConnection());
}

TEST_F(FaultBoardTest, ACountHitsSoManyRequests) {
  Set({{"kind", "reset"}, {"count", 2}});
  EXPECT_EQ(Name(board_.Decide("/a")), "reset");
  EXPECT_EQ(Name(board_.Decide("/b")), "reset");
  EXPECT_EQ(Name(board_.Decide("/c")), "");
  EXPECT_EQ(board_.injected().at("reset"), 2);
}

TEST_F(FaultBoardTest, ARateHitsItsShareTheSameFromTheSameSeed) {
  const auto run = [](uint64_t seed) {
    FaultBoard board(seed, kCommit, [] { return 0; });
    FaultRule rule;
    rule.kind = FaultKind::kServerError;
    rule.rate = 0.3;
    board.Set(rule);
    std::vector<int> hits;
    for (int i = 0; i < 1000; ++i) {
      const FaultDecision decision = board.Decide("/a");
      hits.push_back(decision.kind ? decision.status : 0);
    }
    return hits;
  };
  const std::vector<int> first = run(7);
  EXPECT_EQ(first, run(7));
  EXPECT_NE(first, run(8));
  const auto misses = std::count(first.begin(), first.end(), 0);
  EXPECT_GT(misses, 630);
  EXPECT_LT(misses, 770);
}

TEST_F(FaultBoardTest, RateZeroNeverHitsAndRateOneAlwaysDoes) {
  Set({{"kind", "429"}, {"rate", 0.0}});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Name(board_.Decide("/a")), "");
  Set({{"kind", "429"}, {"rate", 1.0}});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Name(board_.Decide("/a")), "429");
}

TEST_F(FaultBoardTest, DownLastsForItsSeconds) {
  Set({{"kind", "down"}, {"seconds", 10}});
  EXPECT_TRUE(board_.RefusesConnection());
  now_ms_ += 9'999;
  EXPECT_EQ(Name(board_.Decide("/a")), "down");
  now_ms_ += 1;
  EXPECT_FALSE(board_.RefusesConnection());
  EXPECT_EQ(Name(board_.Decide("/a")), "");
  EXPECT_EQ(board_.injected().at("down"), 2);
}

TEST_F(FaultBoardTest, AReplyIsDroppedWhereSomethingIsCommitted) {
  Set({{"kind", "drop_reply"}, {"count", 1}});
  EXPECT_EQ(Name(board_.Decide("/read")), "");
  EXPECT_EQ(Name(board_.Decide(kCommit)), "drop_reply");
  EXPECT_EQ(Name(board_.Decide(kCommit)), "");
}

TEST_F(FaultBoardTest, APathLimitsARule) {
  Set({{"kind", "hang"}, {"path", "/a"}, {"milliseconds", 5}});
  EXPECT_EQ(Name(board_.Decide("/b")), "");
  const FaultDecision decision = board_.Decide("/a");
  EXPECT_EQ(Name(decision), "hang");
  EXPECT_EQ(decision.hold.count(), 5);
}

TEST_F(FaultBoardTest, ADelayGoesAlongWithAnotherFault) {
  Set({{"kind", "delay"}, {"milliseconds", 20}});
  Set({{"kind", "inner_error"}, {"count", 1}});
  const FaultDecision both = board_.Decide("/a");
  EXPECT_EQ(both.delay.count(), 20);
  EXPECT_EQ(Name(both), "inner_error");
  EXPECT_EQ(board_.Decide("/a").delay.count(), 20);
}

TEST_F(FaultBoardTest, TruncationIsUsedUpOnlyByWhatWasCut) {
  Set({{"kind", "truncate"}, {"count", 1}});
  EXPECT_FALSE(board_.Decide("/read").truncate);
  EXPECT_TRUE(board_.Decide(kCommit).truncate);
  EXPECT_TRUE(board_.Decide(kCommit).truncate);
  EXPECT_EQ(board_.injected().at("truncate"), 0);
  board_.CountTruncation();
  EXPECT_FALSE(board_.Decide(kCommit).truncate);
  EXPECT_EQ(board_.injected().at("truncate"), 1);
}

TEST_F(FaultBoardTest, ClearingEndsEveryRuleAndKeepsTheCounts) {
  Set({{"kind", "reset"}});
  Set({{"kind", "down"}, {"seconds", 100}});
  board_.Decide("/a");
  EXPECT_EQ(board_.Clear(), 2);
  EXPECT_EQ(Name(board_.Decide("/a")), "");
  EXPECT_EQ(board_.injected().at("down"), 1);
}

TEST(ParseFaultRule, RefusesWhatItCannotDo) {
  const std::vector<Json> wrong = {
      Json::array(),
      Json::object(),
      {{"kind", "slow"}},
      {{"kind", 5}},
      {{"kind", "reset"}, {"rate", 1.5}},
      {{"kind", "reset"}, {"rate", "1"}},
      {{"kind", "reset"}, {"count", -1}},
      {{"kind", "reset"}, {"count", 1.5}},
      {{"kind", "reset"}, {"often", true}},
      {{"kind", "down"}},
      {{"kind", "delay"}, {"rate", 0.5}},
  };
  for (const Json& rule : wrong) {
    std::string error;
    EXPECT_FALSE(ParseFaultRule(rule, &error)) << rule;
    EXPECT_NE(error, "") << rule;
  }
}

}  // namespace
}  // namespace lienthong::rigs
