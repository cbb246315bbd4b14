#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_ACCOUNTS_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_ACCOUNTS_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/base/password.h"
#include "gateway/core/context.h"
#include "lienthong/config/v1/config.pb.h"

namespace lienthong::facade {

// One-stop software with a login, and who it is to the gateway.
struct Account {
  std::string username;
  core::Caller caller;  // an agency, exactly as if it called by gRPC
  std::string agency;
  PasswordHash password;
  std::string certificate;  // the URI that its client certificate must carry; empty: none is asked

  // Whether a connection may speak for it at all.
  bool Allows(const std::vector<std::string>& certificate_uris) const;
};

// The configured accounts. Immutable; what Find returns lives as long.
class Accounts {
 public:
  // InvalidArgument "accounts[1].username: …" for the first that is of no use.
  static absl::StatusOr<Accounts> Make(const config::v1::FacadeConfig& config);

  const Account* Find(std::string_view username) const;
  // Whose hash is computed for a user name that nobody has, so that its refusal takes as long.
  const Account& any() const { return *all_.begin()->second; }
  size_t size() const { return all_.size(); }

 private:
  Accounts() = default;

  std::map<std::string, std::unique_ptr<const Account>, std::less<>> all_;
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_ACCOUNTS_H_
