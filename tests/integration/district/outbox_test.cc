#include <memory>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "tests/integration/district/district_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<int64_t> Versions(const pb::PullReply& reply) {
  std::vector<int64_t> versions;
  for (const pb::InboundItem& item : reply.items()) versions.push_back(item.version());
  return versions;
}

std::string Insert(const std::string& key, const std::string& content = "{}") {
  return StrCat("INSERT INTO lienthong_outbox (khoa, noi_dung) VALUES ('", key, "', '", content,
                "')");
}

class OutboxTest : public DistrictTest {
 protected:
  void SetUp() override {
    DistrictTest::SetUp();
    adapter_ = MakeAdapter();
    software_ = std::make_unique<Sql>(OwnerDsn());
  }

  // Versions of all that is there now; moves `token_`.
  std::vector<int64_t> PullNew(int items_max = 100) {
    const absl::StatusOr<pb::PullReply> reply = Pull(*adapter_, token_, items_max);
    EXPECT_THAT(reply, IsOk());
    if (!reply.ok()) return {};
    token_ = reply->token();
    return Versions(*reply);
  }

  std::unique_ptr<DistrictAdapter> adapter_;
  std::unique_ptr<Sql> software_;
  std::string token_;
};

TEST_F(OutboxTest, RowCommittedLateIsNotSkipped) {
  Sql slow(OwnerDsn());
  slow.Do("BEGIN");
  slow.Do(Insert("NV-1"));        // id 1
  software_->Do(Insert("NV-2"));  // id 2, committed first
  EXPECT_THAT(PullNew(), IsEmpty());
  slow.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(1, 2));
  EXPECT_THAT(PullNew(), IsEmpty());
}

TEST_F(OutboxTest, RowsBeforeTheOldestOpenTransactionDoNotWait) {
  software_->Do(Insert("NV-1"));
  Sql slow(OwnerDsn());
  slow.Do("BEGIN");
  slow.Do(Insert("NV-2"));
  software_->Do(Insert("NV-3"));
  EXPECT_THAT(PullNew(), ElementsAre(1));
  slow.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(2, 3));
}

// A begins first, B changes the dossier and commits, then A changes it: A's row is the newer one
// with the smaller transaction number. C, begun between them, is still open.
TEST_F(OutboxTest, LaterRowOfADossierDoesNotOvertake) {
  software_->Do(Insert("NV-9"));  // id 1: another dossier, not to be held back
  Sql a(OwnerDsn());
  Sql b(OwnerDsn());
  Sql c(OwnerDsn());
  a.Do("BEGIN");
  a.Do("SELECT pg_current_xact_id()");
  c.Do("BEGIN");
  c.Do("SELECT pg_current_xact_id()");
  b.Do(Insert("NV-1"));  // id 2
  a.Do(Insert("NV-1"));  // id 3
  a.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(1));
  EXPECT_THAT(PullNew(), IsEmpty());
  c.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(2, 3));
}

// C is open as above, but beyond it stand only another dossier's older row and this one's newer
// row.
TEST_F(OutboxTest, RowsAreNotHeldBackWithoutNeed) {
  software_->Do(Insert("NV-1"));  // id 1
  Sql a(OwnerDsn());
  Sql c(OwnerDsn());
  for (Sql* session : {&a, &c}) {
    session->Do("BEGIN");
    session->Do("SELECT pg_current_xact_id()");
  }
  software_->Do(Insert("NV-2"));  // id 2, beyond C
  a.Do(Insert("NV-1"));           // id 3
  a.Do("COMMIT");
  software_->Do(Insert("NV-1"));  // id 4, beyond C
  EXPECT_THAT(PullNew(), ElementsAre(1, 3));
  c.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(2, 4));
}

