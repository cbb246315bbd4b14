#include "adapters/sdk/portal/envelope.h"

#include <limits>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "gateway/base/text.h"

namespace lienthong::sdk::portal {
namespace {

using nlohmann::json;

constexpr size_t kCodeCharsMax = 12;
constexpr size_t kFieldCharsMax = 120;

std::optional<int64_t> ReadCodeText(std::string_view text) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(ToAbsl(text));
  const absl::string_view digits = absl::StartsWith(trimmed, "-") ? trimmed.substr(1) : trimmed;
  if (digits.empty() || trimmed.size() > kCodeCharsMax) return std::nullopt;
  for (const char c : digits) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return std::nullopt;
  }
  int64_t code = 0;
  if (!absl::SimpleAtoi(trimmed, &code)) return std::nullopt;
  return code;
}

// A yes or no, in any way that was seen. `known` is false for anything else.
std::optional<bool> ReadFlag(const json& value, bool& known) {
  known = true;
  if (value.is_boolean()) return value.get<bool>();
  const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
  if (value.is_null() || text.empty()) return std::nullopt;
  if (text == "1" || absl::EqualsIgnoreCase(text, "true")) return true;
  if (text == "0" || absl::EqualsIgnoreCase(text, "false")) return false;
  known = false;
  return std::nullopt;
}

// A list under a key; one object alone counts as a list of one. Nothing when it is something else.
std::optional<json> ReadList(const json& object, const char* key) {
  const auto it = object.find(key);
  if (it == object.end() || it->is_null()) return json::array();
  if (it->is_string() && it->get_ref<const std::string&>().empty()) return json::array();
  if (it->is_object()) return json::array({*it});
  if (it->is_array()) return *it;
  return std::nullopt;
}

}  // namespace

std::optional<int64_t> ReadCode(const json& value) {
  if (value.is_string()) return ReadCodeText(value.get_ref<const std::string&>());
  if (!value.is_number_integer()) return std::nullopt;
  if (value.is_number_unsigned() &&
      value.get<uint64_t>() > uint64_t{std::numeric_limits<int64_t>::max()}) {
    return std::nullopt;
  }
  return value.get<int64_t>();
}

std::string FieldIn(std::string_view message) {
  const size_t colon = message.find(": ");
  if (colon == std::string_view::npos || colon > kFieldCharsMax) return "";
  for (const char c : message.substr(0, colon)) {
    const bool plain = absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
                       std::string_view("_.[]-").find(c) != std::string_view::npos;
    if (!plain) return "";
  }
  return std::string(message.substr(0, colon));
}

std::optional<Reply> ReadReply(std::string_view text) {
  Reply reply;
  reply.body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!reply.body.is_object()) return std::nullopt;
  const auto code = reply.body.find("error_code");
  if (code != reply.body.end()) reply.code = ReadCode(*code);
  reply.message = TextAt(reply.body, "message");
  std::optional<json> result = ReadList(reply.body, "result");
  if (!result) return std::nullopt;
  reply.result = *std::move(result);
  return reply;
}

std::string WriteReply(int64_t code, std::string_view message, const json& result) {
  nlohmann::ordered_json reply;
  reply["error_code"] = code;
  reply["message"] = message;
  reply["result"] = result;
  return reply.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::optional<ServiceCall> ReadCall(std::string_view text) {
  ServiceCall call;
  call.body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!call.body.is_object()) return std::nullopt;
  call.session = TextAt(call.body, "session");
  call.agency = TextAt(call.body, "madonvi");
  call.service = TextAt(call.body, "service");
  const auto updating = call.body.find("isUpdating");
  if (updating != call.body.end()) {
    bool known = false;
    call.is_updating = ReadFlag(*updating, known);
    if (!known) return std::nullopt;
  }
  std::optional<json> data = ReadList(call.body, "data");
  if (!data) return std::nullopt;
  call.data = *std::move(data);
  return call;
}

std::string TextAt(const json& object, const char* key) {
  if (!object.is_object()) return "";
  const auto it = object.find(key);
  if (it == object.end()) return "";
  if (it->is_string()) return it->get<std::string>();
  return it->is_number_integer() ? it->dump() : "";
}

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace lienthong::sdk::portal
