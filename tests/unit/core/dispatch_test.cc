#include "gateway/core/dispatch.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/catalogue.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/roles.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using catalogue::v1::DispatchDossierRequest;
using catalogue::v1::ImportCatalogueRequest;
using dossier::v1::Dossier;

// H29.X01 works until the end of 2 March 2026, today; then X05, or X05 and X07, or nobody.
constexpr std::string_view kOne =
    "code,valid_from,valid_until,name,successors,source\n"
    "H29.X01,2020-01-01,2026-03-02,a,H29.X05,s\nH29.X05,2020-01-01,,b,,s\n";
constexpr std::string_view kSeveral =
    "code,valid_from,valid_until,name,successors,source\n"
    "H29.X01,2020-01-01,2026-03-02,a,H29.X05|H29.X07,s\n"
    "H29.X05,2020-01-01,,b,,s\nH29.X07,2020-01-01,,c,,s\n";
constexpr std::string_view kNone =
    "code,valid_from,valid_until,name,successors,source\n"
    "H29.X01,2020-01-01,2026-03-02,a,,s\n";

class DispatchTest : public CoreTest {
 protected:
  void Import(std::string_view text) {
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_AGENCIES);
    request.set_text(std::string(text));
    request.set_reason("a test");
    ASSERT_THAT(catalogue_.Import(Operator(), request), IsOk());
  }
  void Walk() {
    absl::StatusOr<bool> more = true;
    for (int steps = 0; more.value_or(false) && steps < 100; ++steps) more = dispatch_.Step();
    ASSERT_THAT(more, IsOkAndHolds(false));
  }
  std::string Received(absl::Duration due = absl::Hours(50)) {
    Dossier dossier = NewDossier("H29.X01");
    *dossier.mutable_reception()->mutable_received_time() = domain::ToProto(clock_.Now());
    *dossier.mutable_deadline()->mutable_promised_due() = domain::ToProto(clock_.Now() + due);
    const auto pushed = Push(Agency("H29.X01"), dossier);
    EXPECT_THAT(pushed, IsOk());
    return pushed.ok() ? pushed->code() : "";
  }
  std::vector<std::string> Waiting(int page_size = 0) {
    catalogue::v1::ListDispatchRequest request;
    request.set_page_size(page_size);
    std::vector<std::string> codes;
    do {
      const auto page = dispatch_.List(Operator(), request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return codes;
      for (const auto& item : page->items()) codes.push_back(item.code());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  DispatchDossierRequest To(const std::string& code, const std::string& agency) {
    DispatchDossierRequest request;
    request.set_request_id(NewUuid());
    request.set_code(code);
    request.set_agency(agency);
    request.set_reason("lives there");
    return request;
  }
  std::string LeadOf(const std::string& code) {
    return std::string(domain::LeadAgency(*Get(Operator(), code)));
  }
  void TomorrowMorning() { clock_.Advance(absl::Hours(24)); }

  Catalogue catalogue_{engine_};
  Dispatch dispatch_{engine_, catalogue_};
};

TEST_F(DispatchTest, OneSuccessorGoesOnByItselfFromTheDayAfterTheEnd) {
  Import(kOne);
  const std::string code = Received();
  Walk();
  EXPECT_EQ(LeadOf(code), "") << "it works today";
  TomorrowMorning();
  Walk();
  EXPECT_EQ(LeadOf(code), "H29.X05");
  const auto dossier = Get(Operator(), code);
  EXPECT_EQ(dossier->reception().agency(), "H29.X01") << "that stays for ever";
  EXPECT_EQ(dossier->code(), code);
  EXPECT_EQ(Journal().back().actor(), "gateway");
  EXPECT_THAT(Waiting(), IsEmpty());
  const size_t entries = Journal().size();
  clock_.Advance(absl::Hours(1));
  Walk();
  EXPECT_EQ(Journal().size(), entries) << "once";
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "status", "4"), IsOk());
  EXPECT_EQ(Get(Operator(), code)->status(), dossier::v1::STATUS_PROCESSING);
}

TEST_F(DispatchTest, OfSeveralSuccessorsAnOperatorNamesOne) {
  Import(kSeveral);
  const std::string later = Received(absl::Hours(80));
  const std::string sooner = Received(absl::Hours(40));
  TomorrowMorning();
  Walk();
  EXPECT_THAT(Waiting(), ElementsAre(sooner, later));
  EXPECT_THAT(Waiting(1), ElementsAre(sooner, later)) << "page by page";
  const auto page = dispatch_.List(Operator(), {});
  EXPECT_THAT(page->items(0).candidates(), ElementsAre("H29.X05", "H29.X07"));
  EXPECT_EQ(page->items(0).agency(), "H29.X01");
  EXPECT_EQ(page->items(0).since().seconds(), absl::ToUnixSeconds(clock_.Now()));
  const DispatchDossierRequest request = To(sooner, "H29.X07");
  const auto done = dispatch_.Assign(Operator(), request);
  ASSERT_THAT(done, IsOk());
  EXPECT_EQ(LeadOf(sooner), "H29.X07");
  EXPECT_THAT(Waiting(), ElementsAre(later));
  const auto again = dispatch_.Assign(Operator(), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->revision(), done->revision());
  EXPECT_EQ(ReasonOf(dispatch_.Assign(Operator(), To(sooner, "H29.X05"))), "NOT_A_SUCCESSOR")
      << "it is settled";
  const auto acts = ActsOfRequest(engine_, Operator().caller.name, request.request_id());
  ASSERT_EQ(acts->size(), 1U);
  EXPECT_EQ(acts->at(0).kind(), "dispatch");
  EXPECT_EQ(acts->at(0).reason(), "lives there");
}

