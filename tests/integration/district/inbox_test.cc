#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "nlohmann/json.hpp"
#include "tests/integration/district/district_fixture.h"
#include "tests/support/cutting_proxy.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

// The statement and its end, so that READ COMMITTED is not meant.
const std::string kCommit("COMMIT\0", 7);

pb::OutboundItem Item(int number) {
  pb::OutboundItem item;
  item.set_delivery_id(StrCat("tin-", number));
  item.set_revision(number);
  item.mutable_dossier()->set_code(StrCat("H29.X01-261120-", number));
  item.mutable_dossier()->mutable_contact()->set_phone(StrCat("000000", number));
  return item;
}

std::vector<pb::OutboundItem> Items(int count) {
  std::vector<pb::OutboundItem> items;
  for (int i = 1; i <= count; ++i) items.push_back(Item(i));
  return items;
}

std::vector<pb::Outcome> Outcomes(const absl::StatusOr<pb::DeliverReply>& reply) {
  EXPECT_THAT(reply, IsOk());
  std::vector<pb::Outcome> outcomes;
  if (!reply.ok()) return outcomes;
  for (const pb::ItemOutcome& item : reply->outcomes()) outcomes.push_back(item.outcome());
  return outcomes;
}

class InboxTest : public DistrictTest {
 protected:
  void SetUp() override {
    DistrictTest::SetUp();
    adapter_ = MakeAdapter();
    owner_ = std::make_unique<Sql>(OwnerDsn());
  }

  // A connection string through a proxy.
  std::string DsnThrough(const CuttingProxy& proxy) const {
    return StrCat("host=127.0.0.1 port=", proxy.port(), " dbname=", database_,
                  " user=lienthong_gateway sslmode=disable gssencmode=disable");
  }
  std::string Count() { return owner_->One("SELECT count(*) FROM lienthong_inbox"); }

  std::unique_ptr<DistrictAdapter> adapter_;
  std::unique_ptr<Sql> owner_;
};

TEST_F(InboxTest, DeliveryStandsThereOnceHoweverOftenItIsSent) {
  std::vector<pb::OutboundItem> items = Items(2);
  items[1].set_key("NV-000002");
  items[1].mutable_dossier()->set_receipt_number("0002/MAU");
  items[1].add_cleared("contact.email");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, items)), Each(pb::OUTCOME_APPLIED));
  items.push_back(Item(3));
  EXPECT_THAT(Outcomes(Deliver(*adapter_, items)),
              ElementsAre(pb::OUTCOME_DUPLICATE, pb::OUTCOME_DUPLICATE, pb::OUTCOME_APPLIED));
  const auto rows = owner_->Rows(
      "SELECT ma_tin, khoa, ma_ho_so, so_bien_nhan, phien_ban, noi_dung FROM lienthong_inbox"
      " ORDER BY id");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_THAT(std::vector<std::string>(rows[0].begin(), rows[0].end() - 1),
              ElementsAre("tin-1", "NULL", "H29.X01-261120-1", "NULL", "1"));
  EXPECT_THAT(std::vector<std::string>(rows[1].begin(), rows[1].end() - 1),
              ElementsAre("tin-2", "NV-000002", "H29.X01-261120-2", "0002/MAU", "2"));
  EXPECT_EQ(nlohmann::json::parse(rows[1][5]),
            nlohmann::json::parse(R"({"ma_ho_so": "H29.X01-261120-2", "so_bien_nhan": "0002/MAU",
                                      "dien_thoai": "0000002", "email": null})"));
}

