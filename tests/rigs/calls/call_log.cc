#include "tests/rigs/calls/call_log.h"

#include <algorithm>
#include <utility>

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;

void CutAtCharacter(std::string& text, size_t bytes_max) {
  if (text.size() <= bytes_max) return;
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  text.shrink_to_fit();
}

Json ToJson(const Call& call) {
  Json json = {{"n", call.n},           {"time_ms", call.time_ms},
               {"method", call.method}, {"path", call.path},
               {"query", call.query},   {"body", call.body},
               {"status", call.status}, {"fault", call.fault.empty() ? Json() : Json(call.fault)}};
  if (!call.traceparent.empty()) json["traceparent"] = call.traceparent;
  if (!call.service.empty()) json["service"] = call.service;
  if (!call.code.empty()) json["code"] = call.code;
  return json;
}

}  // namespace

int64_t CallLog::Add(Call call) {
  CutAtCharacter(call.body, kCallBodyBytesMax);
  const std::lock_guard lock(mutex_);
  call.n = ++count_;
  calls_.push_back(std::move(call));
  if (calls_.size() > calls_max_) calls_.pop_front();
  return count_;
}

int64_t CallLog::count() const {
  const std::lock_guard lock(mutex_);
  return count_;
}

Json CallLog::Page(int64_t after, size_t limit) const {
  const std::lock_guard lock(mutex_);
  const int64_t dropped = count_ - static_cast<int64_t>(calls_.size());
  const size_t first = static_cast<size_t>(std::clamp(after, dropped, count_) - dropped);
  const size_t end = std::min(calls_.size(), first + limit);
  Json page = {{"calls", Json::array()}, {"next", nullptr}};
  for (size_t i = first; i < end; ++i) page["calls"].push_back(ToJson(calls_[i]));
  if (end < calls_.size() && end > first) page["next"] = calls_[end - 1].n;
  return page;
}

}  // namespace lienthong::rigs
