// Two dossiers that are one case: codes, lanes and counterparts, and back again.
#include "gateway/sync/joining.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/core/act_log.h"
#include "gateway/core/history.h"
#include "gateway/sync/links.h"
#include "gateway/sync/tasks.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// Something that happens just before the next commit.
class InterruptedStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    if (before_commit != nullptr) std::exchange(before_commit, nullptr)();
    ForwardingStore::Commit(std::move(set), std::move(done));
  }
  std::function<void()> before_commit;
};

class JoiningTest : public EngineTest {
 protected:
  using Answered = absl::StatusOr<v1::JoinDossiersResponse>;
  static constexpr int64_t kDossiersMax = 3;  // of one test

  JoiningTest() : JoiningTest(new InterruptedStore(store::OpenMemoryStoreInline())) {}

  void SetUp() override {
    operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
    ASSERT_THAT(links_.Add(options_, std::make_unique<HeldAdapter>()), IsOk());
    Begin();
  }

  // A dossier that the counterpart has under a key.
  std::string PushShown(const std::string& key) {
    const std::string code = PushNew();
    Run();
    pb::ItemOutcome answer;
    answer.set_outcome(pb::OUTCOME_APPLIED);
    answer.set_key(key);
    Answer(answer);
    EXPECT_EQ(Lane(code).phase(), LaneState::PHASE_IDLE);
    return code;
  }
  // One that it has not.
  std::string PushUnseen(const std::string& subject) {
    EXPECT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
    dossier::v1::Dossier dossier = NewDossier("H29.X05", "2");
    dossier.set_subject(subject);
    std::string code = Push(std::move(dossier));
    Run();
    return code;
  }
  void GoOn() {
    ASSERT_THAT(link_->SetPaused(false, ByOperator()), IsOk());
    Run();
  }
  void Report(const std::string& key, const std::string& subject) {
    pb::InboundItem item;
    item.set_key(key);
    item.set_version(++version_);
    item.mutable_dossier()->set_subject(subject);
    *adapter_.report.add_items() = std::move(item);
    RunLater();
  }
  v1::JoinDossiersRequest JoinOf(const std::string& survivor, const std::string& other) {
    v1::JoinDossiersRequest request;
    request.set_survivor(survivor);
    request.set_alias(other);
    request.set_reason("filed twice (invented)");
    request.set_request_id(random_->Uuid());
    return request;
  }
  // Both engines of the link, the test's and that of `links_`, stand for the same gateway.
  Answered Join(const v1::JoinDossiersRequest& request) {
    const int64_t survivor = IdOf(request.survivor()), other = IdOf(request.alias());
    Answered answer = links_.JoinDossiers(operator_, request);
    for (const int64_t id : {survivor, other}) link_->Forget(id);
    return answer;
  }
  Answered Part(const std::string& other) {
    v1::PartDossiersRequest request;
    request.set_alias(other);
    request.set_reason("two plots (invented)");
    request.set_request_id(random_->Uuid());
    Answered answer = links_.PartDossiers(operator_, request);
    for (int64_t id = 1; id <= kDossiersMax; ++id) link_->Forget(id);
    return answer;
  }
  LaneState LaneOf(int64_t id) const { return LaneStore(engine_, "portal").Load(id).value().state; }
  dossier::v1::Dossier Dossier(int64_t id) const {
    return core::LoadDossier(engine_, id).value().dossier;
  }
  storage::v1::JournalEntry LastEntry(int64_t id) const {
    storage::v1::JournalEntry last;
    EXPECT_THAT(core::ForEachEntryAfter(engine_, id, 0, [&last](const auto& e) { last = e; }),
                IsOk());
    return last;
  }
  int64_t Tasks() const { return LaneStore(engine_, "portal").CountTasks().value(); }

  Links links_{engine_};
  core::RequestContext operator_;
  InterruptedStore& interrupted_;
  int64_t version_ = 0;

 private:
  explicit JoiningTest(InterruptedStore* store)
      : EngineTest(std::unique_ptr<store::Store>(store)), interrupted_(*store) {}
};

