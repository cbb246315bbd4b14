#include "adapters/national/portal_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/sdk/portal/envelope.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

using nlohmann::json;

constexpr int kCallsMax = 2;  // the second one after a new login

Verdict VerdictOf(int64_t code) {
  switch (code) {
    case sdk::portal::kOk:
      return Verdict::kDone;
    case sdk::portal::kBadLogin:
    case sdk::portal::kSessionExpired:
      return Verdict::kLoginEnded;
    case sdk::portal::kExists:
    case -sdk::portal::kExists:
      return Verdict::kExists;
    case sdk::portal::kNotThere:
      return Verdict::kNotThere;
    case sdk::portal::kBadField:
      return Verdict::kBadData;
    default:
      return Verdict::kUnclear;  // -1 among them: it may have failed before, in or after the write
  }
}

const char* ReasonOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kLoginEnded:
      return "the portal does not take the session";
    case Verdict::kExists:
      return "the portal has a dossier with this code";
    case Verdict::kNotThere:
      return "the portal has no dossier with this code";
    case Verdict::kBadData:
      return "the portal does not accept the data";
    default:
      return "the portal failed, it may have done the call or not";
  }
}

}  // namespace

Answer JudgePortal(const sdk::HttpResponse& response) {
  if (std::optional<Answer> decided = JudgeTransport(response, /*inner=*/false)) return *decided;
  std::optional<sdk::portal::Reply> reply = sdk::portal::ReadReply(response.body);
  if (!reply) return MakeAnswer(Verdict::kUnclear, "an answer that is none of the portal's");
  if (!reply->code) return MakeAnswer(Verdict::kUnclear, "error_code is missing or no number");
  const Verdict verdict = VerdictOf(*reply->code);
  Answer answer = MakeAnswer(verdict, "", *reply->code);
  if (verdict == Verdict::kDone) {
    answer.result = std::move(reply->result);
    return answer;
  }
  answer.reason = StrCat(ReasonOf(verdict), " (error_code ", *reply->code, ")");
  if (verdict == Verdict::kBadData) answer.field = sdk::portal::FieldIn(reply->message);
  return answer;
}

PortalClient::PortalClient(Options options, std::unique_ptr<sdk::HttpClient> http,
                           const Clock& clock)
    : options_(std::move(options)),
      http_(std::move(http)),
      clock_(clock),
      login_([this](absl::Time deadline) { return LogIn(deadline); }, clock) {}

Answer PortalClient::Integrate(const char* service, json parameters, absl::Time deadline) {
  return Call(options_.path_integration, service, std::move(parameters), deadline);
}

Answer PortalClient::Share(const char* service, json parameters, absl::Time deadline) {
  return Call(options_.path_share, service, std::move(parameters), deadline);
}

Answer PortalClient::Call(const std::string& path, const char* service, json body,
                          absl::Time deadline) {
  body["madonvi"] = options_.agency;
  body["service"] = service;
  Answer answer;
  for (int call = 0; call < kCallsMax; ++call) {
    const absl::StatusOr<std::string> session = login_.Get(deadline);
    if (!session.ok()) return FromLoginFailure(session.status());
    body["session"] = *session;
    answer = JudgePortal(Post(path, body, deadline));
    if (answer.verdict != Verdict::kLoginEnded) return answer;
    login_.Drop(*session);
  }
  return answer;
}

sdk::HttpResponse PortalClient::Post(const std::string& path, const json& body,
                                     absl::Time deadline) {
  const sdk::HttpRequest request = {.method = "POST",
                                    .path = path,
                                    .headers = {{"Accept", "application/json"},
                                                {"Content-Type", "application/json"},
                                                {"Charset", "utf-8"},
                                                {"dstcode", options_.dstcode}},
                                    .body = sdk::portal::Dump(body)};
  return http_->Call(request, std::min(deadline, clock_.Now() + options_.timeout));
}

absl::StatusOr<Grant> PortalClient::LogIn(absl::Time deadline) {
  const json body = {{"username", options_.username}, {"password", options_.password}};
  const sdk::HttpResponse response = Post(options_.path_auth, body, deadline);
  const Answer answer = JudgePortal(response);
  if (answer.verdict == Verdict::kLoginEnded) {
    return absl::UnauthenticatedError("the portal does not take username and password");
  }
  if (answer.verdict == Verdict::kRefused) return absl::PermissionDeniedError(answer.reason);
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  const std::optional<sdk::portal::Reply> reply = sdk::portal::ReadReply(response.body);
  std::string session = sdk::portal::TextAt(reply->body, "session");
  if (session.empty()) return absl::UnavailableError("the portal's login gave no session");
  return Grant{.secret = std::move(session), .life = options_.session_life};
}

}  // namespace lienthong::adapters::national
