// Papers: made from a seed, offered, fetched and digested, without ever being whole in memory.
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/rigs/http/server.h"
#include "tests/rigs/papers/content.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/sha256.h"
#include "tests/rigs/papers/shelf.h"

namespace lienthong::rigs::papers {
namespace {

using Json = nlohmann::json;

TEST(PaperContent, FollowsFromSeedAndSizeHoweverItIsRead) {
  EXPECT_EQ(ContentText(1, 200'000), ContentText(1, 200'000));
  EXPECT_EQ(ContentText(1, 100'000), ContentText(1, 200'000).substr(0, 100'000));
  EXPECT_NE(ContentText(1, 100), ContentText(2, 100));
  EXPECT_NE(ContentText(1, 65'536), ContentText(1, 131'072).substr(65'536));
  Content content(1, 200'000);
  std::string pieces;
  char buffer[777];
  while (const size_t read = content.Read(buffer, sizeof(buffer))) pieces.append(buffer, read);
  EXPECT_EQ(pieces, ContentText(1, 200'000));
}

TEST(PaperContent, IsTheSameForEver) {
  Sha256Sink sink;
  sink.Take(ContentText(42, 100'000));
  EXPECT_EQ(sink.Hex(), ContentSha256(42, 100'000));
  EXPECT_EQ(ContentSha256(42, 100'000),
            "f40181b6f0fb5772f2ef8fc83c95bedc1c4cb498272b093dd00536112b2dee50");
  EXPECT_EQ(ContentSha256(1, 0),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

class PaperShelf : public ::testing::Test {
 protected:
  http::Reply Make(const Json& body) { return shelf_.Make(body); }
  http::Request Get(const std::string& path) { return {"GET", path, "", "", "", "", {}, nullptr}; }

  StateLog state_;
  Shelf shelf_{state_};
};

TEST_F(PaperShelf, OffersWhatWasMade) {
  shelf_.SetBase("https://127.0.0.1:1");
  const Json body = {{"name", "a.pdf"}, {"bytes", 1000}, {"seed", 7}};
  const http::Reply made = Make(body);
  ASSERT_EQ(made.status, 200);
  EXPECT_EQ(Json::parse(made.body), Json({{"url", "https://127.0.0.1:1/files/a.pdf"},
                                          {"sha256", ContentSha256(7, 1000)},
                                          {"bytes", 1000}}));
  EXPECT_EQ(Make(body).body, made.body);
  Json other = body;
  other["seed"] = 8;
  EXPECT_EQ(Make(other).status, 409);
  http::Request request = Get("/files/a.pdf");
  request.headers["range"] = "bytes=500-";
  const http::Reply served = shelf_.Serve(request);
  EXPECT_EQ(served.status, 200);
  EXPECT_EQ(served.source->bytes(), 1000);
  EXPECT_EQ(shelf_.Serve(Get("/files/b.pdf")).status, 404);
  EXPECT_EQ(shelf_.Serve({"POST", "/files/a.pdf", "", "", "", "", {}, nullptr}).status, 405);
}

TEST_F(PaperShelf, RefusesWhatItCannotMake) {
  const std::vector<Json> wrong = {
      Json::object(),
      {{"name", "a"}, {"bytes", 1}},
      {{"name", ""}, {"bytes", 1}, {"seed", 1}},
      {{"name", "a/b"}, {"bytes", 1}, {"seed", 1}},
      {{"name", "a"}, {"bytes", -1}, {"seed", 1}},
      {{"name", "a"}, {"bytes", 1LL << 31}, {"seed", 1}},
      {{"name", "a"}, {"bytes", 1}, {"seed", "1"}},
      {{"name", "a"}, {"bytes", 1}, {"seed", 1}, {"x", 1}},
  };
  for (const Json& body : wrong) EXPECT_EQ(Make(body).status, 400) << body;
}

// A gateway that serves papers, sometimes only at the second try.
class PaperDownloader : public ::testing::Test {
 protected:
  void SetUp() override {
    http::ServerOptions options;
    options.listen = "127.0.0.1:0";
    options.threads = 2;
    options.handler = [this](const http::Request& request) { return Answer(request); };
    std::string error;
    server_ = http::StartServer(options, &error);
    ASSERT_NE(server_, nullptr) << error;
    gateway_.url = "http://127.0.0.1:" + std::to_string(server_->port());
  }
  http::Reply Answer(const http::Request& request) {
    ++calls_;
    if (request.path == "/dead" && !alive_) return http::TextReply(404, "");
    if (request.path == "/late" && !std::exchange(seen_late_, true)) {
      return http::TextReply(503, "");
    }
    if (request.path == "/cut" && !std::exchange(seen_cut_, true)) {
      return http::NoAnswer(http::Delivery::kReset);
    }
    http::Reply reply;
    reply.source = std::make_shared<Content>(1, 100'000);
    return reply;
  }
  Json Ended(const Downloader& downloader, size_t count) {
    for (int i = 0; i < 1000; ++i) {
      const Json page = downloader.Page({});
      if (page["papers"].size() >= count && page["waiting"] == 0) return page["papers"];
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return {};
  }

  std::atomic<int> calls_ = 0;
  std::atomic<bool> alive_ = false;
  bool seen_late_ = false, seen_cut_ = false;
  http::ClientOptions gateway_;
  std::unique_ptr<http::Server> server_;
  StateLog state_;
};

TEST_F(PaperDownloader, FetchesEachLinkToTheGatewayOnce) {
  Downloader downloader(state_, 1);
  ASSERT_EQ(downloader.Start(gateway_), "");
  const Json record = {
      {"TaiLieuNop", {{{"DuongDanTaiTepTin", gateway_.url + "/a"}, {"Ten", gateway_.url + "/no"}}}},
      {"DanhSachHoSoBoSung",
       {{{"DanhSachGiayToBoSung", {{{"DuongDanTaiTepTin", gateway_.url + "/late"}}}}}}},
      {"DanhSachGiayToKetQua",
       {{{"DuongDanTepTinKetQua", gateway_.url + "/cut"}},
        {{"DuongDanTepTinKetQua", "https://127.0.0.1:9/elsewhere"}},
        {{"DuongDanTepTinKetQua", gateway_.url + "1/other-port"}},
        {{"DuongDanTepTinKetQua", ""}}}}};
  downloader.Follow(record);
  downloader.Follow(record);
  const Json papers = Ended(downloader, 3);
  ASSERT_EQ(papers.size(), 3U);
  for (const Json& paper : papers) {
    EXPECT_EQ(paper["bytes"], 100'000);
    EXPECT_EQ(paper["sha256"], ContentSha256(1, 100'000));
    EXPECT_TRUE(paper["error"].is_null());
  }
  EXPECT_EQ(calls_, 5);
  downloader.Follow(record);
  EXPECT_EQ(downloader.Counts(), Json({{"waiting", 0}, {"done", 3}, {"dead", 0}}));
}

TEST_F(PaperDownloader, ADeadLinkIsSaidAndTriedAgainWhenItComesAgain) {
  Downloader downloader(state_, 1);
  ASSERT_EQ(downloader.Start(gateway_), "");
  const Json record = {{"DuongDanTaiTepTin", gateway_.url + "/dead"}};
  downloader.Follow(record);
  EXPECT_EQ(Ended(downloader, 1)[0]["error"], "HTTP 404");
  EXPECT_EQ(downloader.Counts()["dead"], 1);
  alive_ = true;
  downloader.Follow(record);
  for (int i = 0; i < 1000 && downloader.Counts()["done"] != 1; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const Json papers = Ended(downloader, 1);
  ASSERT_EQ(papers.size(), 1U);
  EXPECT_EQ(papers[0]["sha256"], ContentSha256(1, 100'000));
}

TEST(PaperDownloaderAlone, FollowsNothingWithoutAGateway) {
  StateLog state;
  Downloader downloader(state, 1);
  downloader.Follow({{"DuongDanTaiTepTin", "http://127.0.0.1:1/a"}});
  EXPECT_EQ(downloader.Counts()["waiting"], 0);
}

}  // namespace
}  // namespace lienthong::rigs::papers
