// The city's calls as a client sees them, without sockets.
#include "tests/rigs/city/service.h"

#include <chrono>
#include <string>
#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/city/control.h"
#include "tests/rigs/http/server.h"
#include "tests/unit/rigs/records_for_test.h"

namespace lienthong::rigs::city {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

// base64 of {"AccessKey":"K","SecretKey":"S","AppName":"N","PartnerCode":"C","PartnerCodeCus":""}
constexpr const char* kAuthorization =
    "eyJBY2Nlc3NLZXkiOiJLIiwiU2VjcmV0S2V5IjoiUyIsIkFwcE5hbWUiOiJOIiwiUGFydG5lckNvZGUiOiJDIiwiUGFyd"
    "G5lckNvZGVDdXMiOiIifQ==";
// The same with SecretKey "X".
constexpr const char* kWrongAuthorization =
    "eyJBY2Nlc3NLZXkiOiJLIiwiU2VjcmV0S2V5IjoiWCIsIkFwcE5hbWUiOiJOIiwiUGFydG5lckNvZGUiOiJDIiwiUGFyd"
    "G5lckNvZGVDdXMiOiIifQ==";

// The right one without PartnerCodeCus.
constexpr const char* kIncompleteAuthorization =
    "eyJBY2Nlc3NLZXkiOiJLIiwiU2VjcmV0S2V5IjoiUyIsIkFwcE5hbWUiOiJOIiwiUGFydG5lckNvZGUiOiJDIn0=";

class CityService : public ::testing::Test {
 protected:
  http::Reply Call(const std::string& method, const std::string& path, const std::string& query,
                   const std::string& body = "") {
    return service_.Handle(
        {method, path, query, authorization_, "application/json", body, {}, nullptr});
  }
  http::Reply Update(const Json& body) { return Call("POST", kUpdatePath, "", body.dump()); }
  http::Reply Rig(const std::string& method, const std::string& path, const Json& body) {
    return control_.Handle({method, path, "", "", "", body.dump(), {}, nullptr});
  }
  void Fault(const Json& rule) { ASSERT_EQ(Rig("POST", "/rig/fault", rule).status, 200); }
  std::string Intake() {
    const http::Reply reply = Rig("POST", "/rig/intake", {{"HoSo", SmallestRecord()}});
    return Json::parse(reply.body)["IdHoSo"];
  }
  Json Patch(const std::string& id) {
    return {{"IdHoSo", id}, {"PhienBanTruoc", nullptr}, {"HoSo", {{"Email", "x"}}}};
  }
  static Json Body(const http::Reply& reply) { return Json::parse(reply.body); }
  Json LastCall() { return calls_.Page(calls_.count() - 1, 1)["calls"][0]; }

  std::string authorization_ = kAuthorization;
  int64_t now_ms_ = 1'790'000'000'000;
  Gate gate_{{"K", "S", "N", "C"}, 5, [this] { return now_ms_; }};
  Records records_{[this] { return now_ms_; }};
  FaultBoard faults_{1, kCityFaults, [this] { return now_ms_; }};
  CallLog calls_;
  StateLog papers_state_;
  papers::Shelf shelf_{papers_state_};
  papers::Downloader downloader_{papers_state_, 1};
  Service service_{
      gate_, records_, faults_, calls_, shelf_, downloader_, [this] { return now_ms_; }};
  Control control_{gate_, records_, faults_, calls_, shelf_, downloader_};
};

TEST_F(CityService, EveryReplyIsAnEnvelope) {
  const http::Reply reply = Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(Body(reply), Json::parse(R"({"StatusCode":200,"Status":"OK","Description":"",
      "ThrowException":"","ResultObject":{"ThoiGian":"20260921211320"}})"));
  const Json failure = Body(Call("GET", "/HoSo/ChiTiet", "MaHoSo=none"));
  EXPECT_EQ(failure["StatusCode"], 404);
  EXPECT_EQ(failure.size(), 5U);
  EXPECT_TRUE(failure["ResultObject"].is_null());
}

TEST_F(CityService, KeysMustBeRight) {
  for (const std::string& wrong :
       {std::string(), std::string(kWrongAuthorization), std::string("Bearer ") + kAuthorization,
        std::string(kIncompleteAuthorization), std::string("!!!!"), std::string("e30=")}) {
    authorization_ = wrong;
    EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").status, 401) << wrong;
  }
}

TEST_F(CityService, ARightCanBeTakenAwayAndGivenBack) {
  Rig("POST", "/rig/rights", {{"path", "/HoSo/ThayDoi"}, {"granted", false}});
  EXPECT_EQ(Call("GET", "/HoSo/ThayDoi", "TuPhienBan=0&SoLuong=1").status, 403);
  EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").status, 200);
  Rig("POST", "/rig/rights", {{"path", "/HoSo/ThayDoi"}, {"granted", true}});
  EXPECT_EQ(Call("GET", "/HoSo/ThayDoi", "TuPhienBan=0&SoLuong=1").status, 200);
}

TEST_F(CityService, TheQuotaIsPerSecondAndSaysWhenToComeBack) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").status, 200);
  const http::Reply over = Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(over.status, 429);
  ASSERT_EQ(over.headers.size(), 1U);
  EXPECT_EQ(over.headers[0], (std::pair<std::string, std::string>("Retry-After", "1")));
  now_ms_ += 1000;
  EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").status, 200);
}

