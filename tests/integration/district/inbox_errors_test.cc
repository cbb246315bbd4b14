// What the software gives up on after it stood in the inbox.
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "tests/integration/district/district_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class InboxErrorsTest : public DistrictTest {
 protected:
  void SetUp() override {
    DistrictTest::SetUp();
    adapter_ = MakeAdapter({{"page_items", "2"}});
    owner_ = std::make_unique<Sql>(OwnerDsn());
  }

  void DeliverMany(int count) {
    for (int i = 1; i <= count; ++i) {
      pb::OutboundItem item;
      item.set_delivery_id(StrCat("tin-", i));
      item.set_revision(i);
      item.mutable_dossier()->set_code(StrCat("H29.X01-261120-", i));
      LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::DeliverReply reply, Deliver(*adapter_, {item}));
      ASSERT_EQ(reply.outcomes(0).outcome(), pb::OUTCOME_APPLIED);
    }
  }
  static std::string GiveUp(int number, const std::string& reason = "khong nhan") {
    return StrCat("UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp(), loi = '", reason,
                  "' WHERE ma_tin = 'tin-", number, "'");
  }
  // What is told after `token_`, in as many pages as it takes; the token moves on.
  std::vector<pb::ItemOutcome> Told() {
    std::vector<pb::ItemOutcome> told;
    for (bool more = true; more;) {
      const absl::StatusOr<pb::PullReply> reply = Pull(*adapter_, token_);
      EXPECT_THAT(reply, IsOk());
      if (!reply.ok()) break;
      EXPECT_LE(reply->outcomes_size(), 2);
      told.insert(told.end(), reply->outcomes().begin(), reply->outcomes().end());
      more = reply->more();
      token_ = reply->token();
    }
    return told;
  }
  std::vector<std::string> ToldIds() {
    std::vector<std::string> ids;
    for (const pb::ItemOutcome& outcome : Told()) ids.push_back(outcome.delivery_id());
    return ids;
  }

  std::unique_ptr<DistrictAdapter> adapter_;
  std::unique_ptr<Sql> owner_;
  std::string token_;
};

TEST_F(InboxErrorsTest, WhatTheSoftwareGivesUpOnIsToldOnceWithoutItsData) {
  DeliverMany(3);
  owner_->Do("UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp() WHERE ma_tin = 'tin-1'");
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(token_, "");
  owner_->Do(GiveUp(2, "dien_thoai: 0900000002 cua Nguyen Van Mau khong ghi vao email"));
  const std::vector<pb::ItemOutcome> told = Told();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].delivery_id(), "tin-2");
  EXPECT_EQ(told[0].outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(told[0].field(), "dien_thoai");
  EXPECT_THAT(told[0].reason(), AllOf(HasSubstr("row 2"), HasSubstr("email"), Not(HasSubstr("Mau")),
                                      Not(HasSubstr("0900000002"))));
  const std::string token = token_;
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_EQ(token_, token);
}

TEST_F(InboxErrorsTest, ErrorsAreToldInPagesEachOnce) {
  DeliverMany(5);
  for (const int number : {4, 2}) owner_->Do(GiveUp(number));
  owner_->Do(
      "UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp(), loi = 'x' WHERE loi IS NULL");
  EXPECT_THAT(ToldIds(), ElementsAre("tin-4", "tin-2", "tin-1", "tin-3", "tin-5"));
  EXPECT_THAT(Told(), IsEmpty());
}

// 9999 comes before 10000, which as texts they do not.
TEST_F(InboxErrorsTest, NumbersWithOneMoreDigitComeLater) {
  DeliverMany(4);
  for (const int number : {4, 3}) owner_->Do(GiveUp(number));
  owner_->Do(
      "DO $$ DECLARE begun bigint := pg_current_xact_id()::text; BEGIN"
      " CREATE TABLE dem (i int);"
      " FOR i IN 1 .. (10 ^ length(begun::text))::bigint - begun LOOP"
      " BEGIN INSERT INTO dem VALUES (i); EXCEPTION WHEN unique_violation THEN NULL; END;"
      " END LOOP; END $$");
  for (const int number : {2, 1}) owner_->Do(GiveUp(number));
  EXPECT_THAT(ToldIds(), ElementsAre("tin-4", "tin-3", "tin-2", "tin-1"));
}

TEST_F(InboxErrorsTest, AnErrorThatIsCommittedLateIsNotPassedOver) {
  DeliverMany(3);
  Sql slow(OwnerDsn());
  slow.Do("BEGIN");
  slow.Do("SAVEPOINT mot");
  slow.Do(GiveUp(3));
  owner_->Do(GiveUp(1));
  EXPECT_THAT(Told(), IsEmpty()) << "the newer one waits for the older transaction";
  slow.Do("COMMIT");
  EXPECT_THAT(ToldIds(), ElementsAre("tin-3", "tin-1"));
  owner_->Do(GiveUp(2));
  EXPECT_THAT(ToldIds(), ElementsAre("tin-2")) << "an older row, a newer error";
}

TEST_F(InboxErrorsTest, WhatIsStillTriedOrTakenBackIsNoError) {
  DeliverMany(2);
  owner_->Do("UPDATE lienthong_inbox SET loi = 'thu lai' WHERE ma_tin = 'tin-1'");
  owner_->Do("BEGIN");
  owner_->Do(GiveUp(2));
  owner_->Do("ROLLBACK");
  EXPECT_THAT(Told(), IsEmpty());
  owner_->Do("UPDATE lienthong_inbox SET xu_ly_luc = clock_timestamp(), loi = NULL");
  EXPECT_THAT(Told(), IsEmpty());
}

// Of a database whose transactions were numbered anew, or a gateway from before errors were read.
TEST_F(InboxErrorsTest, AForeignPlaceBeginsAnew) {
  DeliverMany(1);
  owner_->Do(GiveUp(1));
  EXPECT_THAT(ToldIds(), ElementsAre("tin-1"));
  for (const char* token : {"", "/9000000000000000000:5"}) {
    token_ = token;
    EXPECT_THAT(ToldIds(), ElementsAre("tin-1")) << token;
  }
}

}  // namespace
}  // namespace lienthong::testing
