// Records keep what they are given, the feed keeps every version whole, and silent changes stay out
// of it.
#include "tests/rigs/city/records.h"

#include <fstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/city/digest.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/rigs/records_for_test.h"

namespace lienthong::rigs::city {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr int64_t kSomeDay_ms = 1'790'000'000'000;  // 2026-09-21 in the city

class CityRecords : public ::testing::Test {
 protected:
  Saved Create(const Json& record) {
    return std::get<Saved>(records_.Create(record, LongText::kRefuse));
  }
  Outcome<Saved> Patch(const std::string& id, std::optional<int64_t> seen, const Json& patch) {
    return records_.Patch({.id = id, .code = ""}, seen, patch, LongText::kRefuse);
  }
  static Json Detail(const Records& records, const RecordName& name) {
    return Json::parse(std::get<std::string>(records.Detail(name)));
  }
  Json Stored(const std::string& id) { return Detail(records_, {.id = id, .code = ""})["HoSo"]; }
  Json Changes(int64_t after, size_t limit = 200) {
    return Json::parse(records_.Changes(after, limit));
  }
  static int StatusOf(const Outcome<Saved>& outcome) {
    const Refusal* refusal = std::get_if<Refusal>(&outcome);
    return refusal == nullptr ? 200 : refusal->status;
  }

  Records records_{[] { return kSomeDay_ms; }};
};

TEST_F(CityRecords, ANewRecordGetsAnIdAndHoldsEveryField) {
  const Saved saved = Create(SmallestRecord());
  EXPECT_EQ(saved.id, "TP-2026-0000001");
  EXPECT_EQ(saved.version, 1);
  const Json stored = Stored(saved.id);
  EXPECT_EQ(stored["IdHoSo"], saved.id);
  EXPECT_EQ(stored["ChuHoSo"], "Trần Thị Mẫu");
  EXPECT_EQ(stored["Email"], "");
  EXPECT_EQ(stored["QuaTrinhXuLy"], Json::array());
  EXPECT_EQ(stored.size(), 42U + 9U + 1U);
  EXPECT_EQ(Create(SmallestRecord()).id, "TP-2026-0000002");
}

TEST_F(CityRecords, APatchReplacesWhatItNamesAndKeepsTheRest) {
  Json record = SmallestRecord();
  record["Email"] = "mau@example.invalid";
  record["QuaTrinhXuLy"] = {{{"Id", "a"}, {"NguoiXuLy", "A"}}, {{"Id", "b"}, {"NguoiXuLy", "B"}}};
  const std::string id = Create(record).id;
  const Json patch = {
      {"Email", ""},
      {"QuaTrinhXuLy", {{{"Id", "c"}, {"TrangThai", "4"}}, {{"Id", "a"}, {"ChucDanh", "CV"}}}}};
  ASSERT_EQ(StatusOf(Patch(id, std::nullopt, patch)), 200);
  const Json stored = Stored(id);
  EXPECT_EQ(stored["Email"], "");
  EXPECT_EQ(stored["ChuHoSo"], "Trần Thị Mẫu");
  const Json& steps = stored["QuaTrinhXuLy"];
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps[0]["NguoiXuLy"], "A");
  EXPECT_EQ(steps[0]["ChucDanh"], "CV");
  EXPECT_EQ(steps[1]["NguoiXuLy"], "B");
  EXPECT_EQ(steps[2]["Id"], "c");
  EXPECT_EQ(steps[2]["NguoiXuLy"], "");
  EXPECT_EQ(steps[2].size(), 14U);
}

TEST_F(CityRecords, TheFeedKeepsEveryVersionWhole) {
  const std::string first = Create(SmallestRecord()).id;
  Create(SmallestRecord());
  Patch(first, std::nullopt, {{"TrangThaiHoSo", "2"}});
  Patch(first, std::nullopt, {{"TrangThaiHoSo", "2"}});
  const Json all = Changes(0);
  ASSERT_EQ(all["DanhSach"].size(), 4U);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(all["DanhSach"][i]["PhienBan"], i + 1);
  EXPECT_EQ(all["DanhSach"][0]["HoSo"]["TrangThaiHoSo"], "1");
  EXPECT_EQ(all["DanhSach"][2]["HoSo"]["TrangThaiHoSo"], "2");
  EXPECT_EQ(all["DanhSach"][2]["HoSo"]["ChuHoSo"], "Trần Thị Mẫu");
  EXPECT_EQ(all["PhienBanCuoi"], 4);
  EXPECT_EQ(all["ConTiep"], false);
}

