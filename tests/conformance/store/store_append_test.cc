#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/conformance/store/store_suite.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::Answers;
using ::lienthong::testing::Blocker;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;

Mutation AppendOf(const std::string& party, const std::string& body) {
  return {Mutation::Kind::kAppend, Table::kNotice, {{party, int64_t{0}}, 0, body}};
}

class AppendSuite : public StoreSuite {
 protected:
  std::vector<Row> After(const std::string& party, int64_t number) {
    return store_->Read({.table = Table::kNotice, .prefix = {party}, .after = number}).value();
  }
  // "1:body", in the order of their numbers.
  std::vector<std::string> All(const std::string& party) {
    std::vector<std::string> all;
    for (const Row& row : After(party, 0)) {
      all.push_back(std::to_string(std::get<int64_t>(row.columns[1])) + ":" + row.body);
    }
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Kinds, AppendSuite, ::testing::ValuesIn(AllKinds()), NameOfKind);

TEST_P(AppendSuite, EachOwnerHasNumbersOfItsOwn) {
  ASSERT_THAT(
      Commit(SetOf({AppendOf("city", "a"), AppendOf("district", "b"), AppendOf("city", "c")})),
      IsOk());
  ASSERT_THAT(Commit(SetOf({AppendOf("city", "d")})), IsOk());
  EXPECT_THAT(All("city"), ElementsAre("1:a", "2:c", "3:d"));
  EXPECT_THAT(All("district"), ElementsAre("1:b"));
}

TEST_P(AppendSuite, SetsOfOneBatchFollowEachOther) {
  Blocker blocker;
  Answers answers;
  store_->Commit(blocker.Set(), answers.Next());
  blocker.AwaitHeld();
  store_->Commit(SetOf({AppendOf("city", "a")}), answers.Next());
  WriteSet stale = testing::MetaAt("x", 7, "");
  stale.mutations.push_back(AppendOf("city", "of a set that is not written"));
  store_->Commit(std::move(stale), answers.Next());
  store_->Commit(SetOf({AppendOf("city", "b")}), answers.Next());
  blocker.Open();
  EXPECT_THAT(answers.Await(),
              ElementsAre(IsOk(), IsOk(), StatusIs(absl::StatusCode::kAborted), IsOk()));
  EXPECT_THAT(All("city"), ElementsAre("1:a", "2:b"));
}

TEST_P(AppendSuite, OnlyTablesWithANumberAtTheEndOfTheirKeyGrowSo) {
  const Mutation wrong{Mutation::Kind::kAppend, Table::kMeta, {{std::string("x")}, 0, ""}};
  EXPECT_THAT(Commit(SetOf({wrong})), StatusIs(absl::StatusCode::kInvalidArgument));
}

// Whoever goes on after the last number that it has read misses none, whoever writes meanwhile.
TEST_P(AppendSuite, AReaderMissesNone) {
  constexpr int kWriters = 4;
  constexpr int kEach = 50;
  std::atomic<int> writing = kWriters;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      for (int i = 0; i < kEach; ++i) {
        EXPECT_THAT(Commit(SetOf({AppendOf("city", "")})), IsOk());
      }
      --writing;
    });
  }
  int64_t position = 0;
  int read = 0;
  for (bool more = true; more;) {
    more = writing > 0;
    for (const Row& row : After("city", position)) {
      position = std::get<int64_t>(row.columns[1]);
      more = true;
      ++read;
    }
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(read, kWriters * kEach);
  EXPECT_EQ(position, kWriters * kEach);
}

class DurableAppendSuite : public AppendSuite {};
INSTANTIATE_TEST_SUITE_P(Kinds, DurableAppendSuite, ::testing::ValuesIn(DurableKinds()),
                         NameOfKind);

TEST_P(DurableAppendSuite, NumbersGoOnAfterReopening) {
  ASSERT_THAT(Commit(SetOf({AppendOf("city", "a")})), IsOk());
  Reopen();
  ASSERT_THAT(Commit(SetOf({AppendOf("city", "b")})), IsOk());
  EXPECT_THAT(All("city"), ElementsAre("1:a", "2:b"));
}

}  // namespace
}  // namespace lienthong::store
