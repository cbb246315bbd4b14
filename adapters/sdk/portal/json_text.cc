#include "adapters/sdk/portal/json_text.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace lienthong::sdk::portal {
namespace {

using nlohmann::json;

// How deep the text goes, before anything is made of it. Of a text that is no JSON, any number.
int DepthOf(std::string_view text) {
  int depth = 0;
  int deepest = 0;
  bool in_text = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '{' || c == '[') {
      deepest = std::max(deepest, ++depth);
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return deepest;
}

}  // namespace

JsonText ReadJson(std::string_view text) {
  JsonText read;
  if (DepthOf(text) > kJsonDepthMax) {
    read.fault = JsonText::Fault::kTooDeep;
    return read;
  }
  std::vector<std::set<std::string>> names;  // of the objects that are open
  bool twice = false;
  const auto watch = [&](int /*depth*/, json::parse_event_t event, const json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key) {
      twice |= !names.back().insert(parsed.get<std::string>()).second;
    }
    return true;
  };
  read.value = json::parse(text, watch, /*allow_exceptions=*/false);
  if (read.value.is_discarded()) {
    read.fault = JsonText::Fault::kNotJson;
  } else if (twice) {
    read.fault = JsonText::Fault::kTwice;
  }
  return read;
}

}  // namespace lienthong::sdk::portal
