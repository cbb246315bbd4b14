#include "tests/integration/grpc/gateway_fixture.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "grpcpp/create_channel.h"
#include "tests/support/certificates.h"
#include "tests/support/status_matchers.h"

namespace lienthong::testing {
namespace {

constexpr char kConfig[] =
    R"(listen: {grpc: "127.0.0.1:0", admin: "127.0.0.1:0", metrics: "127.0.0.1:0"}
tls: {certificate: pki/gateway.crt, key: pki/gateway.key, client_ca: pki/ca.crt}
agencies:
  - {code: H29.X05}
  - {code: H29.X06}
limits: {message_bytes_max: 1048576}
)";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

void GatewayTest::SetUp() {
  const std::string pki = file("pki");
  MakeAuthority(pki);
  IssueCertificate(pki, "gateway", "spiffe://lienthong/gateway", CertificateUse::kServer);
  IssueCertificate(pki, "agency-X05", "spiffe://lienthong/agency/H29.X05");
  IssueCertificate(pki, "agency-X06", "spiffe://lienthong/agency/H29.X06");
  IssueCertificate(pki, "agency-X09", "spiffe://lienthong/agency/H29.X09");
  IssueCertificate(pki, "portal", "spiffe://lienthong/portal");
  IssueCertificate(pki, "operator", "spiffe://lienthong/operator/lan");
  if (HasFailure()) return;
  folder_.Write("gateway.yaml",
                StrCat(kConfig, "store: {url: \"", StoreUrl(), "\"}\n", MoreConfig()));
  StartServer();
}

void GatewayTest::StartServer() {
  const auto config = ConfigFile::Load(file("gateway.yaml"));
  ASSERT_THAT(config, IsOk());
  auto started = Server::Start(*config, kReadAgain);
  ASSERT_THAT(started, IsOk());
  server_ = *std::move(started);
}

void GatewayTest::Restart() {
  server_.reset();
  StartServer();
}

void GatewayTest::TearDown() { server_.reset(); }

void GatewayTest::MakeStranger() const {
  MakeAuthority(file("other"));
  IssueCertificate(file("other"), "stranger", "spiffe://lienthong/agency/H29.X05");
  for (const char* end : {".crt", ".key"}) {
    std::filesystem::copy(file(StrCat("other/stranger", end)), file(StrCat("pki/stranger", end)));
  }
}

std::shared_ptr<grpc::Channel> GatewayTest::Connect(int port, const std::string& ca_name,
                                                    const std::string& name) const {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(file(StrCat("pki/", ca_name, ".crt")));
  if (!name.empty()) {
    tls.pem_cert_chain = ReadFile(file(StrCat("pki/", name, ".crt")));
    tls.pem_private_key = ReadFile(file(StrCat("pki/", name, ".key")));
  }
  grpc::ChannelArguments arguments;
  // Each connection its own: what one test closes, another does not share.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(StrCat("127.0.0.1:", port), grpc::SslCredentials(tls),
                                   arguments);
}

std::shared_ptr<grpc::Channel> GatewayTest::ToServer(const std::string& name) const {
  return Connect(grpc_port(), "ca", name);
}

std::shared_ptr<grpc::Channel> GatewayTest::ToAdmin(const std::string& name) const {
  return Connect(admin_port(), "ca", name);
}

std::unique_ptr<dossier::v1::DossierService::Stub> GatewayTest::Dossiers(
    const std::string& name) const {
  return dossier::v1::DossierService::NewStub(ToServer(name));
}

std::unique_ptr<grpc::ClientContext> Context(absl::Duration timeout) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(absl::ToChronoTime(Clock::Real().Now() + timeout));
  return context;
}

std::string NewUuid() { return Random::System().Uuid(); }

dossier::v1::PushDossierRequest NewDossier(const std::string& agency) {
  dossier::v1::PushDossierRequest request;
  request.set_request_id(NewUuid());
  dossier::v1::Dossier& dossier = *request.mutable_dossier();
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_procedure()->set_name("Thủ tục (mẫu)");
  dossier.mutable_applicant()->set_name("Nguyễn Thị Mẫu");
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_CITIZEN);
  dossier.mutable_reception()->set_agency(agency);
  dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'413'200);
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  return request;
}

google::rpc::Status Details(const grpc::Status& status) {
  google::rpc::Status error;
  EXPECT_FALSE(status.error_details().empty()) << status.error_message();
  EXPECT_TRUE(error.ParseFromString(status.error_details()));
  return error;
}

std::string Reason(const google::rpc::Status& error) {
  google::rpc::ErrorInfo info;
  for (const auto& any : error.details()) {
    if (any.UnpackTo(&info)) return info.reason();
  }
  return "";
}

std::string Reason(const grpc::Status& status) { return Reason(Details(status)); }

bool HasRetryInfo(const grpc::Status& status) {
  google::rpc::RetryInfo retry;
  const google::rpc::Status error = Details(status);
  for (const auto& any : error.details()) {
    if (any.UnpackTo(&retry)) return true;
  }
  return false;
}

}  // namespace lienthong::testing
