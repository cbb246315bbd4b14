#include "gateway/store/sqlite/file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

class FileTest : public SqliteTest {
 protected:
  // One line, with the path and something to do.
  auto Refused(const std::string& what, const std::string& remedy) {
    return StatusIs(
        absl::StatusCode::kFailedPrecondition,
        AllOf(HasSubstr(path_), HasSubstr(what), HasSubstr(remedy), Not(HasSubstr("\n"))));
  }
};

TEST_F(FileTest, ANewFileIsMarkedAsOursAndClosedToOthers) {
  Open();
  store_.reset();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto writer, OpenWriter(path_));
  EXPECT_THAT(writer->QueryInteger("PRAGMA application_id"), IsOkAndHolds(Eq(kApplicationId)));
  EXPECT_THAT(writer->QueryInteger("PRAGMA user_version"), IsOkAndHolds(Eq(kSchemaVersion)));
  struct stat facts = {};
  ASSERT_EQ(stat(path_.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
}

TEST_F(FileTest, ConnectionsAreSetAsTheGatewayNeedsThem) {
  Open();
  store_.reset();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto writer, OpenWriter(path_));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto reader,
                                 Connection::Open(path_, Connection::Role::kReader));
  EXPECT_THAT(writer->QueryText("PRAGMA journal_mode"), IsOkAndHolds(Eq("wal")));
  EXPECT_THAT(writer->QueryInteger("PRAGMA synchronous"), IsOkAndHolds(Eq(2))) << "2 = FULL";
  for (const auto* connection : {&writer, &reader}) {
    EXPECT_THAT((*connection)->QueryInteger("PRAGMA wal_autocheckpoint"), IsOkAndHolds(Eq(0)));
    EXPECT_THAT((*connection)->QueryInteger("PRAGMA mmap_size"), IsOkAndHolds(Eq(0)));
    EXPECT_THAT((*connection)->QueryInteger("PRAGMA secure_delete"), IsOkAndHolds(Eq(0)));
  }
  EXPECT_THAT(reader->Execute("DELETE FROM meta"), Not(IsOk()));
}

