#include <atomic>
#include <string>
#include <thread>
#include <utility>
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
using ::lienthong::testing::DeleteOf;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::MetaAt;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

INSTANTIATE_TEST_SUITE_P(Kinds, StoreSuite, ::testing::ValuesIn(AllKinds()), NameOfKind);

Mutation Dossier(int64_t id, std::string code, std::string body) {
  return PutOf(Table::kDossier,
               {id, std::move(code), std::string("H29"), std::string(""), int64_t{2}},
               std::move(body));
}

TEST_P(StoreSuite, ANewStoreIsEmptyAndOfTheFirstEpoch) {
  const StoreInfo info = store_->Info();
  EXPECT_EQ(info.kind, GetParam().scheme);
  EXPECT_EQ(info.epoch, 1);
  EXPECT_EQ(info.last_sequence, 0);
  ExpectSoundJournal();
}

TEST_P(StoreSuite, GivesBackWhatWasPut) {
  ASSERT_THAT(Commit(SetOf({Dossier(7, "H29-1", "body")})), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Row row, store_->Get(Table::kDossier, {int64_t{7}}));
  EXPECT_THAT(row.columns, ElementsAre(Value(int64_t{7}), Value("H29-1"), Value("H29"), Value(""),
                                       Value(int64_t{2})));
  EXPECT_EQ(row.version, 1);
  EXPECT_EQ(row.body, "body");
}

TEST_P(StoreSuite, WhatIsNotThereHasVersionZero) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Row row, store_->Get(Table::kDossier, {int64_t{7}}));
  EXPECT_EQ(row.version, 0);
  EXPECT_EQ(row.body, "");
}

TEST_P(StoreSuite, EveryChangeRaisesTheVersionAndReplacesTheRow) {
  ASSERT_THAT(Commit(SetOf({Dossier(7, "H29-1", "one")})), IsOk());
  ASSERT_THAT(Commit(SetOf({Dossier(7, "H29-2", "two")})), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Row row, store_->Get(Table::kDossier, {int64_t{7}}));
  EXPECT_EQ(row.version, 2);
  EXPECT_EQ(row.body, "two");
  EXPECT_EQ(row.columns[1], Value("H29-2"));
}

TEST_P(StoreSuite, DeletesTheRowAndMayDeleteWhatIsNotThere) {
  ASSERT_THAT(Commit(SetOf({Dossier(7, "H29-1", "one"), Dossier(8, "H29-2", "two")})), IsOk());
  ASSERT_THAT(Commit(SetOf({DeleteOf(Table::kDossier, {int64_t{7}})})), IsOk());
  EXPECT_EQ(store_->Get(Table::kDossier, {int64_t{7}})->version, 0);
  EXPECT_EQ(store_->Get(Table::kDossier, {int64_t{8}})->version, 1);
  EXPECT_THAT(Commit(SetOf({DeleteOf(Table::kDossier, {int64_t{7}})})), IsOk());
}

