#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/store/store_suite.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::MetaAt;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::Soon;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using JournalSuite = StoreSuite;
INSTANTIATE_TEST_SUITE_P(Kinds, JournalSuite, ::testing::ValuesIn(AllKinds()), NameOfKind);

TEST_P(JournalSuite, NumbersEntriesInTheOrderOfTheSet) {
  ASSERT_THAT(Commit(JournalOf({"a"}, 5)), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult result, Commit(JournalOf({"b", "c"}, 6)));
  EXPECT_EQ(result.first_sequence, 2);
  EXPECT_EQ(result.first_leaf, 1);
  const std::vector<Row> journal = Journal();
  ASSERT_EQ(journal.size(), 3u);
  EXPECT_THAT(journal[0].columns,
              ElementsAre(Value(int64_t{1}), Value(int64_t{5}), Value(int64_t{1})));
  EXPECT_THAT(journal[2].columns,
              ElementsAre(Value(int64_t{3}), Value(int64_t{6}), Value(int64_t{2})));
  EXPECT_EQ(journal[2].body, "c");
  ExpectSoundJournal();
}

TEST_P(JournalSuite, ASetWithoutEntriesGetsNoSequence) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult result, Commit(MetaAt("x", 0, "")));
  EXPECT_EQ(result.first_sequence, 0);
  EXPECT_EQ(store_->Info().last_sequence, 0);
}

TEST_P(JournalSuite, TellsTheSetItsSequenceBeforeItIsWritten) {
  ASSERT_THAT(Commit(JournalOf({"a", "b"})), IsOk());
  WriteSet set = JournalOf({"c"});
  set.mutations.push_back(PutOf(Table::kMeta, {std::string("x")}, ""));
  set.with_sequence = [](int64_t first, std::vector<Mutation>& mutations) {
    mutations[0].row.body = absl::StrCat("sequence ", first);
  };
  ASSERT_THAT(Commit(std::move(set)), IsOk());
  EXPECT_EQ(MetaBody("x"), "sequence 3");
  WriteSet none = SetOf({PutOf(Table::kMeta, {std::string("y")}, "")});
  none.with_sequence = [](int64_t first, std::vector<Mutation>& mutations) {
    mutations[0].row.body = absl::StrCat("sequence ", first);
  };
  ASSERT_THAT(Commit(std::move(none)), IsOk());
  EXPECT_EQ(MetaBody("y"), "sequence 0");
}

TEST_P(JournalSuite, AStaleSetIsNotToldASequenceAndLeavesNoGap) {
  WriteSet stale = JournalOf({"lost"});
  stale.conditions.push_back({Table::kMeta, {std::string("x")}, 9});
  bool told = false;
  stale.with_sequence = [&](int64_t, std::vector<Mutation>&) { told = true; };
  EXPECT_THAT(Commit(std::move(stale)), StatusIs(absl::StatusCode::kAborted));
  EXPECT_FALSE(told);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult next, Commit(JournalOf({"kept"})));
  EXPECT_EQ(next.first_sequence, 1);
  ExpectSoundJournal();
}