TEST_F(CityService, CreatesThenPatches) {
  const http::Reply made =
      Update({{"IdHoSo", ""}, {"PhienBanTruoc", nullptr}, {"HoSo", SmallestRecord()}});
  ASSERT_EQ(made.status, 200) << made.body;
  EXPECT_EQ(Body(made)["ResultObject"], Json({{"IdHoSo", "TP-2026-0000001"}, {"PhienBan", 1}}));
  const http::Reply patched = Update(
      {{"IdHoSo", "TP-2026-0000001"}, {"PhienBanTruoc", 1}, {"HoSo", {{"TrangThaiHoSo", "2"}}}});
  EXPECT_EQ(Body(patched)["ResultObject"]["PhienBan"], 2);
  const Json detail = Body(Call("GET", "/HoSo/ChiTiet", "IdHoSo=TP-2026-0000001"))["ResultObject"];
  EXPECT_EQ(detail["PhienBan"], 2);
  EXPECT_EQ(detail["HoSo"]["TrangThaiHoSo"], "2");
}

TEST_F(CityService, RefusesMalformedUpdatesByName) {
  const std::string id = Intake();
  const std::vector<std::pair<Json, std::string>> wrong = {
      {Json::array(), "JSON"},
      {{{"PhienBanTruoc", nullptr}, {"HoSo", Json::object()}}, "IdHoSo"},
      {{{"IdHoSo", 5}, {"HoSo", Json::object()}}, "IdHoSo"},
      {{{"IdHoSo", id}, {"PhienBanTruoc", "1"}, {"HoSo", Json::object()}}, "PhienBanTruoc"},
      {{{"IdHoSo", ""}, {"PhienBanTruoc", 1}, {"HoSo", SmallestRecord()}}, "PhienBanTruoc"},
      {{{"IdHoSo", id}}, "HoSo"},
      {{{"IdHoSo", id}, {"HoSo", Json::object()}, {"Khac", 1}}, "Khac"},
      {{{"IdHoSo", id}, {"HoSo", {{"SoBienNhanRieng", "1"}}}}, "SoBienNhanRieng"},
      {{{"IdHoSo", id}, {"HoSo", {{"HinhThuc", ""}}}}, "HinhThuc"},
      {{{"IdHoSo", ""}, {"HoSo", {{"MaTTHC", "1"}}}}, "MaLinhVuc"},
  };
  for (const auto& [body, named] : wrong) {
    now_ms_ += 1000;
    const http::Reply reply = Update(body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_THAT(Body(reply)["Description"].get<std::string>(), HasSubstr(named)) << body;
  }
  EXPECT_EQ(records_.versions(), 1U);
}

TEST_F(CityService, RefusesWrongParameters) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"/HoSo/ThayDoi", "SoLuong=1"},
      {"/HoSo/ThayDoi", "TuPhienBan=0"},
      {"/HoSo/ThayDoi", "TuPhienBan=-1&SoLuong=1"},
      {"/HoSo/ThayDoi", "TuPhienBan=0&SoLuong=201"},
      {"/HoSo/ThayDoi", "TuPhienBan=0&SoLuong=0"},
      {"/HoSo/ThayDoi", "TuPhienBan=0&SoLuong=1&x=1"},
      {"/HoSo/ChiTiet", ""},
      {"/HoSo/ChiTiet", "IdHoSo=a&MaHoSo=b"},
      {"/HoSo/KiemKe", "Ngay=20260230&Trang=1"},
      {"/HoSo/KiemKe", "Ngay=20260228&Trang=0"},
  };
  for (const auto& [path, query] : wrong) {
    now_ms_ += 1000;
    EXPECT_EQ(Call("GET", path, query).status, 400) << path << "?" << query;
  }
  EXPECT_EQ(Call("GET", "/HoSo/Khac", "").status, 404);
  EXPECT_EQ(Call("POST", "/HoSo/ThayDoi", "").status, 405);
  EXPECT_EQ(Call("GET", kUpdatePath, "").status, 405);
}

