#include "tests/integration/national/national_fixture.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "adapters/national/national.h"
#include "gateway/base/clock.h"
#include "google/protobuf/text_format.h"
#include "openssl/evp.h"
#include "tests/support/answer_of.h"
#include "tests/support/certificates.h"
#include "tests/support/environment.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::AnswerOf;
using ::lienthong::testing::CertificateUse;
using ::lienthong::testing::Environment;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IssueCertificate;
using ::lienthong::testing::MakeAuthority;
using ::lienthong::testing::TemporaryFolder;
using nlohmann::json;

constexpr size_t kPatternBytes = 251;
constexpr int kPartsMax = 20;

absl::Time In(absl::Duration timeout) { return Clock::Real().Now() + timeout; }

class MadeReader final : public sdk::FileReader {
 public:
  MadeReader(int64_t size_bytes, bool damaged) : size_bytes_(size_bytes), damaged_(damaged) {}

  int64_t size_bytes() const override { return size_bytes_; }
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) override {
    if (damaged_ && at_ * 2 > size_bytes_) return absl::DataLossError("not what was verified");
    const auto bytes =
        static_cast<size_t>(std::min<int64_t>(size_bytes_ - at_, static_cast<int64_t>(bytes_max)));
    for (size_t i = 0; i < bytes; ++i) {
      buffer[i] = static_cast<char>((static_cast<size_t>(at_) + i) % kPatternBytes);
    }
    at_ += static_cast<int64_t>(bytes);
    return bytes;
  }

 private:
  const int64_t size_bytes_;
  const bool damaged_;
  int64_t at_ = 0;
};

}  // namespace

std::string MadeFiles::Add(int64_t size_bytes, bool damaged) {
  MadeReader reader(size_bytes, false);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_DigestInit_ex(context, EVP_sha256(), nullptr);
  std::string part(size_t{64} << 10, '\0');
  for (size_t bytes = *reader.Read(part.data(), part.size()); bytes > 0;
       bytes = *reader.Read(part.data(), part.size())) {
    EVP_DigestUpdate(context, part.data(), bytes);
  }
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  EVP_MD_CTX_free(context);
  std::string sha256 = absl::BytesToHexString(digest);
  made_[sha256] = {.size_bytes = size_bytes, .damaged = damaged};
  return sha256;
}

absl::StatusOr<std::unique_ptr<sdk::FileReader>> MadeFiles::Open(std::string_view sha256) const {
  const auto it = made_.find(sha256);
  if (it == made_.end()) return absl::NotFoundError("not here");
  return std::make_unique<MadeReader>(it->second.size_bytes, it->second.damaged);
}

std::unique_ptr<TemporaryFolder> NationalFixture::folder_;

void NationalFixture::SetUpTestSuite() {
  folder_ = std::make_unique<TemporaryFolder>();
  MakeAuthority(folder_->path());
  IssueCertificate(folder_->path(), "portal", "spiffe://lienthong/counterpart/portal",
                   CertificateUse::kServer);
  folder_->Write("secret", "invented-secret\n");
  folder_->Write("wrong-secret", "another\n");
}

void NationalFixture::TearDownTestSuite() { folder_.reset(); }

void NationalFixture::StartPortal(int generation, const std::vector<std::string>& flags) {
  generation_ = generation;
  std::vector<std::string> command = {Environment("LIENTHONG_SIM"),
                                      "portal",
                                      "--generation",
                                      std::to_string(generation),
                                      "--listen",
                                      "127.0.0.1:0",
                                      "--tls-cert",
                                      folder_->PathOf("portal.crt"),
                                      "--tls-key",
                                      folder_->PathOf("portal.key"),
                                      "--control",
                                      "127.0.0.1:0",
                                      "--dstcode",
                                      "VN:GOV:DVC",
                                      "--seed",
                                      "1"};
  const std::vector<std::string> account =
      generation == 1
          ? std::vector<std::string>{"--username", "lienthong", "--password", "invented-secret"}
          : std::vector<std::string>{"--client-id", "lienthong", "--client-secret",
                                     "invented-secret"};
  command.insert(command.end(), account.begin(), account.end());
  command.insert(command.end(), flags.begin(), flags.end());
  auto started = lienthong::testing::ChildProcess::Start(command, "lienthong-sim portal ready");
  ASSERT_THAT(started, IsOk());
  simulator_ = *std::move(started);
  sdk::HttpClient::Options options;
  options.base_url = "http://127.0.0.1:" + simulator_->words().at("control");
  control_ = *sdk::HttpClient::Create(options, Clock::Real());
  adapter_ = MakeAdapter();
}

