// Generation 1 as a client sees it, without sockets: sessions, services, misbehaviour.
#include "tests/rigs/portal/exchange.h"

#include <map>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/rigs/portal/service.h"
#include "tests/unit/rigs/portal_for_test.h"

namespace lienthong::rigs::portal {
namespace {

using ::testing::HasSubstr;

class PortalExchange : public ::testing::Test {
 protected:
  http::Reply Post(const std::string& path, const std::string& body) {
    return service_.Handle(
        {"POST", path, "", "", headers_["content-type"], body, headers_, nullptr});
  }
  Json Call(const std::string& path, const Json& body) {
    return Json::parse(Post(path, body.dump()).body);
  }
  Json LogIn() { return Call("/auth", {{"username", "U"}, {"password", "P"}}); }
  std::string session() {
    if (session_.empty()) session_ = LogIn()["session"];
    return session_;
  }
  Json Envelope(const char* service) {
    return {{"session", session()}, {"madonvi", "H29.X01"}, {"service", service}};
  }
  Json SyncBody(const char* updating, const Json& record) {
    Json body = Envelope("DongBoHoSoMC");
    body.update({{"isUpdating", updating}, {"data", Json::array({record})}});
    return body;
  }
  Json Sync(const char* updating, const Json& patch = Json::object()) {
    Json record = SmallestPortalRecord();
    record.update(patch);
    return Call("/integration", SyncBody(updating, record));
  }
  Json ProgressBody(const Json& lines) {
    Json body = Envelope("CapNhatTienDoHoSoMC");
    body["data"] = lines;
    return body;
  }
  Json Progress(const Json& lines) { return Call("/integration", ProgressBody(lines)); }
  Json Share(const char* service, const Json& more = Json::object()) {
    Json body = Envelope(service);
    body.update(more);
    return Call("/share", body);
  }
  Json Held() { return Share("TraCuuHoSo", {{"mahoso", "H29.X01-261122-0001"}})["result"]; }
  void Fault(const Json& rule) {
    std::string error;
    const auto parsed = ParseFaultRule(rule, kPortalFaults, &error);
    ASSERT_TRUE(parsed) << error;
    faults_.Set(*parsed);
  }
  static bool IsOk(const Json& reply) {
    return reply["error_code"] == 0 || reply["error_code"] == "0";
  }
  Json LastCall() { return calls_.Page(calls_.count() - 1, 1)["calls"][0]; }

  std::map<std::string, std::string> headers_ = {{"content-type", "application/json"},
                                                 {"accept", "application/json"},
                                                 {"charset", "utf-8"},
                                                 {"dstcode", "D"}};
  std::string session_;
  int64_t now_ms_ = 1'790'000'000'000;
  StateLog state_;
  Records records_{state_};
  FaultBoard faults_{1, kPortalFaults, [this] { return now_ms_; }};
  Quota quota_{0, [this] { return now_ms_; }};
  CallLog calls_;
  Unanswered unanswered_{state_};
  papers::Shelf shelf_{state_};
  papers::Downloader papers_{state_, 1};
  Exchange exchange_{{"U", "P", "D", 5, 1}, records_, [this] { return now_ms_; }};
  Service service_{{exchange_, faults_, quota_, calls_, unanswered_, shelf_, papers_}, 1, [this] {
                     return now_ms_;
                   }};
};

TEST_F(PortalExchange, ALoginGivesASession) {
  const Json reply = LogIn();
  EXPECT_TRUE(IsOk(reply));
  EXPECT_GE(reply["session"].get<std::string>().size(), 16U);
  const Json bad = Call("/auth", {{"username", "U"}, {"password", "p"}});
  EXPECT_EQ(bad["error_code"], -2);
  EXPECT_FALSE(bad.contains("session"));
  EXPECT_EQ(Call("/auth", {{"username", "U"}})["error_code"], 1);
  EXPECT_EQ(exchange_.logins(), 1);
}

TEST_F(PortalExchange, PasswordsAreNotInTheCallLog) {
  LogIn();
  EXPECT_EQ(LastCall()["body"], "");
  EXPECT_EQ(LastCall()["service"], "auth");
}

TEST_F(PortalExchange, ASessionHoldsForItsCallsAndOnlyThose) {
  EXPECT_EQ(Call("/integration", {{"session", "made-up"}})["error_code"], -5);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(IsOk(Share("LayDanhSachTTHC"))) << i;
  EXPECT_EQ(Share("LayDanhSachTTHC")["error_code"], -5);
  session_.clear();
  EXPECT_TRUE(IsOk(Share("LayDanhSachTTHC")));
}

TEST_F(PortalExchange, TheNewestSessionsLiveTogether) {
  const std::string first = session();
  for (size_t i = 1; i < kSessionsMax; ++i) LogIn();
  EXPECT_TRUE(IsOk(Share("LayDanhSachTTHC")));
  LogIn();
  EXPECT_EQ(Share("LayDanhSachTTHC")["error_code"], -5);
}

TEST_F(PortalExchange, HeadersMustBeThoseOfTheContract) {
  session();
  const Json body = SyncBody("False", SmallestPortalRecord());
  const auto good = headers_;
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"content-type", "text/plain"}, {"accept", "text/html"}, {"charset", "utf-16"}}) {
    headers_[name] = value;
    const Json reply = Call("/integration", body);
    EXPECT_EQ(reply["error_code"], 1) << name;
    headers_ = good;
  }
  for (const char* destination : {"", "E"}) {
    headers_["dstcode"] = destination;
    EXPECT_EQ(Post("/integration", body.dump()).status, 403);
  }
  EXPECT_EQ(records_.records(), 0U);
}