TEST_F(InboxTest, FullBatchGoesInOneTransaction) {
  owner_->Do("ALTER TABLE lienthong_inbox ADD gd xid8 DEFAULT pg_current_xact_id()");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(64))), Each(pb::OUTCOME_APPLIED));
  EXPECT_EQ(Count(), "64");
  EXPECT_EQ(owner_->One("SELECT count(DISTINCT gd) FROM lienthong_inbox"), "1");
  EXPECT_THAT(Deliver(*adapter_, Items(65)), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(InboxTest, OneBadRowIsRejectedAndTheOthersAreWritten) {
  owner_->Do("ALTER TABLE lienthong_inbox ADD CONSTRAINT khong_phai_bay CHECK (phien_ban <> 7)");
  std::vector<pb::OutboundItem> items = Items(10);
  items[3].mutable_dossier()->mutable_contact()->set_phone(std::string("0\0", 2));
  const absl::StatusOr<pb::DeliverReply> reply = Deliver(*adapter_, items);
  const std::vector<pb::Outcome> outcomes = Outcomes(reply);
  ASSERT_EQ(outcomes.size(), 10u);
  for (int i = 0; i < 10; ++i) {
    const bool bad = i == 3 || i == 6;
    EXPECT_EQ(outcomes[i], bad ? pb::OUTCOME_REJECTED : pb::OUTCOME_APPLIED) << i;
  }
  EXPECT_EQ(reply->outcomes(6).delivery_id(), "tin-7");
  EXPECT_EQ(reply->outcomes(6).field(), "khong_phai_bay");
  EXPECT_THAT(reply->outcomes(6).reason(), AllOf(HasSubstr("23514"), Not(HasSubstr("0000007"))));
  EXPECT_EQ(Count(), "8");
}

TEST_F(InboxTest, RowRefusedOnlyAtCommitIsRejectedAlone) {
  owner_->Do(
      "CREATE FUNCTION chan() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      " IF NEW.phien_ban = 2 THEN RAISE EXCEPTION 'Nguyễn Văn Mẫu'; END IF; RETURN NULL; END $$");
  owner_->Do(
      "CREATE CONSTRAINT TRIGGER chan AFTER INSERT ON lienthong_inbox DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION chan()");
  const absl::StatusOr<pb::DeliverReply> reply = Deliver(*adapter_, Items(3));
  EXPECT_THAT(Outcomes(reply),
              ElementsAre(pb::OUTCOME_APPLIED, pb::OUTCOME_REJECTED, pb::OUTCOME_APPLIED));
  EXPECT_THAT(reply->outcomes(1).reason(), AllOf(HasSubstr("P0001"), Not(HasSubstr("Nguyễn"))));
  EXPECT_EQ(Count(), "2");
}

TEST_F(InboxTest, RowDroppedByATriggerIsNoSuccess) {
  owner_->Do(
      "CREATE FUNCTION bo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$");
  owner_->Do(
      "CREATE TRIGGER bo BEFORE INSERT ON lienthong_inbox FOR EACH ROW EXECUTE FUNCTION bo()");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_REJECTED));
}

TEST_F(InboxTest, WhatTheMappingCannotSayIsRejectedUnsent) {
  std::vector<pb::OutboundItem> items = Items(2);
  items[0].mutable_dossier()->mutable_applicant()->set_kind(
      dossier::v1::APPLICANT_KIND_HOUSEHOLD_BUSINESS);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::DeliverReply reply, Deliver(*adapter_, items));
  ASSERT_EQ(reply.outcomes_size(), 2);
  for (const pb::ItemOutcome& item : reply.outcomes()) {
    const bool bad = item.delivery_id() == "tin-1";
    EXPECT_EQ(item.outcome(), bad ? pb::OUTCOME_REJECTED : pb::OUTCOME_APPLIED);
    EXPECT_EQ(item.field(), bad ? "loai_doi_tuong" : "");
  }
}

TEST_F(InboxTest, AnswerToCommitLostIsUnknownAndThenDuplicate) {
  CuttingProxy proxy(server_->SocketPath());
  adapter_ = MakeAdapter({{"dsn", DsnThrough(proxy)}});
  proxy.CutAt(kCommit, CuttingProxy::Cut::kAfter);
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_UNKNOWN));
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_EQ(Count(), "3");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_DUPLICATE));
  EXPECT_EQ(Count(), "3");
}

TEST_F(InboxTest, CommitThatNeverArrivesIsUnknownAndThenApplied) {
  CuttingProxy proxy(server_->SocketPath());
  adapter_ = MakeAdapter({{"dsn", DsnThrough(proxy)}});
  proxy.CutAt(kCommit, CuttingProxy::Cut::kBefore);
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_UNKNOWN));
  EXPECT_EQ(proxy.cuts(), 1);
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_APPLIED));
  EXPECT_EQ(Count(), "3");
}

