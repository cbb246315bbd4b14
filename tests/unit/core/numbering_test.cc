#include "gateway/core/numbering.h"

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

#include "gateway/core/records.h"
#include "gateway/store/memory/memory_store.h"
#include "tests/support/forwarding_store.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::testing::ElementsAre;

using store::Table;

const absl::CivilDay kDay(2026, 3, 2);

// Allocates the next number and commits nothing but it.
std::string Take(Numbering& numbering, store::Store& store, std::string_view agency,
                 std::string_view named) {
  const absl::CivilDay day = domain::ReadSeriesDay(named).value();
  std::string code;
  const absl::Status status =
      numbering.Allocate(store, agency, day, [&](Numbering::Allocation allocation) {
        code = allocation.code;
        store::WriteSet set = SetOf({std::move(allocation.mutation), PutAlias({code, "", 1})});
        set.conditions.push_back(std::move(allocation.condition));
        store.Commit(std::move(set), [&](const auto& result) {
          if (!result.ok()) numbering.Invalidate(agency, day);
          if (!result.ok()) code.clear();
        });
      });
  EXPECT_THAT(status, IsOk());
  return code;
}

class NumberingTest : public ::testing::Test {
 protected:
  const std::unique_ptr<store::Store> store_ = store::OpenMemoryStoreInline();
  Numbering numbering_;
};

TEST_F(NumberingTest, CountsPerAgencyAndDay) {
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-0001");
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-0002");
  EXPECT_EQ(Take(numbering_, *store_, "H29.X01", "260302"), "H29.X01-260302-0001");
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260303"), "H29.X05-260303-0001");
}

TEST_F(NumberingTest, GoesOnAfterARestart) {
  Take(numbering_, *store_, "H29.X05", "260302");
  Numbering restarted;
  EXPECT_EQ(Take(restarted, *store_, "H29.X05", "260302"), "H29.X05-260302-0002");
}

TEST_F(NumberingTest, SkipsNumbersThatCameFromElsewhere) {
  store_->Commit(SetOf({PutOf(Table::kAlias, {"H29.X05-260302-0001", "", 7}),
                        PutOf(Table::kAlias, {"H29.X05-260302-0002", "agency/H29.X05", 8})}),
                 [](const auto& result) { ASSERT_THAT(result, IsOk()); });
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-0003");
}

TEST_F(NumberingTest, TheTenThousandthOfADayWidens) {
  store_->Commit(SetOf({PutOf(Table::kSeries, {"H29.X05", "260302"}, "9998")}),
                 [](const auto& result) { ASSERT_THAT(result, IsOk()); });
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-9999");
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-10000");
}

TEST_F(NumberingTest, ANumberWhoseSetFailedIsGivenOutAgain) {
  const absl::Status status =
      numbering_.Allocate(*store_, "H29.X05", kDay, [](Numbering::Allocation) {});
  ASSERT_THAT(status, IsOk());
  numbering_.Invalidate("H29.X05", kDay);
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-0001");
}

TEST_F(NumberingTest, AnotherGatewaysNumbersMakeOursFailNotDouble) {
  Numbering other;
  EXPECT_EQ(Take(numbering_, *store_, "H29.X05", "260302"), "H29.X05-260302-0001");
  EXPECT_EQ(Take(other, *store_, "H29.X05", "260302"), "H29.X05-260302-0002");
  std::string code = Take(numbering_, *store_, "H29.X05", "260302");
  if (code.empty()) code = Take(numbering_, *store_, "H29.X05", "260302");
  EXPECT_EQ(code, "H29.X05-260302-0003");
}

// A store in which something happens between two reads.
class InterruptedStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  // Called once, by the next Read.
  mutable std::function<void()> before_next_read;

  absl::StatusOr<std::vector<store::Row>> Read(const store::Scan& scan) const override {
    if (before_next_read != nullptr) std::exchange(before_next_read, nullptr)();
    return ForwardingStore::Read(scan);
  }
};

TEST_F(NumberingTest, ANumberCommittedWhileWeReadLeavesNoGap) {
  InterruptedStore interrupted(*store_);
  Numbering other;
  interrupted.before_next_read = [&] { Take(other, *store_, "H29.X05", "260302"); };
  const std::string code = Take(numbering_, interrupted, "H29.X05", "260302");
  EXPECT_EQ(code, "H29.X05-260302-0002") << "0001 was given out between the two reads";
  EXPECT_EQ(Take(numbering_, interrupted, "H29.X05", "260302"), "H29.X05-260302-0003");
}

TEST_F(NumberingTest, ADamagedSeriesIsToldNotRestarted) {
  store_->Commit(SetOf({PutOf(Table::kSeries, {"H29.X05", "260302"}, "damaged")}),
                 [](const auto& result) { ASSERT_THAT(result, IsOk()); });
  const absl::Status status =
      numbering_.Allocate(*store_, "H29.X05", kDay,
                          [](Numbering::Allocation) { FAIL() << "no number may be given out"; });
  EXPECT_EQ(ReasonOf(status), "STORE_CORRUPT");
}

TEST_F(NumberingTest, DossierIdsIncreaseAndGoOnAfterARestart) {
  EXPECT_EQ(numbering_.NextDossierId(*store_).value(), 1);
  EXPECT_EQ(numbering_.NextDossierId(*store_).value(), 2);
  store_->Commit(SetOf({PutOf(Table::kDossier, {int64_t{41}, "c", "r", "l", int64_t{1}})}),
                 [](const auto& result) { ASSERT_THAT(result, IsOk()); });
  Numbering restarted;
  EXPECT_EQ(restarted.NextDossierId(*store_).value(), 42);
}

TEST(NumberingThreadsTest, EightThreadsLeaveNoGapAndNoDouble) {
  constexpr int kThreads = 8, kEach = 100;
  const auto store = store::OpenMemoryStore();
  Numbering numbering;
  std::vector<std::vector<std::string>> codes(kThreads);
  // Takes a number in a set that holds, or in one that does not.
  const auto take = [&](bool fails) {
    std::string code;
    lienthong::testing::Answers answers;
    const absl::Status status =
        numbering.Allocate(*store, "H29.X05", kDay, [&](Numbering::Allocation allocation) {
          code = allocation.code;
          store::WriteSet set = SetOf({std::move(allocation.mutation)});
          set.conditions.push_back(std::move(allocation.condition));
          if (fails) set.conditions.push_back({Table::kMeta, {"never there"}, 1});
          store->Commit(std::move(set), answers.Next());
        });
    EXPECT_THAT(status, IsOk());
    const bool committed = answers.Await()[0].ok();
    if (!committed) numbering.Invalidate("H29.X05", kDay);
    return committed ? code : std::string();
  };
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        if (i % 10 == 9) {
          EXPECT_EQ(take(true), "");
        }
        std::string code;
        while (code.empty()) code = take(false);
        codes[thread].push_back(code);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& some : codes) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), size_t{kThreads} * kEach) << "no number twice";
  EXPECT_EQ(*all.begin(), "H29.X05-260302-0001");
  EXPECT_EQ(*all.rbegin(), "H29.X05-260302-0800") << "no gap";
}

}  // namespace
}  // namespace lienthong::core
