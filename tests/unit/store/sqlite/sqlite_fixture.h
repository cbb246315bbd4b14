#ifndef LIENTHONG_TESTS_UNIT_STORE_SQLITE_SQLITE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_STORE_SQLITE_SQLITE_FIXTURE_H_

#include <sqlite3.h>

#include <memory>
#include <string>
#include <utility>

#include "gateway/store/sqlite/sqlite_store.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {

// A folder of its own for the files of one test.
class SqliteTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::unique_ptr<Store>> OpenAt(const std::string& path) {
    SqliteOptions options;
    options.path = path;
    return OpenSqliteStore(options);
  }
  void Open() {
    auto opened = OpenAt(path_);
    ASSERT_THAT(opened, lienthong::testing::IsOk());
    store_ = *std::move(opened);
  }
  absl::StatusOr<CommitResult> Commit(WriteSet set) {
    return store_->CommitAndWait(std::move(set), lienthong::testing::Soon());
  }
  // As another program would do it.
  void RunSql(const std::string& path, const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }

  const lienthong::testing::TemporaryFolder folder_;
  std::string path_ = folder_.PathOf("gateway.db");
  std::unique_ptr<Store> store_;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_TESTS_UNIT_STORE_SQLITE_SQLITE_FIXTURE_H_