TEST_F(InboxTest, ConnectionLostBeforeCommitIsTriedAgainLater) {
  CuttingProxy proxy(server_->SocketPath());
  adapter_ = MakeAdapter({{"dsn", DsnThrough(proxy)}});
  for (const auto cut : {CuttingProxy::Cut::kBefore, CuttingProxy::Cut::kAfter}) {
    proxy.CutAt("INSERT INTO", cut);
    EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_RETRY_AFTER));
  }
  EXPECT_EQ(proxy.cuts(), 2);
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(3))), Each(pb::OUTCOME_APPLIED));
  EXPECT_EQ(Count(), "3");
}

TEST_F(InboxTest, SilentNetworkCostsNoMoreThanTheDeadline) {
  CuttingProxy proxy(server_->SocketPath());
  adapter_ = MakeAdapter({{"dsn", DsnThrough(proxy)}});
  proxy.CutAt(kCommit, CuttingProxy::Cut::kSilent);
  absl::Time begun = absl::Now();
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1), absl::Milliseconds(400))),
              ElementsAre(pb::OUTCOME_UNKNOWN));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(2));
  proxy.CutAt("SELECT 1", CuttingProxy::Cut::kSilent);
  begun = absl::Now();
  EXPECT_THAT(Probe(*adapter_, absl::Milliseconds(400)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(2));
  // While the greeting is under way, too.
  proxy.CutAt("lienthong_gateway", CuttingProxy::Cut::kSilent);
  EXPECT_THAT(Probe(*adapter_, absl::Milliseconds(400)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(proxy.cuts(), 3);
  EXPECT_THAT(Probe(*adapter_), IsOk());
}

TEST_F(InboxTest, LockedTableIsTriedAgainLaterAndWrittenOnce) {
  owner_->Do("BEGIN");
  owner_->Do("LOCK TABLE lienthong_inbox");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2), absl::Milliseconds(300))),
              Each(pb::OUTCOME_RETRY_AFTER));
  owner_->Do("COMMIT");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2))), Each(pb::OUTCOME_APPLIED));
  EXPECT_EQ(Count(), "2");
}

TEST_F(InboxTest, StatementThatTakesTooLongIsEndedByTheServer) {
  adapter_ = MakeAdapter({{"timeout_ms", "200"}});
  owner_->Do("BEGIN");
  owner_->Do("LOCK TABLE lienthong_inbox");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_RETRY_AFTER));
  absl::SleepFor(absl::Milliseconds(400));
  EXPECT_EQ(owner_->One("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'lienthong'"
                        " AND datname = current_database() AND wait_event_type = 'Lock'"),
            "0");
  owner_->Do("COMMIT");
}

TEST_F(InboxTest, MissingRightsAreToldPerItemAndEndByThemselves) {
  owner_->Do("REVOKE INSERT (ma_tin) ON lienthong_inbox FROM lienthong_gateway");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2))), Each(pb::OUTCOME_NOT_AUTHORISED));
  owner_->Do("GRANT INSERT (ma_tin) ON lienthong_inbox TO lienthong_gateway");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2))), Each(pb::OUTCOME_APPLIED));
}

TEST_F(InboxTest, RefusedLoginIsNotAuthorisedUntilItIsAllowedAgain) {
  EXPECT_THAT(Probe(*adapter_), IsOk());
  owner_->Do("ALTER ROLE lienthong_gateway NOLOGIN");
  owner_->Do(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
      " WHERE application_name = 'lienthong'");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_NOT_AUTHORISED));
  EXPECT_THAT(Pull(*adapter_, ""), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(Probe(*adapter_), StatusIs(absl::StatusCode::kUnauthenticated));
  owner_->Do("ALTER ROLE lienthong_gateway LOGIN");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_APPLIED));
}

TEST_F(InboxTest, TooManyConnectionsAreTriedAgainLater) {
  owner_->Do("ALTER ROLE lienthong_gateway CONNECTION LIMIT 0");
  const absl::StatusOr<pb::DeliverReply> reply = Deliver(*adapter_, Items(1));
  EXPECT_THAT(Outcomes(reply), ElementsAre(pb::OUTCOME_RETRY_AFTER));
  EXPECT_THAT(reply->outcomes(0).reason(), HasSubstr("53300"));
  EXPECT_THAT(Pull(*adapter_, ""), StatusIs(absl::StatusCode::kUnavailable));
  owner_->Do("ALTER ROLE lienthong_gateway CONNECTION LIMIT -1");
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_APPLIED));
}

