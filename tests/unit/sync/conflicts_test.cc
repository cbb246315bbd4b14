// What operators do about conflicts.
#include "gateway/sync/conflicts.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/errors.h"
#include "gateway/domain/derived.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using Request = v1::ResolveConflictsRequest;

// Something that happens just before the next commit.
class RacingStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    if (before_commit != nullptr) std::exchange(before_commit, nullptr)();
    ForwardingStore::Commit(std::move(set), std::move(done));
  }
  std::function<void()> before_commit;
};

// Dossiers of agency/H29.X05, of whose subject the portal says otherwise.
class ConflictsTest : public EngineTest {
 protected:
  ConflictsTest() : ConflictsTest(new RacingStore(store::OpenMemoryStoreInline())) {}

  void SetUp() override {
    operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
    Begin();
  }

  // A dossier that the portal has; its code.
  std::string PushShown() {
    const std::string code = PushNew();
    Run();
    Answer(pb::OUTCOME_APPLIED);
    return code;
  }
  void Report(const std::string& code, const std::string& subject) {
    pb::InboundItem item;
    item.set_key(code);
    item.set_version(++version_);
    *item.mutable_dossier() = DossierWith({{"code", code}, {"subject", subject}});
    *adapter_.report.add_items() = std::move(item);
    RunLater();
  }
  // One that the portal disagrees about, and has been shown the stored subject again.
  std::string PushDisputed() {
    std::string code = PushShown();
    Report(code, "B");
    Answer(pb::OUTCOME_APPLIED);
    return code;
  }

  std::vector<v1::Conflict> Open(const v1::ListConflictsRequest& request = {}) const {
    const auto response = conflicts_.List(operator_, request);
    EXPECT_THAT(response, IsOk());
    if (!response.ok()) return {};
    return {response->conflicts().begin(), response->conflicts().end()};
  }
  std::string IdOfOnly() const {
    const std::vector<v1::Conflict> open = Open();
    EXPECT_THAT(open, SizeIs(1));
    return open.empty() ? "" : open[0].id();
  }
  std::vector<v1::Act> Acts(const std::string& code = "") const {
    v1::ListActsRequest request;
    request.set_code(code);
    const auto response = conflicts_.ListActs(operator_, request);
    EXPECT_THAT(response, IsOk());
    return {response->acts().begin(), response->acts().end()};
  }

  Request RequestFor(Request::Resolution resolution, const std::vector<std::string>& ids = {}) {
    Request request;
    for (const std::string& id : ids) request.add_ids(id);
    request.set_resolution(resolution);
    request.set_reason("asked by telephone (invented)");
    request.set_request_id(random_->Uuid());
    return request;
  }
  v1::BulkResult Resolve(const Request& request) {
    const auto result = conflicts_.Resolve(operator_, request);
    EXPECT_THAT(result, IsOk());
    return result.value_or(v1::BulkResult());
  }

  core::RequestContext operator_;
  Conflicts conflicts_{engine_};
  RacingStore& racing_;
  int64_t version_ = 0;

 private:
  explicit ConflictsTest(RacingStore* store)
      : EngineTest(std::unique_ptr<store::Store>(store)), racing_(*store) {}
};

