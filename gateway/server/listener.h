#ifndef LIENTHONG_GATEWAY_SERVER_LISTENER_H_
#define LIENTHONG_GATEWAY_SERVER_LISTENER_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server.h"
#include "lienthong/config/v1/config.pb.h"

namespace lienthong {

// One gRPC port with the bounds that a port to the outside needs.
struct Listener {
  std::shared_ptr<grpc::ServerCredentials> credentials;  // the server asks them at each handshake
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

struct ListenerOptions {
  std::string key;      // in the configuration, for messages: "listen.grpc"
  std::string address;  // HOST:PORT; port 0 = any
  std::shared_ptr<grpc::ServerCredentials> credentials;  // of this port alone
  std::vector<grpc::Service*> services;                  // outlive the server
  bool reflection = false;
};

// Whether an address can be bound now. AlreadyExists: a program listens there. FailedPrecondition:
// it cannot be had, e.g. it is none of this machine's. The message says why not.
absl::Status CheckAddressFree(const std::string& address);

// FailedPrecondition in one line when the address cannot be bound.
absl::StatusOr<Listener> StartListener(const ListenerOptions& options,
                                       const config::v1::LimitsConfig& limits);

// Sends what the gRPC library says about errors to our log. Process-wide.
void RouteGrpcLog();

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_LISTENER_H_
