// What operators ask of comparisons, and are told.
#include <memory>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/links.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/reconcile/mirror_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kFirst = "018f0000-0000-4000-8000-000000000001";
constexpr const char* kSecond = "018f0000-0000-4000-8000-000000000002";
constexpr int kLooksMax = 2000;

class ComparisonsTest : public EngineTest {
 protected:
  ComparisonsTest() : EngineTest(store::OpenMemoryStore()) {
    operator_.caller = {core::CallerKind::kOperator, "operator/lan", {}};
    operator_.deadline = absl::InfiniteFuture();
    options_.name = options_.party = options_.adapter = "city";
    auto mirror = std::make_unique<MirrorAdapter>();
    mirror_ = mirror.get();
    EXPECT_THAT(links_.Add(options_, std::move(mirror)), IsOk());
  }

  // A comparison as some link has left it.
  void PutFound(const std::string& run, int findings) {
    StoredRun stored{.id = run, .record = {}};
    stored.record.set_link("city");
    stored.record.set_state(v1::Reconciliation::STATE_COMPARED);
    stored.order = run == kFirst ? 1 : 2;
    store::WriteSet set;
    PutRun(engine_, stored, set);
    for (int i = 1; i <= findings; ++i) {
      StoredFinding finding{.id = StrCat(i), .record = {}};
      finding.record.set_state(v1::Finding::STATE_OPEN);
      auto& field = *finding.record.add_fields();
      field.set_path("contact.phone");
      field.set_held("0901");
      field.set_expected("0902");
      PutFinding(engine_, run, finding, set);
    }
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }
  v1::StartReconciliationRequest StartRequest(const std::string& request_id) const {
    v1::StartReconciliationRequest request;
    request.set_link("city");
    request.set_reason("ticket 88");
    request.set_request_id(request_id);
    return request;
  }
  // Looks until it is in a state.
  bool Becomes(const std::string& run, v1::Reconciliation::State state) {
    v1::GetReconciliationRequest request;
    request.set_id(run);
    for (int i = 0; i < kLooksMax; ++i) {
      const auto now = links_.GetReconciliation(operator_, request);
      if (now.ok() && now->state() == state) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  MirrorAdapter* mirror_;
  Links links_{engine_};
  core::RequestContext operator_;
};

TEST_F(ComparisonsTest, AreForOperators) {
  core::RequestContext agency;
  agency.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  const auto denied = StatusIs(absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(links_.StartReconciliation(agency, StartRequest(kFirst)), denied);
  EXPECT_THAT(links_.GetReconciliation(agency, {}), denied);
  EXPECT_THAT(links_.ListReconciliations(agency, {}), denied);
  EXPECT_THAT(links_.ListFindings(agency, {}), denied);
  EXPECT_THAT(links_.ApproveFindings(agency, {}), denied);
  EXPECT_THAT(links_.CancelReconciliation(agency, {}), denied);
}

TEST_F(ComparisonsTest, SayWhatIsWrongWithAStart) {
  const auto invalid = StatusIs(absl::StatusCode::kInvalidArgument);
  v1::StartReconciliationRequest request = StartRequest("not a UUID");
  EXPECT_THAT(links_.StartReconciliation(operator_, request), invalid);
  request = StartRequest(kFirst);
  request.clear_reason();
  EXPECT_THAT(links_.StartReconciliation(operator_, request), invalid);
  for (const auto& [from, to] :
       {std::pair{"2026-03-02", ""}, {"", "hôm nay"}, {"20260303", "20260302"}}) {
    request = StartRequest(kFirst);
    request.set_from_day(from);
    request.set_to_day(to);
    EXPECT_THAT(links_.StartReconciliation(operator_, request), invalid) << from << " " << to;
  }
  request = StartRequest(kFirst);
  request.set_agency("H29.X99");
  const auto mistyped = links_.StartReconciliation(operator_, request);
  EXPECT_THAT(mistyped, invalid);
  EXPECT_THAT(std::string(mistyped.status().message()), HasSubstr("H29.X99"));
  request = StartRequest(kFirst);
  request.set_link("none");
  EXPECT_THAT(links_.StartReconciliation(operator_, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ComparisonsTest, ValuesAreReadForAPurpose) {
  PutFound(kFirst, 1);
  v1::ListFindingsRequest request;
  request.set_reconciliation(kFirst);
  auto page = links_.ListFindings(operator_, request);
  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->findings(0).fields(0).path(), "contact.phone");
  EXPECT_EQ(page->findings(0).fields(0).held(), "");
  request.set_purpose("ticket 88");
  page = links_.ListFindings(operator_, request);
  EXPECT_EQ(page->findings(0).fields(0).held(), "0901");
  EXPECT_EQ(page->findings(0).fields(0).expected(), "0902");
}

TEST_F(ComparisonsTest, FindingsComePageByPage) {
  PutFound(kFirst, 7);
  v1::ListFindingsRequest request;
  request.set_reconciliation(kFirst);
  request.set_state(v1::Finding::STATE_OPEN);
  request.set_page_size(3);
  std::vector<std::string> ids;
  std::vector<int> sizes;
  do {
    const auto page = links_.ListFindings(operator_, request);
    ASSERT_THAT(page, IsOk());
    sizes.push_back(page->findings_size());
    for (const auto& finding : page->findings()) ids.push_back(finding.id());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(sizes, ElementsAre(3, 3, 1));
  EXPECT_THAT(ids, ElementsAre("1", "2", "3", "4", "5", "6", "7"));
  request.set_state(v1::Finding::STATE_MANUAL);
  EXPECT_THAT(links_.ListFindings(operator_, request)->findings(), IsEmpty());
  request.set_reconciliation("none");
  EXPECT_THAT(links_.ListFindings(operator_, request), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ComparisonsTest, AreListedNewestFirst) {
  PutFound(kFirst, 2);
  PutFound(kSecond, 1);
  const auto all = links_.ListReconciliations(operator_, {});
  ASSERT_EQ(all->reconciliations_size(), 2);
  EXPECT_EQ(all->reconciliations(0).id(), kSecond);
  EXPECT_EQ(all->reconciliations(1).findings(), 2);
  v1::ListReconciliationsRequest request;
  request.set_link("none");
  EXPECT_THAT(links_.ListReconciliations(operator_, request),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ComparisonsTest, AreStartedApprovedAndDoneByLinksThatRun) {
  const std::string code = Push([] {
    dossier::v1::Dossier dossier = NewDossier("H29.X05", "2");
    dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000);
    return dossier;
  }());
  ASSERT_THAT(links_.Start(), IsOk());
  v1::ListLanesRequest lanes;
  lanes.set_code(code);
  for (int i = 0; i < kLooksMax; ++i) {
    const auto now = links_.ListLanes(operator_, lanes);
    if (now.ok() && now->lanes_size() == 1 && now->lanes(0).confirmed_revision() > 0 &&
        now->lanes(0).phase() == v1::Lane::PHASE_IDLE) {
      break;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  mirror_->Of(code).set_subject("lạ");
  ASSERT_THAT(links_.StartReconciliation(operator_, StartRequest(kFirst)), IsOk());
  ASSERT_TRUE(Becomes(kFirst, v1::Reconciliation::STATE_COMPARED));
  v1::ApproveFindingsRequest approve;
  approve.set_reconciliation(kFirst);
  approve.set_reason("ticket 88");
  approve.set_request_id(kSecond);
  const auto approved = links_.ApproveFindings(operator_, approve);
  ASSERT_THAT(approved, IsOk());
  EXPECT_EQ(approved->done(), 1);
  ASSERT_TRUE(Becomes(kFirst, v1::Reconciliation::STATE_DONE));
  EXPECT_EQ(links_.ApproveFindings(operator_, approve)->done(), 1) << "the same request again";
  v1::CancelReconciliationRequest cancel;
  cancel.set_id(kFirst);
  cancel.set_reason("ticket 88");
  cancel.set_request_id(kSecond);
  EXPECT_THAT(links_.CancelReconciliation(operator_, cancel),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("has ended")));
  links_.Stop();
}

}  // namespace
}  // namespace lienthong::sync