// A must wait for B as above, and a transaction P only because A has to.
TEST_F(OutboxTest, HoldingOneTransactionBackHoldsThoseThatFollowIt) {
  Sql p(OwnerDsn());
  Sql a(OwnerDsn());
  Sql b(OwnerDsn());
  Sql c(OwnerDsn());
  for (Sql* session : {&p, &a, &c}) {
    session->Do("BEGIN");
    session->Do("SELECT pg_current_xact_id()");
  }
  b.Do(Insert("NV-1"));  // id 1, beyond C
  a.Do(Insert("NV-2"));  // id 2
  a.Do(Insert("NV-1"));  // id 3, after B's
  a.Do("COMMIT");
  p.Do(Insert("NV-2"));  // id 4, after A's
  p.Do("COMMIT");
  EXPECT_THAT(PullNew(), IsEmpty());
  c.Do("ROLLBACK");
  EXPECT_THAT(PullNew(), ElementsAre(1, 2, 3, 4));
}

std::string InsertWithNumber(const std::string& key, const std::string& number) {
  return StrCat("INSERT INTO lienthong_outbox (khoa, noi_dung, giao_dich) SELECT '", key,
                "', '{}', (", number, ")::text::xid8");
}
constexpr char kFarAway[] = "9000000000000000000";

TEST_F(OutboxTest, ARowFromTheFutureIsADeadLetterAndHoldsNothingBack) {
  software_->Do(Insert("NV-1"));
  software_->Do(InsertWithNumber("NV-1", kFarAway));
  software_->Do(Insert("NV-1", R"({"ghi_chu": "sau"})"));
  software_->Do(Insert("NV-2"));
  ::testing::internal::CaptureStderr();
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply reply, Pull(*adapter_, token_));
  ASSERT_THAT(Versions(reply), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(reply.items(1).key(), "NV-1");
  EXPECT_EQ(reply.items(1).error().field(), "giao_dich");
  EXPECT_THAT(reply.items(1).error().reason(), HasSubstr("pg_current_xact_id()"));
  EXPECT_THAT(reply.items(1).raw(), HasSubstr(kFarAway));
  EXPECT_EQ(reply.items(2).dossier().note(), "sau");
  for (const int good : {0, 2, 3}) EXPECT_FALSE(reply.items(good).has_error());
  token_ = reply.token();
  EXPECT_THAT(PullNew(), IsEmpty());
  EXPECT_EQ(token_, reply.token());
  software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(), ElementsAre(5));
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "") << "nobody is held back";
}