TEST_P(JournalSuite, WhatTheCallbackWritesIsCheckedToo) {
  WriteSet set = JournalOf({"entry"});
  set.with_sequence = [](int64_t, std::vector<Mutation>& mutations) {
    mutations.push_back(PutOf(Table::kMeta, {int64_t{1}}));
  };
  EXPECT_THAT(Commit(std::move(set)), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(store_->Info().last_sequence, 0);
  ExpectSoundJournal();
}

TEST_P(JournalSuite, EightWritersMakeOneJournalWithoutGaps) {
  constexpr int kSetsEach = 60;
  std::vector<std::vector<std::pair<int64_t, int>>> placed(8);  // first sequence, entries
  std::vector<std::thread> writers;
  for (int t = 0; t < 8; ++t) {
    writers.emplace_back([&, t] {
      for (int i = 0; i < kSetsEach; ++i) {
        std::vector<std::string> bodies;
        for (int e = 0; e <= i % 3; ++e) bodies.push_back(absl::StrCat(t, "/", i, "/", e));
        const auto result = Commit(JournalOf(bodies, t));
        ASSERT_THAT(result, IsOk());
        ASSERT_EQ(result->first_leaf, result->first_sequence - 1);
        placed[t].emplace_back(result->first_sequence, static_cast<int>(bodies.size()));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  ExpectSoundJournal();
  const std::vector<Row> journal = Journal();
  ASSERT_EQ(journal.size(), 8u * kSetsEach * 2);
  for (int t = 0; t < 8; ++t) {
    int64_t before = 0;
    for (size_t i = 0; i < placed[t].size(); ++i) {
      const auto [first, entries] = placed[t][i];
      EXPECT_GT(first, before) << "a later commit of one writer stands before an earlier one";
      before = first;
      for (int e = 0; e < entries; ++e) {
        EXPECT_EQ(journal[first - 1 + e].body, absl::StrCat(t, "/", i, "/", e));
      }
    }
  }
}

TEST_P(JournalSuite, WaitingEndsWhenAnEntryComes) {
  ASSERT_THAT(Commit(JournalOf({"a"})), IsOk());
  EXPECT_TRUE(store_->WaitForJournal(0, absl::InfinitePast()));
  std::thread writer([&] {
    absl::SleepFor(absl::Milliseconds(50));
    EXPECT_THAT(Commit(JournalOf({"b"})), IsOk());
  });
  EXPECT_TRUE(store_->WaitForJournal(1, Soon()));
  EXPECT_EQ(store_->Info().last_sequence, 2);
  EXPECT_EQ(Journal().size(), 2u);
  writer.join();
}

TEST_P(JournalSuite, WaitingEndsAtItsDeadline) {
  EXPECT_FALSE(store_->WaitForJournal(0, absl::InfinitePast()));
  const absl::Time start = absl::Now();
  EXPECT_FALSE(store_->WaitForJournal(0, start + absl::Milliseconds(80)));
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(75));
  ASSERT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
  EXPECT_FALSE(store_->WaitForJournal(0, absl::Now() + absl::Milliseconds(1)));
}

INSTANTIATE_TEST_SUITE_P(Kinds, DurableStoreSuite, ::testing::ValuesIn(DurableKinds()), NameOfKind);

TEST_P(DurableStoreSuite, TwoRestoresOfOneBackupGetTwoEpochs) {
  constexpr int64_t kSeconds = 2'000'000'000;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t epoch,
                                 store_->MarkRestored(absl::FromUnixSeconds(kSeconds)));
  EXPECT_EQ(epoch, kSeconds);
  Reopen();
  EXPECT_EQ(store_->Info().epoch, epoch);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t later,
                                 store_->MarkRestored(absl::FromUnixSeconds(kSeconds - 5)));
  EXPECT_EQ(later, epoch + 1) << "also where the clock is behind";
}

TEST_P(DurableStoreSuite, ReopeningKeepsEverythingThatWasAcknowledged) {
  ASSERT_THAT(Commit(JournalOf({"a", "b", "c"}, 4)), IsOk());
  ASSERT_THAT(Commit(MetaAt("x", 0, "one")), IsOk());
  ASSERT_THAT(Commit(MetaAt("x", 1, "two")), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const int64_t fence,
      store_->AcquireLease({.link = "city", .holder = "a", .now = {}, .until = {}}));
  const StoreInfo before = store_->Info();
  Reopen();
  const StoreInfo after = store_->Info();
  EXPECT_EQ(after.epoch, before.epoch);
  EXPECT_EQ(after.last_sequence, 3);
  EXPECT_EQ(after.leaves, before.leaves);
  EXPECT_EQ(after.root, before.root);
  EXPECT_EQ(MetaBody("x"), "two");
  EXPECT_THAT(Commit(MetaAt("x", 1, "stale")), StatusIs(absl::StatusCode::kAborted));
  WriteSet fenced = MetaAt("y", 0, "");
  fenced.fences.emplace_back("city", fence);
  EXPECT_THAT(Commit(fenced), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult next, Commit(JournalOf({"d"})));
  EXPECT_EQ(next.first_sequence, 4);
  ExpectSoundJournal();
}

TEST_P(DurableStoreSuite, WhatWasDeletedStaysDeleted) {
  ASSERT_THAT(Commit(MetaAt("x", 0, "one")), IsOk());
  ASSERT_THAT(Commit(SetOf({testing::DeleteOf(Table::kMeta, {std::string("x")})})), IsOk());
  Reopen();
  EXPECT_EQ(MetaVersion("x"), 0);
  EXPECT_THAT(Journal(), IsEmpty());
}

TEST_P(DurableStoreSuite, OneStoreIsOpenOnlyOnce) {
  EXPECT_THAT(GetParam().open(address_), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
}

}  // namespace
}  // namespace lienthong::store
