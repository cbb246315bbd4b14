#include "adapters/national/hub_state.h"

#include <cstdint>

#include "adapters/sdk/portal/envelope.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {
namespace {

using nlohmann::json;

constexpr const char* kCode = "code";
constexpr const char* kId = "id";
constexpr const char* kUploads = "uploads";
constexpr const char* kWaiting = "waiting_since_ms";

}  // namespace

std::string WriteHubState(const HubState& state) {
  json text = {{kCode, state.code}, {kId, state.id}, {kUploads, state.uploads}};
  if (state.waiting_since != absl::InfiniteFuture()) {
    text[kWaiting] = absl::ToUnixMillis(state.waiting_since);
  }
  return sdk::portal::Dump(text);
}

absl::StatusOr<HubState> ReadHubState(std::string_view text) {
  HubState state;
  if (text.empty()) return state;
  const json read = json::parse(text, nullptr, /*allow_exceptions=*/false);
  const absl::Status bad = absl::InvalidArgumentError("the kept state is not as it was written");
  if (!read.is_object() || !read.contains(kUploads) || !read.at(kUploads).is_object()) return bad;
  state.code = sdk::portal::TextAt(read, kCode);
  state.id = sdk::portal::TextAt(read, kId);
  for (const auto& [sha256, id] : read.at(kUploads).items()) {
    if (!id.is_string()) return bad;
    state.uploads[sha256] = id.get<std::string>();
  }
  const auto waiting = read.find(kWaiting);
  if (waiting != read.end()) {
    if (!waiting->is_number_integer()) return bad;
    state.waiting_since = absl::FromUnixMillis(waiting->get<int64_t>());
  }
  return state;
}

}  // namespace lienthong::adapters::national
