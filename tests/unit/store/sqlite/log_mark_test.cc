#include "gateway/store/sqlite/log_mark.h"

#include <filesystem>
#include <fstream>
#include <random>

#include "gateway/store/sqlite/file.h"
#include "gateway/store/sqlite/inspect.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr int kEntries = 20;

class LogMarkTest : public SqliteTest {
 protected:
  // What a killed gateway leaves: the files as they are while it runs.
  void SetUp() override {
    Open();
    for (int i = 0; i < kEntries; ++i) {
      ASSERT_THAT(Commit(JournalOf({std::to_string(i) + std::string(3000, 'x')})), IsOk());
    }
    Leave();
  }
  void Leave() {
    std::filesystem::remove_all(left_);
    std::filesystem::create_directory(left_);
    for (const char* part : {"", "-wal", ".mark"}) {
      std::filesystem::copy_file(path_ + part, left_ + "/gateway.db" + part);
    }
  }
  std::string left(const std::string& part = "") const { return left_ + "/gateway.db" + part; }
  void Turn(const std::string& path, int64_t byte, int bit) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(byte);
    const char turned = static_cast<char>(file.get() ^ (1 << bit));
    file.seekp(byte);
    file.put(turned);
  }
  auto Refused(const std::string& what) {
    return StatusIs(absl::StatusCode::kFailedPrecondition,
                    AllOf(HasSubstr(what), HasSubstr("--restored")));
  }

  const std::string left_ = folder_.PathOf("left");
};

TEST_F(LogMarkTest, WhatAKillLeavesIsWhole) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(left()));
  EXPECT_EQ(store->Info().last_sequence, kEntries);
}

TEST_F(LogMarkTest, ABitThatTurnedInTheMiddleIsNotTheLogsEnd) {
  const auto size = static_cast<int64_t>(std::filesystem::file_size(left("-wal")));
  Turn(left("-wal"), size / 2, 3);
  EXPECT_THAT(OpenAt(left()), Refused("is intact up to frame"));
}

TEST_F(LogMarkTest, EachByteOfTheHeadMatters) {
  for (int byte = 0; byte < 32; ++byte) {
    Leave();
    Turn(left("-wal"), byte, byte % 8);
    EXPECT_THAT(OpenAt(left()), Refused("has a damaged head")) << byte;
  }
}

TEST_F(LogMarkTest, ALogThatWasCutOffIsNoticed) {
  std::filesystem::resize_file(left("-wal"), std::filesystem::file_size(left("-wal")) - 100);
  EXPECT_THAT(OpenAt(left()), Refused("is intact up to frame"));
  Leave();
  std::filesystem::remove(left("-wal"));
  EXPECT_THAT(OpenAt(left()), Refused("is missing"));
}

TEST_F(LogMarkTest, WhoSaysThatItIsRestoredGoesOnWithWhatIsLeft) {
  std::filesystem::remove(left("-wal"));
  ASSERT_THAT(CheckRestoredFile(left()), IsOk());
  // The journal's head may be of before: what is left fits together all the same.
  EXPECT_THAT(OpenAt(left()), IsOk());
}

TEST_F(LogMarkTest, AnOldMarkAsksForLessAndHalfAMarkForNothing) {
  std::filesystem::copy_file(left(".mark"), folder_.PathOf("old"));
  ASSERT_THAT(Commit(JournalOf({"one more"})), IsOk());
  Leave();
  std::filesystem::copy_file(folder_.PathOf("old"), left(".mark"),
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_THAT(OpenAt(left()), IsOk());
  Leave();
  std::filesystem::resize_file(left(".mark"), 7);
  std::filesystem::remove(left("-wal"));
  EXPECT_THAT(OpenAt(left()), IsOk());
}

TEST_F(LogMarkTest, LogsThatWereBegunAnewAreWhole) {
  for (int i = 0; i < 40; ++i) {
    ASSERT_THAT(Commit(JournalOf({std::string(size_t{1} << 19, 'y')})), IsOk());
    if (i % 4 != 0) continue;
    Leave();
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(left()));
    EXPECT_EQ(store->Info().last_sequence, kEntries + i + 1);
  }
}

TEST_F(LogMarkTest, AStartThatIsRefusedLeavesTheLogAsItIs) {
  Turn(left("-wal"), static_cast<int64_t>(std::filesystem::file_size(left("-wal")) / 2), 3);
  const auto size = std::filesystem::file_size(left("-wal"));
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(OpenAt(left()), Refused("is intact up to frame")) << i;
    EXPECT_EQ(std::filesystem::file_size(left("-wal")), size);
  }
}

// A start that found the log whole and failed later has taken it in.
TEST_F(LogMarkTest, AStartThatFailsAfterwardsAsksForNothingMore) {
  { LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto writer, OpenWriter(left())); }
  EXPECT_FALSE(std::filesystem::exists(left("-wal")));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto store, OpenAt(left()));
  EXPECT_EQ(store->Info().last_sequence, kEntries);
}

TEST_F(LogMarkTest, ClosingLeavesNoMark) {
  store_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_ + ".mark"));
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal"));
}

}  // namespace
}  // namespace lienthong::store