TEST_F(PortalExchange, CreatesOnceAndReplacesWhole) {
  EXPECT_EQ(Sync("True")["error_code"], 4);
  EXPECT_TRUE(IsOk(Sync("False", {{"GhiChu", "một"}})));
  EXPECT_EQ(Held()[0]["GhiChu"], "một");
  EXPECT_TRUE(IsOk(Sync("True", {{"Fax", "hai"}})));
  const Json held = Held();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0]["GhiChu"], "");
  EXPECT_EQ(held[0]["Fax"], "hai");
  EXPECT_EQ(held[0]["TaiLieuNop"], Json::array());
  EXPECT_FALSE(held[0].contains("TienDo"));
}

TEST_F(PortalExchange, ExistingIsSaidInFourWaysAndOkInTwo) {
  std::set<std::string> exists, ok;
  for (int i = 0; i < 60; ++i) {
    session_.clear();
    const std::string code = Sync("False")["error_code"].dump();
    if (i > 0) exists.insert(code);
    ok.insert(Held().is_array() ? LastCall()["code"].get<std::string>() : "");
  }
  EXPECT_EQ(exists, (std::set<std::string>{"3", "-3", "\"3\"", "\"-3\""}));
  EXPECT_EQ(ok, (std::set<std::string>{"0", "\"0\""}));
}

TEST_F(PortalExchange, RefusesMalformedCallsByNameAndStoresNothing) {
  const Json record = SmallestPortalRecord();
  Json two = SyncBody("False", record);
  two["data"].push_back(record);
  Json extra = SyncBody("False", record);
  extra["khac"] = "1";
  Json no_agency = SyncBody("False", record);
  no_agency["madonvi"] = "";
  Json unknown = SyncBody("False", {{"Khac", "1"}});
  Json service = SyncBody("False", record);
  service["service"] = "DongBoHoSo";
  const std::vector<std::pair<Json, std::string>> wrong = {
      {two, "data"},     {extra, "khac"},      {no_agency, "madonvi"},
      {unknown, "Khac"}, {service, "service"}, {SyncBody("true", record), "isUpdating"},
  };
  for (const auto& [body, named] : wrong) {
    session_.clear();
    Json call = body;
    call["session"] = session();
    const Json reply = Call("/integration", call);
    EXPECT_EQ(reply["error_code"], 1) << call;
    EXPECT_THAT(reply["message"].get<std::string>(), HasSubstr(named)) << call;
  }
  EXPECT_EQ(Call("/auth", Json::array())["error_code"], 1);
  EXPECT_EQ(records_.records(), 0U);
  EXPECT_EQ(Post("/khac", "{}").status, 404);
}

TEST_F(PortalExchange, ProgressIsAppendedNeverCompared) {
  EXPECT_EQ(Progress(Json::array({SmallestProgress()}))["error_code"], 4);
  Sync("False");
  EXPECT_TRUE(IsOk(Progress({SmallestProgress("a"), SmallestProgress("b")})));
  EXPECT_TRUE(IsOk(Progress(Json::array({SmallestProgress("a")}))));
  const Json record = Json::parse(records_.Page(0, 1))["records"][0];
  ASSERT_EQ(record["TienDo"].size(), 3U);
  EXPECT_EQ(record["TienDo"][1]["NoiDungXuLy"], "b");
  EXPECT_EQ(record["TienDo"][2]["NoiDungXuLy"], "a");
  EXPECT_EQ(records_.progress(), 3U);
}

