#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/store/lease.h"
#include "gateway/store/memory/memory_store.h"
#include "tests/conformance/store/store_suite.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::StatusIs;

// Kinds that several gateways share; each call opens a store of its own.
std::vector<StoreCatalogue::Kind> SharedKinds() {
  return {{"shared_memory", /*durable=*/false,
           [](std::string_view) { return OpenMemoryStoreInline(Leasing::kWhenOver); }}};
}

std::vector<StoreCatalogue::Kind> AllAndSharedKinds() {
  std::vector<StoreCatalogue::Kind> kinds = AllKinds();
  for (StoreCatalogue::Kind& kind : SharedKinds()) kinds.push_back(std::move(kind));
  return kinds;
}

class LeaseSuite : public StoreSuite {
 protected:
  static constexpr absl::Duration kLength = absl::Seconds(30);

  absl::StatusOr<int64_t> Acquire(const std::string& link, const std::string& holder) {
    return store_->AcquireLease(
        {.link = link, .holder = holder, .now = now_, .until = now_ + kLength});
  }
  absl::Status CommitUnder(const std::string& link, int64_t fence) {
    WriteSet set = SetOf({PutOf(Table::kMeta, {std::string("x")}, "")});
    set.fences.emplace_back(link, fence);
    return Commit(std::move(set)).status();
  }

  absl::Time now_ = absl::FromUnixSeconds(1772500000);
};
INSTANTIATE_TEST_SUITE_P(Kinds, LeaseSuite, ::testing::ValuesIn(AllAndSharedKinds()), NameOfKind);

TEST_P(LeaseSuite, TheFormerHolderCommitsNoMore) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t first, Acquire("city", "a"));
  EXPECT_THAT(CommitUnder("city", first), IsOk());
  now_ += kLength;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t second, Acquire("city", "b"));
  EXPECT_GT(second, first);
  const absl::Status lost = CommitUnder("city", first);
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kAborted));
  EXPECT_TRUE(IsLeaseLost(lost)) << "told from a row that changed: " << lost;
  EXPECT_EQ(MetaVersion("x"), 1);
  EXPECT_THAT(CommitUnder("city", second), IsOk());
}

TEST_P(LeaseSuite, ARowThatChangedIsNoLostLease) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t fence, Acquire("city", "a"));
  WriteSet set = testing::MetaAt("x", 7, "");
  set.fences.emplace_back("city", fence);
  const absl::Status stale = Commit(std::move(set)).status();
  EXPECT_THAT(stale, StatusIs(absl::StatusCode::kAborted));
  EXPECT_FALSE(IsLeaseLost(stale)) << stale;
}

TEST_P(LeaseSuite, TheSameHolderKeepsItsFence) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t first, Acquire("city", "a"));
  now_ += kLength / 3;
  EXPECT_THAT(Acquire("city", "a"), testing::IsOkAndHolds(first));
  now_ += 10 * kLength;
  EXPECT_THAT(Acquire("city", "a"), testing::IsOkAndHolds(first)) << "nobody had it meanwhile";
  EXPECT_THAT(CommitUnder("city", first), IsOk());
}

TEST_P(LeaseSuite, WhoHeldItBeforeGetsANewFence) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t first, Acquire("city", "a"));
  now_ += kLength;
  ASSERT_THAT(Acquire("city", "b"), IsOk());
  now_ += kLength;
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t again, Acquire("city", "a"));
  EXPECT_GT(again, first + 1);
  EXPECT_TRUE(IsLeaseLost(CommitUnder("city", first)));
}

TEST_P(LeaseSuite, LinksAreLeasedEachForItself) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t city, Acquire("city", "a"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int64_t district, Acquire("district", "a"));
  now_ += kLength;
  ASSERT_THAT(Acquire("district", "b"), IsOk());
  EXPECT_THAT(CommitUnder("city", city), IsOk()) << "over, and nobody has taken it";
  EXPECT_TRUE(IsLeaseLost(CommitUnder("district", district)));
}

