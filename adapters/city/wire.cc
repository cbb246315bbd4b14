#include "adapters/city/wire.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::city {
namespace {

using nlohmann::json;

constexpr size_t kFieldCharsMax = 120;
constexpr size_t kNamesMax = 10;

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

bool IsWordChar(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return absl::ascii_isalnum(byte) || c == '_' || byte >= 0x80;  // the latter: part of a letter
}

// Those of `names` that stand in the text as words, each once.
std::vector<std::string> NamesIn(std::string_view text, const FieldNames& names) {
  std::vector<std::string> found;
  for (size_t begin = 0; begin < text.size() && found.size() < kNamesMax;) {
    size_t end = begin;
    while (end < text.size() && IsWordChar(text[end])) ++end;
    std::string word(text.substr(begin, end - begin));
    const bool is_new = std::find(found.begin(), found.end(), word) == found.end();
    if (is_new && names.contains(word)) found.push_back(std::move(word));
    begin = end + 1;
  }
  return found;
}

// `TrangThai` or `QuaTrinhXuLy[tp-1]`: a name, and perhaps the id of an element.
bool IsFieldStep(std::string_view step, const FieldNames& names) {
  const size_t open = step.find('[');
  if (!names.contains(step.substr(0, open))) return false;
  if (open == std::string_view::npos) return true;
  const std::string_view id = step.substr(open + 1);
  return id.ends_with(']') && std::all_of(id.begin(), id.end() - 1, [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                  std::string_view("_:-").find(c) != std::string_view::npos;
         });
}

// `QuaTrinhXuLy[tp-1].TrangThai: ...` names its field; what follows may quote the data.
std::string FieldIn(std::string_view description, const FieldNames& names) {
  const size_t colon = description.find(": ");
  if (colon == std::string_view::npos || colon == 0 || colon > kFieldCharsMax) return "";
  const std::string_view path = description.substr(0, colon);
  for (const absl::string_view step : absl::StrSplit(ToAbsl(path), '.')) {
    if (!IsFieldStep(ToStd(step), names)) return "";
  }
  return std::string(path);
}

void ExplainBadData(std::string_view description, const FieldNames& names, Answer& answer) {
  answer.field = FieldIn(description, names);
  const std::vector<std::string> named = NamesIn(description, names);
  if (!named.empty()) StrAppend(answer.reason, "; it names ", absl::StrJoin(named, ", "));
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

Answer Judge(const sdk::HttpResponse& response, const FieldNames& names) {
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
  if (answer.verdict == Verdict::kBadData) ExplainBadData(envelope->description, names, answer);
  return answer;
}

absl::Status ToStatus(const Answer& answer) {
  switch (answer.verdict) {
    case Verdict::kUnclear:
    case Verdict::kNotSent:
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
