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

TEST_F(JoiningTest, OfALaneThatGoesOverOnlyWhatIsOfTheRecordGoesOver) {
  LaneState survivor, other;
  survivor.set_deliveries(7);
  survivor.set_phase(LaneState::PHASE_READY);
  other.set_key("K-2");
  other.set_confirmed_revision(9);
  other.set_acted_revision(8);
  other.set_refused_revision(3);
  other.set_stopped_revision(9);
  other.set_dead_letter_id("d");
  other.set_phase(LaneState::PHASE_DEAD);
  other.set_private_state("kept by the adapter");
  other.set_deliveries(4);
  const JoinedLanes joined = JoinLanes(survivor, other, 5, 2, {.now = clock_.Now(), .sequence = 6});
  EXPECT_EQ(joined.what, JoinedLanes::What::kMoved);
  EXPECT_EQ(joined.survivor.key(), "K-2");
  EXPECT_EQ(joined.survivor.private_state(), "kept by the adapter");
  EXPECT_EQ(joined.survivor.phase(), LaneState::PHASE_READY);
  EXPECT_EQ(joined.survivor.confirmed_revision(), 2);
  EXPECT_EQ(joined.survivor.acted_revision(), 2) << "or the survivor's acts were passed over";
  EXPECT_EQ(joined.survivor.refused_revision(), 0);
  EXPECT_EQ(joined.survivor.stopped_revision(), 0);
  EXPECT_EQ(joined.survivor.dead_letter_id(), "");
  EXPECT_EQ(joined.survivor.deliveries(), 7) << "or a delivery's name came twice";
  EXPECT_EQ(joined.other.key(), "");
  EXPECT_EQ(joined.other.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(joined.other.joined_into(), 5);
  EXPECT_EQ(joined.other.deliveries(), 4);
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
  EXPECT_EQ(Tasks(), 2);
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

}  // namespace
}  // namespace lienthong::sync
