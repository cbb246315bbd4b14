#include "adapters/city/wire.h"

#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::city {
namespace {

using nlohmann::json;

bool IsSuccess(int code) { return code >= 200 && code <= 299; }

Verdict VerdictOf(int code) {
  switch (code) {
    case 400:
    case 422:
      return Verdict::kBadData;
    case 401:
    case 403:
      return Verdict::kNotAuthorised;
    case 404:
      return Verdict::kUnknown;
    case 409:
      return Verdict::kExists;
    case 429:
      return Verdict::kThrottled;
    default:
      return code >= 300 && code <= 499 ? Verdict::kRefused : Verdict::kUnclear;
  }
}

std::string ReasonOf(Verdict verdict, int code) {
  const std::string tail = StrCat(" (", code, ")");
  switch (verdict) {
    case Verdict::kDone:
      return "";
    case Verdict::kUnclear:
      return StrCat("the platform failed, it may have done the call or not", tail);
    case Verdict::kNotSent:
    case Verdict::kNotReady:
      return "nothing was sent";
    case Verdict::kThrottled:
      return StrCat("over the platform's quota", tail);
    case Verdict::kNotAuthorised:
      return StrCat(
          "the platform gives us no right to this call; check the keys and what is granted "
          "to them",
          tail);
    case Verdict::kBadData:
      return StrCat("the platform does not accept the data", tail);
    case Verdict::kUnknown:
      return StrCat("unknown to the platform", tail);
    case Verdict::kExists:
      return StrCat("there already, or moved on", tail);
    case Verdict::kRefused:
      return StrCat("the platform refuses this call; check its path in the settings", tail);
  }
  return "";
}

struct Envelope {
  int code = 0;
  std::string description;
  json result;
};

// Nothing unless the body is an envelope through and through.
std::optional<Envelope> ReadEnvelope(const std::string& body) {
  json parsed = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_object()) return std::nullopt;
  const auto code = parsed.find("StatusCode");
  const auto result = parsed.find("ResultObject");
  if (code == parsed.end() || !code->is_number_integer() || result == parsed.end()) {
    return std::nullopt;
  }
  const auto value = code->get<int64_t>();
  if (value < 100 || value > 599) return std::nullopt;
  Envelope envelope;
  envelope.code = static_cast<int>(value);
  envelope.result = std::move(*result);
  const auto description = parsed.find("Description");
  if (description != parsed.end() && description->is_string()) {
    envelope.description = description->get<std::string>();
  }
  return envelope;
}

Answer Unclear(int code, std::string_view what) {
  Answer answer;
  answer.code = code;
  answer.reason = StrCat("no answer that can be trusted: ", what);
  return answer;
}

Answer Decided(int code, const sdk::HttpResponse& response) {
  Answer answer;
  answer.verdict = VerdictOf(code);
  answer.code = code;
  answer.reason = ReasonOf(answer.verdict, code);
  if (answer.verdict == Verdict::kThrottled) answer.retry_after = response.retry_after;
  return answer;
}

// Without an envelope it was something in front of the platform that answered: it knows about
// rights and quotas, but nothing of records.
Answer WithoutEnvelope(const sdk::HttpResponse& response) {
  const Verdict verdict = VerdictOf(response.code);
  if (verdict == Verdict::kThrottled || verdict == Verdict::kNotAuthorised) {
    return Decided(response.code, response);
  }
  return Unclear(response.code, StrCat("HTTP ", response.code, " without the platform's envelope"));
}

}  // namespace

Answer Judge(const sdk::HttpResponse& response, const sdk::FieldNames& names) {
  if (!response.status.ok()) {
    Answer answer = Unclear(0, ToStd(response.status.message()));
    if (!response.maybe_sent) {
      answer.verdict = Verdict::kNotSent;
      answer.reason = std::string(response.status.message());
    }
    return answer;
  }
  std::optional<Envelope> envelope = ReadEnvelope(response.body);
  if (!envelope) return WithoutEnvelope(response);
  if (IsSuccess(response.code) && IsSuccess(envelope->code)) {
    if (!envelope->result.is_object()) return Unclear(envelope->code, "success without a result");
    Answer answer;
    answer.verdict = Verdict::kDone;
    answer.code = envelope->code;
    answer.result = std::move(envelope->result);
    return answer;
  }
  if (IsSuccess(envelope->code)) {
    return Unclear(response.code, StrCat("HTTP ", response.code, " around a success"));
  }
  Answer answer = Decided(envelope->code, response);
  answer.result = std::move(envelope->result);
  if (answer.verdict == Verdict::kBadData) {
    answer.field = sdk::FieldIn(envelope->description, names);
    answer.reason += sdk::NamedIn(envelope->description, names);
  }
  return answer;
}

absl::Status ToStatus(const Answer& answer) {
  switch (answer.verdict) {
    case Verdict::kUnclear:
    case Verdict::kNotSent:
    case Verdict::kNotReady:
      return absl::UnavailableError(answer.reason);
    case Verdict::kThrottled:
      if (answer.retry_after) return Busy("the city's quota", *answer.retry_after);
      return absl::ResourceExhaustedError(answer.reason);
    case Verdict::kNotAuthorised:
      return answer.code == 401 ? absl::UnauthenticatedError(answer.reason)
                                : absl::PermissionDeniedError(answer.reason);
    case Verdict::kUnknown:
      return absl::NotFoundError(answer.reason);
    case Verdict::kDone:
    case Verdict::kBadData:
    case Verdict::kExists:
    case Verdict::kRefused:
      break;
  }
  return absl::InternalError(
      StrCat("the platform answers a question we did not ask: ", answer.reason));
}

absl::Status UnavailabilityOf(const Answer& answer) {
  const bool is_away = answer.verdict == Verdict::kNotSent || answer.verdict == Verdict::kThrottled;
  return is_away ? ToStatus(answer) : absl::OkStatus();
}

std::string AuthorizationOf(const Credentials& credentials) {
  nlohmann::ordered_json keys;
  keys["AccessKey"] = credentials.access_key;
  keys["SecretKey"] = credentials.secret_key;
  keys["AppName"] = credentials.app_name;
  keys["PartnerCode"] = credentials.partner_code;
  keys["PartnerCodeCus"] = credentials.partner_code_cus;
  return absl::Base64Escape(keys.dump());
}

}  // namespace lienthong::adapters::city