void NationalFixture::TearDown() {
  if (adapter_ != nullptr) adapter_->Stop();
}

std::unique_ptr<sdk::Adapter> NationalFixture::MakeAdapter(
    const std::map<std::string, std::string>& changes) {
  std::map<std::string, std::string> values = {
      {"generation", std::to_string(generation_)},
      {"base_url", "https://127.0.0.1:" + simulator_->words().at("https")},
      {"ca_file", "ca.crt"},
      {"dstcode", "VN:GOV:DVC"}};
  const std::map<std::string, std::string> account =
      generation_ == 1 ? std::map<std::string, std::string>{{"username", "lienthong"},
                                                            {"password_file", "secret"},
                                                            {"madonvi", "H29"}}
                       : std::map<std::string, std::string>{{"client_id", "lienthong"},
                                                            {"client_secret_file", "secret"}};
  values.insert(account.begin(), account.end());
  for (const auto& [key, value] : changes) values[key] = value;
  std::map<std::string, sdk::Settings::Entry> entries;
  for (const auto& [key, value] : values) entries[key] = {.value = value, .line = 1};
  auto adapter = national::MakeAdapter(
      sdk::Settings(folder_->PathOf("links.yaml"), entries),
      {.clock = Clock::Real(), .files = files_, .party = "portal", .agencies = agencies_});
  EXPECT_THAT(adapter, IsOk());
  if (!adapter.ok()) return nullptr;
  EXPECT_THAT((*adapter)->Start(), IsOk());
  return *std::move(adapter);
}

pb::ItemOutcome NationalFixture::Deliver(const pb::OutboundItem& item, absl::Duration timeout) {
  return DeliverBy(*adapter_, item, timeout);
}