TEST_F(JoiningTest, AllCodesNameTheOneThatGoesOn) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t id = IdOf(survivor), other_id = IdOf(other);
  const Answered answer = Join(JoinOf(survivor, other));
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(answer->survivor(), survivor);
  EXPECT_EQ(answer->alias(), other);
  EXPECT_EQ(IdOf(other), id);
  EXPECT_EQ(core::FindDossier(engine_, "K-2", "portal").value(), id);
  const dossier::v1::Dossier joined = Dossier(other_id);
  EXPECT_EQ(joined.revision(), answer->alias_revision());
  EXPECT_EQ(joined.joined().survivor(), survivor);
  EXPECT_EQ(joined.joined().actor(), "operator/lan");
  EXPECT_EQ(joined.joined().reason(), "filed twice (invented)");
  EXPECT_EQ(LastEntry(other_id).act(), storage::v1::REASONED_ACT_JOIN);
  Push(DossierWith({{"code", other}, {"subject", "B"}}));
  EXPECT_EQ(Dossier(id).subject(), "B");
  EXPECT_EQ(Dossier(other_id).subject(), "A");
}

TEST_F(JoiningTest, ARecordOfTheOtherOneAloneBecomesTheSurvivors) {
  const std::string other = PushShown("K-2");
  const int64_t other_id = IdOf(other);
  const std::string survivor = PushUnseen("B");
  const Answered answer = Join(JoinOf(survivor, other));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->tasks(), IsEmpty());
  EXPECT_EQ(Lane(survivor).key(), "K-2");
  EXPECT_EQ(LaneOf(other_id).key(), "");
  const size_t sent = adapter_.sent.size();
  GoOn();
  ASSERT_THAT(adapter_.sent, SizeIs(sent + 1)) << "what differs, once, and of one dossier";
  EXPECT_EQ(adapter_.sent.back().key(), "K-2");
  EXPECT_EQ(adapter_.sent.back().dossier().code(), survivor);
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
  Answer(pb::OUTCOME_APPLIED);
  RunLater();
  EXPECT_THAT(adapter_.sent, SizeIs(sent + 1));
  EXPECT_EQ(LaneOf(other_id).phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(Tasks(), 0);
  Report("K-2", "C");  // not its own to say: it is shown the survivor's again
  ASSERT_THAT(adapter_.sent, SizeIs(sent + 2));
  EXPECT_EQ(adapter_.sent.back().dossier().code(), survivor);
  EXPECT_EQ(LaneStore(engine_, "portal").CountConflicts().value(), 1);
}

TEST_F(JoiningTest, WhereBothAreThereAPersonIsAsked) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t other_id = IdOf(other);
  const Answered answer = Join(JoinOf(survivor, other));
  ASSERT_THAT(answer, IsOk());
  EXPECT_THAT(answer->tasks(), ElementsAre(TaskId("portal", other_id, answer->alias_revision())));
  RunLater();
  EXPECT_EQ(Tasks(), 1);
  const StoredTask task = FindTask(engine_, answer->tasks(0)).value();
  EXPECT_EQ(task.record.act(), storage::v1::REASONED_ACT_JOIN);
  EXPECT_EQ(task.record.key(), "K-2");
  EXPECT_EQ(LaneOf(other_id).joined_into(), IdOf(survivor));
  EXPECT_EQ(Lane(survivor).key(), "K-1");
}

TEST_F(JoiningTest, WhatIsReportedOfAJoinedRecordIsADeadLetter) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  Run();
  Report("K-2", "C");
  ASSERT_THAT(DeadLetters(), SizeIs(1));
  EXPECT_THAT(DeadLetters()[0].reason(), HasSubstr("this record was joined into " + survivor));
  Report("K-2", "A");
  EXPECT_THAT(DeadLetters(), SizeIs(1)) << "it only repeats what is known";
  EXPECT_EQ(Stored(survivor).subject(), "A");
  EXPECT_EQ(LaneStore(engine_, "portal").CountConflicts().value(), 0);
}

