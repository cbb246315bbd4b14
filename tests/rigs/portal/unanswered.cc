#include "tests/rigs/portal/unanswered.h"

#include <algorithm>

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr const char* kUnansweredOperation = "unanswered";

}  // namespace

Unanswered::Unanswered(StateLog& state) : state_(state) {
  state_.On(kUnansweredOperation, [this](const Json& line) { calls_.push_back(line.at("call")); });
}

void Unanswered::Add(const UnansweredCall& call) {
  const Json json = {{"n", call.n},
                     {"time_ms", call.time_ms},
                     {"service", call.service},
                     {"MaHoSo", call.dossier},
                     {"items", call.lines},
                     {"fault", call.fault}};
  const std::lock_guard lock(mutex_);
  state_.Append({{"op", kUnansweredOperation}, {"call", json}});
  calls_.push_back(json);
}

Json Unanswered::Page(const http::PageAsked& page) const {
  const std::lock_guard lock(mutex_);
  const size_t first = std::min(static_cast<size_t>(page.after), calls_.size());
  const size_t end = std::min(calls_.size(), first + page.limit);
  Json calls = Json::array();
  for (size_t i = first; i < end; ++i) calls.push_back(calls_[i]);
  return {{"calls", calls}, {"next", end < calls_.size() ? Json(end) : Json()}};
}

Json Unanswered::CountsByService() const {
  const std::lock_guard lock(mutex_);
  Json counts = Json::object();
  for (const Json& call : calls_) {
    Json& count = counts[call.at("service").get<std::string>()];
    count = count.is_null() ? 1 : count.get<int64_t>() + 1;
  }
  return counts;
}

int64_t Unanswered::lines() const {
  const std::lock_guard lock(mutex_);
  int64_t lines = 0;
  for (const Json& call : calls_) lines += call.at("items").get<int64_t>();
  return lines;
}

}  // namespace lienthong::rigs::portal
