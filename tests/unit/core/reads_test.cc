// GetDossier, BatchGetDossiers, ListDossiers.
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/changes.h"
#include "gateway/core/tokens.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using dossier::v1::BatchGetDossiersRequest;
using dossier::v1::ListDossiersRequest;

class ReadsTest : public CoreTest {
 protected:
  std::vector<std::string> ListAll(const RequestContext& context, int rows) {
    std::vector<std::string> codes;
    ListDossiersRequest request;
    request.set_page_size(rows);
    do {
      const auto page = dossiers_.List(context, request);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) break;
      EXPECT_LE(page->dossiers_size(), rows);
      for (const auto& dossier : page->dossiers()) codes.push_back(dossier.code());
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return codes;
  }
};

TEST_F(ReadsTest, ADossierIsFoundByAnyCodeWithoutRegardToCase) {
  const std::string code = Create("H29.X05");
  for (const char* text : {"H29.X05-260302-0001", "h29.x05-260302-0001", " H29.X05-260302-0001"}) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto dossier, Get(Agency("H29.X05"), text));
    EXPECT_EQ(dossier.code(), code);
  }
  EXPECT_THAT(Get(Agency("H29.X05"), ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("code")));
}

TEST_F(ReadsTest, AReservedNumberIsNoDossier) {
  receipt::v1::ReserveReceiptRequest reserve;
  reserve.set_request_id(NewUuid());
  reserve.set_agency("H29.X05");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto reservation,
                                 receipts_.Reserve(Agency("H29.X05"), reserve));
  EXPECT_EQ(ReasonOf(Get(Agency("H29.X05"), reservation.code())), "NOT_SHARED");
}

TEST_F(ReadsTest, WhoRefusedAHandOverReadsOnAndWritesNoMore) {
  const std::string code = Create("H29.X05");
  dossier::v1::Dossier change;
  change.set_code(code);
  auto& assignment = *change.add_assignments();
  assignment.set_id("a");
  assignment.set_agency("H29.X07");
  assignment.set_role(dossier::v1::Assignment::ROLE_LEAD);
  ASSERT_THAT(Push(Agency("H29.X05"), change), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X07"), code, "assignments[a].answer", "2"), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "invented"), IsOk());
  EXPECT_EQ(Get(Agency("H29.X07"), code)->note(), "invented");
  for (const auto& [path, value] :
       std::vector<std::pair<std::string, std::string>>{{"status", "4"},
                                                        {"outcome.tax_result", "invented"},
                                                        {"fees[f].amount_vnd", "5"},
                                                        {"requests[r].content", "invented"}}) {
    const auto refused = PushField(Agency("H29.X07"), code, path, value);
    ASSERT_THAT(refused, IsOk());
    EXPECT_THAT(refused->conflict_paths(), ElementsAre(path));
    EXPECT_EQ(refused->sequence(), 0);
  }
}

TEST_F(ReadsTest, AnOperatorNeedsAPurpose) {
  const std::string code = Create("H29.X05");
  EXPECT_EQ(ReasonOf(Get(Operator(""), code)), "FIELD_INVALID");
  EXPECT_THAT(Get(Operator("a complaint"), code), IsOk());
}

TEST_F(ReadsTest, ABatchKeepsTheOrderAndNamesWhatIsMissing) {
  const std::string first = Create("H29.X05");
  const std::string foreign = Create("H29.X01");
  const std::string second = Create("H29.X05");
  BatchGetDossiersRequest request;
  for (const std::string& code : {second, foreign, std::string("nope"), first})
    request.add_codes(code);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto response,
                                 dossiers_.BatchGet(Agency("H29.X05"), request));
  ASSERT_EQ(response.dossiers_size(), 2);
  EXPECT_EQ(response.dossiers(0).code(), second);
  EXPECT_EQ(response.dossiers(1).code(), first);
  EXPECT_THAT(response.missing(), ElementsAre(foreign, "nope")) << "foreign and missing alike";
  for (int i = 0; i < 100; ++i) request.add_codes("x");
  EXPECT_EQ(ReasonOf(dossiers_.BatchGet(Agency("H29.X05"), request)), "FIELD_INVALID");
}

TEST_F(ReadsTest, AListIsInOrderOfCreationWhateverThePage) {
  std::vector<std::string> own;
  for (int i = 0; i < 9; ++i) {
    const std::string code = Create(i % 3 == 0 ? "H29.X01" : "H29.X05");
    if (i % 3 != 0) own.push_back(code);
  }
  ASSERT_THAT(PushField(Agency("H29.X05"), own[0], "note", "changed last"), IsOk());
  for (const int rows : {1, 2, 5, 500}) EXPECT_EQ(ListAll(Agency("H29.X05"), rows), own) << rows;
  EXPECT_EQ(ListAll(Operator(), 4).size(), 9U);
  EXPECT_THAT(ListAll(Agency("H29.X07"), 4), IsEmpty());
}

// What changes while the pages are read is in the changes after the list's token.
TEST_F(ReadsTest, AListAndTheChangesAfterItLeaveNoGap) {
  std::vector<std::string> codes;
  for (int i = 0; i < 5; ++i) codes.push_back(Create("H29.X05"));
  const Changes changes(engine_);
  const auto changes_after = [&](const std::string& token) {
    dossier::v1::ListChangesRequest follow;
    follow.set_resume_token(token);
    const auto listed = changes.List(Agency("H29.X05"), follow);
    EXPECT_THAT(listed, IsOk());
    std::vector<std::string> notes;
    for (const auto& change : listed->changes()) notes.push_back(change.after().note());
    return notes;
  };
  ListDossiersRequest request;
  request.set_page_size(2);
  std::vector<std::string> tokens;
  for (int page = 0; page == 0 || !request.page_token().empty(); ++page) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto listed, dossiers_.List(Agency("H29.X05"), request));
    tokens.push_back(listed.resume_token());
    request.set_page_token(listed.next_page_token());
    ASSERT_THAT(PushField(Agency("H29.X05"), codes[0], "note", "page " + std::to_string(page)),
                IsOk());
  }
  ASSERT_GE(tokens.size(), 3U);
  for (const std::string& token : tokens) EXPECT_EQ(token, tokens[0]);
  EXPECT_THAT(changes_after(tokens[0]), ::testing::IsSupersetOf({"page 0", "page 1", "page 2"}));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto fresh, dossiers_.List(Agency("H29.X05"), {}));
  EXPECT_THAT(changes_after(fresh.resume_token()), IsEmpty()) << "and it begins where the list did";
}

TEST_F(ReadsTest, AListTakesNoForeignToken) {
  Create("H29.X05");
  ListDossiersRequest request;
  request.set_page_token(MakeToken("changes", store_.Info().epoch, 1));
  EXPECT_EQ(ReasonOf(dossiers_.List(Agency("H29.X05"), request)), "PAGE_TOKEN_INVALID");
  request.set_page_token(MakeListToken(store_.Info().epoch, {.after_id = 0, .sequence = 1}));
  EXPECT_THAT(dossiers_.List(Agency("H29.X05"), request), IsOk());
  store_.Restore();
  EXPECT_EQ(ReasonOf(dossiers_.List(Agency("H29.X05"), request)), "STORE_RESTORED");
}

}  // namespace
}  // namespace lienthong::core
