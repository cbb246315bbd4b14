#include "gateway/core/quality.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Dossier;
using Fraction = std::pair<int64_t, int64_t>;

class QualityTest : public CoreTest {
 protected:
  Dossier Received(absl::Duration due_in) {
    Dossier dossier = NewDossier("H29.X05");
    *dossier.mutable_reception()->mutable_received_time() = domain::ToProto(clock_.Now());
    *dossier.mutable_deadline()->mutable_promised_due() = domain::ToProto(clock_.Now() + due_in);
    return dossier;
  }
  std::string Add(const Dossier& dossier) {
    const auto pushed = Push(Agency("H29.X05"), dossier);
    EXPECT_THAT(pushed, IsOk());
    return pushed.ok() ? pushed->code() : "";
  }
  void ReadAll() {
    for (int i = 0; i < 10; ++i) EXPECT_THAT(quality_.Step(), IsOk());
  }
  report::v1::QualityReport Report(const report::v1::GetQualityReportRequest& request = {}) {
    const auto report = quality_.Report(Operator(), request);
    EXPECT_THAT(report, IsOk());
    return report.ok() ? *report : report::v1::QualityReport();
  }
  Fraction Of(const report::v1::QualityOfAgency& agency, const std::string& indicator) {
    for (const auto& component : agency.components()) {
      if (component.indicator() == indicator) {
        return {component.numerator(), component.denominator()};
      }
    }
    return {-1, -1};
  }
  std::vector<std::string> Lowering(const std::string& indicator) {
    report::v1::ListQualityDossiersRequest request;
    request.set_indicator(indicator);
    request.set_page_size(1);
    std::vector<std::string> codes;
    do {
      const auto page = quality_.List(Operator(), request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      for (const auto& dossier : page->dossiers()) codes.push_back(dossier.code());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
  void Wait(const std::string& link, const std::string& code) {
    const int64_t id = FindDossier(engine_, code).value();
    store::WriteSet set;
    set.mutations.push_back(
        {store::Mutation::Kind::kPut,
         store::Table::kLane,
         {.columns = {link, id, int64_t{1}, int64_t{0}, int64_t{7}, std::string("key")},
          .body = ""}});
    ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }

  Quality quality_{engine_, {"portal"}};
};

TEST_F(QualityTest, CountsWhatIsThereAndWhatComesLater) {
  const std::string first = Add(Received(absl::Hours(48)));
  EXPECT_TRUE(Report().counting());
  ReadAll();
  EXPECT_FALSE(Report().counting());
  EXPECT_EQ(Of(Report().total(), "2.1"), Fraction(1, 1));
  const std::string second = Add(Received(absl::Hours(1)));
  ReadAll();
  EXPECT_EQ(Of(Report().total(), "2.1"), Fraction(2, 2));
  clock_.Advance(absl::Hours(2));
  EXPECT_EQ(Of(Report().total(), "2.1"), Fraction(1, 2)) << "one is late by now";
  EXPECT_THAT(Lowering("2.1"), ElementsAre(second));
  EXPECT_THAT(PushField(Agency("H29.X05"), first, "origin.account_verified", "true"), IsOk());
  ReadAll();
  EXPECT_THAT(Lowering("4.5"), ElementsAre(second)) << "a change is followed";
}

TEST_F(QualityTest, OneThatHasNotEndedIsHeldAgainstTheEndOfThePeriod) {
  Add(Received(absl::Hours(30)));
  ReadAll();
  clock_.Advance(absl::Hours(24 * 5));
  report::v1::GetQualityReportRequest request;
  request.set_from_day("2026-03-02");
  request.set_to_day("2026-03-02");
  EXPECT_EQ(Of(Report(request).total(), "2.1"), Fraction(1, 1)) << "it was in time at that end";
  request.set_to_day("20260304");
  EXPECT_EQ(Of(Report(request).total(), "2.1"), Fraction(0, 1));
}

TEST_F(QualityTest, PeriodsAreOfReception) {
  Add(Received(absl::Hours(30)));
  ReadAll();
  report::v1::GetQualityReportRequest request;
  request.set_from_day("2026-03-03");
  request.set_to_day("2026-03-31");
  EXPECT_EQ(Of(Report(request).total(), "1.4"), Fraction(0, 0));
  request.set_from_day("2026-03-40");
  EXPECT_THAT(quality_.Report(Operator(), request), StatusIs(absl::StatusCode::kInvalidArgument));
  request.set_from_day("2026-04-01");
  EXPECT_THAT(quality_.Report(Operator(), request), StatusIs(absl::StatusCode::kInvalidArgument))
      << "it ends before it begins";
}

TEST_F(QualityTest, WhatWaitsForThePortalIsNotSynchronised) {
  const std::string waits = Add(Received(absl::Hours(30)));
  const std::string elsewhere = Add(Received(absl::Hours(30)));
  ReadAll();
  EXPECT_EQ(Of(Report().total(), "1.4"), Fraction(2, 2));
  Wait("portal", waits);
  Wait("district", elsewhere);
  EXPECT_EQ(Of(Report().total(), "1.4"), Fraction(1, 2));
  EXPECT_THAT(Lowering("1.4"), ElementsAre(waits));
}

TEST_F(QualityTest, AgenciesSeeTheirOwn) {
  Add(Received(absl::Hours(30)));
  ReadAll();
  const auto own = quality_.Report(Agency("H29.X05"), {});
  ASSERT_THAT(own, IsOk());
  EXPECT_EQ(own->agencies_size(), 1);
  EXPECT_THAT(quality_.Report(Agency("H29.X01"), {})->agencies(), IsEmpty());
  report::v1::GetQualityReportRequest other;
  other.add_agencies("H29.X05");
  EXPECT_THAT(quality_.Report(Agency("H29.X01"), other),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(QualityTest, NamesAreChecked) {
  report::v1::ListQualityDossiersRequest request;
  request.set_indicator("2.9");
  EXPECT_THAT(quality_.List(Operator(), request), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace lienthong::core