TEST_F(ConflictsTest, WhoComesTooLateIsToldWhoDecided) {
  PushDisputed();
  const std::string id = IdOfOnly();
  ASSERT_EQ(Resolve(RequestFor(Request::RESOLUTION_STORED, {id})).done(), 1);
  const v1::BulkResult late = Resolve(RequestFor(Request::RESOLUTION_PROPOSED, {id}));
  ASSERT_THAT(late.failures(), SizeIs(1));
  EXPECT_THAT(late.failures(0).reason(), HasSubstr("settled already: resolve by operator/lan at"));
  EXPECT_THAT(late.failures(0).reason(), HasSubstr("(STORED)"));
  v1::GetConflictRequest get;
  get.set_id(id);
  const auto gone = conflicts_.Get(operator_, get);
  EXPECT_THAT(gone, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(std::string(gone.status().message()), HasSubstr("settled already"));
}

TEST_F(ConflictsTest, ItIsShownWhatIsStoredNow) {
  const std::string code = PushDisputed();
  Push(DossierWith({{"code", code}, {"subject", "C"}}));
  v1::ListConflictsRequest request;
  ASSERT_THAT(Open(request), SizeIs(1));
  EXPECT_EQ(Open(request)[0].current_value(), "") << "no purpose was given";
  request.set_purpose("ticket 88");
  EXPECT_EQ(Open(request)[0].stored_value(), "A");
  EXPECT_EQ(Open(request)[0].current_value(), "C");
}

TEST_F(ConflictsTest, AMistypedFilterIsNotAnEmptyList) {
  const auto unknown = StatusIs(absl::StatusCode::kNotFound);
  v1::ListConflictsRequest request;
  request.set_proposer("link/portla");
  EXPECT_THAT(conflicts_.List(operator_, request), unknown);
  request.clear_proposer();
  request.mutable_filter()->set_code("H29.X05-990101-0001");
  EXPECT_THAT(conflicts_.List(operator_, request), unknown);
}

TEST_F(ConflictsTest, ReasonedActsAreAmongTheActsOfADossier) {
  const std::string code = PushDisputed();
  ASSERT_EQ(Resolve(RequestFor(Request::RESOLUTION_PROPOSED, {IdOfOnly()})).done(), 1);
  clock_.Advance(absl::Seconds(1));
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(random_->Uuid());
  request.set_code(code);
  request.set_reason("nhầm");
  core::RequestContext context;
  context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  core::Dossiers(engine_).Void(context, request,
                               [](const auto& response) { ASSERT_THAT(response, IsOk()); });
  const std::vector<v1::Act> acts = Acts(code);
  ASSERT_THAT(acts, SizeIs(2)) << "what was resolved is there once";
  EXPECT_EQ(acts[0].kind(), "resolve");
  EXPECT_EQ(acts[1].kind(), "void");
  EXPECT_EQ(acts[1].actor(), kAgency);
  EXPECT_EQ(acts[1].reason(), "nhầm");
}

TEST_F(ConflictsTest, TheCounterpartIsShownTheStoredValueAgainByItself) {
  const std::string code = PushShown();
  Report(code, "B");
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "A");
  EXPECT_EQ(Stored(code).subject(), "A");
}

TEST_F(ConflictsTest, SaysWhatTheCounterpartStartedFrom) {
  const std::string code = PushShown();
  Push(DossierWith({{"code", code}, {"subject", "A2"}}));
  Report(code, "B");  // before it was shown A2
  v1::ListConflictsRequest request;
  request.set_purpose("ticket 88");
  ASSERT_THAT(Open(request), SizeIs(1));
  const v1::Conflict conflict = Open(request)[0];
  EXPECT_EQ(conflict.base_value(), "A");
  EXPECT_EQ(conflict.base_revision(), 1);
  EXPECT_EQ(conflict.stored_value(), "A2");
  EXPECT_EQ(conflict.proposed_value(), "B");
  EXPECT_EQ(conflict.owner_party(), kAgency);
}

TEST_F(ConflictsTest, ForTheStoredValueNothingChangesAndItIsAskedOnce) {
  const std::string code = PushDisputed();
  const int64_t revision = Stored(code).revision();
  const Request request = RequestFor(Request::RESOLUTION_STORED, {IdOfOnly()});
  EXPECT_EQ(Resolve(request).done(), 1);
  EXPECT_THAT(Open(), IsEmpty());
  EXPECT_EQ(Stored(code).revision(), revision);
  ASSERT_THAT(Acts(code), SizeIs(1));
  const v1::Act act = Acts(code)[0];
  EXPECT_EQ(act.actor(), "operator/lan");
  EXPECT_EQ(act.kind(), "resolve");
  EXPECT_EQ(act.result(), "STORED");
  EXPECT_EQ(act.reason(), request.reason());
  EXPECT_EQ(act.target(), request.ids(0));
  EXPECT_EQ(act.revision(), 0);

  Report(code, "B");
  EXPECT_THAT(Open(), IsEmpty()) << "it is decided";
  ASSERT_TRUE(adapter_.is_called()) << "and brought back all the same";
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "A");
}

TEST_F(ConflictsTest, ForTheProposedValueTheOperatorWritesIt) {
  const std::string code = PushDisputed();
  EXPECT_EQ(Resolve(RequestFor(Request::RESOLUTION_PROPOSED, {IdOfOnly()})).done(), 1);
  EXPECT_EQ(Stored(code).subject(), "B");
  EXPECT_THAT(Open(), IsEmpty());
  ASSERT_THAT(Acts(), SizeIs(1)) << "one act, not one more for the agreement";
  EXPECT_EQ(Acts()[0].kind(), "resolve");
  EXPECT_EQ(Acts()[0].revision(), Stored(code).revision());
  Run();
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(adapter_.sent.back().dossier().subject(), "B");
}

