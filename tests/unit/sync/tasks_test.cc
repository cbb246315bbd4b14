// What becomes of a reasoned act at a counterpart that has no place for it, or cannot change it.
#include "gateway/sync/tasks.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/act_log.h"
#include "gateway/sync/links.h"
#include "tests/unit/sync/engine_fixture.h"
#include "tests/unit/sync/lane_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A lane whose turns come with acts.
template <typename Base>
class Acted : public Base {
 protected:
  // The turn to the dossier as it is now, with all acts so far.
  Effects TurnedWithActs() {
    this->shown_.Clear();
    this->shown_.mutable_dossier()->set_subject(this->dossier_.subject());
    *this->shown_.mutable_dossier()->mutable_steps() = this->dossier_.steps();
    if (has_error_) this->shown_.mutable_error()->set_reason("has no code there");
    return this->Do(Turn{.target = &this->dossier_,
                         .shown = &this->shown_,
                         .head_revision = this->dossier_.revision(),
                         .acts = acts_,
                         .is_closed = is_closed_});
  }
  // An act that has changed these fields.
  Effects Act(storage::v1::ReasonedAct kind, std::vector<std::string> paths) {
    const int64_t revision = this->dossier_.revision() + 1;
    acts_.push_back(
        {.revision = revision, .kind = kind, .reason = "invented", .paths = std::move(paths)});
    this->Seen(revision);
    return TurnedWithActs();
  }
  Effects Void() {
    is_closed_ = true;
    return Act(storage::v1::REASONED_ACT_VOID, {"voiding.actor", "voiding.reason"});
  }
  Effects Correct(const std::string& subject) {
    this->dossier_.set_subject(subject);
    return Act(storage::v1::REASONED_ACT_CORRECT, {"note", "subject"});
  }

  std::vector<sync::Act> acts_;
  bool is_closed_ = false;
  bool has_error_ = false;
};

using TaskLaneTest = Acted<LaneTest>;
using AppendingTaskLaneTest = Acted<AppendingLaneTest>;

