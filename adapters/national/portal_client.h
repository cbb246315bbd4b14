#ifndef LIENTHONG_ADAPTERS_NATIONAL_PORTAL_CLIENT_H_
#define LIENTHONG_ADAPTERS_NATIONAL_PORTAL_CLIENT_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "adapters/national/login.h"
#include "adapters/national/verdict.h"
#include "adapters/sdk/http_client.h"
#include "gateway/base/clock.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

// What an answer of generation 1 means: HTTP 200 around `error_code`. Only 0, in any of its
// spellings, under 2xx is success; a code that nobody told us of, or none, tells nothing. Pure.
Answer JudgePortal(const sdk::HttpResponse& response);

// Calls the portal's three addresses with the session, which all calls share. When the session no
// longer counts there, it logs in again once and repeats the call once. Thread-safe.
class PortalClient {
 public:
  struct Options {
    std::string username;
    std::string password;
    std::string agency;   // madonvi
    std::string dstcode;  // header of the security server
    std::string path_auth;
    std::string path_integration;
    std::string path_share;
    absl::Duration timeout;
    absl::Duration session_life;
  };

  PortalClient(Options options, std::unique_ptr<sdk::HttpClient> http, const Clock& clock);

  // `parameters` beside session, madonvi and service.
  Answer Integrate(const char* service, nlohmann::json parameters, absl::Time deadline);
  Answer Share(const char* service, nlohmann::json parameters, absl::Time deadline);

  void Abort() { http_->Abort(); }
  void Resume() { http_->Resume(); }

 private:
  Answer Call(const std::string& path, const char* service, nlohmann::json body,
              absl::Time deadline);
  sdk::HttpResponse Post(const std::string& path, const nlohmann::json& body, absl::Time deadline);
  absl::StatusOr<Grant> LogIn(absl::Time deadline);

  const Options options_;
  const std::unique_ptr<sdk::HttpClient> http_;
  const Clock& clock_;
  SharedLogin login_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_PORTAL_CLIENT_H_