TEST_F(JoiningTest, NothingIsJoinedWhileADeliveryIsUnderWay) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  for (const std::string& changed : {survivor, other}) {
    Push(DossierWith({{"code", changed}, {"subject", changed}}));
    Run();
    ASSERT_TRUE(adapter_.is_called());
    EXPECT_THAT(Join(JoinOf(survivor, other)), StatusIs(absl::StatusCode::kAborted));
    adapter_.Fail(absl::UnavailableError("no answer"));
    Run();
    ASSERT_EQ(Lane(changed).phase(), LaneState::PHASE_UNKNOWN);
    EXPECT_THAT(Join(JoinOf(survivor, other)), StatusIs(absl::StatusCode::kAborted));
    RunLater();
    Answer(pb::OUTCOME_APPLIED);
  }
  EXPECT_NE(IdOf(survivor), IdOf(other));
  EXPECT_THAT(Join(JoinOf(survivor, other)), IsOk());
}

TEST_F(JoiningTest, WhoChangesADossierMeanwhileIsNotLost) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t other_id = IdOf(other);
  interrupted_.before_commit = [&] { Push(DossierWith({{"code", other}, {"subject", "B"}})); };
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  EXPECT_EQ(Dossier(other_id).subject(), "B");
  EXPECT_TRUE(Dossier(other_id).has_joined());
  EXPECT_EQ(Dossier(other_id).revision(), LastEntry(other_id).revision());
}

TEST_F(JoiningTest, ALinkThatKnowsOlderLanesReadsThemAgain) {
  const std::string other = PushShown("K-2");
  const std::string survivor = PushUnseen("B");
  ASSERT_THAT(links_.JoinDossiers(operator_, JoinOf(survivor, other)), IsOk());
  link_->SetPaused(false, ByOperator()).IgnoreError();
  for (int i = 0; i < 10; ++i) link_->Tick().IgnoreError();
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.back().key(), "K-2");
  EXPECT_EQ(adapter_.sent.back().dossier().code(), survivor);
}

TEST_F(JoiningTest, TheSameRequestIsDoneOnce) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t other_id = IdOf(other);
  v1::JoinDossiersRequest request = JoinOf(survivor, other);
  const Answered first = Join(request);
  ASSERT_THAT(first, IsOk());
  const Answered again = links_.JoinDossiers(operator_, request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(Dossier(other_id).revision(), first->alias_revision());
  request.set_reason("another (invented)");
  EXPECT_EQ(DetailsOf(links_.JoinDossiers(operator_, request).status()).reason,
            "REQUEST_ID_REUSED");
  const auto acts = core::ListActs(engine_, IdOf(survivor), 500, "").value().acts;
  ASSERT_THAT(acts, SizeIs(1));
  EXPECT_EQ(acts[0].kind(), kActJoin);
  EXPECT_EQ(acts[0].code(), other);
}

