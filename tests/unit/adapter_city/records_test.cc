#include "adapters/city/records.h"

#include "absl/strings/escaping.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/adapter_city/city_mapping.h"

namespace lienthong::adapters::city {
namespace {

using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::HasSubstr;

absl::StatusOr<pb::PullReply> Page(const std::string& result, int64_t after = 0) {
  return ToPullReply(CityMapping(), json::parse(result), after);
}

TEST(FeedTest, APageBecomesItemsAndAToken) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const pb::PullReply reply,
      Page(R"({"DanhSach": [{"PhienBan": 5, "HoSo": {"IdHoSo": "TP-1", "MaHoSo": "A", "Fax": ""}},
                            {"PhienBan": 7, "HoSo": {"IdHoSo": "TP-2", "La": "x"}},
                            {"PhienBan": 8, "HoSo": {"MaHoSo": "B"}},
                            {"PhienBan": 9, "HoSo": "x"}],
               "PhienBanCuoi": 9, "ConTiep": true})",
           4));
  EXPECT_EQ(reply.token(), "9");
  EXPECT_TRUE(reply.more());
  ASSERT_EQ(reply.items_size(), 4);
  EXPECT_EQ(reply.items(0).key(), "TP-1");
  EXPECT_EQ(reply.items(0).version(), 5);
  EXPECT_EQ(reply.items(0).dossier().code(), "A");
  EXPECT_THAT(reply.items(0).cleared(), ::testing::ElementsAre("contact.fax"));
  EXPECT_EQ(reply.items(0).raw(), "");
  EXPECT_FALSE(reply.items(0).has_error());
  // A bad record is one item's fault.
  EXPECT_EQ(reply.items(1).key(), "TP-2");
  EXPECT_EQ(reply.items(1).error().field(), "La");
  EXPECT_EQ(json::parse(reply.items(1).raw()), json::parse(R"({"IdHoSo": "TP-2", "La": "x"})"));
  EXPECT_EQ(reply.items(2).error().field(), "IdHoSo");
  EXPECT_EQ(reply.items(2).key(), "");
  EXPECT_TRUE(reply.items(3).has_error());
  // Kept, each is what it was.
  for (const pb::InboundItem& item : reply.items()) {
    if (!item.has_error()) continue;
    pb::InterpretRequest request;
    request.set_key(item.key());
    request.set_version(item.version());
    request.set_raw(item.raw());
    EXPECT_EQ(InterpretRecord(CityMapping(), request).ShortDebugString(), item.ShortDebugString());
  }
}

TEST(FeedTest, AnEmptyPageKeepsTheToken) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const pb::PullReply reply,
      Page(R"({"DanhSach": [], "PhienBanCuoi": 0, "ConTiep": false})", 12));
  EXPECT_EQ(reply.token(), "12");
  EXPECT_FALSE(reply.more());
}

TEST(FeedTest, AMalformedPageIsAnErrorOfTheCall) {
  for (const char* bad :
       {R"({})", R"({"DanhSach": {}, "ConTiep": false})", R"({"DanhSach": []})",
        R"({"DanhSach": [], "ConTiep": "0"})", R"({"DanhSach": [], "ConTiep": true})",
        R"({"DanhSach": [7], "ConTiep": false})",
        R"({"DanhSach": [{"HoSo": {}}], "ConTiep": false})",
        R"({"DanhSach": [{"PhienBan": 3}], "ConTiep": false})",
        R"({"DanhSach": [{"PhienBan": "3", "HoSo": {}}], "ConTiep": false})",
        R"({"DanhSach": [{"PhienBan": 2, "HoSo": {}}], "ConTiep": false})"}) {
    EXPECT_THAT(Page(bad, 2), StatusIs(absl::StatusCode::kInternal, HasSubstr("not as agreed")))
        << bad;
  }
}

TEST(InventoryTest, PagesUntilTheEnd) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const pb::InventoryReply reply,
      ToInventory(json::parse(R"({"DanhSach": [{"IdHoSo": "TP-1", "MaHoSo": "", "PhienBan": 3}],
                                  "ConTiep": true})"),
                  2));
  EXPECT_EQ(reply.next_page_token(), "3");
  EXPECT_EQ(reply.entries(0).key(), "TP-1");
  EXPECT_EQ(reply.entries(0).version(), 3);
  EXPECT_THAT(ToInventory(json::parse(R"({"DanhSach": [{}], "ConTiep": false})"), 1),
              StatusIs(absl::StatusCode::kInternal));
}

TEST(InventoryTest, CarriesDigestsWhereThereAre) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const pb::InventoryReply entries,
      ToInventory(json::parse(R"({"DanhSach": [{"IdHoSo": "TP-1", "PhienBan": 3,
                                  "MaBam": "000102030405060708090a0b0c0d0eff"}],
                                  "ConTiep": false})"),
                  1));
  EXPECT_EQ(entries.entries(0).digest(),
            std::string("\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\xff", 16));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(
      const pb::InventoryReply sums,
      ToSums(json::parse(R"({"DanhSach": [{"DonVi": "H29.X01", "Ngay": "20260105", "SoLuong": 7,
                             "MaBam": "000102030405060708090a0b0c0d0eff"}], "ConTiep": true})"),
             1));
  EXPECT_EQ(sums.next_page_token(), "2");
  EXPECT_EQ(sums.buckets(0).agency(), "H29.X01");
  EXPECT_EQ(sums.buckets(0).day(), "20260105");
  EXPECT_EQ(sums.buckets(0).count(), 7);
  EXPECT_EQ(sums.buckets(0).digest(), entries.entries(0).digest());
  for (const char* bad : {R"({"DonVi": "H29.X01", "SoLuong": 7})", R"({"Ngay": "20260105"})",
                          R"({"Ngay": "20260105", "SoLuong": 7, "MaBam": "0001"})"}) {
    const json page = {{"DanhSach", {json::parse(bad)}}, {"ConTiep", false}};
    EXPECT_THAT(ToSums(page, 1), StatusIs(absl::StatusCode::kInternal)) << bad;
  }
}

