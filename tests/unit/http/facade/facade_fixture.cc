#include "tests/unit/http/facade/facade_fixture.h"

#include <future>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/store/memory/memory_store.h"
#include "tests/support/status_matchers.h"

namespace lienthong::facade {
namespace {

using ::lienthong::testing::IsOk;
using nlohmann::json;

constexpr char kProcedures[] = R"([
  {"MATTHC": "1.001193", "TENTTHC": "Đăng ký khai sinh", "CAPTHUCHIEN": "3",
   "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"}], "TRINHTUTHUCHIEN": "…"},
  {"MATTHC": "1.000656", "TENTTHC": "Đăng ký khai tử",
   "LINHVUCTHUCHIEN": [{"MALINHVUC": "G15-HT03", "TENLINHVUC": "Hộ tịch"}]}])";

void AddAccount(const std::string& username, const std::string& agency,
                const std::string& certificate, const ScryptCost& cost,
                config::v1::FacadeConfig& config) {
  auto& account = *config.add_accounts();
  account.set_agency(agency);
  account.set_username(username);
  account.set_password_hash(
      PasswordHash::Of("mat-khau-" + username, Random::System(), cost)->ToText());
  account.set_certificate(certificate);
}

}  // namespace

FacadeTest::FacadeTest()
    : store_(store::OpenMemoryStoreInline()),
      interrupted_(*store_),
      engine_{.store = interrupted_,
              .sealer = store::Sealer::Identity(),
              .clock = clock_,
              .random = *random_,
              .parties = parties_,
              .graph = domain::StatusGraph::Shipped()} {
  for (const std::string code : {"H29.X05", "H29.X06", "H29.X07"}) {
    core::Party party;
    party.name = "agency/" + code;
    party.receives = party.leads = true;
    party.agencies = {code};
    EXPECT_THAT(parties_.Add(std::move(party)), IsOk());
  }
  Serve({.n = 16, .r = 1, .p = 1});
}

void FacadeTest::Serve(const ScryptCost& cost) {
  config::v1::FacadeConfig config;
  AddAccount("x05", "H29.X05", "", cost, config);
  AddAccount("x06", "H29.X06", "spiffe://lienthong/agency/H29.X06", cost, config);
  FacadeOptions options{
      .procedures_file = folder_.Write("procedures.json", kProcedures),
      .admit =
          [this](const std::string&) {
            return no_room_.ok() ? absl::StatusOr<std::shared_ptr<void>>(nullptr)
                                 : absl::StatusOr<std::shared_ptr<void>>(no_room_);
          },
      .acts_for = [this](const std::string& agency) { return acts_for_[agency]; }};
  auto made = Facade::Make(config, options, engine_, files_);
  EXPECT_THAT(made, IsOk());
  facade_ = *std::move(made);
  router_ = http::Router();
  EXPECT_THAT(facade_->AddTo(router_), IsOk());
}

FacadeTest::Answer FacadeTest::PostText(const std::string& address, const std::string& text) {
  const std::shared_ptr<const http::Route> route = router_.Find("POST", address).route;
  if (route == nullptr) return {};
  auto request = std::make_shared<http::Request>();
  request->path = address;
  request->peer = peer_;
  request->trace_id = trace_id_;
  request->certificate_uris = certificate_;
  request->deadline = clock_.Now() + route->timeout;
  request->body = text;
  auto promise = std::make_shared<std::promise<http::Response>>();
  std::future<http::Response> future = promise->get_future();
  route->handler(request,
                 [promise](http::Response response) { promise->set_value(std::move(response)); });
  if (future.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
    ADD_FAILURE() << "no answer from " << address;
    return {};
  }
  http::Response response = future.get();
  Answer answer{.http_status = response.status, .headers = {}, .body = {}};
  answer.headers = {response.headers.begin(), response.headers.end()};
  answer.body = json::parse(response.body);
  return answer;
}

FacadeTest::Answer FacadeTest::Post(const std::string& address, const json& body) {
  return PostText(address, body.dump());
}

FacadeTest::Answer FacadeTest::LogIn(const std::string& username, const std::string& password) {
  return Post("/facade/auth", {{"username", username}, {"password", password}});
}