pb::ItemOutcome NationalFixture::DeliverBy(sdk::Adapter& adapter, const pb::OutboundItem& item,
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

pb::ItemOutcome NationalFixture::DeliverOn(pb::OutboundItem& item) {
  pb::ItemOutcome outcome;
  for (int part = 0; part < kPartsMax; ++part) {
    outcome = Deliver(item, absl::Seconds(60));
    if (outcome.has_adapter_state()) item.set_adapter_state(outcome.adapter_state());
    if (!outcome.key().empty()) item.set_key(outcome.key());
    if (outcome.outcome() != pb::OUTCOME_CONTINUE) return outcome;
  }
  ADD_FAILURE() << "more than " << kPartsMax << " parts of one delivery";
  return outcome;
}

absl::StatusOr<pb::LookUpReply::Record> NationalFixture::LookUp(const std::string& key,
                                                                const std::string& code) {
  pb::LookUpRequest request;
  request.add_keys()->set_key(key);
  request.mutable_keys(0)->set_code(code);
  const auto reply = AnswerOf<pb::LookUpReply>(
      [&](auto done) { adapter_->LookUp(request, In(absl::Seconds(10)), done); });
  if (!reply.ok()) return reply.status();
  return reply->records(0);
}

absl::StatusOr<pb::PullReply> NationalFixture::Pull(const std::string& token) {
  pb::PullRequest request;
  request.set_token(token);
  return AnswerOf<pb::PullReply>(
      [&](auto done) { adapter_->Pull(request, In(absl::Seconds(10)), done); });
}

absl::Status NationalFixture::Probe(sdk::Adapter& adapter) {
  return AnswerOf<pb::ProbeReply>([&](auto done) { adapter.Probe(In(absl::Seconds(10)), done); })
      .status();
}

json NationalFixture::Rig(const std::string& path, const json& body) {
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

json NationalFixture::Rig(const std::string& path) {
  const sdk::HttpResponse response = control_->Call({.path = path}, In(absl::Seconds(10)));
  EXPECT_THAT(response.status, IsOk());
  EXPECT_EQ(response.code, 200) << path << " " << response.body;
  return json::parse(response.body, nullptr, false);
}

void NationalFixture::Fault(const std::string& kind, int count, const std::string& path,
                            int milliseconds) {
  json rule = {{"kind", kind}, {"milliseconds", milliseconds}};
  if (kind == "down") rule = {{"kind", kind}, {"seconds", 1000}};
  if (count > 0) rule["count"] = count;
  if (!path.empty()) rule["path"] = path;
  Rig("/rig/fault", rule);
}

std::vector<json> NationalFixture::Records() {
  const json page = Rig("/rig/records?limit=10000");
  return page.at("records").get<std::vector<json>>();
}

json NationalFixture::RecordOf(const std::string& code) {
  for (const json& record : Records()) {
    if (record.at("MaHoSo") == code) return record;
  }
  return nullptr;
}

std::vector<json> NationalFixture::CallsOf(const std::string& service) {
  std::vector<json> calls;
  const json page = Rig("/rig/calls?limit=10000");
  for (const json& call : page.at("calls")) {
    if (call.at("service") == service) calls.push_back(call);
  }
  return calls;
}

dossier::v1::Dossier NationalFixture::NewDossier(const std::string& code) {
  dossier::v1::Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(status: STATUS_ACCEPTED processing_unit: "UBND phường Mẫu"
         procedure { code: "1.001193" name: "Đăng ký khai sinh" field_code: "G15-HT03"
                     field_name: "Hộ tịch" }
         origin { channel: CHANNEL_COUNTER }
         applicant { name: "Nguyễn Văn Mẫu" kind: APPLICANT_KIND_CITIZEN }
         contact { phone: "0900000001" email: "mau@example.vn" }
         reception { agency: "H29.X01" received_time { seconds: 1772413200 } }
         outcome { return_method: RETURN_METHOD_DIRECT })",
      &dossier));
  dossier.set_code(code);
  dossier.set_receipt_number(code);
  return dossier;
}

pb::OutboundItem NationalFixture::NewItem(const std::string& code) {
  return ItemFor(NewDossier(code));
}

pb::OutboundItem NationalFixture::ItemFor(const dossier::v1::Dossier& dossier,
                                          const std::string& key) {
  pb::OutboundItem item;
  item.set_delivery_id("delivery-" + dossier.code());
  item.set_revision(1);
  item.set_key(key);
  *item.mutable_dossier() = adapter_->Represent(dossier).dossier();
  item.mutable_dossier()->clear_steps();
  item.mutable_dossier()->set_code(dossier.code());
  item.mutable_dossier()->set_receipt_number(dossier.receipt_number());
  return item;
}

pb::OutboundItem NationalFixture::StepsItem(const std::string& key, int first, int count) {
  pb::OutboundItem item;
  item.set_delivery_id("steps-" + key + "-" + std::to_string(first));
  item.set_key(key);
  item.set_appends(true);
  item.mutable_dossier()->set_code(key);
  for (int i = first; i < first + count; ++i) {
    dossier::v1::Step& step = *item.mutable_dossier()->add_steps();
    step.set_id("x01-" + std::to_string(i));
    step.set_officer("Trần Thị Ví Dụ");
    step.set_content("bước " + std::to_string(i));
    step.set_status(dossier::v1::STATUS_PROCESSING);
    step.mutable_time()->set_seconds(1'772'413'200 + i * 60);
  }
  return item;
}

}  // namespace lienthong::adapters::national
