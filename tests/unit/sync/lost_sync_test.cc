// Ways in which real systems lose a synchronisation that are the engine's to avoid; all of them are
// listed in tests/integration/national/README.md. Each test fails when its bug is planted.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/engine_fixture.h"
#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

using LinkTest = EngineTest;

// Whoever ended a call wrote "synced", also over a change that was made while it ran.
TEST_F(LinkTest, LostSync01_AChangeDuringTheCallGoesNext) {
  const std::string code = PushNew();
  Begin();
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  Answer(pb::OUTCOME_APPLIED);
  ASSERT_TRUE(adapter_.is_called()) << "the change is marked as sent and never was";
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_FALSE(adapter_.is_called());
  EXPECT_EQ(Lane(code).confirmed_revision(), 2);
  EXPECT_THAT(adapter_.sent, SizeIs(2));
}

// Steps were marked as sent by their places in a list that had got one more in front: at each
// boundary of ten one was marked that was in the next call, and lost when that one failed.
TEST_F(AppendingLaneTest, LostSync02_AStepInFrontShiftsNothing) {
  constexpr int kSteps = 25;
  link_.append_items_max = 10;
  std::vector<std::string> expected = {"front"};
  for (int i = 1; i <= kSteps; ++i) {
    expected.push_back("b" + std::to_string(i));
    AddStep(expected.back(), "done");
  }
  Seen(1);
  Turned();
  Answer(adapter::v1::OUTCOME_APPLIED);  // the record
  std::vector<std::string> there = StepsOf(*Turned().deliver);
  ASSERT_THAT(there, SizeIs(10));
  AddStep("front", "received");
  auto& steps = *dossier_.mutable_steps();
  std::rotate(steps.begin(), steps.end() - 1, steps.end());
  Seen(2);
  Answer(adapter::v1::OUTCOME_APPLIED);
  ASSERT_TRUE(Turned().deliver->appends());
  Answer(adapter::v1::OUTCOME_RETRY_AFTER);
  for (int call = 0; call < kSteps; ++call) {
    const Effects effects = Turned();
    if (!effects.deliver.has_value()) break;
    const std::vector<std::string> more = StepsOf(*effects.deliver);
    there.insert(there.end(), more.begin(), more.end());
    Answer(adapter::v1::OUTCOME_APPLIED);
  }
  std::sort(there.begin(), there.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(there, expected) << "each step once";
}

// After ten attempts a dossier was given up without a word, and somebody had to set its code back
// to "not synced" by hand, with a statement that may not even have run.
TEST_F(LinkTest, LostSync13_NothingWaitsForAHandThatRepairs) {
  constexpr int kFailures = 15;
  const std::string code = PushNew();
  Begin();
  for (int i = 0; i < kFailures; ++i) {
    ASSERT_TRUE(adapter_.is_called()) << "given up after " << i << " failures";
    Answer(pb::OUTCOME_UNKNOWN);
    EXPECT_TRUE(Lane(code).has_pending_since()) << "late, and seen to be";
    RunLater();
  }
  ASSERT_TRUE(adapter_.is_called());
  Answer(pb::OUTCOME_REJECTED);
  EXPECT_THAT(DeadLetters(), SizeIs(1)) << "what nobody can deliver is said";
  // Whoever mends the dossier needs to do nothing else.
  Push(DossierWith({{"code", code}, {"subject", "B"}}));
  RunLater();
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Lane(code).confirmed_revision(), 2);
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

}  // namespace
}  // namespace lienthong::sync
