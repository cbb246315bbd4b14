// Generation 2 as a client sees it, without sockets.
#include "tests/rigs/portal/hub.h"

#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/papers/sha256.h"
#include "tests/rigs/portal/service.h"
#include "tests/unit/rigs/portal_for_test.h"

namespace lienthong::rigs::portal {
namespace {

using ::testing::HasSubstr;

class PortalHub : public ::testing::Test {
 protected:
  http::Reply Post(const std::string& service, const Json& body) {
    return service_.Handle(
        {"POST", "/" + service, "", authorization_, "application/json", body.dump(), {}, nullptr});
  }
  Json Call(const std::string& service, const Json& body) {
    return Json::parse(Post(service, body).body);
  }
  Json LogIn() { return Call("token", {{"client_id", "I"}, {"client_secret", "S"}}); }
  void Authorize() { authorization_ = "Bearer " + LogIn()["access_token"].get<std::string>(); }
  Json Upload(const std::string& content, const std::string& name = "don.pdf") {
    http::Request request{
        "POST", "/UploadFile", "name=" + name, authorization_, "application/octet-stream", "",
        {},     nullptr};
    request.sink = service_.SinkFor(request);
    request.sink->Take(content);
    return Json::parse(service_.Handle(request).body);
  }
  std::string NextCode() { return Call("GetNextValue", {{"code", "H29.X01"}})["data"]; }
  Json Record(const std::string& code) {
    return {
        {"MaHoSo", code},    {"MaTTHC", "1.001193"},         {"ChuHoSo", "Trần Thị Mẫu"},
        {"LoaiDoiTuong", 0}, {"MaDonViTiepNhan", "H29.X01"}, {"NgayNop", "2026-11-22 08:00:00"}};
  }
  // A dossier that the hub has, by its keys.
  Json Created() {
    const Json data = Call("NoiHoSo", Record(NextCode()))["data"];
    return {{"IdHoSo", data["idHoSo"]}, {"MaHoSo", data["maHoSo"]}};
  }
  Json Progress(const Json& keys, const std::string& text) {
    return {{"IDHoSo", keys["IdHoSo"]},  {"MaHoSo", keys["MaHoSo"]},
            {"NguoiXuLy", "Lê Văn Mẫu"}, {"ThoiDiemXuLy", "2026-11-22T08:30:00.000+07:00"},
            {"NoiDungXuLy", text},       {"TrangThai", 2}};
  }
  Json Status(Json keys, int status) {
    keys["TrangThai"] = status;
    return keys;
  }
  Json Held(size_t n = 0) { return Json::parse(records_.Page(0, 10))["records"][n]; }

  void SetUp() override { Authorize(); }

  std::string authorization_;
  int64_t now_ms_ = 1'790'000'000'000;
  StateLog state_;
  Records records_{state_};
  Numbers numbers_{state_, [this] { return now_ms_; }};
  Uploads uploads_{state_};
  FaultBoard faults_{1, kPortalFaults, [this] { return now_ms_; }};
  Quota quota_{0, [this] { return now_ms_; }};
  CallLog calls_;
  Unanswered unanswered_{state_};
  papers::Shelf shelf_{state_};
  papers::Downloader papers_{state_, 1};
  Hub hub_{{"I", "S", "", 0, 60, 1},  records_, numbers_, uploads_, shelf_,
           [this] { return now_ms_; }};
  Service service_{
      {hub_, faults_, quota_, calls_, unanswered_, shelf_, papers_}, 1, [this] { return now_ms_; }};
};

TEST_F(PortalHub, ATokenHoldsForItsSeconds) {
  const Json token = LogIn();
  EXPECT_EQ(token["token_type"], "Bearer");
  EXPECT_EQ(token["expires_in"], 60);
  EXPECT_EQ(Post("token", {{"client_id", "I"}, {"client_secret", "T"}}).status, 401);
  now_ms_ += 59'999;
  EXPECT_EQ(Call("GetNextValue", {{"code", "H29.X01"}})["code"], 200);
  now_ms_ += 1;
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}}).status, 401);
  authorization_ = "";
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}}).status, 401);
}

TEST_F(PortalHub, IssuesEveryNumberOnce) {
  EXPECT_EQ(NextCode(), "H29.X01-20260921-0000001");
  EXPECT_EQ(NextCode(), "H29.X01-20260921-0000002");
  EXPECT_EQ(Call("GetNextValue", {{"code", "H29.X02"}})["data"], "H29.X02-20260921-0000001");
  EXPECT_EQ(Post("GetNextValue", {{"code", "h29"}}).status, 400);
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}, {"x", 1}}).status, 400);
  EXPECT_EQ(numbers_.issued(), 3);
  EXPECT_FALSE(numbers_.IsIssued("H29.X01-20260921-0000003"));
  EXPECT_FALSE(numbers_.IsIssued("H29.X01-20260921-0000000"));
}

