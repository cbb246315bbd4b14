#include "gateway/sync/target.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/domain/fields.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using storage::v1::JournalEntry;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<JournalEntry> Entries(const std::vector<std::pair<int64_t, bool>>& changes) {
  std::vector<JournalEntry> entries;
  for (const auto& [revision, status_changed] : changes) {
    entries.emplace_back().set_revision(revision);
    entries.back().set_status_changed(status_changed);
  }
  return entries;
}

TEST(TargetRevisionTest, TakesEditsTogetherButNeverTwoStatuses) {
  EXPECT_EQ(TargetRevision({}, 4, {}), 4);
  EXPECT_EQ(TargetRevision(Entries({{5, false}, {6, false}}), 4, {}), 6);
  EXPECT_EQ(TargetRevision(Entries({{5, true}, {6, false}, {7, true}, {8, false}}), 4, {}), 6);
  EXPECT_EQ(TargetRevision(Entries({{5, true}, {6, true}}), 4, {}), 5);
  EXPECT_EQ(TargetRevision(Entries({{5, false}, {6, true}, {7, false}}), 4, {}), 7);
}

TEST(TargetRevisionTest, PlantedBugSkipsAStatus) {
  EXPECT_EQ(TargetRevision(Entries({{5, true}, {6, true}}), 4, {.status_coalesced = true}), 6);
}

// A dossier at revision 3: revision 2 added step a1 and moved the status, revision 3 corrected a1
// and added a2.
class GoBackTest : public ::testing::Test {
 protected:
  GoBackTest() {
    Set(head_, {{"status", "4"},
                {"steps[a1].time", "2026-03-03T01:00:00Z"},
                {"steps[a1].content", "corrected"},
                {"steps[a2].time", "2026-03-03T02:00:00Z"}});
    head_.set_revision(3);
    Set(*Entry(2, {"status", "steps[a1].time", "steps[a1].content"}).mutable_before(),
        {{"status", "2"}});
    Set(*Entry(3, {"steps[a1].content", "steps[a2].time"}).mutable_before(),
        {{"steps[a1].content", "first"}});
  }

  static void Set(Dossier& dossier,
                  const std::vector<std::pair<std::string, std::string>>& fields) {
    for (const auto& [path, value] : fields) {
      ASSERT_TRUE(domain::SetField(dossier, path, value).ok()) << path;
    }
  }
  JournalEntry& Entry(int64_t revision, const std::vector<std::string>& paths) {
    JournalEntry& entry = entries_.emplace_back();
    entry.set_revision(revision);
    entry.set_actor("link/city");
    *entry.mutable_paths() = {paths.begin(), paths.end()};
    return entry;
  }

  Dossier head_;
  std::vector<JournalEntry> entries_;
};

TEST_F(GoBackTest, TheNewestRevisionIsAsItIs) {
  const Target target = GoBack(head_, entries_, 3, "link/portal");
  EXPECT_EQ(target.dossier.SerializeAsString(), head_.SerializeAsString());
  EXPECT_THAT(target.later, IsEmpty());
}

TEST_F(GoBackTest, LaterValuesAndLaterElementsAreNotThere) {
  const Target target = GoBack(head_, entries_, 2, "link/portal");
  EXPECT_EQ(target.dossier.revision(), 2);
  ASSERT_EQ(target.dossier.steps_size(), 1);
  EXPECT_EQ(target.dossier.steps(0).id(), "a1");
  EXPECT_EQ(target.dossier.steps(0).content(), "first");
  EXPECT_THAT(target.later, UnorderedElementsAre("steps[a1].content", "steps[a2].time"));
}

TEST_F(GoBackTest, AStatusIsLaterOnlyForWhoSetIt) {
  EXPECT_FALSE(GoBack(head_, entries_, 1, "link/portal").later.contains("status"));
  EXPECT_TRUE(GoBack(head_, entries_, 1, "link/city").later.contains("status"));
  EXPECT_EQ(GoBack(head_, entries_, 1, "link/city").dossier.steps_size(), 0);
}

}  // namespace
}  // namespace lienthong::sync