TEST_F(CityRecords, TheFeedIsPaged) {
  for (int i = 0; i < 5; ++i) Create(SmallestRecord());
  Json page = Changes(0, 2);
  EXPECT_EQ(page["DanhSach"].size(), 2U);
  EXPECT_EQ(page["PhienBanCuoi"], 2);
  EXPECT_EQ(page["ConTiep"], true);
  page = Changes(4, 2);
  EXPECT_EQ(page["DanhSach"].size(), 1U);
  EXPECT_EQ(page["ConTiep"], false);
  page = Changes(5);
  EXPECT_TRUE(page["DanhSach"].empty());
  EXPECT_EQ(page["PhienBanCuoi"], 5);
}

TEST_F(CityRecords, NothingIsStoredOfARefusedWrite) {
  const std::string id = Create(SmallestRecord()).id;
  EXPECT_EQ(StatusOf(Patch(id, std::nullopt, {{"Email", "x"}, {"NgayTra", "20261332000000"}})),
            400);
  EXPECT_EQ(Stored(id)["Email"], "");
  EXPECT_EQ(records_.versions(), 1U);
  Json record = SmallestRecord();
  record["Lạ"] = "";
  EXPECT_EQ(StatusOf(records_.Create(record, LongText::kRefuse)), 400);
  EXPECT_EQ(records_.records(), 1U);
}

TEST_F(CityRecords, AnOldSeenVersionIsAConflictThatTellsTheNewOne) {
  const std::string id = Create(SmallestRecord()).id;
  ASSERT_EQ(StatusOf(Patch(id, 1, {{"Email", "a"}})), 200);
  const Outcome<Saved> late = Patch(id, 1, {{"Email", "b"}});
  ASSERT_EQ(StatusOf(late), 409);
  EXPECT_EQ(std::get<Refusal>(late).result["PhienBan"], 2);
  EXPECT_EQ(Stored(id)["Email"], "a");
}

TEST_F(CityRecords, ACodeBelongsToOneRecord) {
  Json record = SmallestRecord();
  record["MaHoSo"] = "H29.X01-260101-0001";
  const std::string first = Create(record).id;
  const Outcome<Saved> again = records_.Create(record, LongText::kRefuse);
  ASSERT_EQ(StatusOf(again), 409);
  EXPECT_EQ(std::get<Refusal>(again).description, "Hồ sơ đã tồn tại");
  EXPECT_EQ(std::get<Refusal>(again).result["IdHoSo"], first);
  const std::string second = Create(SmallestRecord()).id;
  EXPECT_EQ(StatusOf(Patch(second, std::nullopt, {{"MaHoSo", "H29.X01-260101-0001"}})), 409);
  EXPECT_EQ(StatusOf(Patch(first, std::nullopt, {{"MaHoSo", "H29.X01-260101-0002"}})), 200);
  EXPECT_EQ(StatusOf(Patch(second, std::nullopt, {{"MaHoSo", "H29.X01-260101-0001"}})), 200);
  const Json detail = Detail(records_, {.id = "", .code = "H29.X01-260101-0001"});
  EXPECT_EQ(detail["HoSo"]["IdHoSo"], second);
}

TEST_F(CityRecords, UnknownRecordsAreNotFound) {
  EXPECT_EQ(StatusOf(Patch("TP-2026-0000009", std::nullopt, Json::object())), 404);
  const Outcome<std::string> detail = records_.Detail({.id = "", .code = "none"});
  EXPECT_EQ(std::get<Refusal>(detail).status, 404);
}