TEST_F(ConflictsTest, ForAThirdValueTheOperatorWritesThat) {
  const std::string code = PushDisputed();
  Request request = RequestFor(Request::RESOLUTION_EDITED, {IdOfOnly()});
  request.set_value("C");
  EXPECT_EQ(Resolve(request).done(), 1);
  EXPECT_EQ(Stored(code).subject(), "C");
  EXPECT_EQ(Acts()[0].result(), "EDITED");
}

TEST_F(ConflictsTest, TheSameRequestAgainDoesNothing) {
  const std::string code = PushDisputed();
  const Request request = RequestFor(Request::RESOLUTION_PROPOSED, {IdOfOnly()});
  EXPECT_EQ(Resolve(request).done(), 1);
  Push(DossierWith({{"code", code}, {"subject", "A3"}}));
  const v1::BulkResult again = Resolve(request);
  EXPECT_EQ(again.done(), 1);
  EXPECT_THAT(again.failures(), IsEmpty());
  EXPECT_EQ(Stored(code).subject(), "A3");
  EXPECT_THAT(Acts(), SizeIs(1));
  Request other = request;
  other.set_reason("another one (invented)");
  EXPECT_EQ(DetailsOf(conflicts_.Resolve(operator_, other).status()).reason, "REQUEST_ID_REUSED");
  other = request;
  other.set_resolution(Request::RESOLUTION_STORED);
  EXPECT_EQ(DetailsOf(conflicts_.Resolve(operator_, other).status()).reason, "REQUEST_ID_REUSED");
  other = request;
  other.set_ids(0, "another");
  EXPECT_EQ(DetailsOf(conflicts_.Resolve(operator_, other).status()).reason, "REQUEST_ID_REUSED");
}

TEST_F(ConflictsTest, WhatTheOwnerHasReplacedSinceIsNotOverwrittenUnseen) {
  const std::string code = PushDisputed();
  const std::string id = IdOfOnly();
  Push(DossierWith({{"code", code}, {"subject", "A2"}}));
  const v1::BulkResult result = Resolve(RequestFor(Request::RESOLUTION_PROPOSED, {id}));
  EXPECT_EQ(result.done(), 0);
  ASSERT_THAT(result.failures(), SizeIs(1));
  EXPECT_EQ(result.failures(0).id(), id);
  EXPECT_THAT(result.failures(0).reason(), HasSubstr("was changed after this was proposed"));
  EXPECT_EQ(Stored(code).subject(), "A2");
  EXPECT_EQ(IdOfOnly(), id);
}

TEST_F(ConflictsTest, WhatChangesMeanwhileIsLookedAtAgain) {
  for (const auto resolution : {Request::RESOLUTION_STORED, Request::RESOLUTION_PROPOSED}) {
    const std::string code = PushDisputed();
    const std::string id = IdOfOnly();
    racing_.before_commit = [&] { Push(DossierWith({{"code", code}, {"note", "invented"}})); };
    const v1::BulkResult result = Resolve(RequestFor(resolution, {id}));
    ASSERT_THAT(result.failures(), SizeIs(1));
    EXPECT_THAT(result.failures(0).reason(), HasSubstr("look at it again"));
    EXPECT_EQ(Stored(code).subject(), "A");
    EXPECT_THAT(Acts(code), IsEmpty());
    EXPECT_EQ(Resolve(RequestFor(resolution, {id})).done(), 1) << "looked at again";
  }
}

TEST_F(ConflictsTest, ManyByAFilterAndTheRestByAnotherRequest) {
  std::vector<std::string> codes;
  for (int i = 0; i < 3; ++i) codes.push_back(PushDisputed());
  Request request = RequestFor(Request::RESOLUTION_STORED);
  request.mutable_filter()->set_proposer("link/portal");
  request.set_items_max(2);
  v1::BulkResult result = Resolve(request);
  EXPECT_EQ(result.done(), 2);
  EXPECT_TRUE(result.more());
  result = Resolve(request);
  EXPECT_EQ(result.done(), 2);
  EXPECT_TRUE(result.more());
  ASSERT_THAT(Open(), SizeIs(1)) << "the same request does nothing more";
  EXPECT_EQ(Open()[0].code(), codes[2]);
  request.set_request_id(random_->Uuid());
  result = Resolve(request);
  EXPECT_EQ(result.done(), 1);
  EXPECT_FALSE(result.more());
}

