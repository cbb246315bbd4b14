// What a link tells its counterpart's people.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/notices.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/tasks.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;

// Dossiers of agency/H29.X05, of whose subject the portal says otherwise.
class NoticesTest : public EngineTest {
 protected:
  void SetUp() override { adapter_.can().set_notices(true); }

  // A dossier that the portal has; its code.
  std::string PushShown() {
    const std::string code = PushNew();
    Run();
    pb::ItemOutcome applied;
    applied.set_outcome(pb::OUTCOME_APPLIED);
    applied.set_key(code);
    Answer(applied);
    return code;
  }
  void Report(const std::string& code, const std::string& subject) {
    pb::InboundItem item;
    item.set_key(code);
    item.set_version(++version_);
    *item.mutable_dossier() = DossierWith({{"code", code}, {"subject", subject}});
    *adapter_.report.add_items() = std::move(item);
  }
  // A conflict of which the portal is about to be told.
  std::string PushDisputed() {
    std::string code = PushShown();
    Report(code, "B");
    RunLater();
    return code;
  }
  // Of the newest call; none when it carried something else.
  std::vector<pb::Notice> Told() const {
    if (adapter_.sent.empty()) return {};
    const auto& notices = adapter_.sent.back().notices();
    return {notices.begin(), notices.end()};
  }
  // Answers deliveries until a notice is told, or nothing more.
  void AnswerUntilTold() {
    for (int i = 0; i < 10 && Told().empty() && adapter_.is_called(); ++i) {
      Answer(pb::OUTCOME_APPLIED);
      RunLater();
    }
  }
  // As if something of a dossier was given up.
  void PutNotice(const std::string& code) {
    storage::v1::NoticeRecord record;
    record.set_dossier_id(IdOf(code));
    *record.mutable_notice()->mutable_time() = domain::ToProto(clock_.Now());
    store::WriteSet set;
    core::PutNotices(engine_, {parties_.Find("portal")}, code, std::move(record), set);
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  }
  // Fails every notice, answers everything else, while the counterpart is well otherwise.
  void FailNotices(int times) {
    for (int i = 0; i < times; ++i) {
      clock_.Advance(absl::Hours(1));
      Run();
      if (!adapter_.is_called()) continue;
      if (Told().empty()) {
        Answer(pb::OUTCOME_APPLIED);
      } else {
        adapter_.Fail(absl::UnavailableError("no place for it (invented)"));
        Run();
      }
    }
  }
  std::vector<StoredTask> Tasks() const {
    std::vector<StoredTask> tasks;
    const std::vector<store::Row> rows = store_.Read({.table = store::Table::kTask}).value();
    for (const store::Row& row : rows) tasks.push_back(ReadTask(engine_, row).value());
    return tasks;
  }
  int64_t Cursor() const { return LaneStore(engine_, "portal").LoadLink()->notice_cursor(); }

  int64_t version_ = 0;
};

TEST_F(NoticesTest, AConflictIsToldToItsProposer) {
  Begin();
  const std::string code = PushDisputed();
  AnswerUntilTold();
  ASSERT_EQ(Told().size(), 1U);
  const pb::OutboundItem& item = adapter_.sent.back();
  EXPECT_EQ(item.delivery_id(), "portal-n1");
  EXPECT_EQ(item.key(), code);
  EXPECT_EQ(item.dossier().code(), code);
  EXPECT_EQ(item.revision(), 0);
  EXPECT_EQ(Told()[0].kind(), pb::Notice::KIND_CONFLICT_OPENED);
  EXPECT_EQ(Told()[0].path(), "subject");
  EXPECT_EQ(Told()[0].party(), "portal");
  EXPECT_EQ(Cursor(), 0);
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Cursor(), 1);
  const size_t sent = adapter_.sent.size();
  RunLater();
  EXPECT_EQ(adapter_.sent.size(), sent) << "it is told once";
}

TEST_F(NoticesTest, ACounterpartThatTakesNoneIsToldNothing) {
  adapter_.can().set_notices(false);
  Begin();
  PushDisputed();
  AnswerUntilTold();
  EXPECT_TRUE(Told().empty());
}

TEST_F(NoticesTest, AMissingAnswerIsNoSuccess) {
  Begin();
  PushDisputed();
  AnswerUntilTold();
  ASSERT_EQ(Told().size(), 1U);
  const std::string id = Told()[0].id();
  adapter_.Fail(absl::UnavailableError("no answer"));
  Run();
  EXPECT_EQ(Cursor(), 0);
  RunLater();
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_EQ(Told()[0].id(), id);
  EXPECT_EQ(adapter_.sent.back().delivery_id(), "portal-n1") << "the same one again";
  Answer(pb::OUTCOME_DUPLICATE);
  EXPECT_EQ(Cursor(), 1);
}

