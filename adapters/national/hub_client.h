#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_CLIENT_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_CLIENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/national/login.h"
#include "adapters/national/verdict.h"
#include "adapters/sdk/files.h"
#include "adapters/sdk/http_client.h"
#include "gateway/base/clock.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

// What an answer of generation 2 means: `code` 200 under HTTP 2xx is success, 409 "there already",
// in any spelling of the number; what the hub or something before it says by HTTP alone counts too.
// Pure.
Answer JudgeHub(const sdk::HttpResponse& response);

// Calls the ministry hub with the bearer token, which all calls share. When the token no longer
// counts, it fetches one again once and repeats the call once. Thread-safe.
class HubClient {
 public:
  struct Options {
    std::string client_id;
    std::string client_secret;
    std::string dstcode;  // empty: the hub is reached without a security server
    absl::Duration timeout;
    absl::Duration upload_timeout;
  };
  // Opens the bytes to upload, from the beginning.
  using OpenBytes = std::function<absl::StatusOr<std::unique_ptr<sdk::FileReader>>()>;

  HubClient(Options options, std::unique_ptr<sdk::HttpClient> http, const Clock& clock);

  Answer Call(const char* service, const nlohmann::json& body, absl::Time deadline);
  // Streams; kNotDone when the bytes cannot be read.
  Answer Upload(const std::string& name, const OpenBytes& open, absl::Time deadline);
  // A login of its own: proves that the hub answers and still knows us.
  absl::Status LogInAnew(absl::Time deadline);

  void Abort() { http_->Abort(); }
  void Resume() { http_->Resume(); }

 private:
  // Makes one call with the token that it is given.
  using Send = std::function<Answer(const std::string& token)>;

  Answer WithToken(const Send& send, absl::Time deadline);
  sdk::HttpRequest Request(const std::string& path, const char* content_type) const;
  absl::StatusOr<Grant> LogIn(absl::Time deadline);

  const Options options_;
  const std::unique_ptr<sdk::HttpClient> http_;
  const Clock& clock_;
  SharedLogin login_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_CLIENT_H_