TEST_F(JoiningTest, WhatIsNotToBeJoinedIsRefused) {
  const std::string survivor = PushNew(), other = PushNew();
  const auto refused = StatusIs(absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Join(JoinOf(survivor, survivor)), refused);
  dossier::v1::VoidDossierRequest voiding;
  voiding.set_request_id(random_->Uuid());
  voiding.set_code(other);
  voiding.set_reason("filed twice (invented)");
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  core::Dossiers(engine_).Void(agency, voiding,
                               [](const auto& answer) { ASSERT_THAT(answer, IsOk()); });
  EXPECT_EQ(DetailsOf(Join(JoinOf(survivor, other)).status()).reason, "DOSSIER_VOID");
  EXPECT_EQ(DetailsOf(Join(JoinOf(other, survivor)).status()).reason, "DOSSIER_VOID");
  EXPECT_THAT(links_.JoinDossiers(agency, JoinOf(survivor, other)),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(links_.PartDossiers(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
  v1::JoinDossiersRequest silent = JoinOf(survivor, other);
  silent.clear_reason();
  EXPECT_THAT(links_.JoinDossiers(operator_, silent),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
}

TEST_F(JoiningTest, NoAgencyLosesSightOfItsCase) {
  const std::string survivor = PushNew();
  dossier::v1::Dossier routed = NewDossier("H29.X05", "2");
  auto& assignment = *routed.add_assignments();
  assignment.set_id("g1");
  assignment.set_agency("H29.X07");
  assignment.set_role(dossier::v1::Assignment::ROLE_COOPERATING);
  const std::string other = Push(routed);
  EXPECT_THAT(Join(JoinOf(survivor, other)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("H29.X07")));
  EXPECT_THAT(Join(JoinOf(other, survivor)), IsOk());
}

TEST_F(JoiningTest, PartingGivesTheCodesBack) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t id = IdOf(survivor), other_id = IdOf(other);
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  Run();
  const Answered answer = Part(other);
  ASSERT_THAT(answer, IsOk());
  EXPECT_EQ(IdOf(other), other_id);
  EXPECT_EQ(IdOf(survivor), id);
  EXPECT_EQ(core::FindDossier(engine_, "K-2", "portal").value(), other_id);
  EXPECT_FALSE(Stored(other).has_joined());
  EXPECT_EQ(Stored(other).revision(), answer->alias_revision());
  EXPECT_EQ(LastEntry(other_id).act(), storage::v1::REASONED_ACT_PART);
  EXPECT_THAT(answer->tasks(), SizeIs(1)) << "somebody may have made one record of the two";
  Run();
  EXPECT_EQ(Tasks(), 1) << "nobody is asked any more to make one of the two";
  EXPECT_EQ(FindTask(engine_, answer->tasks(0))->record.survivor(), survivor);
  EXPECT_EQ(LaneOf(other_id).joined_into(), 0);
  Report("K-2", "C");
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_THAT(Part(other), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Join(JoinOf(survivor, other)), StatusIs(absl::StatusCode::kAborted))
      << "it is shown its subject again";
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Join(JoinOf(survivor, other)), IsOk());
  EXPECT_THAT(Part(other), IsOk()) << "once more";
}

TEST_F(JoiningTest, AfterPartingTheOtherOneBeginsAnewWhereItsRecordWentOver) {
  const std::string other = PushShown("K-2");
  const std::string survivor = PushUnseen("B");
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  GoOn();
  Answer(pb::OUTCOME_APPLIED);
  ASSERT_THAT(Part(other), IsOk());
  Run();
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.back().key(), "");
  EXPECT_EQ(adapter_.sent.back().dossier().code(), other);
  EXPECT_EQ(Lane(survivor).key(), "K-2");
  EXPECT_EQ(Tasks(), 0);
}

TEST_F(JoiningTest, PartingBeginsNoLaneWhereTheOtherOneNeverWas) {
  const std::string survivor = PushNew(), other = PushNew();  // the link has not met them
  const int64_t other_id = IdOf(other);
  const LaneStore lanes(engine_, "portal");
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  ASSERT_EQ(lanes.Load(other_id)->version, 0);
  ASSERT_THAT(Part(other), IsOk());
  EXPECT_EQ(lanes.Load(other_id)->version, 0);
}

TEST_F(JoiningTest, WhatWasJoinedOnIsPartedInOrder) {
  const std::string a = PushNew(), b = PushNew(), c = PushNew();
  const int64_t a_id = IdOf(a);
  EXPECT_THAT(Part(a), StatusIs(absl::StatusCode::kFailedPrecondition)) << "it was never joined";
  ASSERT_THAT(Join(JoinOf(b, a)), IsOk());
  ASSERT_THAT(Join(JoinOf(c, b)), IsOk());
  EXPECT_EQ(IdOf(a), IdOf(c));
  EXPECT_THAT(Part(a), StatusIs(absl::StatusCode::kFailedPrecondition));
  ASSERT_THAT(Part(b), IsOk());
  EXPECT_EQ(IdOf(a), IdOf(b));
  ASSERT_THAT(Part(a), IsOk());
  EXPECT_EQ(IdOf(a), a_id);
}

TEST_F(JoiningTest, TheSameRequestIsAnsweredAlikeWhateverHappenedSince) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const std::string third = PushNew();
  Run();
  Answer(pb::OUTCOME_REJECTED);
  const v1::JoinDossiersRequest request = JoinOf(survivor, other);
  const Answered first = Join(request);
  ASSERT_THAT(first, IsOk());
  v1::CloseTasksRequest close;
  close.set_reason("seen to (invented)");
  close.set_request_id(random_->Uuid());
  *close.mutable_ids() = first->tasks();
  ASSERT_THAT(links_.CloseTasks(operator_, close), IsOk());
  ASSERT_THAT(Join(JoinOf(third, survivor)), IsOk());
  const Answered again = links_.JoinDossiers(operator_, request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
}

TEST_F(JoiningTest, WhoSaysWhatTheOtherOneWasIsToldOfTheSurvivor) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  absl::Status status;
  const auto done = [&status](const auto& answer) { status = answer.status(); };
  const auto expect_joined = [&](const char* what) {
    const ErrorDetails details = DetailsOf(status);
    EXPECT_EQ(details.reason, "DOSSIER_JOINED") << what << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(survivor)) << what;
  };
  dossier::v1::PushDossierRequest push;
  push.set_request_id(random_->Uuid());
  push.set_expected_revision(1);
  *push.mutable_dossier() = DossierWith({{"code", other}, {"subject", "B"}});
  core::Dossiers(engine_).Push(agency, push, done);
  expect_joined("push");
  dossier::v1::VoidDossierRequest voiding;
  voiding.set_request_id(random_->Uuid());
  voiding.set_code(other);
  voiding.set_reason("filed twice (invented)");
  core::Dossiers(engine_).Void(agency, voiding, done);
  expect_joined("void");
  dossier::v1::CorrectDossierRequest correction;
  correction.set_request_id(random_->Uuid());
  *correction.mutable_dossier() = DossierWith({{"code", other}, {"subject", "B"}});
  correction.set_reason("a slip (invented)");
  core::Dossiers(engine_).Correct(agency, correction, done);
  expect_joined("correct");
  dossier::v1::ReplaceProcedureRequest replacing;
  replacing.set_request_id(random_->Uuid());
  replacing.set_code(other);
  replacing.mutable_procedure()->set_code("1.001194");
  replacing.mutable_procedure()->set_name("Another (invented)");
  replacing.set_reason("the wrong one (invented)");
  core::Dossiers(engine_).ReplaceProcedure(agency, replacing, done);
  expect_joined("replace procedure");
  voiding.set_code(survivor);
  core::Dossiers(engine_).Void(agency, voiding, done);
  EXPECT_THAT(status, IsOk()) << "by its own code";
}