TEST_F(NoticesTest, OneThatIsRefusedStopsNoOther) {
  Begin();
  const std::string code = PushDisputed();
  AnswerUntilTold();
  ASSERT_EQ(Told().size(), 1U);
  Report(code, "C");
  Answer(pb::OUTCOME_REJECTED);
  EXPECT_EQ(Cursor(), 1);
  RunLater();
  AnswerUntilTold();
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_EQ(adapter_.sent.back().delivery_id(), "portal-n2");
  EXPECT_TRUE(DeadLetters().empty());
}

TEST_F(NoticesTest, OneAfterTheOtherInTheirOrder) {
  Begin();
  const std::string code = PushShown();
  for (const char* subject : {"B", "C", "D"}) {
    Report(code, subject);
    clock_.Advance(absl::Seconds(5));
    Run();
  }
  std::vector<std::string> ids;
  for (int i = 0; i < 20 && adapter_.is_called(); ++i) {
    if (!Told().empty()) ids.push_back(adapter_.sent.back().delivery_id());
    Answer(pb::OUTCOME_APPLIED);
    clock_.Advance(absl::Seconds(5));
    Run();
  }
  EXPECT_THAT(ids, ::testing::ElementsAre("portal-n1", "portal-n2", "portal-n3"));
}

TEST_F(NoticesTest, NothingIsToldWhileTheLinkIsPaused) {
  Begin();
  const std::string code = PushShown();
  Report(code, "B");
  Run();
  ASSERT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
  const size_t sent = adapter_.sent.size();
  if (adapter_.is_called()) Answer(pb::OUTCOME_APPLIED);
  RunLater();
  EXPECT_EQ(adapter_.sent.size(), sent);
  ASSERT_THAT(link_->SetPaused(false, ByOperator()), IsOk());
  RunLater();
  AnswerUntilTold();
  EXPECT_EQ(Told().size(), 1U);
}

// Told as if something of a dossier was given up.
TEST_F(NoticesTest, OfADossierThatIsNotThereItIsToldNothing) {
  options_.all_dossiers = false;
  Begin();
  const std::string code = PushNew();  // not the portal's
  store::WriteSet set;
  storage::v1::NoticeRecord record;
  record.set_dossier_id(IdOf(code));
  core::PutNotices(engine_, {parties_.Find("portal")}, "x", record, set);
  ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  RunLater();
  EXPECT_TRUE(adapter_.sent.empty());
  EXPECT_EQ(Cursor(), 1) << "passed over: it holds up no other";
}

TEST_F(NoticesTest, ItWaitsForTheRecordThatItIsAbout) {
  Begin();
  const std::string code = PushNew();
  Run();
  ASSERT_EQ(adapter_.sent.size(), 1U);  // the dossier is on its way
  store::WriteSet set;
  storage::v1::NoticeRecord record;
  record.set_dossier_id(IdOf(code));
  core::PutNotices(engine_, {parties_.Find("portal")}, "x", record, set);
  ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  clock_.Advance(absl::Seconds(5));
  Run();
  EXPECT_EQ(adapter_.sent.size(), 1U);
  EXPECT_EQ(Cursor(), 0);
  pb::ItemOutcome applied;
  applied.set_outcome(pb::OUTCOME_APPLIED);
  applied.set_key("K-1");
  Answer(applied);
  RunLater();
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_EQ(adapter_.sent.back().key(), "K-1");
}

TEST_F(NoticesTest, OfADiscardedLetterItsCounterpartAndWhoSentItAreTold) {
  Begin();
  const std::string code = PushNew();
  Run();
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_EQ(DeadLetters().size(), 1U);
  const std::string id = Lane(code).dead_letter_id();
  ASSERT_THAT(link_->Do({.kind = std::string(kActDiscard),
                         .id = id,
                         .actor = "operator/lan",
                         .reason = "it was entered twice (invented)",
                         .request_id = "r-1",
                         .edit = {}}),
              IsOk());
  for (const char* party : {"portal", kAgency}) {
    const auto told = core::NoticesAfter(engine_, party, 0, 10).value();
    ASSERT_EQ(told.size(), 1U) << party;
    const pb::Notice& notice = told[0].record.notice();
    EXPECT_EQ(notice.kind(), pb::Notice::KIND_LETTER_DISCARDED);
    EXPECT_EQ(notice.party(), kAgency);
    EXPECT_EQ(notice.result(), "DISCARDED");
    EXPECT_EQ(told[0].record.dossier_id(), IdOf(code));
  }
}

TEST_F(NoticesTest, OneOfADossierThatTheLinkHasNotMetYetWaits) {
  options_.parallel_calls_max = 1000;  // or deliveries leave no place for a notice
  adapter_.can().set_parallel_calls_max(1000);
  Begin();
  clock_.Advance(absl::Minutes(1));
  std::string code;
  for (int i = 0; i < 300; ++i) code = PushNew();  // more than one look at the journal
  PutNotice(code);
  ASSERT_THAT(link_->Tick(), IsOk());
  EXPECT_EQ(Cursor(), 0);
  LaneStore lanes(engine_, "portal");
  ASSERT_EQ(lanes.Load(IdOf(code))->version, 0) << "or the test shows nothing";
  Run();
  EXPECT_NE(lanes.Load(IdOf(code))->version, 0);
  EXPECT_EQ(Cursor(), 0) << "the dossier is on its way now";
}

