// What becomes of two lanes of which one takes the place of the other.
#include "gateway/sync/joining.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::sync {
namespace {

using storage::v1::LaneState;
using ::testing::ElementsAre;

TEST(JoinLanesTest, OfALaneThatGoesOverOnlyWhatIsOfTheRecordGoesOver) {
  LaneState survivor, other;
  survivor.set_deliveries(7);
  survivor.set_phase(LaneState::PHASE_READY);
  other.set_key("K-2");
  other.set_confirmed_revision(9);
  other.set_acted_revision(8);
  other.set_refused_revision(3);
  other.set_stopped_revision(9);
  other.set_dead_letter_id("d");
  other.set_phase(LaneState::PHASE_DEAD);
  other.set_private_state("kept by the adapter");
  other.set_deliveries(4);
  const JoinedLanes joined =
      JoinLanes(survivor, other, 5, 2, {.now = absl::UnixEpoch(), .sequence = 6});
  EXPECT_EQ(joined.what, JoinedLanes::What::kMoved);
  EXPECT_EQ(joined.survivor.key(), "K-2");
  EXPECT_EQ(joined.survivor.private_state(), "kept by the adapter");
  EXPECT_EQ(joined.survivor.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(joined.survivor.confirmed_revision(), 2);
  EXPECT_EQ(joined.survivor.acted_revision(), 2) << "or the survivor's acts were passed over";
  EXPECT_EQ(joined.survivor.refused_revision(), 0);
  EXPECT_EQ(joined.survivor.stopped_revision(), 0);
  EXPECT_EQ(joined.survivor.dead_letter_id(), "");
  EXPECT_EQ(joined.survivor.deliveries(), 7) << "or a delivery's name came twice";
  EXPECT_EQ(joined.other.key(), "");
  EXPECT_EQ(joined.other.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(joined.other.joined_into(), 5);
  EXPECT_EQ(joined.other.deliveries(), 4);
}

TEST(JoinLanesTest, MarksOfBothLanesAreKept) {
  LaneState survivor, other;
  survivor.add_losses()->set_path("note");
  survivor.add_possible_duplicates("steps[a1]");
  other.set_key("K-2");
  other.add_losses()->set_path("subject");
  other.add_possible_duplicates("steps[a1]");
  other.add_possible_duplicates("steps[a2]");
  other.set_doubtful_revision(9);
  const LaneState lane =
      JoinLanes(survivor, other, 5, 2, {.now = absl::UnixEpoch(), .sequence = 6}).survivor;
  EXPECT_EQ(lane.losses_size(), 2);
  EXPECT_THAT(lane.possible_duplicates(), ElementsAre("steps[a1]", "steps[a2]"));
  EXPECT_EQ(lane.doubtful_revision(), 2) << "all that is there may have been appended before";
}

}  // namespace
}  // namespace lienthong::sync
