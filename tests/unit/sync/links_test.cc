// All links of a gateway, as operators and callers meet them.
#include <future>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/act_log.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using lienthong::testing::IsOk;
using lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kCaller = "spiffe://lienthong/counterpart/portal";

class LinksTest : public EngineTest {
 protected:
  LinksTest() : EngineTest(store::OpenMemoryStore()) {
    operator_.caller = {core::CallerKind::kOperator, "operator/demo", {}};
  }

  void Add(const std::string& name, const std::string& caller) {
    LinkOptions options = options_;
    options.name = name;
    options.caller = caller;
    ASSERT_THAT(links_.Add(options, std::make_unique<HeldAdapter>()), IsOk());
  }
  // A lane as some link has left it.
  void PutLane(const std::string& link, int64_t dossier, const LaneState& state) {
    store::WriteSet set;
    LaneStore(engine_, link).Put({.dossier_id = dossier, .version = 0, .state = {}}, state, set);
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
  }
  v1::ListLanesResponse List(const v1::ListLanesRequest& request) {
    const auto response = links_.ListLanes(operator_, request);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? *response : v1::ListLanesResponse();
  }
  absl::Status Call(const std::string& link, const std::string& caller) {
    std::promise<absl::Status> answered;
    pb::ReceiveReply meaning;
    meaning.add_look_ups("none");
    pb::ReceiveRequest request;
    request.set_body(meaning.SerializeAsString());
    links_.Receive(link, caller, request, clock_.Now() + absl::Seconds(30),
                   [&answered](const auto& reply) { answered.set_value(reply.status()); });
    return answered.get_future().get();
  }

  Links links_{engine_};
  core::RequestContext operator_;
};

