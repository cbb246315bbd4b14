#include "gateway/store/committer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/store/backed_store.h"
#include "gateway/store/memory/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/faulty_backend.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::Answers;
using ::lienthong::testing::Blocker;
using ::lienthong::testing::Faults;
using ::lienthong::testing::FaultyBackend;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::MetaAt;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::Soon;
using ::lienthong::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

using Point = Faults::Point;

// A store in memory whose backend fails where the test says so.
class CommitterTest : public ::testing::Test {
 protected:
  CommitterTest() {
    CommitterOptions options;
    options.fatal = [this](const absl::Status& failure) { fatal_.push_back(failure); };
    Open(std::move(options));
  }

  void Open(CommitterOptions options) {
    store_.reset();
    store_ = OpenBackedStore("faulty", std::make_unique<FaultyBackend>(NewMemoryBackend(), faults_),
                             std::move(options))
                 .value();
  }
  absl::StatusOr<CommitResult> Commit(WriteSet set) {
    return store_->CommitAndWait(std::move(set), Soon());
  }
  int64_t Version(std::string name) {
    return store_->Get(Table::kMeta, {std::move(name)}).value().version;
  }
  // Gives sets that are written in one batch, and their answers; those of the blocker come first.
  std::vector<Answers::Result> InOneBatch(std::vector<WriteSet> sets,
                                          const std::function<void()>& before_it_runs) {
    Blocker blocker;
    Answers answers;
    store_->Commit(blocker.Set(), answers.Next());
    blocker.AwaitHeld();
    for (WriteSet& set : sets) store_->Commit(std::move(set), answers.Next());
    before_it_runs();
    blocker.Open();
    return answers.Await();
  }

  const std::shared_ptr<Faults> faults_ = std::make_shared<Faults>();
  std::vector<absl::Status> fatal_;
  std::unique_ptr<Store> store_;
};

TEST_F(CommitterTest, CountsWhatBecameOfEachSet) {
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), StatusIs(absl::StatusCode::kAborted));
  faults_->Fail(Point::kCommit, 1, Busy("the disk is full", absl::Seconds(5)));
  EXPECT_THAT(Commit(MetaAt("x", 1, "")), StatusIs(absl::StatusCode::kResourceExhausted));
  const StoreStats stats = store_->Stats();
  EXPECT_EQ(stats.sets_committed, 1);
  EXPECT_EQ(stats.sets_stale, 1);
  EXPECT_EQ(stats.sets_refused, 1);
  EXPECT_EQ(stats.waiting_sets, 0);
  EXPECT_EQ(stats.batch_sets.counts[0], 3) << "three batches of one set";
  EXPECT_EQ(stats.batch_sets.sum, 3);
}

TEST_F(CommitterTest, AFullDiskRefusesTheWholeBatchAndRecovers) {
  WriteSet journal = JournalOf({"lost"});
  std::vector<WriteSet> sets;
  sets.push_back(MetaAt("x", 0, ""));
  sets.push_back(std::move(journal));
  // The blocker's own batch is the next commit; theirs is the one after it.
  const auto answers = InOneBatch(std::move(sets), [&] {
    faults_->Fail(Point::kCommit, 2, Busy("the disk is full", absl::Seconds(5)));
  });
  const auto full = StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("disk is full"));
  EXPECT_THAT(answers, ElementsAre(IsOk(), full, full));
  EXPECT_EQ(Version("x"), 0);
  EXPECT_EQ(store_->Info().last_sequence, 0);
  EXPECT_THAT(fatal_, SizeIs(0));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult next, Commit(JournalOf({"kept"})));
  EXPECT_EQ(next.first_sequence, 1);
}

TEST_F(CommitterTest, ADiskThatFailsIsAskedOnceAndNothingIsAcknowledged) {
  faults_->Fail(Point::kCommit, 1, absl::InternalError("fsync failed"));
  const int commits = faults_->commits();
  EXPECT_THAT(Commit(JournalOf({"lost"})),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("not known")));
  EXPECT_THAT(fatal_, ElementsAre(StatusIs(absl::StatusCode::kInternal, HasSubstr("fsync"))));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(faults_->commits(), commits + 1) << "the disk was asked again after it failed";
  EXPECT_EQ(store_->Info().last_sequence, 0);
}

TEST_F(CommitterTest, AnAnswerLostAfterTheWriteIsNoAcknowledgementEither) {
  faults_->Fail(Point::kCommit, 1, absl::InternalError("fsync failed"), false);
  EXPECT_THAT(Commit(JournalOf({"perhaps"})), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(fatal_, SizeIs(1));
  EXPECT_FALSE(store_->WaitForJournal(0, absl::InfinitePast()));
}

TEST_F(CommitterTest, AFailureInTheMiddleLeavesNothingOfTheBatch) {
  faults_->Fail(Point::kPut, 2, Busy("the disk is full", absl::Seconds(5)));
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kMeta, {std::string("x")}),
                            PutOf(Table::kMeta, {std::string("y")})})),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(Version("x"), 0);
  EXPECT_EQ(Version("y"), 0);
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
}