TEST_F(FileTest, AFileOfAnotherProgramIsRefusedAndLeftAlone) {
  RunSql(path_, "CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1);");
  EXPECT_THAT(OpenAt(path_), Refused("another program", "choose another path"));
  RunSql(path_, "INSERT INTO theirs VALUES(2);");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  EXPECT_NE(sqlite3_exec(database, "SELECT * FROM meta", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST_F(FileTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text(5000, 'x');
  std::ofstream(path_) << text;
  EXPECT_THAT(OpenAt(path_), Refused("not an intact SQLite database", "choose another path"));
  EXPECT_EQ(std::filesystem::file_size(path_), text.size());
}

TEST_F(FileTest, ADamagedFileIsRefused) {
  Open();
  store_.reset();
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(100);
  file << std::string(8000, '\x5a');
  file.close();
  EXPECT_THAT(OpenAt(path_), Refused("not an intact SQLite database", "restore a backup"));
}

TEST_F(FileTest, AFileOfANewerVersionIsRefused) {
  Open();
  store_.reset();
  RunSql(path_, absl::StrCat("PRAGMA user_version=", kSchemaVersion + 1));
  EXPECT_THAT(OpenAt(path_), Refused("newer version (schema 8, this one knows 7)", "install"));
}

TEST_F(FileTest, AFileOfTheFirstVersionGetsWhatCameSince) {
  Open();
  store_.reset();
  RunSql(path_, "DROP TABLE content; DROP TABLE fetch; DROP TABLE adopted; PRAGMA user_version=1;");
  Open();
  EXPECT_THAT(store_->Count({.table = Table::kContent}), IsOkAndHolds(Eq(0)));
  EXPECT_THAT(store_->Count({.table = Table::kAdopted}), IsOkAndHolds(Eq(0)));
}

TEST_F(FileTest, AFileOfTheSecondVersionGetsWhatCameSinceAndNothingElse) {
  Open();
  store_.reset();
  RunSql(path_, "DROP TABLE adopted; DROP TABLE early; DROP TABLE act; PRAGMA user_version=2;");
  Open();
  EXPECT_THAT(store_->Count({.table = Table::kAdopted}), IsOkAndHolds(Eq(0)));
  EXPECT_THAT(store_->Count({.table = Table::kEarly}), IsOkAndHolds(Eq(0)));
  EXPECT_THAT(store_->Count({.table = Table::kAct}), IsOkAndHolds(Eq(0)));
  store_.reset();
  RunSql(path_, "DROP TABLE adopted; DROP TABLE content; PRAGMA user_version=2;");
  EXPECT_THAT(OpenAt(path_), Refused("content", "restore a backup"));
}

TEST_F(FileTest, AFileOfTheFourthVersionGetsWhatCameSince) {
  Open();
  store_.reset();
  RunSql(path_,
         "DROP TABLE task; DROP TABLE notice; DROP TABLE run; DROP TABLE finding; "
         "PRAGMA user_version=4;");
  Open();
  for (const Table table : {Table::kTask, Table::kNotice, Table::kRun, Table::kFinding}) {
    EXPECT_THAT(store_->Count({.table = table}), IsOkAndHolds(Eq(0)));
  }
}

TEST_F(FileTest, AFileOfTheFifthVersionGetsWhatCameSince) {
  Open();
  store_.reset();
  RunSql(path_,
         "DROP TABLE catalogue; DROP TABLE block; DROP TABLE collision; "
         "DROP TABLE fingerprint; DROP TABLE suspect; PRAGMA user_version=5;");
  Open();
  for (const Table table : {Table::kCatalogue, Table::kBlock, Table::kCollision,
                            Table::kFingerprint, Table::kSuspect}) {
    EXPECT_THAT(store_->Count({.table = table}), IsOkAndHolds(Eq(0)));
  }
}

TEST_F(FileTest, AFileOfTheSixthVersionGetsWhatCameSince) {
  Open();
  store_.reset();
  RunSql(path_, "DROP TABLE due; DROP TABLE defect; DROP TABLE dispatch; PRAGMA user_version=6;");
  Open();
  EXPECT_THAT(store_->Count({.table = Table::kDue}), IsOkAndHolds(Eq(0)));
  EXPECT_THAT(store_->Count({.table = Table::kDispatch}), IsOkAndHolds(Eq(0)));
}

TEST_F(FileTest, AFileWithAnotherSchemaIsRefused) {
  Open();
  store_.reset();
  RunSql(path_, "DROP INDEX lane_by_due;");
  EXPECT_THAT(OpenAt(path_), Refused("lane_by_due", "restore a backup"));
}

TEST_F(FileTest, AFolderThatIsNotThereOrIsTheFileIsRefused) {
  path_ = folder_.PathOf("missing/gateway.db");
  EXPECT_THAT(OpenAt(path_), Refused("No such file", "create the folder"));
  path_ = folder_.PathOf("gateway.db");
  std::filesystem::create_directory(path_);
  EXPECT_THAT(OpenAt(path_), Refused("cannot be opened", "create the folder"));
  EXPECT_THAT(OpenAt(""), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no path")));
}

TEST_F(FileTest, AFileInUseNamesItsHolder) {
  Open();
  EXPECT_THAT(OpenAt(path_), Refused(absl::StrCat("(pid ", getpid(), ")"), "stop it"));
  store_.reset();
  Open();
}

TEST_F(FileTest, AFileThatAnotherProgramLocksIsRefused) {
  Open();
  store_.reset();
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  EXPECT_THAT(OpenAt(path_), Refused("another program holds it", "close that program"));
  sqlite3_close(database);
  Open();
}

TEST_F(FileTest, AMigrationThatWasCutShortStartsAgain) {
  // As a crash right after the file was made leaves it.
  std::ofstream(path_).close();
  Open();
  EXPECT_EQ(store_->Info().epoch, 1);
}

}  // namespace
}  // namespace lienthong::store