TEST_P(StoreSuite, AConditionHoldsOnlyAtItsVersion) {
  EXPECT_THAT(Commit(MetaAt("x", 1, "a")), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Commit(MetaAt("x", 0, "a")), IsOk());
  EXPECT_THAT(Commit(MetaAt("x", 0, "b")), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Commit(MetaAt("x", 1, "b")), IsOk());
  EXPECT_THAT(Commit(MetaAt("x", 1, "c")), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(MetaBody("x"), "b");
  EXPECT_EQ(MetaVersion("x"), 2);
}

TEST_P(StoreSuite, OneFailedConditionLeavesNothingOfTheSet) {
  ASSERT_THAT(Commit(MetaAt("kept", 0, "before")), IsOk());
  WriteSet set = MetaAt("x", 0, "new");
  set.mutations.push_back(PutOf(Table::kMeta, {std::string("kept")}, "after"));
  set.mutations.push_back(DeleteOf(Table::kMeta, {std::string("kept")}));
  set.journal = JournalOf({"entry"}).journal;
  set.conditions.push_back({Table::kDossier, {int64_t{1}}, 3});
  EXPECT_THAT(Commit(std::move(set)), StatusIs(absl::StatusCode::kAborted, HasSubstr("dossier")));
  EXPECT_EQ(MetaVersion("x"), 0);
  EXPECT_EQ(MetaBody("kept"), "before");
  EXPECT_EQ(store_->Info().last_sequence, 0);
  ExpectSoundJournal();
}

TEST_P(StoreSuite, SetsOfOneBatchSeeThoseBeforeThem) {
  Blocker blocker;
  Answers answers;
  store_->Commit(blocker.Set(), answers.Next());
  blocker.AwaitHeld();
  store_->Commit(MetaAt("x", 0, "first"), answers.Next());
  store_->Commit(MetaAt("x", 0, "late"), answers.Next());
  store_->Commit(MetaAt("x", 1, "second"), answers.Next());
  WriteSet removal = SetOf({DeleteOf(Table::kMeta, {std::string("x")})});
  removal.conditions.push_back({Table::kMeta, {std::string("x")}, 2});
  store_->Commit(std::move(removal), answers.Next());
  store_->Commit(MetaAt("x", 0, "again"), answers.Next());
  blocker.Open();
  EXPECT_THAT(answers.Await(), ElementsAre(IsOk(), IsOk(), StatusIs(absl::StatusCode::kAborted),
                                           IsOk(), IsOk(), IsOk()));
  EXPECT_EQ(MetaBody("x"), "again");
  EXPECT_EQ(MetaVersion("x"), 1);
}

TEST_P(StoreSuite, AReadSeesWhatWasAcknowledged) {
  for (int i = 1; i <= 50; ++i) {
    ASSERT_THAT(Commit(SetOf({PutOf(Table::kMeta, {std::string("x")}, std::to_string(i))})),
                IsOk());
    ASSERT_EQ(MetaBody("x"), std::to_string(i));
  }
}

TEST_P(StoreSuite, OneReadNeverSeesHalfASet) {
  const auto both = [](const std::string& body) {
    return SetOf({PutOf(Table::kLink, {std::string("a")}, body),
                  PutOf(Table::kLink, {std::string("b")}, body)});
  };
  ASSERT_THAT(Commit(both("0")), IsOk());
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 1; i <= 300; ++i) EXPECT_THAT(Commit(both(std::to_string(i))), IsOk());
    stop = true;
  });
  while (!stop) {
    const std::vector<Row> rows = store_->Read({.table = Table::kLink}).value();
    ASSERT_EQ(rows.size(), 2u);
    ASSERT_EQ(rows[0].body, rows[1].body);
    ASSERT_EQ(rows[0].version, rows[1].version);
  }
  writer.join();
}

TEST_P(StoreSuite, OfEightEqualRequestsExactlyOneIsWritten) {
  for (int round = 0; round < 20; ++round) {
    std::atomic<int> written = 0;
    std::vector<std::thread> callers;
    for (int t = 0; t < 8; ++t) {
      callers.emplace_back([&, t] {
        const Values key{std::string("agency/H29"), "request-" + std::to_string(round)};
        WriteSet set = SetOf({PutOf(Table::kRequest, key, std::to_string(t))});
        set.conditions.push_back({Table::kRequest, key, 0});
        set.journal = JournalOf({"request"}).journal;
        const auto result = Commit(std::move(set));
        if (result.ok()) {
          ++written;
        } else {
          EXPECT_THAT(result, StatusIs(absl::StatusCode::kAborted));
        }
      });
    }
    for (std::thread& caller : callers) caller.join();
    EXPECT_EQ(written, 1);
  }
  EXPECT_EQ(store_->Info().last_sequence, 20);
}

