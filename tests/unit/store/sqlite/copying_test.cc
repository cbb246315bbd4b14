#include "gateway/store/sqlite/copying.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/store/sqlite/faulty_vfs.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class CopyingTest : public SqliteTest {
 protected:
  void Fill(int entries) {
    for (int i = 0; i < entries; ++i) {
      ASSERT_THAT(Commit(JournalOf({std::to_string(i) + std::string(20'000, 'x')})), IsOk());
    }
  }
  static bool GoOn(const CopyProgress& /*progress*/) { return true; }

  const std::string copy_ = folder_.PathOf("copy.db");
};

TEST_F(CopyingTest, HasWhatWasCommittedBeforeItBeganAndFitsTogether) {
  Open();
  Fill(300);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    while (!stop) EXPECT_THAT(Commit(JournalOf({std::string(20'000, 'y')})), IsOk());
  });
  CopyProgress last;
  EXPECT_THAT(
      store_->CopyTo(copy_, [&](const CopyProgress& progress) { return last = progress, true; }),
      IsOk());
  stop = true;
  writer.join();
  EXPECT_EQ(last.done_bytes, last.total_bytes);
  EXPECT_GT(last.total_bytes, 300 * 20'000);
  EXPECT_FALSE(std::filesystem::exists(copy_ + "-wal")) << "one whole file";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto copy, OpenAt(copy_));
  const int64_t ends_at = copy->Info().last_sequence;
  EXPECT_GE(ends_at, 300);
  EXPECT_LE(ends_at, store_->Info().last_sequence);
  EXPECT_EQ(copy->Count({.table = Table::kJournal, .limit_rows = INT64_MAX}).value(), ends_at);
}

TEST_F(CopyingTest, CommitsGoOnBetweenItsSteps) {
  Open();
  Fill(300);
  int64_t committed = 0;
  EXPECT_THAT(store_->CopyTo(copy_,
                             [&](const CopyProgress& progress) {
                               // Asked by the writer's own thread: what comes is written after the
                               // step.
                               if (progress.done_bytes < progress.total_bytes) {
                                 store_->Commit(JournalOf({"z"}), [&](const auto& result) {
                                   committed += result.ok() ? 1 : 0;
                                 });
                               }
                               return true;
                             }),
              IsOk());
  EXPECT_GT(committed, 1);
}

TEST_F(CopyingTest, IsGivenUp) {
  Open();
  Fill(300);
  EXPECT_THAT(store_->CopyTo(copy_, [](const CopyProgress&) { return false; }),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(Commit(JournalOf({"goes on"})), IsOk());
}

TEST_F(CopyingTest, WritesOverNothing) {
  Open();
  std::ofstream(copy_) << "a letter";
  EXPECT_THAT(store_->CopyTo(copy_, GoOn),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(copy_)));
  EXPECT_EQ(std::filesystem::file_size(copy_), 8u);
}

TEST_F(CopyingTest, AFullDiskEndsTheCopyAndNothingElse) {
  lienthong::testing::FaultyVfs disk;
  Open();
  Fill(100);
  disk.SetFull(true);
  EXPECT_THAT(store_->CopyTo(copy_, GoOn), StatusIs(absl::StatusCode::kResourceExhausted));
  disk.SetFull(false);
  EXPECT_THAT(Commit(JournalOf({"goes on"})), IsOk());
  store_.reset();
}

}  // namespace
}  // namespace lienthong::store
