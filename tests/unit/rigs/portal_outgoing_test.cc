// The portal's calls to the gateway: again until answered, in order per dossier, never lost.
#include "tests/rigs/portal/outgoing.h"

#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "tests/rigs/http/server.h"
#include "tests/rigs/portal/citizens.h"
#include "tests/rigs/portal/content_by_name.h"
#include "tests/rigs/portal/exchange.h"
#include "tests/rigs/portal/service.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/rigs/portal_for_test.h"

namespace lienthong::rigs::portal {
namespace {

// A gateway that answers as it was told to, and keeps what it was asked.
class PortalOutgoing : public ::testing::Test {
 protected:
  struct Portal {
    explicit Portal(const std::string& state_file = "") {
      const std::string wrong = state_file.empty() ? "" : state.Open(state_file);
      EXPECT_EQ(wrong, "");
    }
    std::string Start(const std::string& url) {
      Outgoing::Options options;
      options.gateway.url = url;
      options.link = "cong";
      return outgoing.Start(options, [this](const OutgoingCall& call) { citizens.OnDone(call); });
    }

    StateLog state;
    FaultBoard faults{1, kPortalFaults, [] { return 0; }};
    Records records{state};
    papers::Shelf shelf{state};
    Exchange exchange{{"U", "P", "D", 0, 1}, records, [] { return 1'790'000'000'000; }};
    Citizens citizens{exchange, records, outgoing, shelf};
    Outgoing outgoing{state, faults, shelf, [] { return 1'790'000'000'000; }};
  };

  void SetUp() override {
    http::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.threads = 4;
    options.handler = [this](const http::Request& request) { return Answer(request); };
    std::string error;
    server_ = http::StartServer(options, &error);
    ASSERT_NE(server_, nullptr) << error;
    url_ = "http://127.0.0.1:" + std::to_string(server_->port());
  }

