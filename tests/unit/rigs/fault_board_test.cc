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
constexpr FaultKind kKinds[] = {
    FaultKind::kDelay,         FaultKind::kThrottle,   FaultKind::kServerError, FaultKind::kReset,
    FaultKind::kDropReply,     FaultKind::kTruncate,   FaultKind::kDown,        FaultKind::kHang,
    FaultKind::kInnerError,    FaultKind::kSlowDrip,   FaultKind::kExists,      FaultKind::kOddCode,
    FaultKind::kExpireSession, FaultKind::kRepeatCall, FaultKind::kCodeAsString};

class FaultBoardTest : public ::testing::Test {
 protected:
  void Set(const Json& rule) {
    std::string error;
    const auto parsed = ParseFaultRule(rule, kKinds, &error);
    ASSERT_TRUE(parsed) << error;
    board_.Set(*parsed);
  }
  FaultDecision Decide(const char* path) {
    return board_.Decide({.path = path, .stores = std::string(path) == kCommit});
  }
  static std::string Name(const FaultDecision& decision) {
    return decision.kind ? std::string(FaultName(*decision.kind)) : "";
  }

  int64_t now_ms_ = 1000;
  FaultBoard board_{7, kKinds, [this] { return now_ms_; }};
};

TEST_F(FaultBoardTest, BehavesWhenNothingWasAsked) {
  const FaultDecision decision = Decide(kCommit);
  EXPECT_FALSE(decision.kind);
  EXPECT_FALSE(decision.truncate);
  EXPECT_EQ(decision.delay.count(), 0);
  EXPECT_FALSE(board_.RefusesConnection());
}

TEST_F(FaultBoardTest, ACountHitsSoManyRequests) {
  Set({{"kind", "reset"}, {"count", 2}});
  EXPECT_EQ(Name(Decide("/a")), "reset");
  EXPECT_EQ(Name(Decide("/b")), "reset");
  EXPECT_EQ(Name(Decide("/c")), "");
  EXPECT_EQ(board_.injected().at("reset"), 2);
}

