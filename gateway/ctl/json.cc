#include "gateway/ctl/json.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/ctl/json_check.h"
#include "google/protobuf/util/json_util.h"

namespace lienthong::ctl {
namespace {

using dossier::v1::PushDossierRequest;
using Json = nlohmann::ordered_json;

Json Parse(const std::string& text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

// Where in the text it stops being JSON.
absl::Status NotJson(const std::string& text) {
  size_t end = text.size();
  try {
    [[maybe_unused]] const Json parsed = Json::parse(text);
  } catch (const Json::parse_error& error) {
    end = std::min(end, error.byte == 0 ? 0 : error.byte - 1);
  }
  const size_t line = std::count(text.begin(), text.begin() + static_cast<ptrdiff_t>(end), '\n');
  const size_t begin = end == 0 ? std::string::npos : text.rfind('\n', end - 1);
  const size_t column = begin == std::string::npos ? end : end - begin - 1;
  const bool one_line = text.find('\n') == std::string::npos;
  return absl::InvalidArgumentError(
      StrCat("not JSON: look at ", one_line ? "" : StrCat("line ", line + 1, ", "), "column ",
             column + 1, end == text.size() ? ", where it ends too early" : ""));
}

// `bad` holds what was found before.
absl::Status ReadMessage(const Json& json, std::vector<FieldViolation> bad,
                         google::protobuf::Message& message) {
  const auto status = google::protobuf::util::JsonStringToMessage(Dump(json), &message);
  if (status.ok() && bad.empty()) return absl::OkStatus();
  if (!status.ok()) {
    std::vector<FieldViolation> found = CheckJson(json, *message.GetDescriptor());
    bad.insert(bad.end(), found.begin(), found.end());
  }
  if (!bad.empty()) return FieldsInvalid(std::move(bad));
  const auto problem = status.message();
  return absl::InvalidArgumentError(StrCat("not a ", message.GetDescriptor()->name(), ": ",
                                           std::string_view(problem.data(), problem.size())));
}

// promisedDue -> promised_due; ids of elements stay as they are.
std::string SnakeCase(std::string_view path) {
  std::string out;
  bool in_id = false;
  for (const char c : path) {
    if (c == '[' || c == ']') in_id = c == '[';
    if (!in_id && absl::ascii_isupper(static_cast<unsigned char>(c))) {
      out += '_';
      out += absl::ascii_tolower(static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

// Protobuf's own reading of a mask knows no paths of list elements.
std::vector<FieldViolation> TakeMask(Json& json, google::protobuf::FieldMask& mask) {
  std::vector<FieldViolation> bad;
  for (const char* key : {"update_mask", "updateMask"}) {
    const auto found = json.find(key);
    if (found == json.end()) continue;
    if (found->is_string()) {
      const auto paths = found->get<std::string>();
      for (const absl::string_view path : absl::StrSplit(paths, ',', absl::SkipWhitespace())) {
        mask.add_paths(SnakeCase(ToStd(absl::StripAsciiWhitespace(path))));
      }
    } else {
      bad.push_back({"update_mask", "expected paths in one text, with commas between them"});
    }
    json.erase(found);
  }
  return bad;
}

}  // namespace

std::string ToJson(const google::protobuf::Message& message, bool all) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = all;
  std::string out;
  // Fails only for messages that no schema of ours has.
  if (!google::protobuf::util::MessageToJsonString(message, &out, options).ok()) return "{}";
  return out;
}

Json ToJsonValue(const google::protobuf::Message& message, bool all) {
  return Parse(ToJson(message, all));
}

std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::Status CheckUtf8(const std::string& text) {
  int64_t line = 0;
  for (absl::string_view part : absl::StrSplit(text, '\n')) {
    ++line;
    try {
      (void)nlohmann::json(std::string(part)).dump();
    } catch (const nlohmann::json::type_error&) {
      return absl::InvalidArgumentError(StrCat("is not UTF-8 in line ", line));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<PushDossierRequest> ParsePush(const std::string& text) {
  PushDossierRequest request;
  const bool has_mask =
      text.find("update_mask") != std::string::npos || text.find("updateMask") != std::string::npos;
  // Most lines of a stream take the short way.
  if (!has_mask && google::protobuf::util::JsonStringToMessage(text, &request).ok()) return request;
  request.Clear();
  Json json = Parse(text);
  if (json.is_discarded()) return NotJson(text);
  if (!json.is_object()) return absl::InvalidArgumentError("expected a JSON object");
  const bool is_request = json.contains("dossier") || json.contains("request_id") ||
                          json.contains("requestId") || json.contains("reservation_id") ||
                          json.contains("reservationId");
  if (!is_request) {
    LIENTHONG_RETURN_IF_ERROR(ReadMessage(json, {}, *request.mutable_dossier()));
    return request;
  }
  google::protobuf::FieldMask mask;
  std::vector<FieldViolation> bad = TakeMask(json, mask);
  LIENTHONG_RETURN_IF_ERROR(ReadMessage(json, std::move(bad), request));
  if (!mask.paths().empty()) *request.mutable_update_mask() = mask;
  return request;
}

absl::Status BadInput(std::string_view place, const absl::Status& status) {
  const std::string message = StrCat(place, ": ", ToStd(status.message()));
  return WithDetails(absl::Status(status.code(), message), DetailsOf(status));
}

absl::Status BadLine(int64_t line, const absl::Status& status) {
  const absl::Status bad = BadInput(StrCat("standard input, line ", line), status);
  if (!DetailsOf(bad).fields.empty()) return bad;
  return absl::Status(bad.code(), StrCat(ToStd(bad.message()),
                                         "; with --stream each line is one whole object (--file "
                                         "takes one over several lines)"));
}

std::string RequestIdIn(const std::string& text) {
  const Json json = Parse(text);
  if (!json.is_object()) return "";
  for (const char* key : {"request_id", "requestId"}) {
    const auto found = json.find(key);
    if (found != json.end() && found->is_string()) return found->get<std::string>();
  }
  return "";
}

Json AcknowledgementJson(const std::string& request_id,
                         const dossier::v1::PushDossierResponse& response) {
  Json json;
  json["request_id"] = request_id;
  json["code"] = response.code();
  json["receipt_number"] = response.receipt_number();
  json["revision"] = StrCat(response.revision());
  json["sequence"] = StrCat(response.sequence());
  json["duplicate"] = response.duplicate();
  if (!response.conflict_paths().empty()) json["conflict_paths"] = response.conflict_paths();
  return json;
}

void DropPrefix(Json& object, const char* key, std::string_view prefix) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return;
  const auto text = found->get<std::string>();
  if (text.starts_with(prefix)) *found = text.substr(prefix.size());
}

Json LetterJson(const sync::v1::DeadLetter& letter) {
  Json json = ToJsonValue(letter, /*all=*/true);
  DropPrefix(json, "direction", "DIRECTION_");
  if (letter.raw().empty()) json.erase("raw");
  return json;
}

}  // namespace lienthong::ctl