TEST_F(OutboxTest, RowsFromTheFutureAreReadInPagesWithTheOthers) {
  for (int i = 0; i < 6; ++i) {
    software_->Do(i % 2 == 0 ? Insert("NV-1") : InsertWithNumber("NV-1", kFarAway));
  }
  EXPECT_THAT(PullNew(4), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(PullNew(4), ElementsAre(5, 6));
  EXPECT_THAT(PullNew(4), IsEmpty());
}

TEST_F(OutboxTest, ARowFromTheFutureThatIsCommittedLateIsNotSkipped) {
  Sql slow(OwnerDsn());
  slow.Do("BEGIN");
  slow.Do(InsertWithNumber("NV-1", kFarAway));  // id 1
  slow.Do("SAVEPOINT s");
  slow.Do(InsertWithNumber("NV-1", kFarAway));        // id 2, by a transaction below it
  software_->Do(InsertWithNumber("NV-2", kFarAway));  // id 3, committed first
  EXPECT_THAT(PullNew(), IsEmpty());
  slow.Do("COMMIT");
  EXPECT_THAT(PullNew(), ElementsAre(1, 2, 3));
  EXPECT_THAT(PullNew(), IsEmpty());
}

// Its number comes to pass: then it may be read once more, but never as if all were well.
TEST_F(OutboxTest, ARowFromTheNearFutureStaysMarked) {
  software_->Do(
      InsertWithNumber("NV-1", "pg_snapshot_xmax(pg_current_snapshot())::text::bigint + 3"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply first, Pull(*adapter_, token_));
  ASSERT_THAT(Versions(first), ElementsAre(1));
  EXPECT_EQ(first.items(0).error().field(), "giao_dich");
  token_ = first.token();
  for (int i = 0; i < 6; ++i) software_->Do(Insert("NV-2"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply second, Pull(*adapter_, token_));
  EXPECT_EQ(second.items_size(), 7);
  EXPECT_EQ(second.items(0).SerializeAsString(), first.items(0).SerializeAsString());
  token_ = second.token();
  EXPECT_THAT(PullNew(), IsEmpty());
}

TEST_F(OutboxTest, RolledBackIdsAreNoGapsToWaitFor) {
  software_->Do("BEGIN");
  software_->Do(Insert("NV-1"));
  software_->Do("ROLLBACK");
  software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(), ElementsAre(2));
}

TEST_F(OutboxTest, TokenStandsStillWhileNothingIsNew) {
  EXPECT_THAT(PullNew(), IsEmpty());
  EXPECT_EQ(token_, "");
  software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(), ElementsAre(1));
  const std::string token = token_;
  software_->Do("CREATE TABLE khac (x int)");
  software_->Do("INSERT INTO khac VALUES (1)");
  EXPECT_THAT(PullNew(), IsEmpty());
  EXPECT_EQ(token_, token);
}

TEST_F(OutboxTest, WindowLargerThanAPageIsReadInPages) {
  for (int i = 0; i < 25; ++i) software_->Do(Insert(StrCat("NV-", i % 3)));
  std::vector<int64_t> seen;
  std::vector<bool> more;
  for (int page = 0; page < 3; ++page) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply reply, Pull(*adapter_, token_, 10));
    token_ = reply.token();
    more.push_back(reply.more());
    for (const int64_t version : Versions(reply)) seen.push_back(version);
    // Written while the window is read: belongs to the next one.
    software_->Do(Insert("NV-0"));
  }
  EXPECT_THAT(more, ElementsAre(true, true, false));
  ASSERT_EQ(seen.size(), 25u);
  for (size_t i = 0; i < seen.size(); ++i) EXPECT_EQ(seen[i], static_cast<int64_t>(i) + 1);
  EXPECT_THAT(PullNew(), ElementsAre(26, 27, 28));
}

TEST_F(OutboxTest, RestartInMidWindowGoesOnWhereItsTokenSays) {
  for (int i = 0; i < 6; ++i) software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(4), ElementsAre(1, 2, 3, 4));
  const std::string mid_window = token_;
  adapter_.reset();
  adapter_ = MakeAdapter();
  software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(4), ElementsAre(5, 6));
  EXPECT_THAT(PullNew(4), ElementsAre(7));
  // The token of the page before the restart was not stored: the same page comes again.
  token_ = mid_window;
  EXPECT_THAT(PullNew(4), ElementsAre(5, 6));
  token_ = "";
  EXPECT_THAT(PullNew(), ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(OutboxTest, BadRowsAreReportedAndTheOthersGoOn) {
  software_->Do(Insert("NV-1", R"({"dien_thoai": "0000000001"})"));
  software_->Do(Insert("NV-2", R"([1, 2])"));
  software_->Do(Insert("NV-3", R"({"hen_tra": "30/02/2026"})"));
  software_->Do(Insert("NV-4", R"({"ghi_chu": null})"));
  software_->Do(
      "INSERT INTO lienthong_outbox (khoa, noi_dung)"
      " VALUES ('NV-5', jsonb_build_object('ghi_chu', repeat('x', 2000000)))");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply reply, Pull(*adapter_, ""));
  ASSERT_EQ(reply.items_size(), 5);
  EXPECT_EQ(reply.items(0).dossier().contact().phone(), "0000000001");
  EXPECT_EQ(reply.items(1).error().field(), "noi_dung");
  EXPECT_EQ(reply.items(1).key(), "NV-2");
  EXPECT_THAT(reply.items(1).raw(), HasSubstr("[1,2]"));
  EXPECT_EQ(reply.items(2).error().field(), "hen_tra");
  EXPECT_FALSE(reply.items(3).has_error());
  EXPECT_THAT(reply.items(3).cleared(), ElementsAre("note"));
  EXPECT_EQ(reply.items(4).error().field(), "noi_dung");
  EXPECT_LT(reply.items(4).raw().size(), 1000u);
}

