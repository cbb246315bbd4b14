#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/base/text.h"
#include "lienthong/catalogue/v1/catalogue_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using catalogue::v1::CatalogueService;
using catalogue::v1::ImportCatalogueRequest;
using catalogue::v1::ImportCatalogueResponse;
using ::testing::HasSubstr;

class CatalogueTest : public GatewayTest {
 protected:
  std::string StoreUrl() const override { return StrCat("sqlite:", file("gateway.db")); }

  grpc::Status Import(const std::string& who, ImportCatalogueResponse& told) {
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_UNITS);
    request.set_text(
        "code,valid_from,valid_until,name,successors,source\n"
        "26737,2000-01-01,2025-06-30,Phường Đa Kao,26737|26740,s\n"
        "26737,2025-07-01,,Phường Tân Định,,s\n26740,2025-07-01,,Phường Sài Gòn,,s\n");
    request.set_reason("a test");
    return CatalogueService::NewStub(ToServer(who))
        ->ImportCatalogue(Context().get(), request, &told);
  }

  grpc::Status Resolve(const std::string& who, const std::string& date,
                       catalogue::v1::ResolveUnitResponse& unit) {
    catalogue::v1::ResolveUnitRequest request;
    request.set_code("26737");
    request.set_date(date);
    return CatalogueService::NewStub(ToServer(who))->ResolveUnit(Context().get(), request, &unit);
  }
};

TEST_F(CatalogueTest, WhatOperatorsImportEverybodyResolvesAlsoAfterARestart) {
  ImportCatalogueResponse told;
  const grpc::Status done = Import("operator", told);
  ASSERT_TRUE(done.ok()) << done.error_message();
  EXPECT_EQ(told.changed_count(), 3);
  for (int life = 0; life < 2; ++life) {
    for (const char* who : {"agency-X05", "portal", "operator"}) {
      catalogue::v1::ResolveUnitResponse unit;
      const grpc::Status found = Resolve(who, "2025-06-30", unit);
      ASSERT_TRUE(found.ok()) << who << ": " << found.error_message();
      EXPECT_EQ(unit.unit().name(), "Phường Đa Kao");
      ASSERT_EQ(unit.current_size(), 2);
      EXPECT_EQ(unit.current(0).name(), "Phường Tân Định");
    }
    Restart();
  }
}

TEST_F(CatalogueTest, AReusedCommuneCodeWithoutADateDoesNotResolve) {
  ImportCatalogueResponse told;
  ASSERT_TRUE(Import("operator", told).ok());
  catalogue::v1::ResolveUnitResponse unit;
  const grpc::Status refused = Resolve("agency-X05", "", unit);
  EXPECT_EQ(refused.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(refused), "AMBIGUOUS_CODE");
  EXPECT_THAT(refused.error_message(), HasSubstr("2025-06-30"));
}

TEST_F(CatalogueTest, ThreeThousandEntriesAreOneImport) {
  ImportCatalogueRequest request;
  request.set_request_id(NewUuid());
  request.set_content(ImportCatalogueRequest::CONTENT_AGENCIES);
  request.set_reason("a test");
  request.set_text("code,valid_from,name,source\n");
  for (int i = 0; i < 3000; ++i) {
    StrAppend(*request.mutable_text(), "H29.Y", i, ",2025-07-01,name,s\n");
  }
  ImportCatalogueResponse told;
  const grpc::Status done = CatalogueService::NewStub(ToServer("operator"))
                                ->ImportCatalogue(Context().get(), request, &told);
  ASSERT_TRUE(done.ok()) << done.error_message();
  Restart();
  catalogue::v1::ListAgenciesRequest list;
  list.set_page_size(1000);
  int agencies = 0;
  do {
    catalogue::v1::ListAgenciesResponse page;
    ASSERT_TRUE(CatalogueService::NewStub(ToServer("portal"))
                    ->ListAgencies(Context().get(), list, &page)
                    .ok());
    agencies += page.agencies_size();
    list.set_page_token(page.next_page_token());
  } while (!list.page_token().empty());
  EXPECT_EQ(agencies, 3000);
}

TEST_F(CatalogueTest, OnlyOperatorsImport) {
  ImportCatalogueResponse told;
  for (const char* who : {"agency-X05", "portal"}) {
    EXPECT_EQ(Import(who, told).error_code(), grpc::StatusCode::PERMISSION_DENIED) << who;
  }
}

}  // namespace
}  // namespace lienthong::testing
