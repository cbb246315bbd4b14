#include "gateway/store/memory/memory_store.h"

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/store/catalogue.h"
#include "gateway/store/memory/ordered_key.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace memory {
void Register(StoreCatalogue& catalogue);
}  // namespace memory

namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::MetaAt;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::StatusIs;

TEST(InlineStoreTest, AnswersBeforeCommitReturns) {
  const auto store = OpenMemoryStoreInline();
  bool answered = false;
  store->Commit(JournalOf({"a"}), [&](const auto& result) {
    EXPECT_EQ(result.value().first_sequence, 1);
    EXPECT_EQ(store->Info().last_sequence, 1) << "after the answer every read sees it";
    answered = true;
  });
  EXPECT_TRUE(answered);
}

TEST(InlineStoreTest, ACommitFromInsideAnAnswerComesAfterIt) {
  const auto store = OpenMemoryStoreInline();
  std::vector<std::string> order;
  store->Commit(MetaAt("x", 0, ""), [&](const auto&) {
    store->Commit(MetaAt("x", 1, ""), [&](const auto& result) {
      EXPECT_THAT(result, IsOk());
      order.emplace_back("inner");
    });
    order.emplace_back("outer");
  });
  EXPECT_THAT(order, ::testing::ElementsAre("outer", "inner"));
}

TEST(InlineStoreTest, AChainOfAnswersDoesNotGrowTheStack) {
  const auto store = OpenMemoryStoreInline();
  int64_t version = 0;
  std::function<void()> next = [&] {
    store->Commit(MetaAt("x", version, ""), [&](const auto& result) {
      ASSERT_THAT(result, IsOk());
      if (++version < 200'000) next();
    });
  };
  next();
  EXPECT_EQ(version, 200'000);
}

TEST(InlineStoreTest, NeverWaits) {
  const auto store = OpenMemoryStoreInline();
  EXPECT_FALSE(store->WaitForJournal(0, absl::InfiniteFuture()));
  EXPECT_THAT(store->CommitAndWait(JournalOf({"a"}), absl::InfinitePast()), IsOk());
  EXPECT_TRUE(store->WaitForJournal(0, absl::InfinitePast()));
  EXPECT_THAT(store->AcquireLease({.link = "city", .holder = "a", .now = {}, .until = {}}),
              testing::IsOkAndHolds(::testing::Eq(1)));
}

TEST(InlineStoreTest, MayBeSharedByThreads) {
  const auto store = OpenMemoryStoreInline();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        EXPECT_THAT(store->CommitAndWait(JournalOf({"a"}), testing::Soon()), IsOk());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(store->Info().last_sequence, 800);
}

class NamedMemoryTest : public ::testing::Test {
 protected:
  NamedMemoryTest() { memory::Register(catalogue_); }
  StoreCatalogue catalogue_;
};

TEST_F(NamedMemoryTest, ANameIsFoundAgainAfterClosing) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(auto store, catalogue_.OpenUrl("memory:again"));
  ASSERT_THAT(store->CommitAndWait(JournalOf({"a"}), testing::Soon()), IsOk());
  EXPECT_THAT(catalogue_.OpenUrl("memory:again"), StatusIs(absl::StatusCode::kFailedPrecondition));
  store.reset();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(store, catalogue_.OpenUrl("memory:again"));
  EXPECT_EQ(store->Info().last_sequence, 1);
}

TEST_F(NamedMemoryTest, WithoutANameEveryStoreIsItsOwn) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(auto first, catalogue_.OpenUrl("memory:"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(auto second, catalogue_.OpenUrl("memory:"));
  ASSERT_THAT(first->CommitAndWait(JournalOf({"a"}), testing::Soon()), IsOk());
  EXPECT_EQ(second->Info().last_sequence, 0);
}

TEST(OrderedKeyTest, BytesStandInTheOrderOfTheValues) {
  const std::vector<Values> ascending = {{INT64_MIN, std::string("z")},
                                         {int64_t{-1}, std::string("")},
                                         {int64_t{0}, std::string("")},
                                         {int64_t{0}, std::string("\0", 1)},
                                         {int64_t{0}, std::string("\0\0", 2)},
                                         {int64_t{0}, std::string("\x01")},
                                         {int64_t{0}, std::string("a")},
                                         {int64_t{0}, std::string("a\0", 2)},
                                         {int64_t{0}, std::string("a\0\xff", 3)},
                                         {int64_t{0}, std::string("a\x01")},
                                         {int64_t{0}, std::string("\xff")},
                                         {int64_t{256}, std::string("")},
                                         {INT64_MAX, std::string("")}};
  std::string before;
  for (const Values& values : ascending) {
    std::string key;
    for (const Value& value : values) AppendOrdered(value, key);
    EXPECT_LT(before, key);
    before = key;
  }
}

TEST(OrderedKeyTest, AfterPrefixIsTheLeastThatIsGreater) {
  EXPECT_EQ(AfterPrefix("ab"), "ac");
  EXPECT_EQ(AfterPrefix("a\xff\xff"), "b");
  EXPECT_EQ(AfterPrefix("\xff"), std::nullopt);
  EXPECT_EQ(AfterPrefix(""), std::nullopt);
}

}  // namespace
}  // namespace lienthong::store
