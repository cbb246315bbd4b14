#include "gateway/core/notices.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/conflicts.h"
#include "gateway/core/editor.h"
#include "gateway/core/records.h"
#include "gateway/domain/merge.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using dossier::v1::Notice;

constexpr const char* kPath = "contact.phone";

// A dossier that H29.X05 received and H29.X07 leads: the phone is H29.X05's to say.
class NoticesTest : public CoreTest {
 protected:
  void SetUp() override {
    code_ = Create("H29.X05");
    HandTo(code_, "H29.X05", "H29.X07");
  }

  void Say(const std::string& agency, const std::string& value) {
    clock_.Advance(absl::Minutes(1));
    ASSERT_THAT(PushField(Agency(agency), code_, kPath, value), IsOk());
  }
  dossier::v1::ListNoticesResponse List(const std::string& agency, const std::string& token = "",
                                        int page_size = 0) {
    dossier::v1::ListNoticesRequest request;
    request.set_page_token(token);
    request.set_page_size(page_size);
    const auto response = ListNotices(engine_, Agency(agency), request);
    EXPECT_THAT(response, IsOk());
    return response.value_or(dossier::v1::ListNoticesResponse());
  }
  // "CONFLICT_OPENED contact.phone agency/H29.X07 " and so on.
  std::vector<std::string> Told(const std::string& agency) {
    std::vector<std::string> told;
    const dossier::v1::ListNoticesResponse listed = List(agency);
    for (const Notice& notice : listed.notices()) {
      EXPECT_EQ(notice.code(), code_);
      told.push_back(Notice::Kind_Name(notice.kind()).substr(5) + " " + notice.path() + " " +
                     notice.party() + " " + notice.result());
    }
    return told;
  }

  std::string code_;
};

TEST_F(NoticesTest, OwnerAndProposerAreToldOfAConflictAndOfItsEnd) {
  Say("H29.X05", "0900000001");
  EXPECT_THAT(Told("H29.X05"), IsEmpty()) << "the owner said it";
  Say("H29.X07", "0900000002");
  const std::string opened = "CONFLICT_OPENED contact.phone agency/H29.X07 ";
  EXPECT_THAT(Told("H29.X05"), ElementsAre(opened));
  EXPECT_THAT(Told("H29.X07"), ElementsAre(opened));
  EXPECT_THAT(Told("H29.X01"), IsEmpty());
  Say("H29.X07", "0900000002");
  EXPECT_THAT(Told("H29.X05"), SizeIs(1)) << "the same proposal is the same conflict";
  Say("H29.X05", "0900000002");
  const std::string taken = "CONFLICT_RESOLVED contact.phone agency/H29.X07 PROPOSED";
  EXPECT_THAT(Told("H29.X05"), ElementsAre(opened, taken));
  EXPECT_THAT(Told("H29.X07"), ElementsAre(opened, taken));
}

TEST_F(NoticesTest, ANoticeSaysNoValue) {
  Say("H29.X05", "0900000001");
  Say("H29.X07", "0900000002");
  for (const store::Row& row : store_.Read({.table = store::Table::kNotice}).value()) {
    EXPECT_EQ(row.body.find("090000000"), std::string::npos);
  }
}

