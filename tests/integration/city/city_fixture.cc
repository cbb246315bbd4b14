#include "tests/integration/city/city_fixture.h"

#include <utility>

#include "google/protobuf/text_format.h"
#include "tests/support/answer_of.h"
#include "tests/support/certificates.h"
#include "tests/support/environment.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using ::lienthong::testing::AnswerOf;
using ::lienthong::testing::CertificateUse;
using ::lienthong::testing::Environment;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IssueCertificate;
using ::lienthong::testing::MakeAuthority;
using ::lienthong::testing::TemporaryFolder;
using nlohmann::json;

class TextReader final : public sdk::FileReader {
 public:
  explicit TextReader(const std::string& text) : text_(text) {}
  int64_t size_bytes() const override { return static_cast<int64_t>(text_.size()); }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    const size_t count = text_.copy(buffer, bytes_max, read_);
    read_ += count;
    return count;
  }

 private:
  const std::string text_;
  size_t read_ = 0;
};

absl::Time In(absl::Duration timeout) { return Clock::Real().Now() + timeout; }

}  // namespace

std::unique_ptr<TemporaryFolder> CityFixture::folder_;

absl::StatusOr<std::unique_ptr<sdk::FileReader>> CityFixture::KnownContent::Open(
    std::string_view sha256) const {
  before_open();
  const auto found = contents.find(sha256);
  if (found == contents.end()) return absl::NotFoundError("not here");
  return std::make_unique<TextReader>(found->second);
}

void CityFixture::SetUpTestSuite() {
  folder_ = std::make_unique<TemporaryFolder>();
  MakeAuthority(folder_->path());
  IssueCertificate(folder_->path(), "city", "spiffe://lienthong/gateway", CertificateUse::kServer);
  folder_->Write("secret", "invented-secret\n");
}

void CityFixture::TearDownTestSuite() { folder_.reset(); }

void CityFixture::SetUp() { StartCity({}); }

void CityFixture::StartCity(const std::vector<std::string>& more) {
  std::vector<std::string> command = {Environment("LIENTHONG_SIM"),
                                      "city",
                                      "--listen",
                                      "127.0.0.1:0",
                                      "--tls-cert",
                                      folder_->PathOf("city.crt"),
                                      "--tls-key",
                                      folder_->PathOf("city.key"),
                                      "--control",
                                      "127.0.0.1:0",
                                      "--access-key",
                                      "key-1",
                                      "--secret-key",
                                      "invented-secret",
                                      "--app-name",
                                      "lienthong",
                                      "--partner-code",
                                      "H29",
                                      "--seed",
                                      "1"};
  command.insert(command.end(), more.begin(), more.end());
  auto started =
      lienthong::testing::ChildProcess::Start(std::move(command), "lienthong-sim city ready");
  ASSERT_THAT(started, IsOk());
  simulator_ = *std::move(started);
  sdk::HttpClient::Options options;
  options.base_url = "http://127.0.0.1:" + simulator_->words().at("control");
  control_ = *sdk::HttpClient::Create(options, Clock::Real());
  adapter_ = MakeAdapter({});
}

void CityFixture::TearDown() {
  if (adapter_ != nullptr) adapter_->Stop();
}

std::unique_ptr<CityAdapter> CityFixture::MakeAdapter(
    const std::map<std::string, std::string>& changes) {
  std::map<std::string, std::string> values = {
      {"base_url", "https://127.0.0.1:" + simulator_->words().at("https")},
      {"ca_file", "ca.crt"},
      {"access_key", "key-1"},
      {"secret_key_file", "secret"},
      {"app_name", "lienthong"},
      {"partner_code", "H29"}};
  for (const auto& [key, value] : changes) values[key] = value;
  std::map<std::string, sdk::Settings::Entry> entries;
  for (const auto& [key, value] : values) entries[key] = {.value = value, .line = 1};
  auto adapter = CityAdapter::Create(sdk::Settings(folder_->PathOf("links.yaml"), entries),
                                     {.clock = Clock::Real(), .files = files_, .party = "city"});
  EXPECT_THAT(adapter, IsOk());
  if (!adapter.ok()) return nullptr;
  EXPECT_THAT((*adapter)->Start(), IsOk());
  return *std::move(adapter);
}