TEST_F(PortalExchange, ProgressIsCheckedAndTakenAllOrNone) {
  Sync("False");
  Json other = SmallestProgress();
  other["MaHoSo"] = "H29.X01-261122-0002";
  Json long_name = SmallestProgress();
  long_name["NguoiXuLy"] = std::string(51, 'x');
  const Json eleven(11, SmallestProgress());
  for (const Json& lines : {Json::array(), eleven, Json({SmallestProgress(), other}),
                            Json({SmallestProgress(), long_name})}) {
    session_.clear();
    EXPECT_EQ(Progress(lines)["error_code"], 1) << lines;
  }
  EXPECT_EQ(records_.progress(), 0U);
  EXPECT_TRUE(IsOk(Progress(Json(10, SmallestProgress()))));
}

TEST_F(PortalExchange, TellsItsProcedures) {
  EXPECT_EQ(Share("LayDanhSachTTHC")["result"].size(), 10U);
  const Json detail = Share("LayThuTuc", {{"maTTHC", "1.001193"}})["result"];
  ASSERT_EQ(detail.size(), 1U);
  EXPECT_EQ(detail[0]["LINHVUCTHUCHIEN"][0]["MALINHVUC"], "G15-HT03");
  EXPECT_EQ(detail[0]["CACHTHUCTHUCHIEN"][1]["KENH"], "2");
  EXPECT_EQ(detail[0]["CACHTHUCTHUCHIEN"][1]["THOIGIAN"][0]["THOIGIANGIAIQUYET"], "1");
  EXPECT_EQ(Share("LayThuTuc", {{"maTTHC", "9.999999"}})["result"], Json::array());
}

TEST_F(PortalExchange, ADroppedReplyWasStoredAndIsCountedWithItsLines) {
  Sync("False");
  Fault({{"kind", "drop_reply"}, {"path", "CapNhatTienDoHoSoMC"}, {"count", 1}});
  Sync("True");
  const http::Reply reply =
      Post("/integration", ProgressBody({SmallestProgress("a"), SmallestProgress("b")}).dump());
  EXPECT_EQ(reply.delivery, http::Delivery::kClose);
  EXPECT_EQ(records_.progress(), 2U);
  const Json calls = unanswered_.Page({})["calls"];
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0]["service"], "CapNhatTienDoHoSoMC");
  EXPECT_EQ(calls[0]["MaHoSo"], "H29.X01-261122-0001");
  EXPECT_EQ(calls[0]["items"], 2);
  EXPECT_EQ(calls[0]["fault"], "drop_reply");
  EXPECT_EQ(calls[0]["n"], LastCall()["n"]);
  EXPECT_EQ(unanswered_.lines(), 2);
}

TEST_F(PortalExchange, ADroppedRefusalStoredNothingAndIsNotCounted) {
  Fault({{"kind", "drop_reply"}, {"count", 1}});
  EXPECT_EQ(Post("/integration", SyncBody("True", SmallestPortalRecord()).dump()).delivery,
            http::Delivery::kClose);
  EXPECT_EQ(unanswered_.Page({})["calls"], Json::array());
}

TEST_F(PortalExchange, ACallerThatLeftIsCountedToo) {
  const http::Reply reply = Post("/integration", SyncBody("False", SmallestPortalRecord()).dump());
  ASSERT_TRUE(reply.lost);
  reply.lost();
  EXPECT_EQ(unanswered_.Page({})["calls"][0]["fault"], "left");
  EXPECT_FALSE(Post("/share", Envelope("LayDanhSachTTHC").dump()).lost);
}

TEST_F(PortalExchange, AnOddCodeIsNeitherOkNorARefusalThatWeKnow) {
  Fault({{"kind", "odd_code"}});
  std::set<std::string> codes;
  for (int i = 0; i < 40; ++i) {
    session_.clear();
    const Json reply = Sync("False", {{"MaHoSo", "M-" + std::to_string(i)}});
    codes.insert(reply.contains("error_code") ? reply["error_code"].dump() : "none");
  }
  EXPECT_EQ(codes, (std::set<std::string>{"99", "\"OK\"", "null", "none"}));
  EXPECT_EQ(records_.records(), 40U);
  EXPECT_EQ(unanswered_.CountsByService()["DongBoHoSoMC"], 40);
}

TEST_F(PortalExchange, ExistsIsSaidOfACreateThatWasDone) {
  Fault({{"kind", "exists"}, {"count", 1}});
  const std::string code = Sync("False")["error_code"].dump();
  EXPECT_TRUE(code == "3" || code == "-3" || code == "\"3\"" || code == "\"-3\"") << code;
  EXPECT_EQ(records_.records(), 1U);
  EXPECT_TRUE(IsOk(Sync("True")));
}

