#include "gateway/store/sqlite/inspect.h"

#include <sqlite3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "gateway/base/text.h"
#include "gateway/store/sqlite/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class InspectTest : public SqliteTest {
 protected:
  // What stands in the folder: names and times of change.
  std::map<std::string, std::filesystem::file_time_type> Folder() const {
    std::map<std::string, std::filesystem::file_time_type> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      files[entry.path().filename()] = entry.last_write_time();
    }
    return files;
  }
  // Looks, and sees that looking changed nothing.
  absl::StatusOr<StoreState> Inspect() const {
    const auto before = Folder();
    auto state = InspectSqliteFile(path_);
    EXPECT_EQ(Folder(), before);
    return state;
  }
  auto Refused(const std::string& what, const std::string& remedy) {
    return StatusIs(
        absl::StatusCode::kFailedPrecondition,
        AllOf(HasSubstr(path_), HasSubstr(what), HasSubstr(remedy), Not(HasSubstr("\n"))));
  }
};

TEST_F(InspectTest, AFileThatIsNotThereWouldBeMade) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_EQ(state.text, "not there yet, would be made");
  EXPECT_FALSE(state.in_use);
  EXPECT_TRUE(Folder().empty());
}

TEST_F(InspectTest, AFileOfOursIsThere) {
  Open();
  store_.reset();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_EQ(state.text, "there");
  EXPECT_FALSE(state.in_use);
}

TEST_F(InspectTest, AFirstStartThatWasCutShortIsBegunAgain) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "PRAGMA journal_mode=WAL", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  ASSERT_GT(std::filesystem::file_size(path_), 0u);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_EQ(state.text, "empty, would be filled");
  Open();
}

TEST_F(InspectTest, AGatewayThatRunsIsNoMistakeAndNamed) {
  Open();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_EQ(state.text, StrCat("in use by a gateway (pid ", getpid(), ")"));
  EXPECT_TRUE(state.in_use);
  store_.reset();
  EXPECT_FALSE(Inspect()->in_use);
}

TEST_F(InspectTest, LookingDoesNotKeepAGatewayOut) {
  Open();
  store_.reset();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_EQ(state.text, "there");
  Open();
}

TEST_F(InspectTest, AnOlderFileWouldBeBroughtUpToDate) {
  Open();
  store_.reset();
  RunSql(path_, StrCat("PRAGMA user_version=", kSchemaVersion - 1));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const StoreState state, Inspect());
  EXPECT_THAT(state.text, HasSubstr("would be brought from schema"));
}

TEST_F(InspectTest, WhatCannotBeOpenedIsSaidWithItsRemedy) {
  RunSql(path_, StrCat("PRAGMA application_id=", kApplicationId,
                       "; PRAGMA user_version=", kSchemaVersion + 1, "; CREATE TABLE x (y)"));
  EXPECT_THAT(Inspect(), Refused("newer version", "install that version"));
  RunSql(path_, "PRAGMA application_id=7");
  EXPECT_THAT(Inspect(), Refused("another program", "choose another path"));
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_THAT(Inspect(), Refused("is not an SQLite database", "restore a backup"));
  std::ofstream(path_) << "short";
  EXPECT_THAT(Inspect(), Refused("is not an SQLite database", "restore a backup"));
  path_ = folder_.PathOf("none/gateway.db");
  EXPECT_THAT(InspectSqliteFile(path_), Refused("No such file", "create the folder"));
  EXPECT_THAT(InspectSqliteFile(""), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(InspectTest, ABackupThatIsPutBackIsWhole) {
  Open();
  store_.reset();
  EXPECT_TRUE(CheckRestoredFile(path_).ok()) << CheckRestoredFile(path_);
  RunSql(path_, "PRAGMA journal_mode=DELETE");
  std::filesystem::resize_file(path_, std::filesystem::file_size(path_) / 2);
  EXPECT_THAT(CheckRestoredFile(path_), Refused("is damaged", "another backup"));
  std::filesystem::remove(path_);
  EXPECT_THAT(CheckRestoredFile(path_), Refused("is not there", "put the backup there"));
}

}  // namespace
}  // namespace lienthong::store