TEST_F(ConflictsTest, OneThatIsNotThereStopsNoOther) {
  PushDisputed();
  const v1::BulkResult result =
      Resolve(RequestFor(Request::RESOLUTION_STORED, {"9/note/link/portal/ab", IdOfOnly()}));
  EXPECT_EQ(result.done(), 1);
  ASSERT_THAT(result.failures(), SizeIs(1));
  EXPECT_EQ(result.failures(0).id(), "9/note/link/portal/ab");
}

TEST_F(ConflictsTest, AnUnclearWishIsRefused) {
  PushDisputed();
  const std::string id = IdOfOnly();
  std::vector<std::pair<const char*, std::function<void(Request&)>>> faults = {
      {"reason", [](Request& request) { request.set_reason(" "); }},
      {"request_id", [](Request& request) { request.set_request_id("7"); }},
      {"resolution", [](Request& request) { request.clear_resolution(); }},
      {"ids", [](Request& request) { request.clear_ids(); }},
      {"ids", [](Request& request) { request.mutable_filter()->set_path("subject"); }},
      {"ids", [](Request& request) { request.add_ids(request.ids(0)); }},
      {"value", [](Request& request) { request.set_value("C"); }},
      {"items_max", [](Request& request) { request.set_items_max(-1); }},
      {"ids", [](Request& request) {
         request.clear_ids();
         request.mutable_filter()->set_path("subject");
         request.set_resolution(Request::RESOLUTION_EDITED);
       }}};
  for (const auto& [field, spoil] : faults) {
    Request request = RequestFor(Request::RESOLUTION_STORED, {id});
    spoil(request);
    const absl::Status status = conflicts_.Resolve(operator_, request).status();
    ASSERT_THAT(DetailsOf(status).fields, SizeIs(1)) << field;
    EXPECT_EQ(DetailsOf(status).fields[0].field, field);
  }
  EXPECT_THAT(Open(), SizeIs(1));
}

TEST_F(ConflictsTest, IsForOperatorsOnly) {
  PushDisputed();
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  const Request request = RequestFor(Request::RESOLUTION_STORED, {IdOfOnly()});
  EXPECT_THAT(conflicts_.Resolve(agency, request), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(conflicts_.List(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(conflicts_.Get(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(conflicts_.ListActs(agency, {}), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(ConflictsTest, ValuesAreShownForAPurposeOnly) {
  PushDisputed();
  v1::GetConflictRequest request;
  request.set_id(IdOfOnly());
  EXPECT_EQ(conflicts_.Get(operator_, request)->proposed_value(), "");
  EXPECT_EQ(Open()[0].proposed_value(), "");
  request.set_purpose("ticket 88");
  EXPECT_EQ(conflicts_.Get(operator_, request)->proposed_value(), "B");
  request.set_id("9/note/link/portal/ab");
  EXPECT_THAT(conflicts_.Get(operator_, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ConflictsTest, AFilterFindsThoseThatMeetAllThatItSays) {
  const std::string first = PushDisputed();
  clock_.Advance(absl::Seconds(1));
  const absl::Time between = clock_.Now();
  const std::string second = PushDisputed();
  const auto codes = [this](const std::function<void(v1::ConflictFilter&)>& say) {
    v1::ListConflictsRequest request;
    say(*request.mutable_filter());
    std::vector<std::string> found;
    for (const v1::Conflict& conflict : Open(request)) found.push_back(conflict.code());
    return found;
  };
  EXPECT_THAT(codes([](auto& filter) { filter.set_path("subject"); }), ElementsAre(first, second));
  EXPECT_THAT(codes([](auto& filter) { filter.set_path("steps[].content"); }), IsEmpty());
  EXPECT_THAT(codes([&](auto& filter) { filter.set_code(second); }), ElementsAre(second));
  EXPECT_THAT(codes([](auto& filter) { filter.set_proposer("link/city"); }), IsEmpty());
  EXPECT_THAT(codes([&](auto& filter) { *filter.mutable_before() = domain::ToProto(between); }),
              ElementsAre(first));
}

}  // namespace
}  // namespace lienthong::sync
