// Items of a feed that come before their dossier.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/report_scope.h"
#include "gateway/sync/links.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EarlyTest : public EngineTest {
 protected:
  EarlyTest() {
    options_.early_wait = absl::Minutes(10);
    // The next dossier of the agency gets the number after this one's.
    code_ = PushNew();
    code_.back() = '2';
  }

  void Report(const std::string& key, int64_t version, const std::string& subject) {
    auto& item = *adapter_.report.add_items();
    item.set_key(key);
    item.set_version(version);
    item.mutable_dossier()->set_code(code_);
    item.mutable_dossier()->set_subject(subject);
  }
  void Pulled() {
    clock_.Advance(absl::Seconds(1));
    Run();
  }
  int64_t Waiting() const { return link_->Describe().early(); }

  std::string code_;
};

TEST_F(EarlyTest, AnItemWaitsForItsDossier) {
  Begin();
  Report("hub-9", 1, "B");
  Pulled();
  EXPECT_EQ(Waiting(), 1);
  EXPECT_THAT(DeadLetters(), IsEmpty());
  clock_.Advance(absl::Minutes(5));
  Run();
  EXPECT_EQ(Waiting(), 1);
  ASSERT_EQ(PushNew(), code_);
  Run();
  EXPECT_EQ(Waiting(), 0);
  EXPECT_EQ(Lane(code_).key(), "hub-9");
  EXPECT_EQ(Lane(code_).source_version(), 1) << "taken in";
}

TEST_F(EarlyTest, WhatComesLaterUnderItsKeyWaitsBehindIt) {
  Begin();
  Report("hub-9", 1, "B");
  Report("hub-9", 2, "C");
  Pulled();
  Report("hub-9", 3, "D");
  ASSERT_EQ(PushNew(), code_);
  Pulled();
  Run();
  EXPECT_EQ(Waiting(), 0);
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_EQ(Lane(code_).source_version(), 3);
  EXPECT_EQ(Lane(code_).reports(), 3) << "none was passed over";
}

// The dossier comes between what waits and what would overtake it.
TEST_F(EarlyTest, NothingOvertakesWhatWaitsWhenThereIsNoRoomLeft) {
  options_.early_items_max = 2;
  Begin();
  Report("hub-9", 1, "B");
  Report("hub-9", 2, "C");
  Pulled();
  ASSERT_EQ(Waiting(), 2);
  Report("hub-9", 3, "D");
  clock_.Advance(absl::Seconds(1));
  ASSERT_TRUE(link_->Tick().ok());
  ASSERT_EQ(adapter_.report.items_size(), 0) << "it is on its way";
  ASSERT_EQ(PushNew(), code_);
  Run();
  EXPECT_EQ(Waiting(), 0);
  EXPECT_EQ(Lane(code_).source_version(), 3);
  EXPECT_EQ(Lane(code_).reports(), 3) << "none was passed over";
}

TEST_F(EarlyTest, WithoutRoomAnItemIsADeadLetterAtOnce) {
  options_.early_items_max = 1;
  Begin();
  Report("hub-9", 1, "B");
  Pulled();
  Report("hub-8", 1, "C");
  Pulled();
  EXPECT_EQ(Waiting(), 1);
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].key(), "hub-8");
}

TEST_F(EarlyTest, OperatorsSeeWhatWaitsAndForWhat) {
  Begin();
  Report("hub-9", 1, "B");
  Report("hub-9", 2, "C");
  Report("hub-8", 1, "D");
  Pulled();
  Links links(engine_);
  ASSERT_TRUE(links.Add(options_, std::make_unique<HeldAdapter>()).ok());
  core::RequestContext operator_;
  operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
  v1::ListEarlyItemsRequest request;
  request.set_page_size(2);
  std::vector<v1::EarlyItem> items;
  do {
    const auto page = links.ListEarlyItems(operator_, request);
    ASSERT_TRUE(page.ok()) << page.status();
    items.insert(items.end(), page->items().begin(), page->items().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].link(), "portal");
  EXPECT_EQ(items[0].version(), 1);
  EXPECT_EQ(items[0].since().seconds() + 600, items[0].give_up_time().seconds());
  std::map<int64_t, std::string> causes;
  for (const v1::EarlyItem& item : items) {
    if (item.key() == "hub-9") causes[item.version()] = item.cause();
  }
  EXPECT_THAT(causes[1], HasSubstr("no dossier is known here by the key hub-9 or the code"));
  EXPECT_THAT(causes[2], HasSubstr("an earlier item of its key"));
  operator_.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  EXPECT_TRUE(absl::IsPermissionDenied(links.ListEarlyItems(operator_, {}).status()));
}

