#include "tests/simulation/caller.h"

#include <utility>

#include "gateway/base/text.h"

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

void Caller::Read(const std::string& key, const pb::ReceiveReply& reply) {
  pb::ReceiveRequest answer;
  answer.ParseFromString(reply.body());
  for (const pb::ReceiveRequest::Result& result : answer.results()) {
    // It took back what it had added before the gateway heard of it.
    const bool is_gone = result.reason().ends_with("is required for a new element");
    if (result.outcome() == pb::OUTCOME_REJECTED && !is_gone) {
      complaints_.push_back(StrCat(key, " was refused: ", result.field(), " ", result.reason()));
    }
    if (!result.dossier().code().empty()) codes_[key] = result.dossier().code();
  }
}

}  // namespace lienthong::simulation