void FacadeTest::LogInAs(const std::string& username) {
  certificate_.clear();
  if (username == "x06") certificate_ = {"spiffe://lienthong/agency/H29.X06"};
  const Answer answer = LogIn(username, "mat-khau-" + username);
  ASSERT_EQ(answer.code(), 0) << answer.body;
  session_ = answer.body.at("session");
}

FacadeTest::Answer FacadeTest::Push(const json& record, bool updating) {
  return Post("/facade/integration", {{"session", session_},
                                      {"service", "DongBoHoSoMC"},
                                      {"isUpdating", updating ? "True" : "False"},
                                      {"data", json::array({record})}});
}

FacadeTest::Answer FacadeTest::Progress(const json& lines) {
  return Post("/facade/integration",
              {{"session", session_}, {"service", "CapNhatTienDoHoSoMC"}, {"data", lines}});
}

FacadeTest::Answer FacadeTest::Find(const std::string& code) {
  return Post("/facade/share",
              {{"session", session_}, {"service", "TraCuuHoSo"}, {"mahoso", code}});
}

json FacadeTest::Record(const std::string& code) {
  return {{"MaHoSo", code},
          {"MaTTHC", "1.001193"},
          {"TenTTHC", "Đăng ký khai sinh"},
          {"MaLinhVuc", "G15-HT03"},
          {"TenLinhVuc", "Hộ tịch"},
          {"KenhThucHien", "1"},
          {"ChuHoSo", "Nguyễn Văn Mẫu"},
          {"LoaiDoiTuong", "1"},
          {"SoDienThoai", "0900000001"},
          {"TrichYeuHoSo", "Khai sinh"},
          {"NgayTiepNhan", "20260302081500"},
          {"NgayHenTra", "20260305170000"},
          {"TrangThaiHoSo", "2"},
          {"HinhThuc", "0"},
          {"DonViXuLy", "UBND phường (mẫu)"}};
}

json FacadeTest::Line(const std::string& content, const std::string& status) {
  return {{"MaHoSo", "H29.X05-260302-0101"},
          {"NguoiXuLy", "Trần Thị Mẫu"},
          {"ThoiDiemXuLy", "20260302093000"},
          {"NoiDungXuLy", content},
          {"TrangThai", status}};
}

dossier::v1::PushDossierRequest FacadeTest::Change() {
  dossier::v1::PushDossierRequest change;
  change.set_request_id(random_->Uuid());
  change.mutable_dossier()->set_code(kCode);
  return change;
}

void FacadeTest::PushAs(const std::string& agency, const dossier::v1::PushDossierRequest& request) {
  core::Dossiers(engine_).Push(Agency(agency), request, [](const auto& response) {
    ASSERT_TRUE(response.ok()) << response.status();
    EXPECT_EQ(response->conflict_paths_size(), 0);
  });
}

void FacadeTest::HandTo(const std::string& agency) {
  auto change = Change();
  auto& assignment = *change.mutable_dossier()->add_assignments();
  assignment.set_id("a1");
  assignment.set_agency(agency);
  assignment.set_role(dossier::v1::Assignment::ROLE_LEAD);
  PushAs("H29.X05", change);
  change = Change();
  auto& answer = *change.mutable_dossier()->add_assignments();
  answer.set_id("a1");
  answer.set_answer(dossier::v1::Assignment::ANSWER_ACCEPTED);
  PushAs(agency, change);
}

core::RequestContext FacadeTest::Agency(const std::string& code) const {
  core::RequestContext context;
  context.caller = {core::CallerKind::kAgency, "agency/" + code, {code}};
  return context;
}

dossier::v1::Dossier FacadeTest::Stored(const std::string& code, const std::string& agency) {
  dossier::v1::GetDossierRequest get;
  get.set_code(code);
  const auto dossier = core::Dossiers(engine_).Get(Agency(agency), get);
  EXPECT_THAT(dossier, IsOk());
  return dossier.ok() ? *dossier : dossier::v1::Dossier();
}

}  // namespace lienthong::facade