TEST_F(CityService, ADroppedReplyWasCommitted) {
  const std::string id = Intake();
  Fault({{"kind", "drop_reply"}, {"count", 1}});
  const http::Reply dropped = Update(Patch(id));
  EXPECT_EQ(dropped.delivery, http::Delivery::kClose);
  EXPECT_EQ(records_.versions(), 2U);
  EXPECT_EQ(LastCall()["fault"], "drop_reply");
  EXPECT_EQ(LastCall()["status"], 200);
  EXPECT_EQ(Update(Patch(id)).delivery, http::Delivery::kSend);
}

TEST_F(CityService, OtherFaultsCommitNothing) {
  const std::string id = Intake();
  for (const char* kind : {"429", "5xx", "reset", "hang", "inner_error", "down"}) {
    Fault({{"kind", kind}, {"count", 1}, {"seconds", 5}});
    const http::Reply reply = Update(Patch(id));
    EXPECT_EQ(records_.versions(), 1U) << kind;
    EXPECT_EQ(LastCall()["fault"], kind);
    EXPECT_EQ(LastCall()["status"], reply.status);
  }
  EXPECT_EQ(faults_.injected().at("hang"), 1);
}

TEST_F(CityService, FaultsLookAsTheyShould) {
  Fault({{"kind", "429"}, {"count", 1}, {"milliseconds", 2500}});
  EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").headers[0].second, "3");
  Fault({{"kind", "inner_error"}, {"count", 1}});
  const http::Reply inner = Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(inner.status, 200);
  EXPECT_EQ(Body(inner)["StatusCode"], 500);
  Fault({{"kind", "5xx"}, {"count", 1}});
  EXPECT_GE(Call("GET", "/HeThong/KiemTra", "").status, 500);
  Fault({{"kind", "reset"}, {"count", 1}});
  EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").delivery, http::Delivery::kReset);
  Fault({{"kind", "hang"}, {"count", 1}, {"milliseconds", 70}});
  const http::Reply hung = Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(hung.delivery, http::Delivery::kHang);
  EXPECT_EQ(hung.wait.count(), 70);
  Fault({{"kind", "delay"}, {"count", 1}, {"milliseconds", 90}});
  const http::Reply delayed = Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(delayed.status, 200);
  EXPECT_EQ(delayed.wait.count(), 90);
}

TEST_F(CityService, TruncationStoresTheCutText) {
  const std::string id = Intake();
  Fault({{"kind", "truncate"}, {"count", 1}});
  const Json body = {{"IdHoSo", id}, {"HoSo", {{"MaXa", "12345678901"}}}};
  EXPECT_EQ(Update(body).status, 200);
  EXPECT_THAT(records_.Page(0, 1), HasSubstr("\"MaXa\":\"1234567890\""));
  EXPECT_EQ(Update(body).status, 400);
}

