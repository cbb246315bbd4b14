#include "gateway/store/head.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/evidence/merkle.h"
#include "gateway/store/memory/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class HeadTest : public ::testing::Test {
 protected:
  void Put(Table table, Row row) {
    ASSERT_THAT(backend_->Begin(), IsOk());
    ASSERT_THAT(backend_->Put(table, row), IsOk());
    ASSERT_THAT(backend_->CommitBatch(), IsOk());
  }

  const std::unique_ptr<Backend> backend_ = NewMemoryBackend();
};

TEST_F(HeadTest, ANewStoreGetsEpochOneAndKeepsIt) {
  for (int i = 0; i < 2; ++i) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const OpenedHead opened, OpenHead(*backend_));
    EXPECT_EQ(opened.epoch, 1);
    EXPECT_EQ(opened.head.last_sequence(), 0);
  }
  EXPECT_EQ(backend_->Get(Table::kMeta, {std::string("store/epoch")})->version, 1);
}

TEST_F(HeadTest, ReadsWhatWasKept) {
  ASSERT_THAT(OpenHead(*backend_), IsOk());
  Head head;
  head.frontier.Append(evidence::LeafHash("body"));
  Put(Table::kJournal, {{int64_t{1}, int64_t{1}, int64_t{1}}, 0, "body"});
  Put(Table::kMeta, HeadRow(head));
  Put(Table::kMeta, {{std::string("store/epoch")}, 0, "12"});
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const OpenedHead opened, OpenHead(*backend_));
  EXPECT_EQ(opened.epoch, 12);
  EXPECT_EQ(opened.head.frontier.Root(), head.frontier.Root());
}

TEST_F(HeadTest, AJournalThatDoesNotEndWhereTheHeadSaysIsDamage) {
  ASSERT_THAT(OpenHead(*backend_), IsOk());
  Put(Table::kJournal, {{int64_t{1}, int64_t{1}, int64_t{1}}, 0, "body"});
  EXPECT_THAT(OpenHead(*backend_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ends at 1")));
}

TEST_F(HeadTest, AJournalWithoutAHeadIsDamage) {
  Put(Table::kJournal, {{int64_t{1}, int64_t{1}, int64_t{1}}, 0, "body"});
  EXPECT_THAT(OpenHead(*backend_), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(HeadTest, AnEpochOrHeadThatCannotBeReadIsDamage) {
  ASSERT_THAT(OpenHead(*backend_), IsOk());
  Put(Table::kMeta, {{std::string("store/head")}, 0, "\xff\xff"});
  EXPECT_THAT(OpenHead(*backend_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("head")));
  Put(Table::kMeta, HeadRow(Head{}));
  Put(Table::kMeta, {{std::string("store/epoch")}, 0, "0"});
  EXPECT_THAT(OpenHead(*backend_), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("epoch")));
}

}  // namespace
}  // namespace lienthong::store