TEST_F(InboxTest, ServerThatGoesAndComesBackIsFoundAgain) {
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(1))), ElementsAre(pb::OUTCOME_APPLIED));
  server_->Kill();
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2))), Each(pb::OUTCOME_RETRY_AFTER));
  EXPECT_THAT(Probe(*adapter_), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(server_->Launch(), IsOk());
  EXPECT_THAT(Outcomes(Deliver(*adapter_, Items(2))),
              ElementsAre(pb::OUTCOME_DUPLICATE, pb::OUTCOME_APPLIED));
}

TEST_F(InboxTest, TablesThatDoNotFitAreAFaultOfTheConfiguration) {
  adapter_ = MakeAdapter({{"inbox_revision_column", "khong_co"}});
  EXPECT_THAT(Deliver(*adapter_, Items(2)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("42703")));
  adapter_ = MakeAdapter({{"dsn", server_->Dsn("khong_co", "lienthong_gateway")}});
  EXPECT_THAT(Deliver(*adapter_, Items(1)),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("3D000")));
}

TEST_F(InboxTest, DeadlineInThePastWritesNothing) {
  EXPECT_THAT(Deliver(*adapter_, Items(1), -absl::Seconds(1)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(Count(), "0");
}

TEST_F(InboxTest, CallsAtTheSameTimeShareTheConnections) {
  adapter_ = MakeAdapter({{"connections", "2"}});
  std::vector<std::future<std::vector<pb::Outcome>>> calls;
  for (int i = 0; i < 12; ++i) {
    calls.push_back(std::async(
        std::launch::async, [this, i] { return Outcomes(Deliver(*adapter_, {Item(100 + i)})); }));
  }
  for (auto& call : calls) EXPECT_THAT(call.get(), ElementsAre(pb::OUTCOME_APPLIED));
  EXPECT_EQ(Count(), "12");
  EXPECT_LE(std::stoi(owner_->One("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                                  " current_database() AND application_name = 'lienthong'")),
            3 + 5);
}

TEST_F(InboxTest, StopAnswersEveryCall) {
  adapter_ = MakeAdapter({{"timeout_ms", "300"}});
  owner_->Do("BEGIN");
  owner_->Do("LOCK TABLE lienthong_inbox");
  std::vector<std::future<absl::StatusOr<pb::DeliverReply>>> calls;
  for (int i = 0; i < 10; ++i) {
    calls.push_back(
        std::async(std::launch::async, [this, i] { return Deliver(*adapter_, {Item(200 + i)}); }));
  }
  absl::SleepFor(absl::Milliseconds(50));
  adapter_->Stop();
  for (auto& call : calls) {
    ASSERT_EQ(call.wait_for(std::chrono::seconds(1)), std::future_status::ready);
    const absl::StatusOr<pb::DeliverReply> reply = call.get();
    if (reply.ok()) {
      EXPECT_EQ(reply->outcomes(0).outcome(), pb::OUTCOME_RETRY_AFTER);
    }
  }
  owner_->Do("COMMIT");
  EXPECT_EQ(Count(), "0");
  EXPECT_THAT(Probe(*adapter_), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(InboxTest, WhatTheSoftwareCannotDoIsSaid) {
  const pb::Capabilities& can = adapter_->capabilities();
  EXPECT_TRUE(can.patch() && can.idempotent_delivery() && can.feed_versions() &&
              can.reports_echoes());
  EXPECT_FALSE(can.read_back() || can.inventory() || can.conditional_write());
  EXPECT_EQ(can.batch_items_max(), 64);
  EXPECT_EQ(can.parallel_calls_max(), 4);
  absl::Status answer;
  adapter_->LookUp({}, absl::Now() + kPatience, [&](auto reply) { answer = reply.status(); });
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnimplemented));
  adapter_->Inventory({}, absl::Now() + kPatience, [&](auto reply) { answer = reply.status(); });
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnimplemented));
  adapter_->Receive({}, absl::Now() + kPatience, [&](auto reply) { answer = reply.status(); });
  EXPECT_THAT(answer, StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace lienthong::testing