TEST_P(LeaseSuite, AFenceThatWasNeverGivenDoesNotHold) {
  EXPECT_TRUE(IsLeaseLost(CommitUnder("city", 1)));
  EXPECT_THAT(CommitUnder("city", 0), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(MetaVersion("x"), 0);
}

// Those that one process holds.
using EmbeddedLeaseSuite = LeaseSuite;
INSTANTIATE_TEST_SUITE_P(Kinds, EmbeddedLeaseSuite, ::testing::ValuesIn(AllKinds()), NameOfKind);

TEST_P(EmbeddedLeaseSuite, AnotherHolderGetsItAtOnce) {
  ASSERT_THAT(Acquire("city", "a"), IsOk());
  EXPECT_THAT(Acquire("city", "b"), IsOk()) << "the process that held it has ended";
}

TEST_P(EmbeddedLeaseSuite, NoTwoHoldersGetOneFence) {
  std::vector<int64_t> fences(8);
  std::vector<std::thread> holders;
  for (int t = 0; t < 8; ++t) {
    holders.emplace_back([&, t] { fences[t] = Acquire("city", absl::StrCat(t)).value(); });
  }
  for (std::thread& holder : holders) holder.join();
  EXPECT_THAT(fences, ::testing::UnorderedElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

using SharedLeaseSuite = LeaseSuite;
INSTANTIATE_TEST_SUITE_P(Kinds, SharedLeaseSuite, ::testing::ValuesIn(SharedKinds()), NameOfKind);

TEST_P(SharedLeaseSuite, AnotherHolderWaitsUntilItIsOver) {
  ASSERT_THAT(Acquire("city", "a"), IsOk());
  now_ += absl::Seconds(10);
  const absl::Status held = Acquire("city", "b").status();
  EXPECT_THAT(held, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_TRUE(IsLeaseHeld(held));
  EXPECT_EQ(DetailsOf(held).retry_after, absl::Seconds(20));
  now_ += absl::Seconds(20);
  EXPECT_THAT(Acquire("city", "b"), testing::IsOkAndHolds(2));
  EXPECT_TRUE(IsLeaseHeld(Acquire("city", "a").status()));
}

TEST_P(SharedLeaseSuite, WhatIsProlongedLastsLonger) {
  ASSERT_THAT(Acquire("city", "a"), IsOk());
  now_ += absl::Seconds(20);
  ASSERT_THAT(Acquire("city", "a"), IsOk());
  now_ += absl::Seconds(29);
  EXPECT_TRUE(IsLeaseHeld(Acquire("city", "b").status()));
  now_ += absl::Seconds(1);
  EXPECT_THAT(Acquire("city", "b"), IsOk());
}

TEST_P(SharedLeaseSuite, OfManyOneGetsIt) {
  std::vector<absl::StatusOr<int64_t>> fences(8, absl::UnknownError(""));
  std::vector<std::thread> holders;
  for (int t = 0; t < 8; ++t) {
    holders.emplace_back([&, t] { fences[t] = Acquire("city", absl::StrCat(t)); });
  }
  for (std::thread& holder : holders) holder.join();
  int granted = 0;
  for (const auto& fence : fences) {
    granted += fence.ok() ? 1 : 0;
    EXPECT_TRUE(fence.ok() || IsLeaseHeld(fence.status())) << fence.status();
  }
  EXPECT_EQ(granted, 1);
}

// The clock of the first is days ahead, and it has ended.
TEST_P(SharedLeaseSuite, AnEndThatIsTooFarAwayIsNotBelieved) {
  const absl::Time ahead = now_ + absl::Hours(72);
  ASSERT_THAT(
      store_->AcquireLease({.link = "city", .holder = "a", .now = ahead, .until = ahead + kLength}),
      IsOk());
  const absl::Status held = Acquire("city", "b").status();
  EXPECT_TRUE(IsLeaseHeld(held)) << held;
  EXPECT_EQ(DetailsOf(held).retry_after, kLeaseLengthMax);
  now_ += kLeaseLengthMax - absl::Seconds(1);
  EXPECT_TRUE(IsLeaseHeld(Acquire("city", "b").status()));
  now_ += absl::Seconds(1);
  EXPECT_THAT(Acquire("city", "b"), testing::IsOkAndHolds(2));
}

// It lives: its clock is ahead, or that of the other one behind.
TEST_P(SharedLeaseSuite, WhoProlongsItKeepsItWhateverTheClocks) {
  const absl::Duration ahead = absl::Hours(72);
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(
        store_->AcquireLease(
            {.link = "city", .holder = "a", .now = now_ + ahead, .until = now_ + ahead + kLength}),
        testing::IsOkAndHolds(1));
    now_ += kLength / 3;
    ASSERT_TRUE(IsLeaseHeld(Acquire("city", "b").status()));
  }
}

}  // namespace
}  // namespace lienthong::store