TEST_F(CityRecords, TamperingIsSilentUntilTheNextWrite) {
  Json record = SmallestRecord();
  record["QuaTrinhXuLy"] = {{{"Id", "a"}}, {{"Id", "b"}}};
  const std::string id = Create(record).id;
  const RecordName name{.id = id, .code = ""};
  const Outcome<Saved> outcome =
      records_.Tamper(name, {{"NgayHenTra", "mai"}}, {{"QuaTrinhXuLy", "a"}});
  ASSERT_EQ(StatusOf(outcome), 200);
  EXPECT_EQ(Changes(1)["DanhSach"].size(), 0U);
  EXPECT_EQ(Stored(id)["NgayHenTra"], "mai");
  EXPECT_EQ(Stored(id)["QuaTrinhXuLy"].size(), 1U);
  EXPECT_EQ(Detail(records_, name)["PhienBan"], 1);
  ASSERT_EQ(StatusOf(Patch(id, 1, {{"Email", "x"}})), 200);
  EXPECT_EQ(Changes(1)["DanhSach"][0]["HoSo"]["NgayHenTra"], "mai");
  EXPECT_EQ(Changes(0)["DanhSach"][0]["HoSo"]["NgayHenTra"], "") << "history is not rewritten";
  EXPECT_EQ(StatusOf(records_.Tamper(name, Json::object(), {{"QuaTrinhXuLy", "a"}})), 404);
}

TEST_F(CityRecords, AnInsertedRecordIsThereButNotInTheFeed) {
  Json record = SmallestRecord();
  record["MaHoSo"] = "H29.X01-260101-0007";
  const std::string id = std::get<Saved>(records_.Insert(record)).id;
  EXPECT_EQ(records_.records(), 1U);
  EXPECT_EQ(records_.versions(), 0U);
  EXPECT_EQ(Detail(records_, {.id = "", .code = "H29.X01-260101-0007"})["HoSo"]["IdHoSo"], id);
}

TEST_F(CityRecords, TheInventoryListsADay) {
  Json record = SmallestRecord();
  record["NgayNopHoSo"] = "20260105080000";
  record["NgayTiepNhan"] = "20260106080000";
  const std::string submitted = Create(record).id;
  record.erase("NgayNopHoSo");
  const std::string received = Create(record).id;
  const std::string neither = Create(SmallestRecord()).id;
  const auto only_id = [this](std::string_view day) {
    const Json list = Json::parse(records_.Inventory(day, 1))["DanhSach"];
    return list.size() == 1 ? list[0]["IdHoSo"].get<std::string>() : "";
  };
  EXPECT_EQ(only_id("20260105"), submitted);
  EXPECT_EQ(only_id("20260106"), received);
  EXPECT_EQ(only_id("20260921"), neither);
}

TEST_F(CityRecords, TheInventoryIsPaged) {
  for (int i = 0; i < 201; ++i) Create(SmallestRecord());
  const Json first = Json::parse(records_.Inventory("20260921", 1));
  EXPECT_EQ(first["DanhSach"].size(), 200U);
  EXPECT_EQ(first["ConTiep"], true);
  const Json second = Json::parse(records_.Inventory("20260921", 2));
  EXPECT_EQ(second["DanhSach"].size(), 1U);
  EXPECT_EQ(second["ConTiep"], false);
}

// The adapter's test has the same record and the same digest: the two share no code.
TEST_F(CityRecords, TheDigestOfARecordIsThatOfWhatItSays) {
  const Json record = Json::parse(
      R"({"IdHoSo": "TP-1", "MaHoSo": "H29.X01-260105-0001", "ChuHoSo": "Lê Văn Mẫu / thử",
                             "Email": "", "PhanCong": [], "TaiLieuNop": [{"Id": "z", "TenTepDinhKem": ""}],
                             "QuaTrinhXuLy": [{"Id": "b", "NoiDungXuLy": "\"xong\"", "ChucDanh": ""},
                                              {"NguoiXuLy": "A", "Id": "a"}]})");
  EXPECT_EQ(ToHex(RecordDigest(record)), "adf8f1f9219106e20082edf0ca9251f8");
  EXPECT_EQ(ToHex(ShareOf("H29.X01-260105-0001", RecordDigest(record))),
            "40d4d752c0c25a3aaacf922dbbb3a2e4");
}