TEST_F(NoticesTest, NothingIsToldOfWhatWasNotCommitted) {
  Say("H29.X05", "0900000001");
  EditContext context;
  context.actor = "agency/H29.X07";
  context.writer = WriterOf(*parties_.Find(context.actor));
  domain::Change change;
  change.dossier.mutable_contact()->set_phone("0900000002");
  change.set.emplace_back(kPath);
  const StoredDossier stored = LoadDossier(engine_, 1).value();
  PreparedEdit edit = PrepareEdit(engine_, stored, change, context).value();
  Say("H29.X05", "0900000003");  // the edit is stale now
  absl::Status answer;
  SubmitEdit(engine_, std::move(edit), [&answer](auto result) { answer = result.status(); });
  ASSERT_THAT(answer, testing::StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(Told("H29.X05"), IsEmpty());
}

TEST_F(NoticesTest, PagesGoOnWhereTheLastOneEnded) {
  Say("H29.X05", "0900000001");
  for (const char* value : {"0900000002", "0900000003", "0900000004"}) Say("H29.X07", value);
  const auto first = List("H29.X05", "", 2);
  EXPECT_EQ(first.notices_size(), 2);
  const auto second = List("H29.X05", first.next_page_token(), 2);
  ASSERT_EQ(second.notices_size(), 1);
  EXPECT_NE(second.notices(0).id(), first.notices(1).id());
  EXPECT_EQ(List("H29.X05", second.next_page_token()).notices_size(), 0);
  Say("H29.X07", "0900000005");
  EXPECT_EQ(List("H29.X05", second.next_page_token()).notices_size(), 1) << "it came later";
}

TEST_F(NoticesTest, AreForWhoTakesPart) {
  EXPECT_EQ(ReasonOf(ListNotices(engine_, Operator(), {})), "CALL_NOT_ALLOWED");
  EXPECT_EQ(ReasonOf(ListNotices(engine_, Portal(), {})), "CALL_NOT_ALLOWED");
}

TEST_F(NoticesTest, ATokenOfAnotherListOrOfARestoredStoreIsRefused) {
  dossier::v1::ListNoticesRequest request;
  request.set_page_token("abc");
  EXPECT_EQ(ReasonOf(ListNotices(engine_, Agency("H29.X05"), request)), "PAGE_TOKEN_INVALID");
  request.set_page_token(List("H29.X05").next_page_token());
  store_.Restore();
  EXPECT_EQ(ReasonOf(ListNotices(engine_, Agency("H29.X05"), request)), "STORE_RESTORED");
}

TEST_F(NoticesTest, WhoIsTwoOfThemIsToldOnce) {
  store::WriteSet set;
  const Party* city = parties_.Find("city");
  PutNotices(engine_, {city, nullptr, city}, "target", {}, set);
  EXPECT_THAT(set.mutations, SizeIs(1));
}

TEST_F(NoticesTest, ALinkSpeaksForTheConfiguredParty) {
  EXPECT_EQ(parties_.OfActor("link/city"), parties_.Find("city")) << "of its own name";
  parties_.NameLink("city-2", "city");
  EXPECT_EQ(parties_.OfActor("link/city-2"), parties_.Find("city"));
  EXPECT_EQ(parties_.OfActor("agency/H29.X05"), parties_.Find("agency/H29.X05"));
  EXPECT_EQ(parties_.OfActor("operator/lan"), nullptr);
  EXPECT_EQ(parties_.OfActor("link/nowhere"), nullptr);
}

TEST_F(NoticesTest, TheyAreKeptForAYearAndTheirNumbersGoOn) {
  for (int i = 0; i < 3; ++i) Say("H29.X07", "090000000" + std::to_string(i));
  ASSERT_THAT(NoticesAfter(engine_, "agency/H29.X05", 0, 100).value(), SizeIs(3));
  clock_.Advance(kNoticeKept - absl::Hours(1));
  Say("H29.X07", "0900000007");
  EXPECT_THAT(NoticesAfter(engine_, "agency/H29.X05", 0, 100).value(), SizeIs(4));
  clock_.Advance(absl::Hours(2));
  Say("H29.X07", "0900000008");
  const auto kept = NoticesAfter(engine_, "agency/H29.X05", 0, 100).value();
  ASSERT_THAT(kept, SizeIs(2));
  EXPECT_EQ(kept[0].number, 4);
  EXPECT_EQ(kept[1].number, 5);
  EXPECT_EQ(NewestNotice(engine_, "agency/H29.X05").value(), 5);
}

}  // namespace
}  // namespace lienthong::core