absl::StatusOr<pb::PullReply> CityFixture::Pull(const std::string& token, int items_max) {
  pb::PullRequest request;
  request.set_token(token);
  request.set_items_max(items_max);
  return AnswerOf<pb::PullReply>(
      [&](auto done) { adapter_->Pull(request, In(absl::Seconds(10)), done); });
}

pb::ItemOutcome CityFixture::Deliver(const pb::OutboundItem& item, absl::Duration timeout) {
  return DeliverBy(*adapter_, item, timeout);
}

pb::ItemOutcome CityFixture::DeliverBy(CityAdapter& adapter, const pb::OutboundItem& item,
                                       absl::Duration timeout) {
  pb::DeliverRequest request;
  *request.add_items() = item;
  const auto reply =
      AnswerOf<pb::DeliverReply>([&](auto done) { adapter.Deliver(request, In(timeout), done); });
  EXPECT_THAT(reply, IsOk());
  if (!reply.ok() || reply->outcomes_size() != 1) return {};
  EXPECT_EQ(reply->outcomes(0).delivery_id(), item.delivery_id());
  return reply->outcomes(0);
}

absl::StatusOr<pb::LookUpReply::Record> CityFixture::LookUp(const std::string& key,
                                                            const std::string& code) {
  pb::LookUpRequest request;
  request.add_keys()->set_key(key);
  request.mutable_keys(0)->set_code(code);
  const auto reply = AnswerOf<pb::LookUpReply>(
      [&](auto done) { adapter_->LookUp(request, In(absl::Seconds(10)), done); });
  if (!reply.ok()) return reply.status();
  return reply->records(0);
}

absl::StatusOr<pb::InventoryReply> CityFixture::Inventory(const std::string& day,
                                                          const std::string& page) {
  pb::InventoryRequest request;
  request.set_day(day);
  request.set_page_token(page);
  return AnswerOf<pb::InventoryReply>(
      [&](auto done) { adapter_->Inventory(request, In(absl::Seconds(10)), done); });
}

absl::Status CityFixture::Probe(CityAdapter& adapter) {
  return AnswerOf<pb::ProbeReply>([&](auto done) { adapter.Probe(In(absl::Seconds(10)), done); })
      .status();
}

json CityFixture::Rig(const std::string& path, const json& body) {
  const sdk::HttpResponse response =
      control_->Call({.method = "POST",
                      .path = path,
                      .headers = {{"Content-Type", "application/json"}},
                      .body = body.dump()},
                     In(absl::Seconds(10)));
  EXPECT_THAT(response.status, IsOk());
  EXPECT_EQ(response.code, 200) << path << " " << response.body;
  return json::parse(response.body, nullptr, false);
}

json CityFixture::Rig(const std::string& path) {
  const sdk::HttpResponse response = control_->Call({.path = path}, In(absl::Seconds(10)));
  EXPECT_THAT(response.status, IsOk());
  EXPECT_EQ(response.code, 200) << path << " " << response.body;
  return json::parse(response.body, nullptr, false);
}

void CityFixture::Fault(const std::string& kind, int count) {
  Rig("/rig/fault", {{"kind", kind}, {"count", count}, {"milliseconds", 2000}});
}

int CityFixture::UpdateCalls() {
  int calls = 0;
  const json page = Rig("/rig/calls?limit=10000");
  for (const json& call : page.at("calls")) {
    if (call.at("path") == "/HoSo/CapNhat") ++calls;
  }
  return calls;
}

dossier::v1::Dossier CityFixture::NewDossier(const std::string& code) {
  dossier::v1::Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(receipt_number: "X01/2026/000001" status: STATUS_ACCEPTED
         procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03"
                     field_name: "Hộ tịch" }
         origin { channel: CHANNEL_COUNTER }
         applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_CITIZEN }
         contact { phone: "0900000001" email: "mau@example.vn" }
         reception { agency: "H29.X01" received_time { seconds: 1772413200 } }
         outcome { return_method: RETURN_METHOD_DIRECT }
         steps { id: "x01-1" officer: "Trần Thị Ví Dụ" time { seconds: 1772413200 }
                 content: "tiếp nhận" status: STATUS_ACCEPTED })",
      &dossier));
  dossier.set_code(code);
  return dossier;
}

pb::OutboundItem CityFixture::NewItem(const std::string& code) {
  pb::OutboundItem item;
  item.set_delivery_id("delivery-" + code);
  item.set_revision(1);
  *item.mutable_dossier() = NewDossier(code);
  return item;
}

}  // namespace lienthong::adapters::city
