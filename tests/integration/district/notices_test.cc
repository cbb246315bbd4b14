#include <memory>
#include <string>
#include <vector>

#include "tests/integration/district/district_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

using ::testing::ElementsAre;

pb::OutboundItem NoticeItem(const std::string& id) {
  pb::OutboundItem item;
  item.set_delivery_id("district-n" + id);
  item.set_key("NV-000001");
  item.mutable_dossier()->set_code("H29.X01-261120-1");
  pb::Notice& notice = *item.add_notices();
  notice.set_id(id);
  notice.set_kind(pb::Notice::KIND_CONFLICT_RESOLVED);
  notice.set_path("contact.phone");
  notice.set_party("city");
  notice.set_result("STORED");
  notice.mutable_time()->set_seconds(1772500000);
  return item;
}

class NoticesTest : public DistrictTest {
 protected:
  std::unique_ptr<DistrictAdapter> MakeTold(const std::string& table = "lienthong_thong_bao") {
    return MakeAdapter({{"notice_table", table}});
  }
  pb::Outcome Tell(DistrictAdapter& adapter, const pb::OutboundItem& item) {
    const absl::StatusOr<pb::DeliverReply> reply = Deliver(adapter, {item});
    EXPECT_THAT(reply, IsOk());
    if (!reply.ok() || reply->outcomes_size() != 1) return pb::OUTCOME_UNKNOWN;
    EXPECT_EQ(reply->outcomes(0).delivery_id(), item.delivery_id());
    return reply->outcomes(0).outcome();
  }
  std::vector<std::vector<std::string>> Rows() {
    return Sql(OwnerDsn())
        .Rows(
            "SELECT id, khoa, ma_ho_so, loai, truong, ben, ket_qua, extract(epoch FROM luc)::bigint"
            " FROM lienthong_thong_bao ORDER BY id");
  }
};

TEST_F(NoticesTest, AreTakenOnlyWhereThereIsATable) {
  EXPECT_FALSE(MakeAdapter()->capabilities().notices());
  EXPECT_TRUE(MakeTold()->capabilities().notices());
}

TEST_F(NoticesTest, StandThereOnceHoweverOftenTheyAreTold) {
  const auto adapter = MakeTold();
  EXPECT_EQ(Tell(*adapter, NoticeItem("a")), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Tell(*adapter, NoticeItem("a")), pb::OUTCOME_APPLIED);
  EXPECT_EQ(Tell(*adapter, NoticeItem("b")), pb::OUTCOME_APPLIED);
  const auto rows = Rows();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], ElementsAre("a", "NV-000001", "H29.X01-261120-1", "CONFLICT_RESOLVED",
                                   "contact.phone", "city", "STORED", "1772500000"));
  EXPECT_EQ(Sql(OwnerDsn()).One("SELECT count(*) FROM lienthong_inbox"), "0");
}

TEST_F(NoticesTest, OneThatTheTableRefusesIsRejected) {
  Sql(OwnerDsn()).Do("ALTER TABLE lienthong_thong_bao ADD CHECK (truong <> 'contact.phone')");
  const auto adapter = MakeTold();
  EXPECT_EQ(Tell(*adapter, NoticeItem("a")), pb::OUTCOME_REJECTED);
}

TEST_F(NoticesTest, ATableThatIsNotThereLosesNone) {
  const auto adapter = MakeTold("nowhere");
  EXPECT_EQ(Tell(*adapter, NoticeItem("a")), pb::OUTCOME_NOT_AUTHORISED);
}

TEST_F(NoticesTest, GoBesideDeliveries) {
  const auto adapter = MakeTold();
  pb::OutboundItem delivery;
  delivery.set_delivery_id("tin-1");
  delivery.set_revision(1);
  delivery.mutable_dossier()->set_code("H29.X01-261120-1");
  const absl::StatusOr<pb::DeliverReply> reply = Deliver(*adapter, {NoticeItem("a"), delivery});
  ASSERT_THAT(reply, IsOk());
  ASSERT_EQ(reply->outcomes_size(), 2);
  for (const pb::ItemOutcome& outcome : reply->outcomes()) {
    EXPECT_EQ(outcome.outcome(), pb::OUTCOME_APPLIED) << outcome.delivery_id();
  }
}

}  // namespace
}  // namespace lienthong::testing