TEST_F(OutboxTest, CodesOfTheColumnsComeAlong) {
  software_->Do(
      "INSERT INTO lienthong_outbox (khoa, ma_ho_so, so_bien_nhan, noi_dung)"
      " VALUES ('NV-1', 'H29.X01-261120-0001', '0001/MAU', '{\"so_bien_nhan_rieng\": \"X01/1\"}')");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply reply, Pull(*adapter_, ""));
  ASSERT_EQ(reply.items_size(), 1);
  EXPECT_EQ(reply.items(0).dossier().code(), "H29.X01-261120-0001");
  EXPECT_EQ(reply.items(0).dossier().receipt_number(), "0001/MAU");
  ASSERT_EQ(reply.items(0).dossier().codes_size(), 1);
  EXPECT_EQ(reply.items(0).dossier().codes(0).code(), "X01/1");
}

TEST_F(OutboxTest, TablesAndColumnsMayHaveOtherNames) {
  software_->Do("CREATE SCHEMA \"Trao đổi\"");
  software_->Do("ALTER TABLE lienthong_outbox SET SCHEMA \"Trao đổi\"");
  software_->Do("ALTER TABLE \"Trao đổi\".lienthong_outbox RENAME TO \"Đi\"");
  software_->Do("ALTER TABLE \"Trao đổi\".\"Đi\" RENAME noi_dung TO \"Nội \"\"dung\"\"\"");
  software_->Do("GRANT USAGE ON SCHEMA \"Trao đổi\" TO lienthong_gateway");
  software_->Do(
      "INSERT INTO \"Trao đổi\".\"Đi\" (khoa, \"Nội \"\"dung\"\"\") VALUES ('NV-1','{}')");
  adapter_ =
      MakeAdapter({{"outbox_table", "Trao đổi.Đi"}, {"outbox_content_column", "Nội \"dung\""}});
  EXPECT_THAT(PullNew(), ElementsAre(1));
}

TEST_F(OutboxTest, TokenOfAnotherDatabaseIsRefused) {
  EXPECT_THAT(Pull(*adapter_, "999999999999"),
              StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("rewind")));
  EXPECT_THAT(Pull(*adapter_, "x"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(OutboxTest, MissingRightsAndTablesAreTold) {
  software_->Do("REVOKE SELECT ON lienthong_outbox FROM lienthong_gateway");
  EXPECT_THAT(Pull(*adapter_, ""), StatusIs(absl::StatusCode::kPermissionDenied));
  software_->Do("GRANT SELECT ON lienthong_outbox TO lienthong_gateway");
  EXPECT_THAT(PullNew(), IsEmpty());
  software_->Do("DROP TABLE lienthong_outbox");
  EXPECT_THAT(Pull(*adapter_, ""), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(OutboxTest, TransactionLeftOpenIsWarnedOfOnceAMinute) {
  Sql forgotten(OwnerDsn());
  forgotten.Do("BEGIN");
  forgotten.Do("SELECT pg_current_xact_id()");
  software_->Do(
      "INSERT INTO lienthong_outbox (khoa, noi_dung, tao_luc)"
      " VALUES ('NV-1', '{}', now() - interval '2 minutes')");
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(PullNew(), IsEmpty());
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("district_outbox_held_back"));
  ::testing::internal::CaptureStderr();
  EXPECT_THAT(PullNew(), IsEmpty());
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
  forgotten.Do("ROLLBACK");
  EXPECT_THAT(PullNew(), ElementsAre(1));
}

TEST_F(OutboxTest, LockedTableCostsNoMoreThanTheDeadline) {
  software_->Do("BEGIN");
  software_->Do("LOCK TABLE lienthong_outbox");
  const absl::Time begun = absl::Now();
  EXPECT_THAT(Pull(*adapter_, "", 100, absl::Milliseconds(300)),
              StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(2));
  software_->Do("ROLLBACK");
  software_->Do(Insert("NV-1"));
  EXPECT_THAT(PullNew(), ElementsAre(1));
}

}  // namespace
}  // namespace lienthong::testing
