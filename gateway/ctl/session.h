#ifndef LIENTHONG_GATEWAY_CTL_SESSION_H_
#define LIENTHONG_GATEWAY_CTL_SESSION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/ctl/arguments.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/security/credentials.h"

namespace lienthong::ctl {

// Connections to one gateway as the flags say. Connects only when a call is made.
class Session {
 public:
  // InvalidArgument names the flag that is missing or wrong, FailedPrecondition the file that
  // cannot be used and what to do.
  static absl::StatusOr<std::unique_ptr<Session>> Open(const Arguments& arguments);

  std::shared_ptr<grpc::Channel> server() const { return Connect(server_); }
  std::shared_ptr<grpc::Channel> admin() const { return Connect(admin_); }
  bool json() const { return json_; }

  // One unary call, with the deadline of --timeout:
  //   session.Call([&](auto* context) { return stub->GetDossier(context, request, &dossier); });
  template <typename Method>
  grpc::Status Call(Method method) const {
    grpc::ClientContext context;
    SetDeadline(context);
    return method(&context);
  }

 private:
  Session() = default;
  std::shared_ptr<grpc::Channel> Connect(const std::string& address) const;
  void SetDeadline(grpc::ClientContext& context) const;

  std::string server_;
  std::string admin_;
  absl::Duration timeout_;
  bool json_ = false;
  std::shared_ptr<grpc::ChannelCredentials> credentials_;
};

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_SESSION_H_
