// Lists that operators read by pages, with and without a filter.
#include "gateway/core/timed_pages.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kRows = 12'000;  // more than one call looks at
constexpr int kByTime = 2;

class TimedPagesTest : public CoreTest {
 protected:
  void SetUp() override {
    store::WriteSet set;
    for (int64_t time = 1; time <= kRows; ++time) {
      set.mutations.push_back({store::Mutation::Kind::kPut,
                               store::Table::kConflict,
                               {.columns = {std::to_string(time), std::string("p"), time}}});
    }
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }
  absl::StatusOr<TimedPage> Read(const std::string& token, const RowFilter& filter = nullptr,
                                 bool newest_first = false) {
    return ReadTimedPage(engine_,
                         {.table = store::Table::kConflict,
                          .index = kByTime,
                          .prefix = {},
                          .time_column = 2,
                          .newest_first = newest_first},
                         500, token, filter);
  }
};

TEST_F(TimedPagesTest, EachRowComesOnce) {
  int64_t seen = 0;
  std::string token;
  do {
    const auto page = Read(token);
    ASSERT_THAT(page, IsOk());
    for (const store::Row& row : page->rows) EXPECT_EQ(std::get<int64_t>(row.columns[2]), ++seen);
    token = page->next_token;
  } while (!token.empty());
  EXPECT_EQ(seen, kRows);
}

TEST_F(TimedPagesTest, EachRowComesOnceFromTheNewestOn) {
  int64_t left = kRows;
  std::string token;
  do {
    const auto page = Read(token, nullptr, /*newest_first=*/true);
    ASSERT_THAT(page, IsOk());
    for (const store::Row& row : page->rows) EXPECT_EQ(std::get<int64_t>(row.columns[2]), left--);
    token = page->next_token;
  } while (!token.empty());
  EXPECT_EQ(left, 0);
  EXPECT_FALSE(Read(Read("")->next_token, nullptr, /*newest_first=*/true).ok())
      << "the token of the other order";
}

TEST_F(TimedPagesTest, AFilterThatFitsFewLooksAtABoundedNumberInOneCall) {
  int64_t looked = 0;
  const RowFilter last = [&looked](const store::Row& row) {
    ++looked;
    return std::get<int64_t>(row.columns[2]) == kRows;
  };
  const auto first = Read("", last);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->rows, IsEmpty());
  EXPECT_THAT(first->next_token, Not(IsEmpty()));
  EXPECT_LT(looked, kRows);
  std::string token = first->next_token;
  while (!token.empty()) {
    const auto page = Read(token, last);
    ASSERT_THAT(page, IsOk());
    token = page->next_token;
    EXPECT_THAT(page->rows, SizeIs(token.empty() ? 1 : 0));
  }
  EXPECT_EQ(looked, kRows);
}

TEST_F(TimedPagesTest, WhatAFilterFailsAtIsTheAnswer) {
  const RowFilter failing = [](const store::Row&) -> absl::StatusOr<bool> {
    return absl::DataLossError("a row that cannot be read");
  };
  EXPECT_TRUE(absl::IsDataLoss(Read("", failing).status()));
}

}  // namespace
}  // namespace lienthong::core