TEST_F(PortalExchange, CodesMayComeAsTexts) {
  Fault({{"kind", "code_as_string"}});
  EXPECT_EQ(Sync("True")["error_code"], "4");
  EXPECT_EQ(Sync("False")["error_code"], "0");
  EXPECT_EQ(LastCall()["fault"], "code_as_string");
}

TEST_F(PortalExchange, ASessionMayExpireAtAnyTime) {
  session();
  Fault({{"kind", "expire_session"}, {"count", 1}});
  LogIn();  // is in no session, and does not use it up
  EXPECT_EQ(Sync("False")["error_code"], -5);
  EXPECT_EQ(Sync("False")["error_code"], -5);
  EXPECT_EQ(records_.records(), 0U);
  session_.clear();
  EXPECT_TRUE(IsOk(Sync("False")));
}

TEST_F(PortalExchange, OtherFaultsStoreNothingAndAreCounted) {
  const std::string body = SyncBody("False", SmallestPortalRecord()).dump();
  for (const char* kind : {"429", "5xx", "reset", "hang", "inner_error", "down"}) {
    Fault({{"kind", kind}, {"count", 1}, {"seconds", 5}});
    Post("/integration", body);
    EXPECT_EQ(records_.records(), 0U) << kind;
    EXPECT_EQ(LastCall()["fault"], kind);
    EXPECT_EQ(faults_.injected().at(kind), 1) << kind;
  }
  EXPECT_EQ(unanswered_.Page({})["calls"], Json::array());
}

TEST_F(PortalExchange, FaultsLookAsTheyShould) {
  const std::string body = Envelope("LayDanhSachTTHC").dump();
  Fault({{"kind", "429"}, {"count", 1}, {"milliseconds", 2500}});
  const http::Reply throttled = Post("/share", body);
  EXPECT_EQ(throttled.status, 429);
  EXPECT_EQ(throttled.headers[0], (std::pair<std::string, std::string>("Retry-After", "3")));
  Fault({{"kind", "inner_error"}, {"count", 1}});
  const http::Reply inner = Post("/share", body);
  EXPECT_EQ(inner.status, 200);
  EXPECT_EQ(Json::parse(inner.body)["error_code"], -1);
  Fault({{"kind", "5xx"}, {"count", 1}});
  EXPECT_GE(Post("/share", body).status, 500);
  Fault({{"kind", "slow_drip"}, {"count", 1}, {"milliseconds", 70}});
  const http::Reply slow = Post("/integration", SyncBody("False", SmallestPortalRecord()).dump());
  EXPECT_EQ(slow.delivery, http::Delivery::kDrip);
  EXPECT_EQ(slow.wait.count(), 70);
  EXPECT_EQ(records_.records(), 1U);
  Fault({{"kind", "delay"}, {"count", 1}, {"milliseconds", 90}});
  EXPECT_EQ(Post("/share", body).wait.count(), 90);
}

TEST_F(PortalExchange, ASubmissionGetsWhatThePortalKnows) {
  std::string error;
  Json record = SmallestSubmission();
  for (const char* name :
       {"MaHoSo", "TrangThaiHoSo", "KenhThucHien", "NoiNopHoSo", "NgayNopHoSo"}) {
    record.erase(name);
  }
  record["TaiLieuNop"] = {{{"TenTepDinhKem", "x"}, {"Base64", "QQ=="}}};
  record["MaXa"] = "26740";
  const auto first = exchange_.Submit("H29.X01", record, &error);
  ASSERT_TRUE(first) << error;
  EXPECT_EQ(first->code, "DVC.2026.0000001");
  EXPECT_EQ(first->service, "DongBoHoSoMC");
  EXPECT_EQ(first->data["NgayNopHoSo"], "20260921211320");
  EXPECT_EQ(first->data["TaiLieuNop"][0]["Base64"], "QQ==");
  EXPECT_FALSE(first->record["TaiLieuNop"][0].contains("Base64"));
  EXPECT_FALSE(first->record.contains("MaXa"));
  EXPECT_EQ(exchange_.Submit("H29.X01", record, &error)->code, "DVC.2026.0000002");
  record["TrangThaiHoSo"] = "2";
  EXPECT_FALSE(exchange_.Submit("H29.X01", record, &error));
  EXPECT_NE(error, "");
}

}  // namespace
}  // namespace lienthong::rigs::portal
