#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "grpcpp/support/client_callback.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using grpc::StatusCode;
using grpc::health::v1::HealthCheckResponse;
using ::testing::HasSubstr;

class OperatorsTest : public GatewayTest {};

TEST_F(OperatorsTest, HealthIsToldPerService) {
  const auto health = grpc::health::v1::Health::NewStub(ToAdmin("operator"));
  for (const char* service :
       {"", "lienthong.dossier.v1.DossierService", "lienthong.sync.v1.SyncService"}) {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    HealthCheckResponse response;
    ASSERT_TRUE(health->Check(Context().get(), request, &response).ok()) << service;
    EXPECT_EQ(response.status(), HealthCheckResponse::SERVING) << service;
  }
  grpc::health::v1::HealthCheckRequest request;
  request.set_service("nothing");
  HealthCheckResponse response;
  EXPECT_EQ(health->Check(Context().get(), request, &response).error_code(), StatusCode::NOT_FOUND);
}

TEST_F(OperatorsTest, AHealthWatchHearsOfTheEnd) {
  const auto health = grpc::health::v1::Health::NewStub(ToAdmin("operator"));
  const auto context = Context();
  const auto watch = health->Watch(context.get(), grpc::health::v1::HealthCheckRequest());
  HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::SERVING);
  std::thread stopping([this] { server().Stop(absl::Seconds(10)); });
  EXPECT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), HealthCheckResponse::NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), StatusCode::UNAVAILABLE);
  stopping.join();
}

TEST_F(OperatorsTest, InfoSaysWhatRuns) {
  dossier::v1::PushDossierResponse pushed;
  ASSERT_TRUE(Dossiers("agency-X05")->PushDossier(Context().get(), NewDossier(), &pushed).ok());
  const auto admin = admin::v1::AdminService::NewStub(ToAdmin("operator"));
  admin::v1::ServerInfo info;
  ASSERT_TRUE(admin->GetServerInfo(Context().get(), {}, &info).ok());
  EXPECT_EQ(info.store(), "memory");
  EXPECT_EQ(info.last_sequence(), 1);
  EXPECT_EQ(info.evidence_leaves(), 1);
  EXPECT_EQ(info.evidence_root().size(), 32u);
  EXPECT_EQ(info.version(), ProgramVersion());
  EXPECT_FALSE(info.draining());
}

TEST_F(OperatorsTest, DrainIsAskedForOnce) {
  EXPECT_FALSE(server().drain_asked().has_value());
  const auto admin = admin::v1::AdminService::NewStub(ToAdmin("operator"));
  admin::v1::DrainRequest request;
  admin::v1::DrainResponse response;
  request.mutable_timeout()->set_seconds(-1);
  EXPECT_EQ(admin->Drain(Context().get(), request, &response).error_code(),
            StatusCode::INVALID_ARGUMENT);
  EXPECT_FALSE(server().drain_asked().has_value());
  request.mutable_timeout()->set_seconds(3);
  ASSERT_TRUE(admin->Drain(Context().get(), request, &response).ok());
  EXPECT_EQ(server().drain_asked(), absl::Seconds(3));
}

TEST_F(OperatorsTest, ReadDossiersOnlyWithAPurpose) {
  dossier::v1::PushDossierResponse pushed;
  ASSERT_TRUE(Dossiers("agency-X05")->PushDossier(Context().get(), NewDossier(), &pushed).ok());
  dossier::v1::GetDossierRequest request;
  request.set_code(pushed.code());
  dossier::v1::Dossier dossier;
  const auto stub = Dossiers("operator");
  EXPECT_EQ(stub->GetDossier(Context().get(), request, &dossier).error_code(),
            StatusCode::INVALID_ARGUMENT);
  request.set_purpose("a test");
  ASSERT_TRUE(stub->GetDossier(Context().get(), request, &dossier).ok());
  EXPECT_EQ(dossier.code(), pushed.code());
}

TEST_F(OperatorsTest, AGatewayWithoutLinksListsNone) {
  const auto sync = sync::v1::SyncService::NewStub(ToAdmin("operator"));
  sync::v1::ListLinksResponse links;
  ASSERT_TRUE(sync->ListLinks(Context().get(), {}, &links).ok());
  EXPECT_TRUE(links.links().empty());
  sync::v1::GetLinkRequest request;
  request.set_name("moon");
  sync::v1::Link link;
  const grpc::Status status = sync->GetLink(Context().get(), request, &link);
  EXPECT_EQ(status.error_code(), StatusCode::NOT_FOUND);
}

// Asks the reflection service for its list of services; what it answers, as bytes.
grpc::Status Reflect(const std::shared_ptr<grpc::Channel>& channel, std::string& answer) {
  constexpr char kListServices[] = "\x3a\x01*";  // ServerReflectionRequest.list_services = "*"
  grpc::GenericStub stub(channel);
  const auto context = Context();
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      context.get(), "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  call->StartCall(&queue);
  queue.Next(&tag, &ok);
  const grpc::Slice slice(kListServices, sizeof kListServices - 1);
  call->WriteLast(grpc::ByteBuffer(&slice, 1), {}, &queue);
  queue.Next(&tag, &ok);
  grpc::ByteBuffer response;
  call->Read(&response, &queue);
  queue.Next(&tag, &ok);
  grpc::Slice whole;
  if (ok && response.DumpToSingleSlice(&whole).ok()) {
    answer.assign(reinterpret_cast<const char*>(whole.begin()), whole.size());
  }
  grpc::Status status;
  call->Finish(&status, &queue);
  queue.Next(&tag, &ok);
  return status;
}

TEST_F(OperatorsTest, ReflectionIsOnTheAdminPortOnly) {
  std::string answer;
  ASSERT_TRUE(Reflect(ToAdmin("operator"), answer).ok());
  EXPECT_THAT(answer, HasSubstr("lienthong.admin.v1.AdminService"));
  EXPECT_THAT(answer, HasSubstr("grpc.health.v1.Health"));
  EXPECT_EQ(Reflect(ToServer("operator"), answer).error_code(), StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace lienthong::testing