  http::Reply Answer(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    const Json body = Json::parse(request.body, nullptr, false);
    asked_.push_back({{"path", request.path}, {"body", body}});
    if (!answers_.empty()) {
      http::Reply reply = answers_.front();
      answers_.pop_front();
      return reply;
    }
    return Coded(0);
  }
  static http::Reply Coded(const Json& code) {
    return http::TextReply(200, Json{{"error_code", code},
                                     {"message", ""},
                                     {"result", {{{"SoBienNhan", "H29.X01-260921-0001"}}}}}
                                    .dump());
  }
  void WillAnswer(http::Reply reply) {
    const std::lock_guard lock(mutex_);
    answers_.push_back(std::move(reply));
  }
  std::vector<Json> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  static Json Settled(const Outgoing& outgoing) {
    for (int i = 0; i < 3000; ++i) {
      const Json page = outgoing.Page({});
      if (page["waiting"] == 0) return page;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ADD_FAILURE() << "calls still wait";
    return outgoing.Page({});
  }
  static Json Data(const std::string& code, const std::string& text = "") {
    return Json::array({{{"MaHoSo", code}, {"LyDo", text}}});
  }

  const lienthong::testing::TemporaryFolder folder_;
  const std::string state_file_ = folder_.PathOf("state.jsonl");
  std::mutex mutex_;
  std::deque<http::Reply> answers_;
  std::vector<Json> asked_;
  std::unique_ptr<http::Server> server_;
  std::string url_;
};

TEST_F(PortalOutgoing, CallsAsTheContractHasIt) {
  Portal portal;
  ASSERT_EQ(portal.Start(url_), "");
  EXPECT_EQ(portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a")), 1);
  const Json page = Settled(portal.outgoing);
  EXPECT_EQ(page["done"], 1);
  EXPECT_EQ(page["refused"], Json::array());
  EXPECT_EQ(page["calls"][0]["state"], "done");
  EXPECT_EQ(page["calls"][0]["http"], 200);
  EXPECT_EQ(page["calls"][0]["answer"]["error_code"], 0);
  ASSERT_EQ(asked().size(), 1U);
  EXPECT_EQ(asked()[0]["path"], "/links/cong/RutHoSo");
  EXPECT_EQ(asked()[0]["body"],
            Json({{"madonvi", "H29.X01"}, {"service", "RutHoSo"}, {"data", Data("a")}}));
}

TEST_F(PortalOutgoing, CallsAgainUntilItIsAnswered) {
  WillAnswer(http::NoAnswer(http::Delivery::kReset));
  WillAnswer(http::TextReply(503, ""));
  WillAnswer(http::TextReply(429, ""));
  WillAnswer(Coded(-1));
  WillAnswer(Coded("OK"));
  WillAnswer(http::TextReply(200, "<html>"));
  WillAnswer(Coded("0"));
  Portal portal;
  ASSERT_EQ(portal.Start(url_), "");
  portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a"));
  const Json call = Settled(portal.outgoing)["calls"][0];
  EXPECT_EQ(call["state"], "done");
  EXPECT_EQ(call["attempts"], 7);
  EXPECT_EQ(asked().size(), 7U);
}

TEST_F(PortalOutgoing, ARefusedCallIsKeptWithItsAnswerAndTheNextGoesOn) {
  WillAnswer(Coded(2));
  WillAnswer(http::TextReply(403, "no"));
  Portal portal;
  ASSERT_EQ(portal.Start(url_), "");
  for (int i = 0; i < 3; ++i) portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a"));
  const Json page = Settled(portal.outgoing);
  ASSERT_EQ(page["refused"].size(), 2U);
  EXPECT_EQ(page["refused"][0]["answer"]["error_code"], 2);
  EXPECT_EQ(page["refused"][1]["http"], 403);
  EXPECT_EQ(page["refused"][1]["answer"], "no");
  EXPECT_EQ(page["done"], 1);
}

TEST_F(PortalOutgoing, KeepsTheOrderOfADossier) {
  for (int i = 0; i < 12; ++i) WillAnswer(i % 2 == 0 ? Coded(-1) : Coded(0));
  Portal portal;
  ASSERT_EQ(portal.Start(url_), "");
  for (int i = 0; i < 40; ++i) {
    const std::string code = "d" + std::to_string(i % 3);
    portal.outgoing.Add("RutHoSo", code, "H29.X01", Data(code, std::to_string(i)));
  }
  EXPECT_EQ(Settled(portal.outgoing)["done"], 40);
  std::map<std::string, int> last;
  for (const Json& call : asked()) {
    const Json& data = call["body"]["data"][0];
    const int number = std::stoi(data["LyDo"].get<std::string>());
    const std::string code = data["MaHoSo"];
    EXPECT_TRUE(!last.contains(code) || number >= last[code]) << code << " " << number;
    last[code] = number;
  }
}

TEST_F(PortalOutgoing, AnAnswerMayBeOverlooked) {
  Portal portal;
  std::string error;
  portal.faults.Set(*ParseFaultRule({{"kind", "repeat_call"}, {"count", 1}, {"path", "RutHoSo"}},
                                    kPortalFaults, &error));
  ASSERT_EQ(portal.Start(url_), "");
  portal.outgoing.Add("BoSungHoSo", "b", "H29.X01", Data("b"));
  portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a"));
  EXPECT_EQ(Settled(portal.outgoing)["repeated"], 1);
  EXPECT_EQ(asked().size(), 3U);
}

TEST_F(PortalOutgoing, ARestartGoesOnWithWhatWaited) {
  {
    Portal portal(state_file_);
    ASSERT_EQ(portal.Start("http://127.0.0.1:1"), "");
    portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a", "1"));
    portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a", "2"));
  }
  {
    Portal portal(state_file_);
    ASSERT_EQ(portal.Start(url_), "");
    EXPECT_EQ(Settled(portal.outgoing)["done"], 2);
  }
  Portal portal(state_file_);
  ASSERT_EQ(portal.Start(url_), "");
  EXPECT_EQ(portal.outgoing.Page({})["done"], 2);
  EXPECT_EQ(portal.outgoing.Page({})["calls"][1]["answer"]["error_code"], 0);
  ASSERT_EQ(asked().size(), 2U);
  EXPECT_EQ(asked()[0]["body"]["data"], Data("a", "1"));
}

TEST_F(PortalOutgoing, ASubmissionIsKeptAndLearnsItsReceiptNumber) {
  Portal portal;
  ASSERT_EQ(portal.Start(url_), "");
  portal.shelf.Make({{"name", "don.pdf"}, {"bytes", 5}, {"seed", 1}});
  Json record = SmallestSubmission();
  record["TaiLieuNop"] = {{{"TenTepDinhKem", "x"}, {"Base64", {{"file", "don.pdf"}}}}};
  const http::Reply reply = portal.citizens.Submit({{"madonvi", "H29.X01"}, {"HoSo", record}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(Json::parse(reply.body), Json({{"MaHoSo", "DVC.2026.0000001"}, {"n", 1}}));
  Settled(portal.outgoing);
  EXPECT_EQ(asked()[0]["body"]["data"][0]["TaiLieuNop"][0]["Base64"].get<std::string>().size(), 8U);
  const Json held = Json::parse(portal.records.Page(0, 1))["records"][0];
  EXPECT_EQ(held["Nop"]["SoBienNhan"], "H29.X01-260921-0001");
  EXPECT_FALSE(held["Nop"]["HoSo"]["TaiLieuNop"][0].contains("Base64"));
  EXPECT_EQ(portal.citizens.Submit({{"madonvi", "H29.X01"}, {"HoSo", record}}).status, 409);
  EXPECT_EQ(portal.citizens.Act("RutHoSo", {{"data", Data("DVC.2026.0000001")}}).status, 200);
  EXPECT_EQ(portal.citizens.Act("RutHoSo", {{"data", Data("khac")}}).status, 400);
  EXPECT_EQ(portal.citizens.Act("RutHoSo", {{"madonvi", "H29.X01"}, {"data", Data("khac")}}).status,
            200);
  record["TaiLieuNop"][0]["Base64"] = {{"file", "none.pdf"}};
  EXPECT_EQ(portal.citizens.Submit({{"madonvi", "H29.X01"}, {"HoSo", record}}).status, 400);
}

TEST_F(PortalOutgoing, OnlySoManyCallsWait) {
  Portal portal;
  ASSERT_EQ(portal.Start("http://127.0.0.1:1"), "");
  for (size_t i = 0; i < kWaitingCallsMax; ++i) {
    ASSERT_TRUE(portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a")));
  }
  EXPECT_FALSE(portal.outgoing.Add("RutHoSo", "a", "H29.X01", Data("a")));
  EXPECT_EQ(portal.citizens.Act("RutHoSo", {{"madonvi", "H29.X01"}, {"data", Data("a")}}).status,
            503);
}

TEST_F(PortalOutgoing, OneCallNowSaysWhatCame) {
  Portal portal;
  EXPECT_EQ(portal.citizens.Call({{"service", "TraCuuHoSo"}}).status, 409);
  ASSERT_EQ(portal.Start(url_), "");
  WillAnswer(http::TextReply(500, "no"));
  const Json body = {{"madonvi", "H29.X01"}, {"service", "TraCuuHoSo"}, {"data", Data("a")}};
  EXPECT_EQ(Json::parse(portal.citizens.Call(body).body), Json({{"http", 500}, {"answer", "no"}}));
  EXPECT_EQ(Json::parse(portal.citizens.Call(body).body)["answer"]["error_code"], 0);
  WillAnswer(http::NoAnswer(http::Delivery::kReset));
  EXPECT_EQ(portal.citizens.Call(body).status, 502);
  portal.outgoing.EndCallsNow();
  EXPECT_EQ(portal.citizens.Call(body).status, 502);
}

}  // namespace
}  // namespace lienthong::rigs::portal