TEST_F(NoticesTest, ADossierThatNeverGetsThereHoldsUpNoOther) {
  Begin();
  const std::string shown = PushShown(), code = PushNew();
  Run();
  PutNotice(code);
  PutNotice(shown);
  adapter_.Fail(absl::UnavailableError("no answer (invented)"));
  Run();
  LaneState lane = Lane(code);
  lane.set_attempts(19);
  Overwrite(code, lane);
  link_->Forget(IdOf(code));
  Run();
  EXPECT_EQ(Cursor(), 0) << "it may still come";
  lane.set_attempts(20);
  Overwrite(code, lane);
  link_->Forget(IdOf(code));
  clock_.Advance(absl::Seconds(1));
  Run();
  EXPECT_EQ(Cursor(), 1);
  ASSERT_EQ(Tasks().size(), 1U);
  EXPECT_EQ(Tasks()[0].record.code(), code);
}

TEST_F(NoticesTest, OneOfADossierThatIsStillToBeLoadedWaits) {
  std::string code;
  for (int i = 0; i < 201; ++i) code = PushNew();  // more than a page
  store::WriteSet set;
  storage::v1::LinkRecord record;
  record.set_epoch(1);
  record.set_journal_cursor(store_.Info().last_sequence);
  record.set_loading(true);
  record.set_tells_notices(true);
  LaneStore(engine_, "portal").PutLink(record, set);
  ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  PutNotice(code);
  link_ =
      std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("portal"), adapter_, [] {});
  ASSERT_THAT(link_->Recover(), IsOk());
  ASSERT_THAT(link_->Tick(), IsOk());
  ASSERT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE) << "or the test shows nothing";
  EXPECT_EQ(Cursor(), 0);
}

TEST_F(NoticesTest, AfterAJoinTheRecordThatWentOverIsTold) {
  Begin();
  const std::string survivor = PushShown(), other = PushShown();
  LaneState lane = Lane(other);
  lane.clear_key();
  lane.set_joined_into(IdOf(survivor));
  Overwrite(other, lane);
  PutNotice(other);
  RunLater();
  ASSERT_EQ(Told().size(), 1U);
  EXPECT_EQ(adapter_.sent.back().key(), Lane(survivor).key());
  EXPECT_EQ(adapter_.sent.back().dossier().code(), survivor);
}

TEST_F(NoticesTest, OneThatFailsForEverIsAPersonsToTell) {
  Begin();
  const std::string code = PushShown(), next = PushShown();
  PutNotice(code);
  PutNotice(next);
  FailNotices(4);
  EXPECT_EQ(Cursor(), 0);
  EXPECT_TRUE(Tasks().empty());
  Begin();  // attempts outlast the process
  FailNotices(4);
  EXPECT_EQ(Cursor(), 1);
  ASSERT_EQ(Tasks().size(), 1U);
  const v1::Task task = ToPublic(Tasks()[0]);
  EXPECT_EQ(task.act(), "notice");
  EXPECT_EQ(task.code(), code);
  RunLater();
  ASSERT_EQ(Told().size(), 1U) << "the others go on";
  EXPECT_EQ(adapter_.sent.back().dossier().code(), next);
}

TEST_F(NoticesTest, WhileTheCounterpartIsAwayNothingIsGivenUp) {
  Begin();
  const std::string code = PushShown();
  PutNotice(code);
  Run();
  adapter_.is_down = true;
  FailNotices(30);
  EXPECT_EQ(Cursor(), 0);
  EXPECT_TRUE(Tasks().empty());
  adapter_.is_down = false;
  RunLater();
  ASSERT_EQ(Told().size(), 1U);
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_EQ(Cursor(), 1);
}

TEST_F(NoticesTest, ANewLinkTellsNothingOld) {
  const std::string code = PushNew();
  PutNotice(code);
  Begin();
  pb::ItemOutcome applied;
  applied.set_outcome(pb::OUTCOME_APPLIED);
  applied.set_key(code);
  Answer(applied);
  RunLater();
  EXPECT_TRUE(Told().empty());
  EXPECT_EQ(Cursor(), 1);
  PutNotice(code);
  RunLater();
  EXPECT_EQ(Told().size(), 1U) << "what is new";
}

TEST_F(NoticesTest, ALinkThatNewlyTellsThemTellsNothingOld) {
  adapter_.can().set_notices(false);
  Begin();
  const std::string code = PushShown();
  PutNotice(code);
  RunLater();
  adapter_.can().set_notices(true);
  RunLater();
  EXPECT_TRUE(Told().empty());
  PutNotice(code);
  RunLater();
  EXPECT_EQ(Told().size(), 1U);
  EXPECT_EQ(adapter_.sent.back().delivery_id(), "portal-n2");
}

}  // namespace
}  // namespace lienthong::sync