TEST_P(StoreSuite, KeepsAnyBytes) {
  const std::string odd = std::string("nu\0l", 4) + " Đặng Thị Mỹ Lệ \xff\n'\"";
  const std::string big(size_t{1} << 20, '\x80');
  ASSERT_THAT(
      Commit(SetOf({PutOf(Table::kAlias, {odd, std::string("\0", 1), int64_t{1}}, odd),
                    PutOf(Table::kAlias, {std::string("nu"), std::string(""), INT64_MIN}, big)})),
      IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(Row row, store_->Get(Table::kAlias, {odd, std::string("\0", 1)}));
  EXPECT_EQ(row.columns[0], Value(odd));
  EXPECT_EQ(row.columns[1], Value(std::string("\0", 1)));
  EXPECT_EQ(row.body, odd);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(row,
                                 store_->Get(Table::kAlias, {std::string("nu"), std::string("")}));
  EXPECT_EQ(row.columns[2], Value(INT64_MIN));
  EXPECT_EQ(row.body, big);
  EXPECT_EQ(store_->Get(Table::kAlias, {odd, std::string("")})->version, 0);
}

TEST_P(StoreSuite, RefusesWhatDoesNotFitTheTables) {
  const auto wrong = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kMeta, {int64_t{1}})})), wrong);
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kMeta, {})})), wrong);
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kAlias, {std::string("a"), std::string("b")})})), wrong);
  EXPECT_THAT(Commit(SetOf({DeleteOf(Table::kAlias, {std::string("a")})})), wrong);
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kJournal, {int64_t{1}, int64_t{1}, int64_t{1}})})), wrong);
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kMeta, {std::string("store/head")})})), wrong);
  EXPECT_THAT(Commit(SetOf({DeleteOf(Table::kMeta, {std::string("lease/city")})})), wrong);
  WriteSet condition;
  condition.conditions.push_back({Table::kAlias, {std::string("a")}, 0});
  EXPECT_THAT(Commit(std::move(condition)), wrong);
  EXPECT_THAT(store_->Get(Table::kMeta, {}), wrong);
  ExpectSoundJournal();
}

TEST_P(StoreSuite, AWaitingLineThatIsFullRefusesAtOnce) {
  Blocker blocker;
  Answers accepted;
  store_->Commit(blocker.Set(), accepted.Next());
  blocker.AwaitHeld();
  Answers refused;
  int waiting = 0;
  while (refused.answered() == 0 && waiting < 10'000) {
    store_->Commit(MetaAt("x" + std::to_string(waiting), 0, ""),
                   waiting < 4096 ? accepted.Next() : refused.Next());
    ++waiting;
  }
  EXPECT_EQ(waiting, 4097);
  EXPECT_THAT(refused.Await(), ElementsAre(StatusIs(absl::StatusCode::kResourceExhausted)));
  EXPECT_EQ(accepted.answered(), 0u);
  blocker.Open();
  EXPECT_THAT(accepted.Await(), ::testing::Each(IsOk()));
  EXPECT_EQ(store_->Count({.table = Table::kMeta, .limit_rows = 100'000}).value(), 4096 + 2);
}

TEST_P(StoreSuite, AWaitingLineIsBoundedInBytesToo) {
  Blocker blocker;
  Answers answers;
  store_->Commit(blocker.Set(), answers.Next());
  blocker.AwaitHeld();
  const std::string megabyte(size_t{1} << 20, 'x');
  for (int i = 0; i < 70; ++i) {
    store_->Commit(SetOf({PutOf(Table::kMeta, {std::string("x")}, megabyte)}), answers.Next());
  }
  // 63 of them fit into 64 MiB, because each is a little larger than its body.
  EXPECT_EQ(answers.answered(), 7u);
  blocker.Open();
  int written = 0;
  for (const auto& answer : answers.Await()) written += answer.ok() ? 1 : 0;
  EXPECT_EQ(written, 1 + 63);
  EXPECT_EQ(MetaVersion("x"), 63);
}

TEST_P(StoreSuite, ClosingAnswersEverySetOnce) {
  Blocker blocker;
  Answers answers;
  store_->Commit(blocker.Set(), answers.Next());
  blocker.AwaitHeld();
  for (int i = 0; i < 600; ++i) store_->Commit(MetaAt(std::to_string(i), 0, ""), answers.Next());
  std::thread closing([&] { store_.reset(); });
  blocker.Open();
  closing.join();
  for (const auto& answer : answers.Await()) {
    if (answer.ok()) continue;
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
  }
  EXPECT_EQ(answers.answered(), 601u);
}

}  // namespace
}  // namespace lienthong::store