TEST_F(CityService, TheRigSaysWhatIsWrong) {
  const std::string id = Intake();
  const std::vector<std::pair<std::string, Json>> wrong = {
      {"/rig/intake", {{"HoSo", {{"MaTTHC", "1"}}}}},
      {"/rig/intake", Json::object()},
      {"/rig/intake", {{"HoSo", 5}}},
      {"/rig/edit", {{"IdHoSo", id}}},
      {"/rig/edit", {{"IdHoSo", id}, {"HoSo", {{"NgayTra", "mai"}}}}},
      {"/rig/tamper", {{"IdHoSo", id}}},
      {"/rig/tamper", {{"IdHoSo", id}, {"remove", {"QuaTrinhXuLy"}}}},
      {"/rig/fault", {{"kind", "slow"}}},
      {"/rig/rights", {{"path", 5}, {"granted", true}}},
  };
  for (const auto& [path, body] : wrong) {
    const http::Reply reply = Rig("POST", path, body);
    EXPECT_EQ(reply.status, 400) << path << body;
    EXPECT_TRUE(Body(reply)["error"].is_string());
  }
  Json coded = SmallestRecord();
  coded["MaHoSo"] = "H29.X01-260101-0001";
  EXPECT_EQ(Rig("POST", "/rig/intake", {{"HoSo", coded}}).status, 400);
  EXPECT_EQ(Rig("POST", "/rig/edit", {{"MaHoSo", "?"}, {"HoSo", Json::object()}}).status, 404);
  EXPECT_EQ(Rig("POST", "/rig/none", Json::object()).status, 404);
  EXPECT_EQ(Rig("PUT", "/rig/fault", Json::object()).status, 405);
}

TEST_F(CityService, OffersPapersToWhoHasTheLink) {
  shelf_.SetBase("https://127.0.0.1:1");
  const Json made = Body(Rig("POST", "/rig/file", {{"name", "a.pdf"}, {"bytes", 5}, {"seed", 1}}));
  EXPECT_EQ(made["url"], "https://127.0.0.1:1/files/a.pdf");
  authorization_ = "";
  const http::Reply reply = Call("GET", "/files/a.pdf", "");
  EXPECT_EQ(reply.status, 200);
  ASSERT_NE(reply.source, nullptr);
  EXPECT_EQ(reply.source->bytes(), 5);
  EXPECT_EQ(Call("GET", "/files/b.pdf", "").status, 404);
  Fault({{"kind", "reset"}, {"count", 1}});
  EXPECT_EQ(Call("GET", "/files/a.pdf", "").delivery, http::Delivery::kReset);
  EXPECT_EQ(Body(Rig("GET", "/rig/papers", nullptr))["papers"], Json::array());
}

TEST_F(CityService, DownloadsThePapersOfWhatItTook) {
  http::ServerOptions options;
  options.listen = "127.0.0.1:0";
  options.handler = [](const http::Request&) { return http::TextReply(200, "abc"); };
  std::string error;
  const auto gateway = http::StartServer(options, &error);
  ASSERT_NE(gateway, nullptr) << error;
  http::ClientOptions client;
  client.url = "http://127.0.0.1:" + std::to_string(gateway->port());
  ASSERT_EQ(downloader_.Start(client), "");
  const std::string id = Intake();
  Json body = {
      {"IdHoSo", id},
      {"HoSo", {{"TaiLieuNop", {{{"Id", "a"}, {"DuongDanTaiTepTin", client.url + "/files/1"}}}}}}};
  Json refused = body;
  refused["HoSo"]["Khac"] = "1";
  refused["HoSo"]["TaiLieuNop"][0]["DuongDanTaiTepTin"] = client.url + "/files/2";
  EXPECT_EQ(Update(refused).status, 400);
  EXPECT_EQ(Update(body).status, 200);
  for (int i = 0; i < 1000 && downloader_.Counts()["waiting"] != 0; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const Json papers = Body(Rig("GET", "/rig/papers", nullptr))["papers"];
  ASSERT_EQ(papers.size(), 1U);
  EXPECT_EQ(papers[0]["url"], client.url + "/files/1");
  EXPECT_EQ(papers[0]["bytes"], 3);
}

TEST_F(CityService, TheRigCountsAndClears) {
  Intake();
  Fault({{"kind", "reset"}});
  Call("GET", "/HeThong/KiemTra", "");
  EXPECT_EQ(Body(Rig("DELETE", "/rig/fault", nullptr))["cleared"], 1);
  EXPECT_EQ(Call("GET", "/HeThong/KiemTra", "").status, 200);
  const Json stats = Body(Rig("GET", "/rig/stats", nullptr));
  EXPECT_EQ(stats["records"], 1);
  EXPECT_EQ(stats["versions"], 1);
  EXPECT_EQ(stats["calls"], 2);
  EXPECT_EQ(stats["faults_injected"]["reset"], 1);
  const Json second = LastCall();
  EXPECT_EQ(second["path"], "/HeThong/KiemTra");
  EXPECT_TRUE(second["fault"].is_null());
  EXPECT_EQ(second["time_ms"], now_ms_);
}

}  // namespace
}  // namespace lienthong::rigs::city
