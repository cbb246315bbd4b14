#include "gateway/core/catalogue.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/catalogue_answers.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

using catalogue::v1::ImportCatalogueRequest;
using catalogue::v1::PutActingGrantRequest;

constexpr std::string_view kAgencies =
    "code,valid_from,valid_until,name,successors,source\n"
    "H29.05,2020-01-01,2025-06-30,a,H29.06,s\nH29.06,2025-07-01,,b,,s\n";

class CatalogueTest : public CoreTest {
 protected:
  ImportCatalogueRequest ImportOf(std::string_view text) {
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_AGENCIES);
    request.set_text(std::string(text));
    request.set_reason("a test");
    return request;
  }

  Catalogue catalogue_{engine_};
};

TEST_F(CatalogueTest, WhatWasImportedIsThereAndInANewProcessToo) {
  ASSERT_THAT(catalogue_.Import(Operator(), ImportOf(kAgencies)), IsOk());
  EXPECT_TRUE((*catalogue_.Now())->FindAgency("000.00.05.H29", "").ok());
  const Catalogue other(engine_);
  const auto now = other.Now();
  ASSERT_THAT(now, IsOk());
  EXPECT_EQ((*now)->version(), 1);
  EXPECT_TRUE((*now)->FindAgency("H29.06", "2026-03-02").ok());
}

TEST_F(CatalogueTest, AnotherGatewaysImportIsSeen) {
  const Catalogue other(engine_);
  ASSERT_THAT(other.Now(), IsOk());
  ASSERT_THAT(catalogue_.Import(Operator(), ImportOf(kAgencies)), IsOk());
  EXPECT_TRUE((*other.Now())->FindAgency("H29.05", "").ok());
}

TEST_F(CatalogueTest, ADryRunSaysTheSameAndWritesNothing) {
  ImportCatalogueRequest request = ImportOf(kAgencies);
  request.set_dry_run(true);
  const auto dry = catalogue_.Import(Operator(), request);
  ASSERT_THAT(dry, IsOk());
  EXPECT_EQ(RowsOf(store::Table::kCatalogue), 0);
  EXPECT_EQ(RowsOf(store::Table::kAct), 0);
  const auto real = catalogue_.Import(Operator(), ImportOf(kAgencies));
  ASSERT_THAT(real, IsOk());
  EXPECT_EQ(dry->SerializeAsString(), real->SerializeAsString());
}

TEST_F(CatalogueTest, ARefusedImportWritesNothing) {
  const auto refused = catalogue_.Import(
      Operator(),
      ImportOf("code,valid_from,name,source\nH29.05,2020-01-01,a,s\nH29.06,soon,b,s\n"));
  EXPECT_EQ(ReasonOf(refused), "IMPORT_REFUSED");
  EXPECT_EQ(RowsOf(store::Table::kCatalogue), 0);
  EXPECT_EQ(RowsOf(store::Table::kRequest), 0);
}

TEST_F(CatalogueTest, ARequestIsDoneOnceAndKeptAsAnAct) {
  const ImportCatalogueRequest request = ImportOf(kAgencies);
  ASSERT_THAT(catalogue_.Import(Operator(), request), IsOk());
  const auto again = catalogue_.Import(Operator(), request);
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->changed_count(), 2);
  EXPECT_EQ((*catalogue_.Now())->version(), 1);
  const auto acts = ActsOfRequest(engine_, Operator().caller.name, request.request_id());
  ASSERT_THAT(acts, IsOk());
  ASSERT_EQ(acts->size(), 1U);
  EXPECT_EQ(acts->at(0).kind(), "import");
  EXPECT_EQ(acts->at(0).reason(), "a test");
  ImportCatalogueRequest other = request;
  other.set_reason("another");
  EXPECT_EQ(ReasonOf(catalogue_.Import(Operator(), other)), "REQUEST_ID_REUSED");
}

