#include "gateway/store/sqlite/checksum.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::Eq;
using ::testing::Optional;

const Values kColumns = {std::string("city"), int64_t{41}};

TEST(ChecksumTest, GivesBackWhatWasWritten) {
  EXPECT_THAT(CheckedBody(kColumns, WithChecksum(kColumns, "body")), Optional(Eq("body")));
  EXPECT_THAT(CheckedBody(kColumns, WithChecksum(kColumns, "")), Optional(Eq("")));
}

TEST(ChecksumTest, NoBitOfItTurnsUnseen) {
  const std::string whole = WithChecksum(kColumns, "body");
  for (size_t bit = 8; bit < whole.size() * 8; ++bit) {
    std::string stored = whole;
    stored[bit / 8] = static_cast<char>(stored[bit / 8] ^ (1 << bit % 8));
    EXPECT_THAT(CheckedBody(kColumns, stored), Eq(std::nullopt)) << bit;
  }
  EXPECT_THAT(CheckedBody(kColumns, whole.substr(0, 3)), Eq(std::nullopt));
}

TEST(ChecksumTest, OtherColumnsAreAnotherRow) {
  const std::string stored = WithChecksum(kColumns, "body");
  EXPECT_THAT(CheckedBody({std::string("city"), int64_t{42}}, stored), Eq(std::nullopt));
  const std::string two = WithChecksum({std::string("ab"), std::string("c")}, "");
  EXPECT_THAT(CheckedBody({std::string("a"), std::string("bc")}, two), Eq(std::nullopt));
}

TEST(ChecksumTest, RowsFromBeforeAreAsTheyAre) {
  EXPECT_THAT(CheckedBody(kColumns, std::string("\0body", 5)),
              Optional(Eq(std::string("\0body", 5))));
  EXPECT_THAT(CheckedBody(kColumns, ""), Optional(Eq("")));
}

class StoredChecksumTest : public SqliteTest {};

TEST_F(StoredChecksumTest, ARowThatChangedOnTheDiskIsAnError) {
  Open();
  ASSERT_THAT(Commit(lienthong::testing::SetOf(
                  {lienthong::testing::PutOf(Table::kLink, {std::string("city")}, "body")})),
              IsOk());
  store_.reset();
  RunSql(path_, "UPDATE link SET name='town'");
  Open();
  EXPECT_THAT(store_->Get(Table::kLink, {std::string("town")}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(store_->Read({.table = Table::kLink}), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace lienthong::store
