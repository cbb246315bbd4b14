#include "tests/rigs/portal/outgoing.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "tests/rigs/portal/content_by_name.h"

namespace lienthong::rigs::portal {
namespace {

using Json = nlohmann::json;

constexpr int kThreads = 4;
constexpr int64_t kRetryAfterMax_s = 60;
constexpr const char* kAdded = "outgoing";
constexpr const char* kEnded = "outgoing_end";

enum class Verdict { kDone, kRefused, kAgain };

Verdict Judge(const http::Answer& answer, const Json& body) {
  if (answer.status == 0 || answer.status == 408 || answer.status == 429 || answer.status >= 500) {
    return Verdict::kAgain;
  }
  if (answer.status != 200) return Verdict::kRefused;
  const Json code = body.is_object() ? body.value("error_code", Json()) : Json();
  if (code == 0 || code == "0") return Verdict::kDone;
  return code.is_number_integer() && code != -1 ? Verdict::kRefused : Verdict::kAgain;
}

int64_t RetryAfter_s(const http::Answer& answer) {
  const auto it = answer.headers.find("retry-after");
  if (it == answer.headers.end()) return 0;
  return std::min(http::ParseNumber(it->second).value_or(0), kRetryAfterMax_s);
}

Json ToJson(const OutgoingCall& call) {
  return {{"n", call.n},
          {"time_ms", call.time_ms},
          {"service", call.service},
          {"MaHoSo", call.dossier},
          {"madonvi", call.agency},
          {"state", call.state},
          {"attempts", call.attempts},
          {"http", call.http},
          {"answer", call.answer}};
}

OutgoingCall FromJson(const Json& json) {
  OutgoingCall call;
  call.n = json.at("n");
  call.time_ms = json.at("time_ms");
  call.service = json.at("service");
  call.dossier = json.at("MaHoSo");
  call.agency = json.at("madonvi");
  call.state = json.at("state");
  call.attempts = json.at("attempts");
  call.http = json.at("http");
  call.answer = json.at("answer");
  return call;
}

}  // namespace

Outgoing::Outgoing(StateLog& state, FaultBoard& faults, const papers::Shelf& shelf,
                   std::function<int64_t()> now)
    : state_(state), faults_(faults), shelf_(shelf), now_(std::move(now)) {
  state_.On(kAdded, [this](const Json& line) { Note(FromJson(line.at("call")), line.at("data")); });
  state_.On(kEnded, [this](const Json& line) {
    const OutgoingCall call = FromJson(line.at("call"));
    Kept& kept = calls_.at(static_cast<size_t>(call.n - 1));
    kept.call = call;
    End(kept, call.state);
  });
}

std::string Outgoing::Start(const Options& options, OnDone done) {
  options_ = options;
  done_ = std::move(done);
  backoff_.emplace(options.seed);
  for (int i = 0; i < kThreads; ++i) {
    std::string error;
    clients_.push_back(http::MakeClient(options.gateway, &error));
    if (!error.empty()) return error;
  }
  workers_.emplace(kThreads);
  const std::lock_guard lock(mutex_);
  for (size_t i = 0; i < calls_.size(); ++i) {
    if (calls_[i].call.state == "waiting") Queue(i);
  }
  return "";
}

void Outgoing::Note(OutgoingCall call, Json data) {
  const size_t bytes = data.dump().size();
  calls_.push_back({std::move(call), std::move(data), bytes});
  ++waiting_;
  waiting_bytes_ += bytes;
}

void Outgoing::End(Kept& kept, const std::string& state) {
  kept.call.state = state;
  kept.data = nullptr;
  --waiting_;
  waiting_bytes_ -= std::exchange(kept.bytes, 0);
}

std::optional<int64_t> Outgoing::Add(const std::string& service, const std::string& dossier,
                                     const std::string& agency, const Json& data) {
  const std::lock_guard lock(mutex_);
  if (waiting_ >= kWaitingCallsMax || waiting_bytes_ >= kWaitingBytesMax ||
      calls_.size() >= kOutgoingCallsMax) {
    return std::nullopt;
  }
  OutgoingCall call;
  call.n = static_cast<int64_t>(calls_.size()) + 1;
  call.time_ms = now_();
  call.service = service;
  call.dossier = dossier;
  call.agency = agency;
  if (!state_.Append({{"op", kAdded}, {"call", ToJson(call)}, {"data", data}})) {
    return std::nullopt;
  }
  const int64_t n = call.n;
  Note(std::move(call), data);
  Queue(calls_.size() - 1);
  return n;
}

void Outgoing::Queue(size_t index) {
  workers_->Add(calls_[index].call.dossier, [this, index](int worker, const std::stop_token& stop) {
    return Try(index, worker, stop);
  });
}

std::string Outgoing::BodyOf(const std::string& service, const std::string& agency,
                             const Json& data) const {
  Json body = {{"madonvi", agency}, {"service", service}, {"data", data}};
  PutContent(body, shelf_);
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::optional<Workers::Wait> Outgoing::Try(size_t index, int worker, const std::stop_token& stop) {
  OutgoingCall call;
  Json data;
  {
    const std::lock_guard lock(mutex_);
    call = calls_[index].call;
    data = calls_[index].data;
  }
  const std::string target = "/links/" + options_.link + "/" + call.service;
  return Settle(index,
                clients_[static_cast<size_t>(worker)]->Post(
                    target, "application/json", BodyOf(call.service, call.agency, data), stop));
}

std::optional<Workers::Wait> Outgoing::Settle(size_t index, const http::Answer& answer) {
  const Json body = Json::parse(answer.body, nullptr, false);
  Verdict verdict = Judge(answer, body);
  OutgoingCall call;
  {
    const std::lock_guard lock(mutex_);
    OutgoingCall& kept = calls_[index].call;
    ++kept.attempts;
    if (answer.status != 0) {
      kept.http = answer.status;
      kept.answer = body.is_discarded() ? Json(answer.body) : body;
    }
    if (verdict == Verdict::kDone && faults_.Repeats(kept.service)) {
      ++repeated_;
      verdict = Verdict::kAgain;
    }
    call = kept;
  }
  if (verdict == Verdict::kAgain) {
    const auto tries = static_cast<int>(std::min<int64_t>(call.attempts, 1'000));
    return std::max<Workers::Wait>(std::chrono::seconds(RetryAfter_s(answer)),
                                   backoff_->After(tries));
  }
  // Before the call counts as done: after a crash in between it is made again.
  if (verdict == Verdict::kDone && done_) done_(call);
  call.state = verdict == Verdict::kDone ? "done" : "refused";
  const std::lock_guard lock(mutex_);
  state_.Append({{"op", kEnded}, {"call", ToJson(call)}});
  End(calls_[index], call.state);
  return std::nullopt;
}

http::Answer Outgoing::CallNow(const std::string& service, const std::string& agency,
                               const Json& data) {
  http::Answer answer;
  const auto client = http::MakeClient(options_.gateway, &answer.error);
  if (client == nullptr) return answer;
  return client->Post("/links/" + options_.link + "/" + service, "application/json",
                      BodyOf(service, agency, data), stop_.get_token());
}

Json Outgoing::Page(const http::PageAsked& page) const {
  Json json = Counts();
  const std::lock_guard lock(mutex_);
  json["refused"] = Json::array();
  for (const Kept& kept : calls_) {
    if (kept.call.state == "refused") json["refused"].push_back(ToJson(kept.call));
  }
  const size_t first = std::min(static_cast<size_t>(page.after), calls_.size());
  const size_t end = std::min(calls_.size(), first + page.limit);
  json["calls"] = Json::array();
  for (size_t i = first; i < end; ++i) json["calls"].push_back(ToJson(calls_[i].call));
  json["next"] = end < calls_.size() ? Json(end) : Json();
  return json;
}

Json Outgoing::Counts() const {
  const std::lock_guard lock(mutex_);
  const auto refused = std::count_if(calls_.begin(), calls_.end(),
                                     [](const Kept& kept) { return kept.call.state == "refused"; });
  return {{"waiting", waiting_},
          {"done", static_cast<int64_t>(calls_.size() - waiting_) - refused},
          {"refused", refused},
          {"repeated", repeated_}};
}

}  // namespace lienthong::rigs::portal
