// A body that is streamed from a reader.
#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "adapters/sdk/http_client.h"
#include "gateway/base/clock.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::sdk {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::EndsWith;
using ::testing::HasSubstr;

// Gives a text in small parts; `told` is the size that it says it has.
class TextReader final : public FileReader {
 public:
  TextReader(std::string text, int64_t told, bool fails = false)
      : text_(std::move(text)), told_(told), fails_(fails) {}

  int64_t size_bytes() const override { return told_; }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    constexpr size_t kPartBytes = 1000;
    if (fails_ && at_ > 0) return absl::DataLossError("not what was verified");
    const size_t bytes = std::min({bytes_max, kPartBytes, text_.size() - at_});
    std::memcpy(buffer, text_.data() + at_, bytes);
    at_ += bytes;
    return bytes;
  }

 private:
  const std::string text_;
  const int64_t told_;
  const bool fails_;
  size_t at_ = 0;
};

class HttpUploadTest : public ::testing::Test {
 protected:
  HttpResponse Upload(FileReader& reader) {
    HttpClient::Options options;
    options.base_url = server_.url();
    auto client = *HttpClient::Create(options, Clock::Real());
    return client->Call({.method = "POST", .path = "/UploadFile", .upload = &reader},
                        Clock::Real().Now() + absl::Seconds(5));
  }

  std::string seen_;
  RawServer server_{[this](const std::string& request) {
    seen_ = request;
    return Ok("done");
  }};
};

TEST_F(HttpUploadTest, SendsTheWholeBodyWithItsLength) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i);
  TextReader reader(text, static_cast<int64_t>(text.size()));
  const HttpResponse response = Upload(reader);
  ASSERT_THAT(response.status, IsOk());
  EXPECT_EQ(response.body, "done");
  EXPECT_THAT(seen_, HasSubstr("Content-Length: " + std::to_string(text.size())));
  EXPECT_THAT(seen_, EndsWith("\r\n\r\n" + text));
}

TEST_F(HttpUploadTest, AnEmptyBodyIsOneToo) {
  TextReader reader("", 0);
  EXPECT_THAT(Upload(reader).status, IsOk());
  EXPECT_THAT(seen_, HasSubstr("Content-Length: 0"));
}

TEST_F(HttpUploadTest, AReaderThatFailsEndsTheCallWithItsError) {
  TextReader reader(std::string(5000, 'x'), 5000, /*fails=*/true);
  const HttpResponse response = Upload(reader);
  EXPECT_THAT(response.status, StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_TRUE(response.maybe_sent);
}

TEST_F(HttpUploadTest, ABodyShorterThanToldIsNoBody) {
  TextReader shorter(std::string(5000, 'x'), 6000);
  EXPECT_THAT(Upload(shorter).status, StatusIs(absl::StatusCode::kDataLoss, HasSubstr("size")));
}

}  // namespace
}  // namespace lienthong::sdk
