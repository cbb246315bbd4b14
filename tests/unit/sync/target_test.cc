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

TEST(TargetRevisionTest, WhatCouldNotBeTakenIsPassedOver) {
  EXPECT_EQ(TargetRevision(Entries({{1, true}, {2, true}, {3, false}, {4, true}}), 1, {}), 3);
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

TEST_F(GoBackTest, ShowsNoInternalIds) {
  Set(head_, {{"codes[a].code", "TP-1"},
              {"codes[a].kind", "3"},
              {"codes[b].code", "HS-1"},
              {"codes[b].kind", "2"}});
  const Target target = GoBack(head_, entries_, 3, "link/portal");
  ASSERT_EQ(target.dossier.codes_size(), 1);
  EXPECT_EQ(target.dossier.codes(0).code(), "HS-1");
}

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

// A dossier whose papers' contents were found after the revisions that name them.
class GoBackContentTest : public GoBackTest {
 protected:
  static constexpr const char* kVerified = "2";

  GoBackContentTest() {
    entries_.clear();
    head_.Clear();
    head_.set_revision(4);
  }
  // An entry that set fields: at the head, unless a newer one has done so. The first call is the
  // newest entry.
  void Undone(int64_t revision, const std::vector<std::pair<std::string, std::string>>& fields,
              const std::vector<std::pair<std::string, std::string>>& before = {}) {
    std::vector<std::string> paths;
    for (const auto& [path, value] : fields) {
      paths.push_back(path);
      if (!domain::GetField(head_, path).has_value()) Set(head_, {{path, value}});
    }
    Set(*Entry(revision, paths).mutable_before(), before);
  }
  Target Back(int64_t revision) {
    const std::vector<JournalEntry> oldest_first(entries_.rbegin(), entries_.rend());
    return GoBack(head_, oldest_first, revision, "link/portal");
  }
  using Fields = std::vector<std::pair<std::string, std::string>>;
  static Fields Found(const std::string& sha256) {
    return {{"papers[p1].file.fetch_state", kVerified},
            {"papers[p1].file.sha256", sha256},
            {"papers[p1].file.id", "id-" + sha256}};
  }
  static Fields Unknown() { return {{"papers[p1].file.fetch_state", "1"}}; }
  void NamePaper(int64_t revision) {
    Undone(revision, {{"papers[p1].name", "Đơn"},
                      {"papers[p1].file.source", "https://a/1"},
                      {"papers[p1].file.fetch_state", "1"}});
  }
};

TEST_F(GoBackContentTest, WhatWasFoundLaterIsKnown) {
  Undone(3, Found("aa"), Unknown());
  Undone(2, {{"status", "2"}}, {{"status", "1"}});
  NamePaper(1);
  const Target target = Back(1);
  EXPECT_EQ(target.dossier.status(), dossier::v1::STATUS_SUBMITTED);
  ASSERT_EQ(target.dossier.papers_size(), 1);
  EXPECT_EQ(target.dossier.papers(0).file().fetch_state(),
            dossier::v1::FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(target.dossier.papers(0).file().sha256(), "aa");
  EXPECT_EQ(target.dossier.papers(0).file().id(), "id-aa");
  EXPECT_THAT(target.later, IsEmpty()) << "it goes out now";
}

TEST_F(GoBackContentTest, EachSourceHasItsOwnContent) {
  Undone(4, Found("bb"), Unknown());
  Undone(3, {{"papers[p1].file.source", "https://a/2"}, {"papers[p1].file.fetch_state", "1"}}, [] {
    Fields before = Found("aa");
    before.emplace_back("papers[p1].file.source", "https://a/1");
    return before;
  }());
  entries_.back().add_paths("papers[p1].file.sha256");
  entries_.back().add_paths("papers[p1].file.id");
  Undone(2, Found("aa"), Unknown());
  NamePaper(1);
  const Target target = Back(1);
  EXPECT_EQ(target.dossier.papers(0).file().source(), "https://a/1");
  EXPECT_EQ(target.dossier.papers(0).file().sha256(), "aa");
  EXPECT_TRUE(target.later.contains("papers[p1].file.source"));
  EXPECT_TRUE(target.later.contains("papers[p1].file.sha256"));
}

TEST_F(GoBackContentTest, AFileThatWasReplacedBeforeItWasFoundIsAsItIsNow) {
  Undone(3, Found("bb"), Unknown());
  Undone(2, {{"papers[p1].file.source", "https://a/2"}},
         {{"papers[p1].file.source", "https://a/1"}});
  NamePaper(1);
  const Target target = Back(1);
  EXPECT_EQ(target.dossier.papers(0).file().source(), "https://a/2");
  EXPECT_EQ(target.dossier.papers(0).file().sha256(), "bb");
  EXPECT_THAT(target.later, IsEmpty());
}

TEST_F(GoBackContentTest, APaperThatWasTakenBackBeforeItWasFoundIsTakenBackAtOnce) {
  Undone(2, {{"papers[p1].removed", "true"}});
  NamePaper(1);
  const Target target = Back(1);
  EXPECT_TRUE(target.dossier.papers(0).removed());
  EXPECT_THAT(target.later, IsEmpty());
}

TEST_F(GoBackContentTest, OneThatWasFoundIsTakenBackInItsTurn) {
  Undone(3, {{"papers[p1].removed", "true"}});
  Undone(2, Found("aa"), Unknown());
  NamePaper(1);
  const Target target = Back(1);
  EXPECT_FALSE(target.dossier.papers(0).removed());
  EXPECT_TRUE(target.dossier.papers(0).file().has_id());
  EXPECT_THAT(target.later, UnorderedElementsAre("papers[p1].removed"));
}

TEST_F(GoBackContentTest, WhatIsStillBeingFetchedWaits) {
  Undone(2, {{"subject", "B"}});
  NamePaper(1);
  EXPECT_EQ(Back(1).dossier.papers(0).file().fetch_state(),
            dossier::v1::FileReference::FETCH_STATE_REFERENCED);
}

TEST_F(GoBackContentTest, APaperThatCameLaterLeavesNothingBehind) {
  Undone(3, Found("aa"), Unknown());
  NamePaper(2);
  Undone(1, {{"status", "1"}});
  const Target target = Back(1);
  EXPECT_EQ(target.dossier.papers_size(), 0) << "its file was a group of its own";
  EXPECT_TRUE(target.later.contains("papers[p1].name"));
  EXPECT_TRUE(target.later.contains("papers[p1].file.id"));
}

}  // namespace
}  // namespace lienthong::sync