TEST_F(TaskLaneTest, AVoidDossierIsATaskWhereThereIsNoPlaceForThat) {
  Begin();
  const Effects effects = Void();
  ASSERT_THAT(effects.tasks, SizeIs(1));
  EXPECT_EQ(effects.tasks[0].revision, 2);
  EXPECT_EQ(effects.tasks[0].kind, storage::v1::REASONED_ACT_VOID);
  EXPECT_EQ(effects.tasks[0].reason, "invented");
  EXPECT_THAT(effects.tasks[0].paths, ElementsAre("voiding.actor", "voiding.reason"));
  EXPECT_FALSE(effects.deliver.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_EQ(lane_.acted_revision(), 2);
}

TEST_F(TaskLaneTest, AnActIsATaskOnce) {
  Begin();
  ASSERT_THAT(Void().tasks, SizeIs(1));
  EXPECT_THAT(TurnedWithActs().tasks, IsEmpty());
}

TEST_F(TaskLaneTest, WhereThereIsAPlaceItGoesAsAnyField) {
  Begin();
  link_.holds_voiding = true;
  EXPECT_THAT(Void().tasks, IsEmpty());
}

TEST_F(TaskLaneTest, ADossierThatEndedBeforeItCameThereIsNeverMadeThere) {
  Seen(1);
  const Effects effects = Void();
  EXPECT_THAT(effects.tasks, IsEmpty());
  EXPECT_FALSE(effects.deliver.has_value());
  EXPECT_EQ(lane_.phase(), LaneState::PHASE_IDLE);
  EXPECT_FALSE(lane_.has_pending_since());
  EXPECT_TRUE(Seen(2).unchanged);
  is_closed_ = false;  // parted again
  Seen(3);
  EXPECT_TRUE(TurnedWithActs().deliver.has_value());
}

TEST_F(TaskLaneTest, WhatCannotBeChangedThereAnyMoreIsATask) {
  Begin();
  link_.updatable = {"status"};
  const Effects effects = Correct("B");
  ASSERT_THAT(effects.tasks, SizeIs(1));
  EXPECT_THAT(effects.tasks[0].paths, ElementsAre("subject")) << "it has no note";
  EXPECT_FALSE(effects.deliver.has_value());
}

TEST_F(TaskLaneTest, WhatCanBeChangedIsDelivered) {
  Begin();
  const Effects effects = Correct("B");
  EXPECT_THAT(effects.tasks, IsEmpty());
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_EQ(effects.deliver->dossier().subject(), "B");
}

TEST_F(TaskLaneTest, WhatStandsThereAlreadyIsNoTask) {
  Begin();
  link_.updatable = {"status"};
  Report(2, "B");
  EXPECT_THAT(Correct("B").tasks, IsEmpty());
}

TEST_F(TaskLaneTest, WhatTheRecordBeginsWithIsNoTask) {
  link_.updatable = {"status"};
  const Effects effects = Correct("B");
  EXPECT_THAT(effects.tasks, IsEmpty());
  EXPECT_TRUE(effects.deliver.has_value());
}

TEST_F(TaskLaneTest, AnUnansweredDeliveryIsSettledFirst) {
  Begin();
  SendSubject("B");
  Answer(adapter::v1::OUTCOME_UNKNOWN);
  const int64_t before = dossier_.revision();
  dossier_.set_revision(before);
  acts_.push_back({.revision = before + 1,
                   .kind = storage::v1::REASONED_ACT_VOID,
                   .reason = "invented",
                   .paths = {"voiding.reason"}});
  is_closed_ = true;
  Do(ChangeSeen{.revision = before + 1, .committed = kNow});
  EXPECT_THAT(TurnedWithActs().tasks, IsEmpty());
  LookedUp(2, "B");
  dossier_.set_revision(before + 1);
  EXPECT_THAT(TurnedWithActs().tasks, SizeIs(1));
  EXPECT_THAT(TurnedWithActs().tasks, IsEmpty());
}

TEST_F(TaskLaneTest, ATurnThatIsRefusedGivesItsTaskAllTheSame) {
  Begin();
  has_error_ = true;
  const Effects refused = Void();
  ASSERT_TRUE(refused.stop.has_value());
  EXPECT_THAT(refused.tasks, SizeIs(1));
  has_error_ = false;
  Seen(3);
  EXPECT_THAT(TurnedWithActs().tasks, IsEmpty());
}

TEST_F(AppendingTaskLaneTest, AnElementThatWasAppendedIsATaskOnceItIsCorrected) {
  AddStep("b1", "first");
  BeginThere();
  dossier_.mutable_steps(0)->set_content("corrected");
  AddStep("b2", "second");
  const Effects effects = Act(storage::v1::REASONED_ACT_CORRECT,
                              {"steps[b1].content", "steps[b2].content", "steps[b2].id"});
  ASSERT_THAT(effects.tasks, SizeIs(1));
  EXPECT_THAT(effects.tasks[0].paths, ElementsAre("steps[b1].content"));
  ASSERT_TRUE(effects.deliver.has_value());
  EXPECT_THAT(StepsOf(*effects.deliver), ElementsAre("b2"));
}

// The same with a link and its store.
class TasksTest : public EngineTest {
 protected:
  void SetUp() override {
    operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
    ASSERT_THAT(links_.Add(options_, std::make_unique<HeldAdapter>()), IsOk());
    Begin();
  }

  std::string PushShown() {
    const std::string code = PushNew();
    Run();
    pb::ItemOutcome answer;
    answer.set_outcome(pb::OUTCOME_APPLIED);
    answer.set_key("P-1");
    Answer(answer);
    return code;
  }
  void Void(const std::string& code) {
    dossier::v1::VoidDossierRequest request;
    request.set_request_id(random_->Uuid());
    request.set_code(code);
    request.set_reason("filed twice (invented)");
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
    core::Dossiers(engine_).Void(context, request,
                                 [](const auto& answer) { ASSERT_THAT(answer, IsOk()); });
  }
  std::vector<v1::Task> Tasks(const std::string& link = "") const {
    v1::ListTasksRequest request;
    request.set_link(link);
    const auto response = links_.ListTasks(operator_, request);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->tasks().begin(), response->tasks().end()};
  }
  v1::CloseTasksRequest CloseOf(const std::string& id) {
    v1::CloseTasksRequest request;
    request.add_ids(id);
    request.set_reason("withdrawn there by telephone (invented)");
    request.set_request_id(random_->Uuid());
    return request;
  }

  Links links_{engine_};
  core::RequestContext operator_;
};