// The simulator's test has the same record and the same digest: the two share no code.
TEST(InventoryTest, TheDigestOfARecordIsThatOfWhatItSays) {
  const json record = json::parse(
      R"({"IdHoSo": "TP-1", "MaHoSo": "H29.X01-260105-0001", "ChuHoSo": "Lê Văn Mẫu / thử",
                             "Email": "", "PhanCong": [], "TaiLieuNop": [{"Id": "z", "TenTepDinhKem": ""}],
                             "QuaTrinhXuLy": [{"Id": "b", "NoiDungXuLy": "\"xong\"", "ChucDanh": ""},
                                              {"NguoiXuLy": "A", "Id": "a"}]})");
  EXPECT_EQ(absl::BytesToHexString(RecordDigest(record)), "adf8f1f9219106e20082edf0ca9251f8");
}

TEST(UpdateBodyTest, IsAPatchWithoutCondition) {
  EXPECT_EQ(json::parse(UpdateBody("TP-1", json::parse(R"({"Email": ""})"))),
            json::parse(R"({"IdHoSo": "TP-1", "PhienBanTruoc": null, "HoSo": {"Email": ""}})"));
}

pb::ItemOutcome OutcomeOf(const std::string& key, Verdict verdict,
                          const std::string& result = "{}") {
  pb::OutboundItem item;
  item.set_delivery_id("d-1");
  item.set_key(key);
  Answer answer;
  answer.verdict = verdict;
  answer.reason = "because";
  answer.field = verdict == Verdict::kBadData ? "Email" : "";
  answer.result = json::parse(result);
  if (verdict == Verdict::kThrottled) answer.retry_after = absl::Seconds(3);
  return ToOutcome(item, answer);
}

TEST(OutcomeTest, SuccessOnlyWhenTheRecordIsNamed) {
  const pb::ItemOutcome created =
      OutcomeOf("", Verdict::kDone, R"({"IdHoSo": "TP-9", "PhienBan": 4})");
  EXPECT_EQ(created.outcome(), pb::OUTCOME_APPLIED);
  EXPECT_EQ(created.key(), "TP-9");
  EXPECT_EQ(created.version(), 4);
  EXPECT_EQ(created.delivery_id(), "d-1");
  for (const char* odd :
       {"{}", R"({"IdHoSo": "TP-9"})", R"({"IdHoSo": "", "PhienBan": 4})",
        R"({"IdHoSo": "TP-9", "PhienBan": "4"})", R"({"IdHoSo": "TP-9", "PhienBan": 0})"}) {
    EXPECT_EQ(OutcomeOf("", Verdict::kDone, odd).outcome(), pb::OUTCOME_UNKNOWN) << odd;
  }
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kDone, R"({"IdHoSo": "TP-9", "PhienBan": 4})").outcome(),
            pb::OUTCOME_UNKNOWN);
}

TEST(OutcomeTest, EveryVerdictHasItsOutcome) {
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kUnclear).outcome(), pb::OUTCOME_UNKNOWN);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kNotSent).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kNotReady).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kThrottled).outcome(), pb::OUTCOME_RETRY_AFTER);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kThrottled).retry_after().seconds(), 3);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kNotAuthorised).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kRefused).outcome(), pb::OUTCOME_NOT_AUTHORISED);
  const pb::ItemOutcome bad = OutcomeOf("TP-1", Verdict::kBadData);
  EXPECT_EQ(bad.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(bad.field(), "Email");
  EXPECT_EQ(OutcomeOf("TP-1", Verdict::kUnknown).outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(OutcomeOf("", Verdict::kUnknown).outcome(), pb::OUTCOME_NOT_AUTHORISED);
}

TEST(OutcomeTest, AnExistingRecordIsReadBeforeItIsWritten) {
  const pb::ItemOutcome exists = OutcomeOf("", Verdict::kExists, R"({"IdHoSo": "TP-4"})");
  EXPECT_EQ(exists.outcome(), pb::OUTCOME_CONFLICT);
  EXPECT_EQ(exists.key(), "TP-4");
  EXPECT_EQ(OutcomeOf("TP-4", Verdict::kExists, R"({"IdHoSo": "TP-4"})").outcome(),
            pb::OUTCOME_CONFLICT);
  const pb::ItemOutcome other = OutcomeOf("TP-5", Verdict::kExists, R"({"IdHoSo": "TP-4"})");
  EXPECT_EQ(other.outcome(), pb::OUTCOME_REJECTED);
  EXPECT_EQ(other.field(), "MaHoSo");
}

}  // namespace
}  // namespace lienthong::adapters::city