TEST_F(PortalHub, AnUploadIsDigestedAndNotKept) {
  const Json data = Upload("nội dung")["data"];
  EXPECT_EQ(data["HashTepTin"], "9d2b0d38a75fafa43084999337a7d4cac6704d83ddfc98d48f06e62d70d1391f");
  EXPECT_EQ(uploads_.Find(data["IdTepTin"])->bytes, 10);
  EXPECT_EQ(Upload("")["code"], 400);
  EXPECT_EQ(Upload("x", "")["code"], 400);
  EXPECT_EQ(uploads_.count(), 1U);
}

TEST_F(PortalHub, CreatesADossierUnderAnIssuedCode) {
  const std::string code = NextCode();
  const Json made = Call("NoiHoSo", Record(code));
  EXPECT_EQ(made["code"], 200);
  EXPECT_EQ(made["data"]["maHoSo"], code);
  const Json held = Held();
  EXPECT_EQ(held["IdHoSo"], made["data"]["idHoSo"]);
  EXPECT_TRUE(held["TrangThai"].is_null());
  EXPECT_EQ(held["ThanhPhanHoSo"], Json::array());
  const http::Reply again = Post("NoiHoSo", Record(code));
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(Json::parse(again.body)["code"], 409);
  EXPECT_EQ(Json::parse(again.body)["data"], made["data"]);
  EXPECT_EQ(records_.records(), 1U);
}

TEST_F(PortalHub, RefusesByNameAndStoresNothing) {
  const std::string code = NextCode();
  const std::vector<std::pair<Json, std::string>> wrong = {
      {{{"MaHoSo", "H29.X01-20260921-0000009"}}, "MaHoSo"},
      {{{"LoaiDoiTuong", "0"}}, "LoaiDoiTuong"},
      {{{"LoaiDoiTuong", 3}}, "LoaiDoiTuong"},
      {{{"NgayNop", "20261122080000"}}, "NgayNop"},
      {{{"ChuHoSo", ""}}, "ChuHoSo"},
      {{{"MaDonViTiepNhan", "x"}}, "MaDonViTiepNhan"},
      {{{"TrangThai", 1}}, "TrangThai"},
      {{{"EformThongTinChiTiet", "x"}}, "EformThongTinChiTiet"},
      {{{"ThanhPhanHoSo", {{{"TenThanhPhanHoSo", "x"}, {"SoLuong", "1"}}}}}, "SoLuong"},
  };
  for (const auto& [patch, named] : wrong) {
    Json record = Record(code);
    record.update(patch);
    const Json reply = Call("NoiHoSo", record);
    EXPECT_EQ(reply["code"], 400) << patch;
    EXPECT_THAT(reply["message"].get<std::string>(), HasSubstr(named)) << patch;
  }
  EXPECT_EQ(records_.records(), 0U);
  EXPECT_EQ(Post("Khac", Json::object()).status, 404);
}

TEST_F(PortalHub, PapersMustHaveBeenUploadedAndBeThemselves) {
  const Json file = Upload("abc")["data"];
  const auto with = [&](const Json& id, const std::string& sha256) {
    Json record = Record(NextCode());
    record["ThanhPhanHoSo"] = {{{"TenThanhPhanHoSo", "Đơn"},
                                {"SoLuong", 1},
                                {"LoaiBan", 2},
                                {"GiayToDinhKem", {{{"IdGiayTo", id}, {"HashTepTin", sha256}}}}}};
    return Call("NoiHoSo", record)["code"];
  };
  EXPECT_EQ(with("TEP-99999999", file["HashTepTin"]), 400);
  EXPECT_EQ(with(file["IdTepTin"], std::string(64, '0')), 400);
  EXPECT_EQ(with(file["IdTepTin"], file["HashTepTin"]), 200);
}

TEST_F(PortalHub, ProgressNeedsBothKeysAndIsTakenAllOrNone) {
  const Json keys = Created();
  Json other = keys;
  other["IdHoSo"] = "HUB-0000000000";
  EXPECT_EQ(Post("CapNhatTienTrinh", {Progress(keys, "a"), Progress(other, "b")}).status, 404);
  EXPECT_EQ(records_.progress(), 0U);
  EXPECT_EQ(Post("CapNhatTienTrinh", {Progress(keys, "a"), Progress(keys, "a")}).status, 200);
  EXPECT_EQ(Held()["TienDo"].size(), 2U);
  Json bad = Progress(keys, "a");
  bad["ThoiDiemXuLy"] = "2026-11-22T08:30:00Z";
  EXPECT_EQ(Post("CapNhatTienTrinh", Json::array({bad})).status, 400);
  bad = Progress(keys, "a");
  bad["ChucDanh"] = "x";
  EXPECT_EQ(Post("CapNhatTienTrinh", Json::array({bad})).status, 400);
  EXPECT_EQ(Post("CapNhatTienTrinh", Json::array()).status, 400);
  EXPECT_EQ(Post("CapNhatTienTrinh", Progress(keys, "a")).status, 400);
  EXPECT_EQ(records_.progress(), 2U);
}

