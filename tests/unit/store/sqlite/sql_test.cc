#include "gateway/store/sqlite/sql.h"

#include <string>

#include "gateway/store/checks.h"
#include "gateway/store/sqlite/connection.h"
#include "gateway/store/sqlite/file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SqlTest : public SqliteTest {
 protected:
  SqlTest() : writer_(OpenWriter(path_).value()) {}

  // What SQLite says it will do, one step per line.
  std::string PlanOf(const std::string& sql) {
    std::string plan;
    const auto add = [](void* out, int, char** values, char**) {
      *static_cast<std::string*>(out) += std::string(values[3]) + "\n";
      return 0;
    };
    EXPECT_EQ(
        sqlite3_exec(writer_->handle(), ("EXPLAIN QUERY PLAN " + sql).c_str(), add, &plan, nullptr),
        SQLITE_OK)
        << sql;
    return plan;
  }

  const std::unique_ptr<Connection> writer_;
};

// Every shape of scan that the interface allows: each must walk its index, in order, without
// sorting and without looking at rows outside of its range.
TEST_F(SqlTest, EveryScanWalksItsIndex) {
  int scans = 0;
  for (int t = 0; t < kTableCount; ++t) {
    const auto table = static_cast<Table>(t);
    for (size_t index = 0; index <= Describe(table).indexes.size(); ++index) {
      const std::vector<int> columns = ScanColumns(table, static_cast<int>(index));
      for (int shape = 0; shape < 8 * static_cast<int>(columns.size()); ++shape) {
        Scan scan{.table = table, .index = static_cast<int>(index)};
        for (int i = 0; i < shape / 8; ++i) scan.prefix.emplace_back(int64_t{0});
        if ((shape & 1) != 0) scan.after = Value(int64_t{0});
        if ((shape & 2) != 0) scan.at_most = Value(int64_t{0});
        scan.descending = (shape & 4) != 0;
        const std::string plan = PlanOf(ScanSql(scan));
        EXPECT_THAT(plan, Not(HasSubstr("TEMP B-TREE"))) << ScanSql(scan);
        const bool bounded = (shape & 3) != 0 || !scan.prefix.empty();
        EXPECT_THAT(plan, HasSubstr(bounded ? "SEARCH" : "SCAN")) << ScanSql(scan);
        if (index > 0) {
          EXPECT_THAT(plan, HasSubstr(std::string(Describe(table).indexes[index - 1].name)));
        }
        EXPECT_THAT(PlanOf(CountSql(scan)), Not(HasSubstr("TEMP B-TREE")));
        ++scans;
      }
    }
  }
  EXPECT_GT(scans, 200);
}

TEST_F(SqlTest, EveryTableIsStrictAndKeyedAsItsDescriptionSays) {
  for (int t = 0; t < kTableCount; ++t) {
    const TableDescription& table = Describe(static_cast<Table>(t));
    const std::string select = PlanOf(SelectRowSql(table.table));
    EXPECT_THAT(select, HasSubstr("SEARCH")) << table.name;
    EXPECT_THAT(select, HasSubstr("PRIMARY KEY")) << table.name;
    EXPECT_THAT(PlanOf(DeleteSql(table.table)), HasSubstr("SEARCH")) << table.name;
  }
  EXPECT_THAT(writer_->Execute("INSERT INTO meta VALUES('x', 'no number', x'00')"),
              Not(lienthong::testing::IsOk()));
}

}  // namespace
}  // namespace lienthong::store
