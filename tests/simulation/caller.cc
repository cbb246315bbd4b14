#include "tests/simulation/caller.h"

#include <algorithm>
#include <utility>

#include "gateway/base/text.h"
#include "tests/simulation/oracle.h"

namespace lienthong::simulation {
namespace {

namespace pb = adapter::v1;

constexpr absl::Duration kWireMin = absl::Milliseconds(1);
constexpr absl::Duration kWireMax = absl::Milliseconds(80);
constexpr absl::Duration kPatience = absl::Seconds(4);
constexpr absl::Duration kPauseMin = absl::Milliseconds(200);
constexpr absl::Duration kPauseMax = absl::Seconds(3);

// Of the attempts while faults are on.
constexpr double kCallLost = 0.10;
constexpr double kAnswerLost = 0.20;
constexpr double kAsksToo = 0.20;

}  // namespace

std::string Caller::CodeOf(const std::string& key) const {
  const auto found = codes_.find(key);
  return found == codes_.end() ? "" : found->second;
}

void Caller::Tell(const std::string& key, const Fields& fields) {
  pb::ReceiveReply meaning;
  pb::InboundItem& item = *meaning.add_items();
  item = Counterpart::ItemOf(key, 0, fields);
  item.set_raw(StrCat("call ", ++told_));
  if (codes_.contains(key) && dice_.Happens(kAsksToo)) meaning.add_look_ups(key);
  pb::ReceiveRequest request;
  request.set_service("DongBo");
  request.set_body(meaning.SerializeAsString());
  std::deque<pb::ReceiveRequest>& line = waiting_[key];
  line.push_back(std::move(request));
  if (line.size() == 1) Try(key);
}

bool Caller::Tells(const std::string& key, const std::string& path,
                   const std::string& value) const {
  const auto line = waiting_.find(key);
  if (line == waiting_.end()) return false;
  return std::any_of(line->second.begin(), line->second.end(), [&](const auto& request) {
    pb::ReceiveReply meaning;
    meaning.ParseFromString(request.body());
    return ValueAt(domain::Flatten(meaning.items(0).dossier()), path) == value;
  });
}

void Caller::Try(const std::string& key) {
  const int64_t attempt = ++attempts_[key];
  const bool arrives = !faults_.Strikes(Fault::kLostRequest, kCallLost, dice_);
  const bool is_answered = !faults_.Strikes(Fault::kLostReply, kAnswerLost, dice_);
  const absl::Duration back = dice_.Between(kWireMin, kWireMax);
  if (arrives) {
    schedule_.After(dice_.Between(kWireMin, kWireMax), [=, this] {
      const absl::Time deadline = clock_.Now() + kPatience / 2;
      gateway_.Receive(side_, waiting_.at(key).front(), deadline, [=, this](const Reply& reply) {
        if (!is_answered) return;
        schedule_.After(back, [=, this] { Answered(key, attempt, reply); });
      });
    });
  }
  schedule_.After(kPatience,
                  [=, this] { Answered(key, attempt, absl::UnavailableError("no answer")); });
}

void Caller::Answered(const std::string& key, int64_t attempt, const Reply& reply) {
  if (attempts_[key] != attempt) return;  // it has been given up
  ++attempts_[key];
  trace_.Add(clock_.elapsed(), "call about ", key, ": ", ToStd(reply.status().message()));
  if (!reply.ok()) {
    if (!absl::IsUnavailable(reply.status())) complaints_.push_back(reply.status().ToString());
    schedule_.After(dice_.Between(kPauseMin, kPauseMax), [this, key] { Try(key); });
    return;
  }
  Read(key, *reply);
  std::deque<pb::ReceiveRequest>& line = waiting_[key];
  line.pop_front();
  if (line.empty()) {
    waiting_.erase(key);
  } else {
    Try(key);
  }
}

bool Caller::IsExcused(const std::string& key, const pb::ReceiveRequest::Result& result) {
  // It took back what it had added before the gateway heard of it.
  if (result.reason().ends_with("is required for a new element")) return true;
  if (is_forgotten_ && result.reason() == "no dossier has this code here") return true;
  if (!is_forgotten_ || result.reason().find("is not known here") == std::string::npos)
    return false;
  pb::ReceiveReply meaning;
  meaning.ParseFromString(waiting_.at(key).front().body());
  for (auto& field : domain::Flatten(meaning.items(0).dossier())) unheard_[key].insert(field);
  return true;
}

void Caller::Read(const std::string& key, const pb::ReceiveReply& reply) {
  pb::ReceiveRequest answer;
  answer.ParseFromString(reply.body());
  for (const pb::ReceiveRequest::Result& result : answer.results()) {
    if (result.outcome() == pb::OUTCOME_REJECTED && !IsExcused(key, result)) {
      complaints_.push_back(StrCat(key, " was refused: ", result.field(), " ", result.reason()));
    }
    if (!result.dossier().code().empty()) codes_[key] = result.dossier().code();
  }
}

}  // namespace lienthong::simulation
