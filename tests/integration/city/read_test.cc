#include <set>

#include "google/protobuf/util/message_differencer.h"
#include "tests/integration/city/city_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using nlohmann::json;

class CityReadTest : public CityFixture {};

json Intake(int n) {
  return {{"HoSo",
           {{"MaTTHC", "1.001193"},
            {"TenTTHC", "Đăng ký khai sinh"},
            {"MaLinhVuc", "G15-HT03"},
            {"TenLinhVuc", "Hộ tịch"},
            {"KenhThucHien", "1"},
            {"ChuHoSo", "Người Mẫu " + std::to_string(n)},
            {"LoaiDoiTuong", "1"},
            {"MaDonViTiepNhan", "H29.X01"},
            {"NgayTiepNhan", "20260302080000"},
            {"TrangThaiHoSo", "2"},
            {"HinhThuc", "0"}}}};
}

TEST_F(CityReadTest, TheFeedBringsEveryChangeOnceAndInOrder) {
  for (int i = 0; i < 5; ++i) Rig("/rig/intake", Intake(i));
  Rig("/rig/edit", {{"IdHoSo", "TP-2026-0000002"}, {"HoSo", {{"GhiChu", "sửa"}}}});
  std::vector<int64_t> versions;
  std::string token;
  bool more = true;
  while (more) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply page, Pull(token, 2));
    EXPECT_LE(page.items_size(), 2);
    for (const auto& item : page.items()) {
      EXPECT_FALSE(item.has_error()) << item.error().DebugString();
      versions.push_back(item.version());
    }
    token = page.token();
    more = page.more();
  }
  EXPECT_THAT(versions, ::testing::ElementsAre(1, 2, 3, 4, 5, 6));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply nothing, Pull(token));
  EXPECT_EQ(nothing.items_size(), 0);
  EXPECT_EQ(nothing.token(), token);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply last, Pull("5"));
  ASSERT_EQ(last.items_size(), 1);
  EXPECT_EQ(last.items(0).key(), "TP-2026-0000002");
  EXPECT_EQ(last.items(0).dossier().note(), "sửa");
}

TEST_F(CityReadTest, TheEchoOfADeliveryIsItsRepresentation) {
  pb::OutboundItem item = NewItem(kCode);
  item.mutable_dossier()->set_subject(std::string(1500, 'x'));
  item.mutable_dossier()->mutable_reception()->mutable_received_time()->set_nanos(5);
  ASSERT_EQ(Deliver(item).outcome(), pb::OUTCOME_APPLIED);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::PullReply page, Pull(""));
  ASSERT_EQ(page.items_size(), 1);
  const pb::Representation expected = adapter_->Represent(item.dossier());
  EXPECT_TRUE(MessageDifferencer::Equals(page.items(0).dossier(), expected.dossier()))
      << page.items(0).dossier().DebugString() << expected.dossier().DebugString();
  EXPECT_EQ(expected.losses_size(), 2);
}

TEST_F(CityReadTest, LookUpFindsByKeyAndCodeOrSaysNo) {
  const pb::ItemOutcome created = Deliver(NewItem(kCode));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto by_key, LookUp(created.key(), ""));
  EXPECT_TRUE(by_key.found());
  EXPECT_EQ(by_key.item().dossier().code(), kCode);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto by_code, LookUp("", kCode));
  EXPECT_EQ(by_code.item().key(), created.key());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto unknown, LookUp("", "H29.X01-260302-9999"));
  EXPECT_FALSE(unknown.found());
  Fault("inner_error");
  EXPECT_THAT(LookUp("", kCode).status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(CityReadTest, ARecordThatCannotBeUnderstoodIsShownAsItCame) {
  ASSERT_EQ(Deliver(NewItem(kCode)).outcome(), pb::OUTCOME_APPLIED);
  Rig("/rig/tamper", {{"MaHoSo", kCode}, {"HoSo", {{"TrangThaiHoSo", "77"}}}});
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto record, LookUp("", kCode));
  ASSERT_TRUE(record.found());
  EXPECT_EQ(record.item().error().field(), "TrangThaiHoSo");
  EXPECT_EQ(json::parse(record.item().raw()).at("TrangThaiHoSo"), "77");
  EXPECT_EQ(record.item().key().substr(0, 3), "TP-");
}

TEST_F(CityReadTest, TheInventoryListsADay) {
  std::set<std::string> expected;
  for (int i = 0; i < 3; ++i) {
    expected.insert(Rig("/rig/intake", Intake(i)).at("IdHoSo").get<std::string>());
  }
  std::set<std::string> listed;
  std::string page;
  do {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::InventoryReply reply, Inventory("20260302", page));
    for (const auto& entry : reply.entries()) listed.insert(entry.key());
    page = reply.next_page_token();
  } while (!page.empty());
  EXPECT_EQ(listed, expected);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const pb::InventoryReply none, Inventory("20260303", ""));
  EXPECT_EQ(none.entries_size(), 0);
  EXPECT_THAT(Inventory("2 March", ""), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(CityReadTest, ErrorsOfWholeCallsSayWhoMustAct) {
  EXPECT_THAT(Probe(*adapter_), IsOk());
  Fault("5xx");
  EXPECT_THAT(Probe(*adapter_), StatusIs(absl::StatusCode::kUnavailable));
  Fault("429");
  EXPECT_THAT(Pull(""), StatusIs(absl::StatusCode::kResourceExhausted));
  Rig("/rig/rights", {{"path", "/HoSo/ThayDoi"}, {"granted", false}});
  EXPECT_THAT(Pull(""), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Pull("not-a-token"), StatusIs(absl::StatusCode::kInvalidArgument));
  const auto stranger = MakeAdapter({{"app_name", "other"}});
  EXPECT_THAT(Probe(*stranger), StatusIs(absl::StatusCode::kUnauthenticated));
  stranger->Stop();
  simulator_.reset();
  EXPECT_THAT(Probe(*adapter_), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace lienthong::adapters::city
