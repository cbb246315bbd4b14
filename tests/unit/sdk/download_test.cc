// HttpClient::Download: answers of any size, a part at a time.
#include <atomic>

#include "adapters/sdk/http_client.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class DownloadTest : public ::testing::Test {
 protected:
  DownloadTest()
      : server_([this](const std::string&) { return std::optional<std::string>(reply_); }) {
    HttpClient::Options options;
    options.base_url = server_.url();
    options.response_bytes_max = 1000;  // of answers that are held
    client_ = *HttpClient::Create(options, Clock::Real());
  }

  HttpResponse Download(std::string reply, absl::Status sink_says = absl::OkStatus()) {
    reply_ = std::move(reply);
    parts_ = 0;
    body_.clear();
    return client_->Download(
        {.path = "/x"},
        [&](std::string_view part) {
          ++parts_;
          body_ += part;
          return sink_says;
        },
        Clock::Real().Now() + absl::Seconds(5));
  }

  std::string reply_;
  RawServer server_;
  std::unique_ptr<HttpClient> client_;
  std::string body_;
  int parts_ = 0;
};

TEST_F(DownloadTest, GivesABodyOfAnySizeInParts) {
  const std::string bytes(3'000'000, 'x');
  const HttpResponse response = Download(Ok(bytes, "Content-Type: application/pdf\r\n"));
  EXPECT_THAT(response.status, IsOk());
  EXPECT_EQ(response.code, 200);
  EXPECT_EQ(response.content_type, "application/pdf");
  EXPECT_TRUE(response.delimited);
  EXPECT_EQ(response.body, "");
  EXPECT_GT(parts_, 1);
  EXPECT_TRUE(body_ == bytes);
}

TEST_F(DownloadTest, OnlyTheBodyOfASuccessIsGiven) {
  for (const char* head : {"HTTP/1.1 404 Not Found", "HTTP/1.1 302 Found\r\nLocation: /y",
                           "HTTP/1.1 206 Partial Content", "HTTP/1.1 500 No"}) {
    const HttpResponse response =
        Download(std::string(head) + "\r\nContent-Length: 5\r\n\r\nerror");
    EXPECT_THAT(response.status, IsOk()) << head;
    EXPECT_NE(response.code, 200);
    EXPECT_EQ(body_, "") << head;
  }
}

TEST_F(DownloadTest, TheSinkMayEndIt) {
  const HttpResponse response =
      Download(Ok(std::string(1'000'000, 'x')), absl::OutOfRangeError("too large"));
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("too large")));
  EXPECT_EQ(parts_, 1);
  EXPECT_THAT(Download(Ok("next")).status, IsOk()) << "the client goes on";
  EXPECT_EQ(body_, "next");
}

TEST_F(DownloadTest, HalfABodyIsNoAnswer) {
  EXPECT_THAT(
      Download("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\nhalf").status,
      StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Download("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "4\r\nhalf\r\n")
                  .status,
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(DownloadTest, WhatTellsNoEndSaysSo) {
  const HttpResponse open = Download("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody");
  EXPECT_THAT(open.status, IsOk());
  EXPECT_FALSE(open.delimited);
  const HttpResponse chunked = Download(
      "HTTP/1.1 200 OK\r\nConnection: close\r\ntransfer-encoding: "
      "chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n");
  EXPECT_THAT(chunked.status, IsOk());
  EXPECT_TRUE(chunked.delimited);
  EXPECT_EQ(body_, "body");
}

}  // namespace
}  // namespace lienthong::sdk