TEST_F(EarlyTest, ItWaitsThroughARestart) {
  Begin();
  Report("hub-9", 1, "B");
  Pulled();
  Begin();
  EXPECT_EQ(Waiting(), 1);
  ASSERT_EQ(PushNew(), code_);
  Run();
  EXPECT_EQ(Waiting(), 0);
  EXPECT_EQ(Lane(code_).source_version(), 1);
}

// A new dossier that the gateway must number, right after a backup was put back.
TEST_F(EarlyTest, WhatNeedsANumberOfAClosedSeriesWaitsUntilItIsOpened) {
  store_.SetEpoch(absl::ToUnixSeconds(clock_.Now()));
  Begin();
  auto& item = *adapter_.report.add_items();
  item.set_key("DVC.1");
  item.set_version(1);
  *item.mutable_dossier() = NewDossier("H29.X01", "1");
  Pulled();
  EXPECT_EQ(Waiting(), 1);
  clock_.Advance(absl::Hours(3));  // longer than any item waits for its dossier
  Run();
  EXPECT_EQ(Waiting(), 1) << "an operator takes the time it takes";
  EXPECT_THAT(DeadLetters(), IsEmpty());
  ASSERT_EQ(IdOf("DVC.1"), 0) << "not there";

  OpenSeries("H29.X01", 41);
  RunLater();
  EXPECT_EQ(Waiting(), 0);
  const auto code = core::CodeOf(engine_, IdOf("DVC.1"));
  ASSERT_TRUE(code.ok()) << code.status();
  EXPECT_THAT(*code, HasSubstr("-0042"));
}

TEST_F(EarlyTest, WhenItsTimeIsOverItIsADeadLetter) {
  Begin();
  Report("hub-9", 1, "B");
  Report("hub-9", 2, "C");
  Pulled();
  clock_.Advance(absl::Minutes(11));
  Run();
  EXPECT_EQ(Waiting(), 0);
  ASSERT_EQ(DeadLetters().size(), 2U);
  EXPECT_EQ(DeadLetters()[0].code(), code_);
  EXPECT_THAT(DeadLetters()[0].reason(), HasSubstr("is not known here"));
}

TEST_F(EarlyTest, ALinkIsNotWellWhileSomethingWaitsTooLong) {
  Begin();
  Answer(pb::OUTCOME_APPLIED);
  Report("hub-9", 1, "B");
  Pulled();
  EXPECT_EQ(link_->Describe().state(), v1::Link::STATE_OK);
  clock_.Advance(absl::Seconds(61));
  Run();
  EXPECT_EQ(link_->Describe().oldest_pending_seconds(), 61);
  EXPECT_EQ(link_->Describe().state(), v1::Link::STATE_LATE);
}

TEST_F(EarlyTest, AClockSetBackKeepsNobodyBusy) {
  Begin();
  Report("hub-9", 1, "B");
  Pulled();
  clock_.Advance(-absl::Hours(1));
  Run();
  const absl::StatusOr<absl::Time> next = link_->Tick();
  ASSERT_TRUE(next.ok());
  EXPECT_GT(*next, clock_.Now());
}

TEST_F(EarlyTest, ItIsNotForgottenWhenACommitBesideItFails) {
  Begin();
  Report("hub-9", 1, "B");
  Pulled();
  Report("hub-8", 1, "C");
  store_.Refuse(true);
  clock_.Advance(absl::Seconds(1));
  bool failed = false;
  for (int i = 0; i < 3; ++i) failed = !link_->Tick().ok() || failed;
  EXPECT_TRUE(failed);
  store_.Refuse(false);
  Run();
  EXPECT_EQ(Waiting(), 2);
  ASSERT_EQ(PushNew(), code_);
  Run();
  EXPECT_EQ(Waiting(), 0);
}

TEST_F(EarlyTest, ACallIsAnsweredAtOnce) {
  Begin();
  pb::ReceiveReply meaning;
  auto& item = *meaning.add_items();
  item.set_key("hub-9");
  item.mutable_dossier()->set_code(code_);
  pb::ReceiveRequest call;
  call.set_body(meaning.SerializeAsString());
  pb::ReceiveRequest results;
  link_->Receive(call, clock_.Now() + absl::Seconds(5),
                 [&](absl::StatusOr<pb::ReceiveReply> reply) {
                   ASSERT_TRUE(reply.ok()) << reply.status();
                   results.ParseFromString(reply->body());
                 });
  Run();
  ASSERT_EQ(results.results_size(), 1);
  EXPECT_EQ(results.results(0).outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(Waiting(), 0);
}

}  // namespace
}  // namespace lienthong::sync
