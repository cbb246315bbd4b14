#ifndef LIENTHONG_GATEWAY_HTTP_FACADE_FACADE_H_
#define LIENTHONG_GATEWAY_HTTP_FACADE_FACADE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/files.h"
#include "adapters/sdk/portal/procedures.h"
#include "gateway/base/executor.h"
#include "gateway/core/acting.h"
#include "gateway/core/engine.h"
#include "gateway/http/facade/accounts.h"
#include "gateway/http/facade/call.h"
#include "gateway/http/facade/login_guard.h"
#include "gateway/http/facade/sessions.h"
#include "gateway/http/router.h"
#include "lienthong/config/v1/config.pb.h"

namespace lienthong::facade {

// Room for one call of a caller, given back with its last copy. An error says why there is none.
using Admit = std::function<absl::StatusOr<std::shared_ptr<void>>(const std::string& caller)>;

struct FacadeOptions {
  std::string procedures_file;  // as it can be opened; empty: no procedures
  Admit admit;
  core::ActsFor acts_for = nullptr;
};

// The portal's generation-1 contract, spoken as the portal speaks it, so that one-stop software
// connects by another adapter_url and nothing else: login, DongBoHoSoMC, CapNhatTienDoHoSoMC,
// TraCuuHoSo, LayDanhSachTTHC, LayThuTuc, at /facade/auth, /facade/integration and /facade/share as
// at the portal, and all of them at /facade.
//
// Who logs in acts as its agency, with the rights that its certificate would give it at the time of
// the call. Thread-safe.
class Facade {
 public:
  // InvalidArgument "KEY: …", KEY below `facade` in the configuration. Engine and files outlive it.
  static absl::StatusOr<std::unique_ptr<Facade>> Make(const config::v1::FacadeConfig& config,
                                                      const FacadeOptions& options,
                                                      core::Engine& engine,
                                                      const sdk::Files& files);

  // The routes call this object, which outlives the listener.
  absl::Status AddTo(http::Router& router);

 private:
  using Request = std::shared_ptr<const http::Request>;
  struct Service;
  // Which services an address has.
  enum Door { kLogin = 1, kIntegration = 2, kShare = 4 };

  Facade(Accounts accounts, portal::Procedures procedures, const FacadeOptions& options,
         absl::Duration session_life, core::Engine& engine, const sdk::Files& files);

  void Handle(int doors, const Request& request, const http::Answer& answer);
  void LogIn(const Request& request, const nlohmann::json& body, const Done& done);
  Reply CheckPassword(const http::Request& request, const std::string& username,
                      const std::string& password);
  void Serve(int doors, const http::Request& request, portal::ServiceCall body, const Done& done);
  static const Service* FindService(int doors, std::string_view name);

  const Accounts accounts_;
  const portal::Procedures procedures_;
  const Admit admit_;
  const core::ActsFor acts_for_;
  core::Engine& engine_;
  const sdk::Files& files_;
  LoginGuard guard_;
  Sessions sessions_;
  // Passwords are checked apart: each takes its time and memory, and nobody's login holds up work.
  Executor passwords_;
};

}  // namespace lienthong::facade

#endif  // LIENTHONG_GATEWAY_HTTP_FACADE_FACADE_H_