TEST_F(DispatchTest, NobodyButASuccessorTakesItOver) {
  Import(kSeveral);
  const std::string code = Received();
  TomorrowMorning();
  Walk();
  const auto refused = dispatch_.Assign(Operator(), To(code, "H29.C01"));
  EXPECT_EQ(ReasonOf(refused), "NOT_A_SUCCESSOR");
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("H29.X05, H29.X07"));
  EXPECT_EQ(LeadOf(code), "");
  DispatchDossierRequest request = To(code, "H29.X05");
  request.set_reason(" ");
  EXPECT_FALSE(dispatch_.Assign(Operator(), request).ok());
}

TEST_F(DispatchTest, WithoutASuccessorItWaitsUntilTheCatalogueNamesOne) {
  Import(kNone);
  const std::string code = Received();
  TomorrowMorning();
  Walk();
  EXPECT_THAT(Waiting(), ElementsAre(code));
  EXPECT_EQ(ReasonOf(dispatch_.Assign(Operator(), To(code, "H29.X05"))), "NOT_A_SUCCESSOR");
  Import(kOne);
  Walk();
  EXPECT_THAT(Waiting(), IsEmpty());
  EXPECT_EQ(LeadOf(code), "H29.X05");
}

TEST_F(DispatchTest, WhatEndsWhileItWaitsWaitsNoMore) {
  Import(kSeveral);
  const std::string code = Received();
  TomorrowMorning();
  Walk();
  ASSERT_THAT(PushField(Agency("H29.X01"), code, "status", "3"), IsOk());
  EXPECT_THAT(Waiting(), IsEmpty());
  clock_.Advance(absl::Hours(1));
  Walk();
  EXPECT_EQ(RowsOf(store::Table::kDispatch), 0);
}

TEST_F(DispatchTest, TheOneThatLeadsCounts) {
  Import(kOne);
  const std::string code = Received();
  HandTo(code, "H29.X01", "H29.X07");
  TomorrowMorning();
  Walk();
  EXPECT_EQ(LeadOf(code), "H29.X07") << "it has not ended";
}

TEST_F(DispatchTest, AllPagesAreLookedAtThroughAKill) {
  Import(kOne);
  std::vector<std::string> codes;
  for (int i = 0; i < kDispatchPageRows + 3; ++i) codes.push_back(Received());
  TomorrowMorning();
  ASSERT_THAT(dispatch_.Step(), IsOkAndHolds(true));
  Dispatch after_a_kill(engine_, catalogue_);
  ASSERT_THAT(after_a_kill.Step(), IsOkAndHolds(false));
  for (const std::string& code : codes) EXPECT_EQ(LeadOf(code), "H29.X05") << code;
}

TEST_F(DispatchTest, ACallActsForAPredecessorOnlyAsLongAsItMay) {
  const std::string code = Received();
  RequestContext successor = Agency("H29.X05");
  EXPECT_EQ(ReasonOf(Get(successor, code)), "NOT_SHARED");
  successor.caller.agencies.push_back("H29.X01");  // as the edge finds it in a grant
  ASSERT_THAT(Get(successor, code), IsOk());
  ASSERT_THAT(PushField(successor, code, "status", "4"), IsOk());
  EXPECT_EQ(Get(Operator(), code)->status(), dossier::v1::STATUS_PROCESSING)
      << "it receives in the predecessor's place";
  EXPECT_EQ(ReasonOf(PushField(Agency("H29.X05"), code, "status", "9")), "NOT_SHARED");
}

TEST_F(DispatchTest, GrantsHoldOnTheirDays) {
  catalogue::v1::PutActingGrantRequest request;
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.X05");
  request.mutable_grant()->set_acts_for("H29.X01");
  request.mutable_grant()->set_valid_from("2026-03-03");
  request.mutable_grant()->set_valid_until("2026-03-03");
  request.mutable_grant()->set_reason("a test");
  ASSERT_THAT(catalogue_.PutGrant(Operator(), request), IsOk());
  const auto acts_for = MakeActsFor(catalogue_);
  EXPECT_THAT(acts_for("H29.X05"), IsEmpty());
  TomorrowMorning();
  EXPECT_THAT(acts_for("H29.X05"), ElementsAre("H29.X01"));
  EXPECT_THAT(acts_for("H29.X01"), IsEmpty());
  TomorrowMorning();
  EXPECT_THAT(acts_for("H29.X05"), IsEmpty());
}

}  // namespace
}  // namespace lienthong::core