TEST_F(FaultBoardTest, ARateHitsItsShareTheSameFromTheSameSeed) {
  const auto run = [](uint64_t seed) {
    FaultBoard board(seed, kKinds, [] { return 0; });
    FaultRule rule;
    rule.kind = FaultKind::kServerError;
    rule.rate = 0.3;
    board.Set(rule);
    std::vector<int> hits;
    for (int i = 0; i < 1000; ++i) {
      const FaultDecision decision = board.Decide({.path = "/a"});
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
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Name(Decide("/a")), "");
  Set({{"kind", "429"}, {"rate", 1.0}});
  for (int i = 0; i < 100; ++i) EXPECT_EQ(Name(Decide("/a")), "429");
}

TEST_F(FaultBoardTest, OnlyRequestsThatSayATextAreHit) {
  Set({{"kind", "hang"}, {"contains", "HO-SO-7"}});
  EXPECT_EQ(Name(board_.Decide({.path = "/a", .body = "{HO-SO-7}"})), "hang");
  EXPECT_EQ(Name(board_.Decide({.path = "/a", .body = "{HO-SO-8}"})), "");
  EXPECT_EQ(Name(board_.Decide({.path = "/a"})), "");
}

TEST_F(FaultBoardTest, DownLastsForItsSeconds) {
  Set({{"kind", "down"}, {"seconds", 10}});
  EXPECT_TRUE(board_.RefusesConnection());
  now_ms_ += 9'999;
  EXPECT_EQ(Name(Decide("/a")), "down");
  now_ms_ += 1;
  EXPECT_FALSE(board_.RefusesConnection());
  EXPECT_EQ(Name(Decide("/a")), "");
  EXPECT_EQ(board_.injected().at("down"), 2);
}

TEST_F(FaultBoardTest, AReplyIsDroppedWhereSomethingIsCommitted) {
  Set({{"kind", "drop_reply"}, {"count", 1}});
  EXPECT_EQ(Name(Decide("/read")), "");
  EXPECT_EQ(Name(Decide(kCommit)), "drop_reply");
  EXPECT_EQ(Name(Decide(kCommit)), "");
}

TEST_F(FaultBoardTest, APathLimitsARule) {
  Set({{"kind", "hang"}, {"path", "/a"}, {"milliseconds", 5}});
  EXPECT_EQ(Name(Decide("/b")), "");
  const FaultDecision decision = Decide("/a");
  EXPECT_EQ(Name(decision), "hang");
  EXPECT_EQ(decision.hold.count(), 5);
}

TEST_F(FaultBoardTest, ADelayGoesAlongWithAnotherFault) {
  Set({{"kind", "delay"}, {"milliseconds", 20}});
  Set({{"kind", "inner_error"}, {"count", 1}});
  const FaultDecision both = Decide("/a");
  EXPECT_EQ(both.delay.count(), 20);
  EXPECT_EQ(Name(both), "inner_error");
  EXPECT_EQ(Decide("/a").delay.count(), 20);
}

TEST_F(FaultBoardTest, TruncationIsUsedUpOnlyByWhatWasCut) {
  Set({{"kind", "truncate"}, {"count", 1}});
  EXPECT_FALSE(Decide("/read").truncate);
  EXPECT_TRUE(Decide(kCommit).truncate);
  EXPECT_TRUE(Decide(kCommit).truncate);
  EXPECT_EQ(board_.injected().at("truncate"), 0);
  board_.CountTruncation();
  EXPECT_FALSE(Decide(kCommit).truncate);
  EXPECT_EQ(board_.injected().at("truncate"), 1);
}

TEST_F(FaultBoardTest, ClearingEndsEveryRuleAndKeepsTheCounts) {
  Set({{"kind", "reset"}});
  Set({{"kind", "down"}, {"seconds", 100}});
  Decide("/a");
  EXPECT_EQ(board_.Clear(), 2);
  EXPECT_EQ(Name(Decide("/a")), "");
  EXPECT_EQ(board_.injected().at("down"), 1);
}

TEST_F(FaultBoardTest, ARuleMayNameAServiceInsteadOfAPath) {
  Set({{"kind", "reset"}, {"path", "CapNhatTienDoHoSoMC"}});
  EXPECT_EQ(Name(board_.Decide({.path = "/integration", .service = "DongBoHoSoMC"})), "");
  EXPECT_EQ(Name(board_.Decide({.path = "/integration", .service = "CapNhatTienDoHoSoMC"})),
            "reset");
}

TEST_F(FaultBoardTest, SomeKindsHitOnlyWhereTheyMakeSense) {
  Set({{"kind", "exists"}});
  Set({{"kind", "expire_session"}});
  EXPECT_EQ(Name(board_.Decide({.path = "/a", .stores = true})), "");
  EXPECT_EQ(Name(board_.Decide({.path = "/a", .creates = true})), "exists");
  EXPECT_EQ(Name(board_.Decide({.path = "/a", .in_session = true})), "expire_session");
  board_.Clear();
  Set({{"kind", "odd_code"}});
  EXPECT_EQ(Name(Decide("/read")), "");
  EXPECT_EQ(Name(Decide(kCommit)), "odd_code");
  board_.Clear();
  Set({{"kind", "slow_drip"}});
  EXPECT_EQ(Name(Decide("/read")), "");
  EXPECT_EQ(Decide(kCommit).hold.count(), 3000);
}

TEST_F(FaultBoardTest, ACodeAsAStringGoesAlongWithAnotherFault) {
  Set({{"kind", "code_as_string"}, {"count", 1}});
  Set({{"kind", "drop_reply"}});
  const FaultDecision both = Decide(kCommit);
  EXPECT_TRUE(both.code_as_string);
  EXPECT_EQ(Name(both), "drop_reply");
  EXPECT_FALSE(Decide(kCommit).code_as_string);
}

TEST_F(FaultBoardTest, TheRigsOwnCallsAreRepeatedByService) {
  Set({{"kind", "repeat_call"}, {"count", 1}, {"path", "RutHoSo"}});
  EXPECT_EQ(Name(Decide(kCommit)), "");
  EXPECT_FALSE(board_.Repeats("BoSungHoSo"));
  EXPECT_TRUE(board_.Repeats("RutHoSo"));
  EXPECT_FALSE(board_.Repeats("RutHoSo"));
  EXPECT_EQ(board_.injected().at("repeat_call"), 1);
}

TEST(ParseFaultRule, TakesOnlyTheKindsThatTheRigShows) {
  constexpr FaultKind kFew[] = {FaultKind::kReset};
  std::string error;
  EXPECT_TRUE(ParseFaultRule({{"kind", "reset"}}, kFew, &error));
  EXPECT_FALSE(ParseFaultRule({{"kind", "exists"}}, kFew, &error));
  EXPECT_EQ(error, "kind: one of reset");
  const FaultBoard board(1, kFew, [] { return 0; });
  EXPECT_EQ(board.injected().size(), 1U);
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
    EXPECT_FALSE(ParseFaultRule(rule, kKinds, &error)) << rule;
    EXPECT_NE(error, "") << rule;
  }
}

}  // namespace
}  // namespace lienthong::rigs