TEST_F(CatalogueTest, AnImportNeedsAReason) {
  ImportCatalogueRequest request = ImportOf(kAgencies);
  request.set_reason(" ");
  EXPECT_THAT(catalogue_.Import(Operator(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reason")));
}

TEST_F(CatalogueTest, ThreeThousandEntriesAreOneCommit) {
  std::string text = "code,valid_from,name,source\n";
  for (int i = 0; i < 3000; ++i) StrAppend(text, "H29.Y", i, ",2020-01-01,name,s\n");
  const auto told = catalogue_.Import(Operator(), ImportOf(text));
  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->changed_count(), 3000);
  EXPECT_EQ(told->changes_size(), 1000);
  const Catalogue other(engine_);
  EXPECT_EQ((*other.Now())->entries().size(), 3000U);
}

TEST_F(CatalogueTest, MoreEntriesThanOnePageAreRead) {
  std::string text = "code,valid_from,valid_until,name,source\n";
  for (int i = 0; i < 6000; ++i) {
    StrAppend(text, "H29.Y", i, ",2020-01-01,2020-12-31,a,s\nH29.Y", i, ",2021-01-01,,b,s\n");
  }
  ASSERT_THAT(catalogue_.Import(Operator(), ImportOf(text)), IsOk());
  const Catalogue other(engine_);
  EXPECT_EQ((*other.Now())->entries().size(), 12000U);
}

TEST_F(CatalogueTest, AGrantIsKeptWithWhoGaveIt) {
  PutActingGrantRequest request;
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.06");
  request.mutable_grant()->set_acts_for("H29.05");
  request.mutable_grant()->set_valid_from("2025-07-01");
  EXPECT_THAT(catalogue_.PutGrant(Operator(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("grant.reason")));
  request.mutable_grant()->set_reason("decision 1");
  const auto grant = catalogue_.PutGrant(Operator(), request);
  ASSERT_THAT(grant, IsOk());
  EXPECT_EQ(grant->actor(), Operator().caller.name);
  EXPECT_THAT(catalogue_.PutGrant(Operator(), request), IsOk());
  EXPECT_EQ((*catalogue_.Now())->version(), 1);
  EXPECT_THAT((*catalogue_.Now())->ActsFor("H29.06", "2026-03-02"),
              ::testing::ElementsAre("H29.05"));
}

TEST_F(CatalogueTest, AGrantIsForTheWorkOfAnAgencyThatEnded) {
  ASSERT_THAT(catalogue_.Import(Operator(), ImportOf("code,valid_from,valid_until,name,successors,"
                                                     "source\n"
                                                     "H29.05,2020-01-01,2025-06-30,a,H29.06,s\n"
                                                     "H29.06,2020-01-01,,b,,s\n")),
              IsOk());
  PutActingGrantRequest request;
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.06");
  request.mutable_grant()->set_acts_for("H29.05");
  request.mutable_grant()->set_valid_from("2025-07-01");
  request.mutable_grant()->set_reason("decision 1");
  EXPECT_THAT(catalogue_.PutGrant(Operator(), request), IsOk());
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.05");
  request.mutable_grant()->set_acts_for("H29.06");
  EXPECT_THAT(catalogue_.PutGrant(Operator(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at work itself")));
  request.mutable_grant()->set_agency("H29.60");
  EXPECT_THAT(catalogue_.PutGrant(Operator(), request),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("grant.agency")));
}

TEST_F(CatalogueTest, ListsInPagesWithoutGapOrRepeat) {
  std::string text = "code,valid_from,name,source\n";
  for (int i = 0; i < 25; ++i) StrAppend(text, "H29.Y", 10 + i, ",2020-01-01,a,s\n");
  ASSERT_THAT(catalogue_.Import(Operator(), ImportOf(text)), IsOk());
  catalogue::v1::ListAgenciesRequest request;
  request.set_page_size(10);
  std::string codes;
  int pages = 0;
  do {
    const auto page = ListAgencies(**catalogue_.Now(), request);
    ASSERT_THAT(page, IsOk());
    for (const auto& agency : page->agencies()) StrAppend(codes, agency.code(), " ");
    request.set_page_token(page->next_page_token());
  } while (++pages < 10 && !request.page_token().empty());
  EXPECT_EQ(pages, 3);
  std::string expected;
  for (int i = 0; i < 25; ++i) StrAppend(expected, "H29.Y", 10 + i, " ");
  EXPECT_EQ(codes, expected);
}

TEST_F(CatalogueTest, ComputesADeadlineByTheAgencysCalendar) {
  catalogue::v1::ComputeDeadlineRequest request;
  request.mutable_limit()->set_amount(3);
  request.mutable_limit()->set_unit(catalogue::v1::TimeLimit::UNIT_WORKING_DAYS);
  request.set_agency("H29.05");
  // Monday, 2 March 2026, 08:00.
  const auto due = ComputeDeadline(**catalogue_.Now(), request, clock_.Now());
  ASSERT_THAT(due, IsOk());
  EXPECT_EQ(due->calendar(), "vn");
  const auto day = absl::ToCivilDay(absl::FromUnixSeconds(due->due_time().seconds()),
                                    absl::FixedTimeZone(7 * 3600));
  EXPECT_EQ(day, absl::CivilDay(2026, 3, 5));
  EXPECT_GT(due->reasoning_size(), 0);
  request.set_procedure("1.001193");
  EXPECT_THAT(ComputeDeadline(**catalogue_.Now(), request, clock_.Now()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("give one of them")));
}

TEST_F(CatalogueTest, ComputesWhenAStepOfAProcedureIsDue) {
  ImportCatalogueRequest import = ImportOf(
      "code,valid_from,name,counter_limit,steps,source\n"
      "1.001193,2025-07-01,a,5 working days,Tiếp nhận|Thẩm định=2 working hours,s\n");
  import.set_content(ImportCatalogueRequest::CONTENT_PROCEDURES);
  ASSERT_THAT(catalogue_.Import(Operator(), import), IsOk());
  catalogue::v1::ComputeDeadlineRequest request;
  request.set_procedure("1.001193");
  request.set_step("Thẩm định");
  const auto due = ComputeDeadline(**catalogue_.Now(), request, clock_.Now());
  ASSERT_THAT(due, IsOk());
  EXPECT_EQ(due->due_time().seconds(), absl::ToUnixSeconds(clock_.Now() + absl::Hours(2)));
  for (const char* step : {"Tiếp nhận", "Ký"}) {
    request.set_step(step);
    EXPECT_THAT(ComputeDeadline(**catalogue_.Now(), request, clock_.Now()),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("'Thẩm định'")));
  }
}

}  // namespace
}  // namespace lienthong::core
