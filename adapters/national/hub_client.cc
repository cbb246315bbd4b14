#include "adapters/national/hub_client.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "adapters/sdk/portal/envelope.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

using nlohmann::json;

constexpr int kCallsMax = 2;  // the second one after a new token
constexpr const char* kJson = "application/json";
constexpr const char* kBytes = "application/octet-stream";
// A token is given back before it ends, so that few calls meet its end.
constexpr absl::Duration kTokenMargin = absl::Seconds(30);
constexpr absl::Duration kTokenLifeMin = absl::Seconds(1);
constexpr int64_t kTokenSecondsDefault = 60;
constexpr int64_t kTokenSecondsMax = 24 * 3600;

Verdict VerdictOf(int64_t code) {
  switch (code) {
    case 200:
      return Verdict::kDone;
    case 400:
      return Verdict::kBadData;
    case 401:
      return Verdict::kLoginEnded;
    case 403:
      return Verdict::kNotAuthorised;
    case 404:
      return Verdict::kNotThere;
    case 409:
      return Verdict::kExists;
    case 429:
      return Verdict::kThrottled;
    default:
      return Verdict::kUnclear;
  }
}

const char* ReasonOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBadData:
      return "the hub does not accept the data";
    case Verdict::kLoginEnded:
      return "the hub does not take the token";
    case Verdict::kNotAuthorised:
      return "the hub gives us no right to this call";
    case Verdict::kNotThere:
      return "the hub has no such dossier";
    case Verdict::kExists:
      return "the hub has a dossier with this code";
    case Verdict::kThrottled:
      return "over the hub's quota";
    default:
      return "the hub failed, it may have done the call or not";
  }
}

}  // namespace

Answer JudgeHub(const sdk::HttpResponse& response) {
  if (std::optional<Answer> decided = JudgeTransport(response, /*inner=*/true)) return *decided;
  const json body = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  const auto found = body.is_object() ? body.find("code") : body.end();
  const std::optional<int64_t> code =
      body.is_object() && found != body.end() ? sdk::portal::ReadCode(*found) : std::nullopt;
  if (!code) return MakeAnswer(Verdict::kUnclear, "an answer that is none of the hub's");
  const Verdict verdict = VerdictOf(*code);
  const bool http_ok = response.code >= 200 && response.code <= 299;
  if (verdict == Verdict::kDone && !http_ok) {
    return MakeAnswer(Verdict::kUnclear, StrCat("HTTP ", response.code, " around a success"));
  }
  Answer answer = MakeAnswer(verdict, "", *code);
  if (const auto data = body.find("data"); data != body.end()) answer.result = *data;
  if (verdict == Verdict::kDone) return answer;
  answer.reason = StrCat(ReasonOf(verdict), " (code ", *code, ")");
  if (verdict == Verdict::kBadData) {
    answer.field = sdk::portal::FieldIn(sdk::portal::TextAt(body, "message"));
  }
  if (verdict == Verdict::kThrottled) answer.retry_after = response.retry_after;
  return answer;
}

HubClient::HubClient(Options options, std::unique_ptr<sdk::HttpClient> http, const Clock& clock)
    : options_(std::move(options)),
      http_(std::move(http)),
      clock_(clock),
      login_([this](absl::Time deadline) { return LogIn(deadline); }, clock) {}

Answer HubClient::Call(const char* service, const json& body, absl::Time deadline) {
  sdk::HttpRequest request = Request(StrCat("/", service), kJson);
  request.body = sdk::portal::Dump(body);
  return WithToken(
      [&](const std::string& token) {
        sdk::HttpRequest with_token = request;
        with_token.headers.emplace_back("Authorization", StrCat("Bearer ", token));
        return JudgeHub(
            http_->Call(with_token, std::min(deadline, clock_.Now() + options_.timeout)));
      },
      deadline);
}

Answer HubClient::Upload(const std::string& name, const OpenBytes& open, absl::Time deadline) {
  return WithToken(
      [&](const std::string& token) {
        const absl::StatusOr<std::unique_ptr<sdk::FileReader>> bytes = open();
        if (!bytes.ok()) {
          return MakeAnswer(Verdict::kNotDone,
                            StrCat("the paper cannot be read: ", bytes.status().message()));
        }
        sdk::HttpRequest request =
            Request(StrCat("/UploadFile?name=", sdk::UrlEncode(name)), kBytes);
        request.headers.emplace_back("Authorization", StrCat("Bearer ", token));
        request.upload = bytes->get();
        return JudgeHub(
            http_->Call(request, std::min(deadline, clock_.Now() + options_.upload_timeout)));
      },
      deadline);
}

absl::Status HubClient::LogInAnew(absl::Time deadline) { return LogIn(deadline).status(); }

Answer HubClient::WithToken(const Send& send, absl::Time deadline) {
  Answer answer;
  for (int call = 0; call < kCallsMax; ++call) {
    const absl::StatusOr<std::string> token = login_.Get(deadline);
    if (!token.ok()) return FromLoginFailure(token.status());
    answer = send(*token);
    if (answer.verdict != Verdict::kLoginEnded) return answer;
    login_.Drop(*token);
  }
  return answer;
}

sdk::HttpRequest HubClient::Request(const std::string& path, const char* content_type) const {
  sdk::HttpRequest request = {.method = "POST",
                              .path = path,
                              .headers = {{"Accept", kJson}, {"Content-Type", content_type}}};
  if (!options_.dstcode.empty()) request.headers.emplace_back("dstcode", options_.dstcode);
  return request;
}

absl::StatusOr<Grant> HubClient::LogIn(absl::Time deadline) {
  sdk::HttpRequest request = Request("/token", kJson);
  request.body = sdk::portal::Dump(
      {{"client_id", options_.client_id}, {"client_secret", options_.client_secret}});
  const sdk::HttpResponse response =
      http_->Call(request, std::min(deadline, clock_.Now() + options_.timeout));
  if (const std::optional<Answer> decided = JudgeTransport(response, /*inner=*/false)) {
    if (decided->verdict == Verdict::kLoginEnded || decided->verdict == Verdict::kRefused) {
      return absl::UnauthenticatedError(
          StrCat("the hub does not take client_id and client_secret: ", decided->reason));
    }
    return ToStatus(*decided);
  }
  const json body = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  std::string token = sdk::portal::TextAt(body, "access_token");
  if (token.empty()) return absl::UnavailableError("the hub's login gave no token");
  const auto seconds = body.find("expires_in");
  const int64_t told = seconds == body.end()
                           ? kTokenSecondsDefault
                           : sdk::portal::ReadCode(*seconds).value_or(kTokenSecondsDefault);
  const absl::Duration life = absl::Seconds(std::clamp<int64_t>(told, 0, kTokenSecondsMax));
  return Grant{.secret = std::move(token), .life = std::max(life - kTokenMargin, kTokenLifeMin)};
}

}  // namespace lienthong::adapters::national