TEST_F(TasksTest, OperatorsReadWhatIsToBeDoneWhere) {
  const std::string code = PushShown();
  Void(code);
  Run();
  const std::vector<v1::Task> tasks = Tasks();
  ASSERT_THAT(tasks, SizeIs(1));
  const int64_t revision = Stored(code).revision();
  EXPECT_EQ(tasks[0].id(), TaskId("portal", IdOf(code), revision));
  EXPECT_EQ(tasks[0].link(), "portal");
  EXPECT_EQ(tasks[0].code(), code);
  EXPECT_EQ(tasks[0].key(), "P-1");
  EXPECT_EQ(tasks[0].act(), "void");
  EXPECT_EQ(tasks[0].reason(), "filed twice (invented)");
  EXPECT_TRUE(tasks[0].has_time());
  EXPECT_EQ(link_->Describe().tasks(), 1);
  EXPECT_THAT(Tasks("portal"), SizeIs(1));
  v1::ListTasksRequest unknown;
  unknown.set_link("portla");
  EXPECT_THAT(links_.ListTasks(operator_, unknown), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(TasksTest, AnActDuringACallIsATaskOnceTheCallIsOver) {
  const std::string code = PushNew();
  Run();
  ASSERT_TRUE(adapter_.is_called());
  Void(code);
  Run();
  EXPECT_THAT(Tasks(), IsEmpty()) << "it is not known whether it has the record";
  Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Tasks(), SizeIs(1));
  RunLater();
  EXPECT_THAT(Tasks(), SizeIs(1));
}

TEST_F(TasksTest, AVoidDossierThatWasNeverThereIsNotMadeThere) {
  const std::string code = PushNew();
  Void(code);
  RunLater();
  EXPECT_FALSE(adapter_.is_called());
  EXPECT_THAT(adapter_.sent, IsEmpty());
  EXPECT_THAT(Tasks(), IsEmpty());
  EXPECT_FALSE(Lane(code).has_pending_since());
}

TEST_F(TasksTest, HoweverOftenTheProcessEndsItIsOneTask) {
  const std::string code = PushShown();
  Void(code);
  const int64_t id = IdOf(code);
  for (int commits = 1; commits <= 3; ++commits) {
    store_.DieAfter(commits);
    for (int i = 0; i < 5; ++i) link_->Tick().IgnoreError();
    store_.Revive();
    Begin();
  }
  EXPECT_THAT(Tasks(), SizeIs(1));
  ASSERT_THAT(links_.CloseTasks(operator_, CloseOf(Tasks()[0].id())), IsOk());
  Begin();
  RunLater();
  EXPECT_THAT(Tasks(), IsEmpty());
  EXPECT_EQ(IdOf(code), id);
}

TEST_F(TasksTest, WhatIsClosedIsKeptForEver) {
  Void(PushShown());
  Run();
  const std::string id = Tasks()[0].id();
  const v1::CloseTasksRequest request = CloseOf(id);
  EXPECT_EQ(links_.CloseTasks(operator_, request)->done(), 1);
  EXPECT_THAT(Tasks(), IsEmpty());
  EXPECT_EQ(links_.CloseTasks(operator_, request)->done(), 1) << "the same again";
  const auto acts = core::ListActs(engine_, 0, 500, "").value().acts;
  ASSERT_THAT(acts, SizeIs(1));
  EXPECT_EQ(acts[0].kind(), "close");
  EXPECT_EQ(acts[0].target(), id);
  EXPECT_EQ(acts[0].task().reason(), "filed twice (invented)");
  const auto gone = links_.CloseTasks(operator_, CloseOf(id));
  ASSERT_THAT(gone, IsOk());
  EXPECT_EQ(gone->done(), 0);
  EXPECT_EQ(gone->failures_size(), 1);
}

TEST_F(TasksTest, AreForOperatorsAndNeedAReason) {
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  EXPECT_THAT(links_.ListTasks(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(links_.CloseTasks(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
  v1::CloseTasksRequest request = CloseOf("portal/1/2");
  request.clear_reason();
  EXPECT_THAT(links_.CloseTasks(operator_, request), StatusIs(absl::StatusCode::kInvalidArgument));
  request = CloseOf("portal/1/2");
  request.clear_ids();
  EXPECT_THAT(links_.CloseTasks(operator_, request), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lienthong::sync