TEST_F(LinksTest, OnlyTheCounterpartOfALinkMayCallIt) {
  Add("portal", kCaller);
  Add("silent", "");
  ASSERT_THAT(links_.Start(), IsOk());
  EXPECT_THAT(Call("portal", kCaller), IsOk());
  EXPECT_THAT(Call("portal", "spiffe://lienthong/counterpart/city"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call("portal", ""), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Call("silent", kCaller), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call("silent", ""), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Call("none", kCaller), StatusIs(absl::StatusCode::kNotFound));
}

// One that can be read, and one that cannot: its shadow stands for it.
TEST_F(LinksTest, CopiesAreReadWhereTheCounterpartAllowsIt) {
  auto readable = std::make_unique<HeldAdapter>();
  readable->can().set_read_back(true);
  readable->record.set_found(true);
  readable->record.mutable_item()->mutable_dossier()->set_subject("theirs");
  LinkOptions options = options_;
  options.name = "city";
  ASSERT_THAT(links_.Add(options, std::move(readable)), IsOk());
  Add("portal", "");
  const std::string code = PushNew();
  LaneState state;
  state.set_key("k");
  PutLane("city", IdOf(code), state);
  PutLane("portal", IdOf(code), state);
  v1::GetCopiesRequest request;
  request.set_code(code);
  request.set_live(true);
  request.set_purpose("a test");
  operator_.deadline = clock_.Now() + absl::Seconds(30);
  const auto stopped = links_.GetCopies(operator_, request);
  ASSERT_THAT(stopped, IsOk());
  EXPECT_THAT(stopped->copies(0).error(), HasSubstr("does not run"));
  ASSERT_THAT(links_.Start(), IsOk());
  const auto copies = links_.GetCopies(operator_, request);
  ASSERT_THAT(copies, IsOk());
  ASSERT_EQ(copies->copies_size(), 2);
  EXPECT_EQ(copies->copies(0).link(), "city");
  EXPECT_EQ(copies->copies(0).source(), v1::Copy::SOURCE_LIVE);
  std::map<std::string, std::string> held;
  for (const auto& field : copies->copies(0).fields()) held[field.path()] = field.held();
  EXPECT_EQ(held["subject"], "theirs");
  EXPECT_EQ(copies->copies(1).source(), v1::Copy::SOURCE_SHADOW);
  EXPECT_THAT(copies->copies(1).error(), HasSubstr("cannot be read"));
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  EXPECT_THAT(links_.GetCopies(agency, request), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(LinksTest, ACounterpartIsProbed) {
  Add("portal", "");
  operator_.deadline = clock_.Now() + absl::Seconds(30);
  v1::ProbeLinkRequest request;
  request.set_name("portal");
  EXPECT_FALSE(links_.ProbeLink(operator_, request)->answered()) << "it does not run";
  ASSERT_THAT(links_.Start(), IsOk());
  EXPECT_TRUE(links_.ProbeLink(operator_, request)->answered());
  request.set_name("none");
  EXPECT_THAT(links_.ProbeLink(operator_, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LinksTest, AfterStopCallsAreSentBack) {
  Add("portal", kCaller);
  ASSERT_THAT(links_.Start(), IsOk());
  links_.Stop();
  EXPECT_THAT(Call("portal", kCaller), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(LinksTest, LanesAreForOperators) {
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  EXPECT_THAT(links_.ListLanes(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(LinksTest, CountsLanesByPhaseWithoutTheIdle) {
  Add("portal", "");
  for (const auto& [dossier, phase] :
       {std::pair(1, LaneState::PHASE_READY), std::pair(2, LaneState::PHASE_READY),
        std::pair(3, LaneState::PHASE_DEAD), std::pair(4, LaneState::PHASE_IDLE)}) {
    LaneState state;
    state.set_phase(phase);
    PutLane("portal", dossier, state);
  }
  const auto counted = links_.CountLanes(operator_);
  ASSERT_THAT(counted, IsOk());
  std::map<LaneState::Phase, int64_t> lanes;
  for (const Links::LaneCount& count : *counted) lanes[count.phase] = count.lanes;
  EXPECT_THAT(
      lanes,
      ElementsAre(std::pair(LaneState::PHASE_READY, 2), std::pair(LaneState::PHASE_IN_FLIGHT, 0),
                  std::pair(LaneState::PHASE_UNKNOWN, 0), std::pair(LaneState::PHASE_DEAD, 1)));
}

TEST_F(LinksTest, LanesTellWhereADossierStands) {
  Add("portal", "");
  const std::string code = PushNew();
  LaneState state;
  state.set_phase(LaneState::PHASE_UNKNOWN);
  state.set_key("hub-17");
  state.set_confirmed_revision(4);
  state.set_attempts(2);
  state.mutable_pending_since()->set_seconds(11);
  state.add_possible_duplicates("steps[a1]");
  auto& loss = *state.add_losses();
  loss.set_path("steps[a1].officer");
  loss.set_description("cut to 50 characters");
  PutLane("portal", IdOf(code), state);
  const v1::ListLanesResponse response = List({});
  ASSERT_EQ(response.lanes_size(), 1);
  const v1::Lane& lane = response.lanes(0);
  EXPECT_EQ(lane.link(), "portal");
  EXPECT_EQ(lane.code(), code);
  EXPECT_EQ(lane.key(), "hub-17");
  EXPECT_EQ(lane.phase(), v1::Lane::PHASE_UNKNOWN);
  EXPECT_EQ(lane.confirmed_revision(), 4);
  EXPECT_EQ(lane.attempts(), 2);
  EXPECT_EQ(lane.pending_since().seconds(), 11);
  EXPECT_THAT(lane.possible_duplicates(), ElementsAre("steps[a1]"));
  EXPECT_THAT(lane.losses(), ElementsAre("steps[a1].officer: cut to 50 characters"));
}

TEST_F(LinksTest, LanesAreFilteredAndPaged) {
  Add("portal", "");
  Add("another", "");
  std::vector<std::string> codes;
  for (int i = 0; i < 5; ++i) codes.push_back(PushNew());
  LaneState twice;
  twice.add_possible_duplicates("steps[a1]");
  for (int i = 0; i < 5; ++i) PutLane("portal", IdOf(codes[i]), i == 3 ? twice : LaneState());
  for (int i = 0; i < 2; ++i) PutLane("another", IdOf(codes[i]), {});

  v1::ListLanesRequest request;
  request.set_page_size(3);
  std::vector<std::string> seen;
  for (int page = 0; page == 0 || !request.page_token().empty(); ++page) {
    ASSERT_LT(page, 4);
    const v1::ListLanesResponse response = List(request);
    EXPECT_LE(response.lanes_size(), 3);
    for (const v1::Lane& lane : response.lanes()) seen.push_back(lane.link() + " " + lane.code());
    request.set_page_token(response.next_page_token());
  }
  EXPECT_THAT(seen, ElementsAre("another " + codes[0], "another " + codes[1], "portal " + codes[0],
                                "portal " + codes[1], "portal " + codes[2], "portal " + codes[3],
                                "portal " + codes[4]));

  v1::ListLanesRequest of_link;
  of_link.set_link("another");
  EXPECT_EQ(List(of_link).lanes_size(), 2);
  v1::ListLanesRequest of_code;
  of_code.set_code(codes[1]);
  EXPECT_EQ(List(of_code).lanes_size(), 2);
  of_code.set_link("portal");
  ASSERT_EQ(List(of_code).lanes_size(), 1);
  EXPECT_EQ(List(of_code).lanes(0).code(), codes[1]);
  of_code.set_code("nobody's");
  EXPECT_THAT(links_.ListLanes(operator_, of_code), StatusIs(absl::StatusCode::kNotFound));
  v1::ListLanesRequest possibly;
  possibly.set_possible_duplicates(true);
  ASSERT_EQ(List(possibly).lanes_size(), 1);
  EXPECT_EQ(List(possibly).lanes(0).code(), codes[3]);
}

TEST_F(LinksTest, ANameThatIsNoLinksIsNotAnEmptyList) {
  Add("portal", "");
  v1::ListLanesRequest lanes;
  lanes.set_link("portla");
  EXPECT_THAT(links_.ListLanes(operator_, lanes), StatusIs(absl::StatusCode::kNotFound));
  v1::ListDeadLettersRequest letters;
  letters.set_link("portla");
  EXPECT_THAT(links_.ListDeadLetters(operator_, letters), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(LinksTest, ATokenOfAnotherLinkIsRefused) {
  Add("portal", "");
  const std::string first = PushNew(), second = PushNew();
  PutLane("portal", IdOf(first), {});
  PutLane("portal", IdOf(second), {});
  v1::ListLanesRequest request;
  request.set_page_size(1);
  request.set_page_token(List(request).next_page_token());
  request.set_link("portal");
  EXPECT_THAT(links_.ListLanes(operator_, request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(LinksTest, WhoPausesAndResumesALinkIsKept) {
  Add("portal", "");
  ASSERT_THAT(links_.Start(), IsOk());
  v1::PauseLinkRequest pause;
  pause.set_name("portal");
  pause.set_reason("the portal updates its system (invented)");
  pause.set_request_id(random_->Uuid());
  auto paused = links_.Pause(operator_, pause);
  for (const absl::Time end = absl::Now() + absl::Seconds(30);
       absl::IsUnavailable(paused.status()) && absl::Now() < end;) {  // it has no lease yet
    paused = links_.Pause(operator_, pause);
  }
  for (int i = 0; i < 2; ++i) {  // the same request again is done once
    paused = links_.Pause(operator_, pause);
    ASSERT_THAT(paused, IsOk());
    EXPECT_EQ(paused->state(), v1::Link::STATE_PAUSED);
  }
  v1::ResumeLinkRequest resume;
  resume.set_name("portal");
  const auto resumed = links_.Resume(operator_, resume);
  ASSERT_THAT(resumed, IsOk());
  EXPECT_NE(resumed->state(), v1::Link::STATE_PAUSED);
  const auto acts = core::ListActs(engine_, 0, 500, "").value().acts;
  ASSERT_EQ(acts.size(), 2U);
  const bool in_order = acts[0].kind() == "pause";  // at the same time by this clock
  const auto& first = acts[in_order ? 0 : 1];
  const auto& second = acts[in_order ? 1 : 0];
  EXPECT_EQ(first.kind(), "pause");
  EXPECT_EQ(first.actor(), "operator/demo");
  EXPECT_EQ(first.target(), "portal");
  EXPECT_EQ(first.reason(), pause.reason());
  EXPECT_EQ(second.kind(), "resume");
  EXPECT_EQ(second.actor(), "operator/demo");
  EXPECT_NE(second.reason(), "") << "that none was given";
}

TEST_F(LinksTest, WhoWaitsForALinkWaitsNoLongerThanItsDeadline) {
  LinkRunner runner(engine_, options_, *parties_.Find("portal"), std::make_unique<HeldAdapter>());
  const auto nothing = [](LinkEngine&) { return absl::OkStatus(); };
  const auto soon = [] { return absl::Now() + kAnswerTime + absl::Milliseconds(20); };
  ASSERT_THAT(runner.Run(absl::InfiniteFuture(),
                         [&](LinkEngine&) {
                           std::vector<absl::Status> late;
                           std::thread([&] {
                             late.push_back(runner.Run(soon(), nothing));
                             late.push_back(runner.Prepare(soon(), {}).status());
                             late.push_back(runner.Do(soon(), {}));
                             late.push_back(runner.WouldShow(soon(), {}, {}).status());
                           }).join();
                           for (const absl::Status& status : late) {
                             EXPECT_THAT(status, StatusIs(absl::StatusCode::kDeadlineExceeded));
                             EXPECT_THAT(std::string(status.message()),
                                         HasSubstr("link portal was busy"));
                           }
                           return absl::OkStatus();
                         }),
              IsOk());
  EXPECT_THAT(runner.Run(absl::InfiniteFuture(), nothing), IsOk());
}

}  // namespace
}  // namespace lienthong::sync