TEST_F(CommitterTest, OneFailureOfTheDiskFailsEverySetOfItsBatch) {
  std::vector<WriteSet> sets;
  for (int i = 0; i < 5; ++i) sets.push_back(MetaAt("x" + std::to_string(i), 0, ""));
  auto answers = InOneBatch(std::move(sets), [&] {
    faults_->Fail(Point::kVersionOf, 3, absl::UnavailableError("another program holds it"));
  });
  answers.erase(answers.begin());
  EXPECT_THAT(answers, Each(StatusIs(absl::StatusCode::kUnavailable)));
  EXPECT_THAT(fatal_, SizeIs(0));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Version("x" + std::to_string(i)), 0);
}

TEST_F(CommitterTest, ABatchThatCannotBeginIsRefused) {
  faults_->Fail(Point::kBegin, 1, absl::UnavailableError("another program holds it"));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
}

TEST_F(CommitterTest, AFailedCheckpointStopsTheStoreAfterItsAnswers) {
  faults_->Fail(Point::kTend, 1, absl::InternalError("fsync failed"));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
  EXPECT_THAT(Commit(MetaAt("y", 0, "")), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(fatal_, SizeIs(1));
}

TEST_F(CommitterTest, ACheckpointOnAFullDiskOnlyWaits) {
  faults_->Fail(Point::kTend, 1, Busy("the disk is full", absl::Seconds(5)));
  EXPECT_THAT(Commit(MetaAt("x", 0, "")), IsOk());
  EXPECT_THAT(Commit(MetaAt("y", 0, "")), IsOk());
  EXPECT_THAT(fatal_, SizeIs(0));
}

TEST_F(CommitterTest, WithoutAHandlerTheProcessEnds) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        Open({});
        faults_->Fail(Point::kCommit, 1, absl::InternalError("fsync failed"));
        (void)Commit(MetaAt("x", 0, ""));
      },
      ::testing::ExitedWithCode(70), "\"event\":\"store_failed\",\"error\":\"fsync failed\"");
}

TEST_F(CommitterTest, SetsThatWaitTogetherAreMadeDurableTogether) {
  std::vector<WriteSet> sets;
  for (int i = 0; i < 100; ++i) sets.push_back(MetaAt("x" + std::to_string(i), 0, ""));
  const int before = faults_->commits();
  EXPECT_THAT(InOneBatch(std::move(sets), [] {}), Each(IsOk()));
  EXPECT_EQ(faults_->commits() - before, 2);
}

TEST_F(CommitterTest, ABatchIsBoundedInSetsAndInBytes) {
  CommitterOptions options;
  options.batch_sets_max = 10;
  Open(options);
  std::vector<WriteSet> sets;
  for (int i = 0; i < 25; ++i) sets.push_back(MetaAt("x" + std::to_string(i), 0, ""));
  int before = faults_->commits();
  EXPECT_THAT(InOneBatch(std::move(sets), [] {}), Each(IsOk()));
  EXPECT_EQ(faults_->commits() - before, 1 + 3);

  options.batch_bytes_max = 250'000;
  Open(options);
  sets.clear();
  for (int i = 0; i < 5; ++i) {
    sets.push_back(MetaAt("x" + std::to_string(i), 0, std::string(100'000, 'x')));
  }
  sets.push_back(MetaAt("larger than a batch", 0, std::string(300'000, 'x')));
  before = faults_->commits();
  EXPECT_THAT(InOneBatch(std::move(sets), [] {}), Each(IsOk()));
  EXPECT_EQ(faults_->commits() - before, 1 + 4);
}

TEST_F(CommitterTest, ASetOfConditionsOnlyCostsNoCommit) {
  const int before = faults_->commits();
  WriteSet stale;
  stale.conditions.push_back({Table::kMeta, {std::string("x")}, 1});
  EXPECT_THAT(Commit(std::move(stale)), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(faults_->commits(), before);
}

TEST_F(CommitterTest, WaitingGivesUpAtItsDeadlineAndTheAnswerIsDropped) {
  Blocker blocker;
  Answers answers;
  store_->Commit(blocker.Set(), answers.Next());
  blocker.AwaitHeld();
  EXPECT_THAT(store_->CommitAndWait(MetaAt("x", 0, ""), absl::Now() + absl::Milliseconds(20)),
              StatusIs(absl::StatusCode::kDeadlineExceeded, HasSubstr("not known")));
  blocker.Open();
  EXPECT_THAT(answers.Await(), Each(IsOk()));
  EXPECT_THAT(Commit(MetaAt("y", 0, "")), IsOk());
  EXPECT_EQ(Version("x"), 1) << "what was accepted is written, though nobody waits for it";
}

}  // namespace
}  // namespace lienthong::store
