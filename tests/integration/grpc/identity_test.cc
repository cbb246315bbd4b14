#include <gtest/gtest.h>

#include <condition_variable>
#include <fstream>
#include <mutex>
#include <set>
#include <string>

#include "gateway/service/access.h"
#include "google/protobuf/descriptor.pb.h"
#include "grpcpp/generic/generic_stub.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using grpc::StatusCode;

class IdentityTest : public GatewayTest {
 protected:
  grpc::Status Push(const std::string& name) const {
    dossier::v1::PushDossierResponse response;
    return Dossiers(name)->PushDossier(Context().get(), NewDossier(), &response);
  }
};

TEST_F(IdentityTest, ComesFromTheCertificateAlone) {
  EXPECT_TRUE(Push("agency-X05").ok());
  const grpc::Status of_another = Push("agency-X06");
  EXPECT_EQ(of_another.error_code(), StatusCode::INVALID_ARGUMENT)
      << "X06 may not receive for X05: " << of_another.error_message();
}

TEST_F(IdentityTest, WhoIsNotConfiguredIsUnknown) {
  for (const char* name : {"agency-X09", "gateway"}) {
    const grpc::Status status = Push(name);
    EXPECT_EQ(status.error_code(), StatusCode::UNAUTHENTICATED) << name;
    EXPECT_EQ(Reason(status), "CALLER_UNKNOWN") << name;
  }
}

TEST_F(IdentityTest, NobodyConnectsWithoutACertificateOfTheAuthority) {
  EXPECT_EQ(Push("").error_code(), StatusCode::UNAVAILABLE);
  MakeStranger();
  EXPECT_EQ(Push("stranger").error_code(), StatusCode::UNAVAILABLE);
}

TEST_F(IdentityTest, ACallNeedsADeadline) {
  dossier::v1::Dossier dossier;
  dossier::v1::GetDossierRequest request;
  grpc::ClientContext endless;
  const grpc::Status status = Dossiers("agency-X05")->GetDossier(&endless, request, &dossier);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(status), "DEADLINE_MISSING");
}

// Any method with an empty request, by its name.
grpc::Status CallEmpty(const std::shared_ptr<grpc::Channel>& channel, const std::string& method) {
  grpc::GenericStub stub(channel);
  const auto context = Context();
  const grpc::ByteBuffer request(nullptr, 0);
  grpc::ByteBuffer response;
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  grpc::Status status;
  stub.UnaryCall(context.get(), "/" + method, {}, &request, &response, [&](grpc::Status result) {
    const std::lock_guard lock(mutex);
    status = std::move(result);
    done = true;
    ended.notify_one();
  });
  std::unique_lock lock(mutex);
  ended.wait(lock, [&] { return done; });
  return status;
}

// Methods with a stream on either side: an empty unary call to one that is allowed proves nothing.
std::set<std::string> Streams() {
  std::ifstream in(std::string(std::getenv("LIENTHONG_BUILD_DIR")) + "/lienthong.binpb",
                   std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  EXPECT_TRUE(files.ParseFromIstream(&in));
  std::set<std::string> streams;
  for (const auto& file : files.file()) {
    for (const auto& service : file.service()) {
      for (const auto& method : service.method()) {
        if (!method.client_streaming() && !method.server_streaming()) continue;
        streams.insert(file.package() + "." + service.name() + "/" + method.name());
      }
    }
  }
  return streams;
}

bool IsOnAdminPort(const std::string& method) {
  return method.starts_with("lienthong.admin.") || method.starts_with("lienthong.sync.") ||
         method.starts_with("grpc.health.");
}

TEST_F(IdentityTest, EveryMethodAnswersEachKindOfCallerAsTheTableSays) {
  const std::set<std::string> streams = Streams();
  ASSERT_GE(streams.size(), 3u);
  int denied = 0;
  int allowed = 0;
  for (const service::AccessRule& rule : service::AccessTable()) {
    const std::string method(rule.method);
    for (const auto& [name, may] :
         {std::pair("agency-X05", rule.agency), std::pair("portal", rule.portal),
          std::pair("operator", rule.operators)}) {
      if (may && (streams.contains(method) || method.ends_with("/Drain"))) continue;
      const grpc::Status status =
          CallEmpty(IsOnAdminPort(method) ? ToAdmin(name) : ToServer(name), method);
      if (method.starts_with("lienthong.adapter.")) {
        EXPECT_EQ(status.error_code(), StatusCode::UNIMPLEMENTED) << method;
      } else if (may) {
        ++allowed;
        EXPECT_NE(status.error_code(), StatusCode::UNIMPLEMENTED) << method;
        EXPECT_NE(status.error_code(), StatusCode::UNAVAILABLE) << method;
        EXPECT_TRUE(status.ok() || Reason(status) != "CALL_NOT_ALLOWED") << name << " " << method;
      } else {
        ++denied;
        EXPECT_EQ(status.error_code(), StatusCode::PERMISSION_DENIED) << name << " " << method;
        EXPECT_EQ(Reason(status), "CALL_NOT_ALLOWED") << name << " " << method;
      }
    }
  }
  EXPECT_GT(denied, 30);
  EXPECT_GT(allowed, 20);
}

TEST_F(IdentityTest, OperatorsServicesAreNotOnThePortOfAgencies) {
  EXPECT_EQ(
      CallEmpty(ToServer("operator"), "lienthong.admin.v1.AdminService/GetServerInfo").error_code(),
      StatusCode::UNIMPLEMENTED);
  EXPECT_EQ(CallEmpty(ToAdmin("agency-X05"), "lienthong.dossier.v1.DossierService/GetDossier")
                .error_code(),
            StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace lienthong::testing