TEST_F(PortalHub, AStatusIsAStateWhoseListsStayUntilTheyComeAgain) {
  const Json keys = Created();
  Json done = Status(keys, 9);
  done["DanhSachGiayToKetQua"] = {{{"TenGiayTo", "Bản sao"}}};
  done["NoiDungYKien"] = "Xong";
  EXPECT_EQ(Post("CapNhatTrangThai", Json::array({done})).status, 200);
  EXPECT_EQ(Post("CapNhatTrangThai", Json::array({done})).status, 200);
  EXPECT_EQ(Post("CapNhatTrangThai", Json::array({Status(keys, 10)})).status, 200);
  const Json held = Held();
  EXPECT_EQ(held["TrangThai"], 10);
  EXPECT_EQ(held["NoiDungYKien"], "");
  ASSERT_EQ(held["DanhSachGiayToKetQua"].size(), 1U);
  EXPECT_EQ(held["DanhSachGiayToKetQua"][0]["MaGiayToKetQua"], "");
  EXPECT_EQ(held["ChuHoSo"], "Trần Thị Mẫu");
  Json wrong = done;
  wrong["TrangThai"] = 10;
  EXPECT_EQ(Post("CapNhatTrangThai", Json::array({wrong})).status, 400);
  wrong = done;
  wrong["DanhSachGiayToKetQua"][0]["IdGiayTo"] = "TEP-99999999";
  EXPECT_EQ(Post("CapNhatTrangThai", Json::array({wrong})).status, 400);
}

TEST_F(PortalHub, ADroppedReplyBurnsANumber) {
  std::string error;
  faults_.Set(*ParseFaultRule({{"kind", "drop_reply"}, {"count", 1}}, kPortalFaults, &error));
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}}).delivery, http::Delivery::kClose);
  EXPECT_EQ(NextCode(), "H29.X01-20260921-0000002");
  EXPECT_EQ(unanswered_.CountsByService()["GetNextValue"], 1);
}

TEST_F(PortalHub, FaultsLookAsTheyShould) {
  std::string error;
  const auto fault = [&](const Json& rule) {
    faults_.Set(*ParseFaultRule(rule, kPortalFaults, &error));
  };
  const std::string code = NextCode();
  fault({{"kind", "inner_error"}, {"count", 1}});
  const http::Reply inner = Post("NoiHoSo", Record(code));
  EXPECT_EQ(inner.status, 200);
  EXPECT_EQ(Json::parse(inner.body)["code"], 500);
  fault({{"kind", "exists"}, {"count", 1}});
  const http::Reply existing = Post("NoiHoSo", Record(code));
  EXPECT_EQ(existing.status, 400);
  EXPECT_EQ(Json::parse(existing.body)["code"], 409);
  EXPECT_EQ(records_.records(), 1U);
  fault({{"kind", "code_as_string"}, {"count", 1}});
  EXPECT_EQ(Call("GetNextValue", {{"code", "H29.X01"}})["code"], "200");
  fault({{"kind", "expire_session"}, {"count", 1}});
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}}).status, 401);
  EXPECT_EQ(Post("GetNextValue", {{"code", "H29.X01"}}).status, 401);
}

TEST_F(PortalHub, ASubmissionHasItsCodeItsIdAndItsPapersLinks) {
  std::string error;
  const std::string sha256 =
      Json::parse(shelf_.Make({{"name", "don.pdf"}, {"bytes", 7}, {"seed", 1}}).body)["sha256"];
  Json record = Record("");
  for (const char* name : {"MaHoSo", "MaDonViTiepNhan", "NgayNop"}) record.erase(name);
  record["ThanhPhanHoSo"] = {{{"TenThanhPhanHoSo", "Đơn"},
                              {"GiayToDinhKem",
                               {{{"IdGiayTo", "don.pdf"},
                                 {"HashTepTin", sha256},
                                 {"DuongDanTaiTepTin", "https://127.0.0.1:1/files/don.pdf"}}}}}};
  const auto submission = hub_.Submit("H29.X01", record, &error);
  ASSERT_TRUE(submission) << error;
  EXPECT_EQ(submission->code, "H29.X01-20260921-0000001");
  EXPECT_EQ(submission->service, "NoiHoSo");
  EXPECT_EQ(submission->data["IdHoSo"], submission->record["IdHoSo"]);
  EXPECT_EQ(submission->record["TrangThai"], 1);
  EXPECT_FALSE(
      submission->record["ThanhPhanHoSo"][0]["GiayToDinhKem"][0].contains("DuongDanTaiTepTin"));
  record["ThanhPhanHoSo"][0]["GiayToDinhKem"][0]["HashTepTin"] = std::string(64, '0');
  EXPECT_FALSE(hub_.Submit("H29.X01", record, &error));
  EXPECT_THAT(error, HasSubstr("GiayToDinhKem"));
}

}  // namespace
}  // namespace lienthong::rigs::portal