TEST_F(JoiningTest, WhatWasRefusedBeforeIsKeptAsAnAct) {
  const std::string other = PushShown("K-2");
  Push(DossierWith({{"code", other}, {"subject", "B"}}));
  Run();
  Answer(pb::OUTCOME_REJECTED);
  ASSERT_THAT(DeadLetters(), SizeIs(1));
  const std::string letter = Lane(other).dead_letter_id();
  const std::string survivor = PushUnseen("C");
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  EXPECT_THAT(DeadLetters(), IsEmpty());
  const auto acts = core::ListActs(engine_, IdOf(survivor), 500, "").value().acts;
  ASSERT_THAT(acts, SizeIs(2));
  const auto& kept = acts[0].has_letter() ? acts[0] : acts[1];
  EXPECT_EQ(kept.target(), letter);
  EXPECT_EQ(kept.kind(), kActJoin);
  EXPECT_EQ(kept.result(), "JOINED");
  EXPECT_EQ(kept.letter().code(), other);
  EXPECT_THAT(Part(other), IsOk()) << "that act is not the join";
}

TEST_F(JoiningTest, ConflictsOfTheOtherOneClose) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  const int64_t other_id = IdOf(other);
  Report("K-2", "C");
  ASSERT_EQ(LaneStore(engine_, "portal").CountConflicts().value(), 1);
  while (adapter_.is_called()) Answer(pb::OUTCOME_APPLIED);
  ASSERT_THAT(Join(JoinOf(survivor, other)), IsOk());
  EXPECT_EQ(LaneStore(engine_, "portal").CountConflicts().value(), 0);
  const auto acts = core::ListActs(engine_, other_id, 500, "").value().acts;
  ASSERT_THAT(acts, SizeIs(1));
  EXPECT_TRUE(acts[0].has_conflict());
  EXPECT_EQ(acts[0].kind(), kActJoin);
  EXPECT_EQ(acts[0].reason(), "filed twice (invented)");
  EXPECT_EQ(acts[0].result(), "STORED");
}

TEST_F(JoiningTest, ItHasNoMoreTimeThanItsCall) {
  const std::string survivor = PushShown("K-1"), other = PushShown("K-2");
  operator_.deadline = clock_.Now();
  EXPECT_THAT(Join(JoinOf(survivor, other)), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_NE(IdOf(survivor), IdOf(other));
}

}  // namespace
}  // namespace lienthong::sync