TEST_F(CityRecords, SumsTellWhetherADayIsAsItWas) {
  Json record = SmallestRecord();
  record["NgayNopHoSo"] = "20260105080000";
  const std::string first = Create(record).id;
  Create(record);
  record["NgayNopHoSo"] = "20260106080000";
  Create(record);
  const auto sums = [this](std::string_view from = "", std::string_view to = "") {
    return Json::parse(records_.Sums(from, to, "", 1))["DanhSach"];
  };
  const Json before = sums();
  ASSERT_EQ(before.size(), 2U);
  EXPECT_EQ(before[0]["Ngay"], "20260105");
  EXPECT_EQ(before[0]["SoLuong"], 2);
  EXPECT_EQ(sums("20260106").size(), 1U);
  EXPECT_EQ(sums("", "20260105").size(), 1U);
  records_.Tamper({.id = first, .code = ""}, {{"GhiChu", "x"}}, {});
  EXPECT_NE(sums()[0]["MaBam"], before[0]["MaBam"]);
  EXPECT_EQ(sums()[1]["MaBam"], before[1]["MaBam"]);
  records_.Tamper({.id = first, .code = ""}, {{"GhiChu", ""}}, {});
  EXPECT_EQ(sums(), before);
}

TEST_F(CityRecords, APretendedPatchKeepsNothing) {
  const std::string id = Create(SmallestRecord()).id;
  const auto pretended =
      records_.Pretend({.id = id, .code = ""}, {{"Email", "x"}}, LongText::kRefuse);
  EXPECT_EQ(std::get<Saved>(pretended).version, 2);
  EXPECT_EQ(Stored(id)["Email"], "");
  EXPECT_EQ(records_.versions(), 1U);
  EXPECT_EQ(StatusOf(records_.Pretend({.id = id, .code = ""}, {{"Lạ", "x"}}, LongText::kRefuse)),
            400);
}

TEST_F(CityRecords, RecordsArePagedForTheRig) {
  for (int i = 0; i < 3; ++i) Create(SmallestRecord());
  const Json first = Json::parse(records_.Page(0, 2));
  EXPECT_EQ(first["records"].size(), 2U);
  EXPECT_EQ(first["next"], 2);
  const Json second = Json::parse(records_.Page(2, 2));
  EXPECT_EQ(second["records"][0]["IdHoSo"], "TP-2026-0000003");
  EXPECT_TRUE(second["next"].is_null());
}

class CityState : public ::testing::Test {
 protected:
  // What the records show after everything in the file was done again.
  std::string Reopened() {
    Records records([] { return kSomeDay_ms; });
    const std::string wrong = records.OpenState(path_);
    return wrong.empty() ? records.Page(0, 100) + records.Changes(0, 200) : wrong;
  }

  const lienthong::testing::TemporaryFolder folder_;
  const std::string path_ = folder_.PathOf("state.jsonl");
};

TEST_F(CityState, ARestartShowsTheSameRecordsAndFeed) {
  std::string shown;
  {
    Records records([] { return kSomeDay_ms; });
    ASSERT_EQ(records.OpenState(path_), "");
    Json record = SmallestRecord();
    record["QuaTrinhXuLy"] = {{{"Id", "a"}}, {{"Id", "b"}}};
    const RecordName name{std::get<Saved>(records.Create(record, LongText::kRefuse)).id, ""};
    records.Patch(name, 1, {{"Email", "x"}}, LongText::kRefuse);
    records.Tamper(name, {{"Email", 5}}, {{"QuaTrinhXuLy", "a"}});
    records.Insert(SmallestRecord());
    shown = records.Page(0, 100) + records.Changes(0, 200);
  }
  EXPECT_EQ(Reopened(), shown);
  std::ofstream(path_, std::ios::app) << "{\"op\":\"create\",\"rec";
  EXPECT_EQ(Reopened(), shown) << "a line cut short by a kill";
  EXPECT_EQ(Reopened(), shown) << "and it is gone after that";
}

TEST_F(CityState, AForeignFileIsRefusedByLine) {
  std::ofstream(path_) << "{}\n";
  EXPECT_THAT(Reopened(), HasSubstr(":1: not a line"));
}

}  // namespace
}  // namespace lienthong::rigs::city
