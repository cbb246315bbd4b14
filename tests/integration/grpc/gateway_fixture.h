#ifndef LIENTHONG_TESTS_INTEGRATION_GRPC_GATEWAY_FIXTURE_H_
#define LIENTHONG_TESTS_INTEGRATION_GRPC_GATEWAY_FIXTURE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "gateway/server/server.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::testing {

// How often the gateway of a test reads its certificates again.
inline constexpr absl::Duration kReadAgain = absl::Milliseconds(20);

// A whole gateway in this process, on ports of its own over mTLS, with a store of its own and
// certificates that live as long as the test: agency-X05 and agency-X06 (configured), agency-X09
// (not configured), portal, operator, gateway.
class GatewayTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // Where the gateway keeps its dossiers: in memory, unless a test needs more.
  virtual std::string StoreUrl() const { return "memory:"; }
  // Lines of YAML beside those of the fixture.
  virtual std::string MoreConfig() const { return ""; }
  // Ends the gateway and starts it again, on the same store and other ports.
  void Restart();

  // A connection with the certificate of `name`; with none when it is empty.
  std::shared_ptr<grpc::Channel> ToServer(const std::string& name) const;
  std::shared_ptr<grpc::Channel> ToAdmin(const std::string& name) const;
  std::shared_ptr<grpc::Channel> Connect(int port, const std::string& ca_name,
                                         const std::string& name) const;
  std::unique_ptr<dossier::v1::DossierService::Stub> Dossiers(const std::string& name) const;
  std::string file(const std::string& name) const { return folder_.PathOf(name); }
  Server& server() { return *server_; }
  int grpc_port() const { return server_->grpc_port(); }
  int admin_port() const { return server_->admin_port(); }
  int metrics_port() const { return server_->metrics_port(); }
  // Makes a certificate of another authority than the gateway's, named "stranger".
  void MakeStranger() const;

 private:
  void StartServer();

  const TemporaryFolder folder_;
  std::unique_ptr<Server> server_;
};

// A context with a deadline that only a hung test reaches.
std::unique_ptr<grpc::ClientContext> Context(absl::Duration timeout = absl::Seconds(20));

// A dossier that H29.X05 may create, every required field in it.
dossier::v1::PushDossierRequest NewDossier(const std::string& agency = "H29.X05");
std::string NewUuid();

// The details of an error; a test fails when there are none.
google::rpc::Status Details(const grpc::Status& status);
std::string Reason(const google::rpc::Status& error);
std::string Reason(const grpc::Status& status);
bool HasRetryInfo(const grpc::Status& status);

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_INTEGRATION_GRPC_GATEWAY_FIXTURE_H_
