#include "tests/simulation/way.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::simulation {
namespace {

namespace pb = sdk::pb;

constexpr absl::Duration kLatencyMin = absl::Milliseconds(1);
constexpr absl::Duration kLatencyMax = absl::Milliseconds(80);
constexpr absl::Duration kWorkerMin = absl::Milliseconds(50);
constexpr absl::Duration kWorkerMax = absl::Seconds(8);

// Of the calls while faults are on.
constexpr double kLostRequest = 0.06;
constexpr double kLostReply = 0.10;
constexpr double kThrottled = 0.04;
constexpr double kSlowReply = 0.10;
constexpr double kCutBatch = 0.10;
constexpr double kMissingOutcome = 0.05;
constexpr double kRepeatedItems = 0.20;
constexpr double kSmallPage = 0.50;
constexpr int kBatchItems = 3;
constexpr int kAppendItems = 2;

pb::Capabilities CapabilitiesOf(const Traits& traits) {
  pb::Capabilities capabilities;
  capabilities.set_patch(!traits.replaces);
  capabilities.set_read_back(!traits.takes_in_later && !traits.calls);
  capabilities.set_idempotent_delivery(traits.takes_in_later);
  capabilities.set_feed_versions(!traits.calls);
  capabilities.set_reports_echoes(!traits.calls);
  capabilities.set_batch_items_max(traits.takes_in_later || traits.calls ? kBatchItems : 1);
  if (traits.appends) capabilities.add_append_only("steps");
  if (traits.appends) capabilities.set_append_items_max(kAppendItems);
  capabilities.set_parallel_calls_max(4);
  return capabilities;
}

std::string Summary(const pb::OutboundItem& item) {
  std::string text;
  for (const auto& [path, value] : domain::Flatten(item.dossier()))
    StrAppend(text, " ", path, "=", value);
  for (const std::string& path : item.cleared()) StrAppend(text, " ", path, " cleared");
  return text;
}

absl::Status Throttled(absl::Duration wait) {
  return WithDetails(absl::ResourceExhaustedError("throttled"), {.reason = "BUSY",
                                                                 .metadata = {},
                                                                 .fields = {},
                                                                 .retry_after = wait,
                                                                 .resource_type = "",
                                                                 .resource_name = ""});
}

}  // namespace

Way::Way(Counterpart& counterpart, Schedule& schedule, SimulatedClock& clock, const Faults& faults,
         Dice dice, Trace& trace)
    : counterpart_(counterpart),
      schedule_(schedule),
      clock_(clock),
      faults_(faults),
      dice_(dice),
      trace_(trace),
      capabilities_(CapabilitiesOf(counterpart.traits())),
      parts_(counterpart, dice_) {}

void Way::Cut() {
  open_ = false;
  *alive_ = false;
  alive_ = std::make_shared<bool>(true);
  calls_open_ = 0;
}

std::vector<std::string> Way::complaints() const {
  std::vector<std::string> all = complaints_;
  all.insert(all.end(), parts_.complaints().begin(), parts_.complaints().end());
  return all;
}

// A dossier's revisions come in their order: what is sent again is not older than what came last.
void Way::CheckOrder(const pb::OutboundItem& item) {
  int64_t& newest = revisions_[item.dossier().code()];
  if (item.revision() < newest) {
    complaints_.push_back(StrCat(counterpart_.traits().name, " ", item.dossier().code(),
                                 ": revision ", item.revision(), " comes after ", newest));
  }
  newest = std::max(newest, item.revision());
}

template <typename Reply>
void Way::Call(std::string_view what, absl::Time deadline, sdk::Done<Reply> done,
               std::function<absl::StatusOr<Reply>()> arrive) {
  if (!open_) return;  // of a process that has ended
  ++calls_open_;
  const absl::Duration patience = deadline - clock_.Now();
  const auto answer = [this, alive = alive_, done = std::move(done),
                       name = std::string(what)](absl::StatusOr<Reply> reply) {
    if (!*alive) return;
    --calls_open_;
    if (!reply.ok()) {
      trace_.Add(clock_.elapsed(), counterpart_.traits().name, " ", name,
                 " failed: ", ToStd(reply.status().message()));
    }
    done(std::move(reply));
  };
  const bool comes_through = !faults_.Strikes(Fault::kLostRequest, kLostRequest, dice_);
  const bool is_answered = !faults_.Strikes(Fault::kLostReply, kLostReply, dice_);
  const bool survives_cut = dice_.Happens(0.5);
  absl::Duration back = dice_.Between(kLatencyMin, kLatencyMax);
  const absl::Duration slow = dice_.Between(absl::ZeroDuration(), patience * 1.5);
  if (faults_.Strikes(Fault::kSlowReply, kSlowReply, dice_)) back += slow;
  const absl::Duration there = dice_.Between(kLatencyMin, kLatencyMax);
  const bool in_time = there + back < patience;
  schedule_.After(there, [=, this, alive = alive_, arrive = std::move(arrive)] {
    if (!comes_through || (!*alive && !survives_cut)) return;
    absl::StatusOr<Reply> reply = arrive();
    if (!is_answered || !in_time) return;
    schedule_.After(back, [answer, reply = std::move(reply)] { answer(reply); });
  });
  if (comes_through && is_answered && in_time) return;
  // A lost request is noticed at once or not before the deadline.
  const bool at_once = !comes_through && dice_.Happens(0.5);
  schedule_.After(at_once ? there : std::max(there, patience),
                  [answer] { answer(absl::UnavailableError("no answer")); });
}

void Way::Pull(const pb::PullRequest& request, absl::Time deadline, sdk::Done<pb::PullReply> done) {
  stored_token_ = std::atoll(request.token().c_str());
  Call<pb::PullReply>("pull", deadline, std::move(done),
                      [this, request] { return absl::StatusOr<pb::PullReply>(Page(request)); });
}

// Some of what follows the token; a faulty one begins earlier and repeats items.
pb::PullReply Way::Page(const pb::PullRequest& request) {
  const int64_t token = std::atoll(request.token().c_str());
  const bool repeats = faults_.Strikes(Fault::kRepeatedItems, kRepeatedItems, dice_);
  const int64_t begin = repeats ? std::max<int64_t>(0, token - dice_.Below(6)) : token;
  const int items_max =
      dice_.Happens(kSmallPage) ? 1 + dice_.Below(4) : std::max(1, request.items_max());
  pb::PullReply reply;
  int64_t last = token;
  for (pb::InboundItem& item :
       counterpart_.FeedAfter(begin, items_max + static_cast<int>(token - begin))) {
    last = std::max(last, item.version());
    const bool twice = repeats && dice_.Happens(0.3);
    if (twice) *reply.add_items() = item;
    *reply.add_items() = std::move(item);
  }
  reply.set_token(StrCat(last));
  reply.set_more(last < counterpart_.FeedEnd());
  if (reply.items_size() > 0) {
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " reports ", reply.items_size(),
               " up to ", last);
  }
  return reply;
}

void Way::Deliver(const pb::DeliverRequest& request, absl::Time deadline,
                  sdk::Done<pb::DeliverReply> done) {
  ++writes_;
  for (const pb::OutboundItem& item : request.items()) {
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " is sent ", item.delivery_id());
    trace_.Explain([&item] { return Summary(item); });
  }
  Call<pb::DeliverReply>("deliver", deadline, std::move(done),
                         [this, request] { return Take(request); });
}

absl::StatusOr<pb::DeliverReply> Way::Take(const pb::DeliverRequest& request) {
  for (const pb::OutboundItem& item : request.items()) CheckOrder(item);
  if (faults_.Strikes(Fault::kThrottled, kThrottled, dice_)) {
    return Throttled(absl::Seconds(1 + dice_.Below(3)));
  }
  const bool cut = faults_.Strikes(Fault::kCutBatch, kCutBatch, dice_);
  const int items = cut ? dice_.Below(request.items_size() + 1) : request.items_size();
  pb::DeliverReply reply;
  for (int i = 0; i < items; ++i) {
    const pb::OutboundItem& item = request.items(i);
    pb::ItemOutcome outcome;
    if (faults_.Strikes(Fault::kThrottled, kThrottled, dice_)) {
      outcome.set_delivery_id(item.delivery_id());
      outcome.set_outcome(pb::OUTCOME_RETRY_AFTER);
      outcome.mutable_retry_after()->set_seconds(1);
    } else {
      outcome = counterpart_.traits().calls ? parts_.Deliver(item) : counterpart_.Take(item);
    }
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " takes ", item.delivery_id(), " ",
               pb::Outcome_Name(outcome.outcome()), " version ", outcome.version());
    if (faults_.Strikes(Fault::kMissingOutcome, kMissingOutcome, dice_)) continue;
    *reply.add_outcomes() = outcome;
  }
  if (!counterpart_.InboxIsEmpty()) {
    schedule_.After(dice_.Between(kWorkerMin, kWorkerMax), [this] { counterpart_.WorkInbox(); });
  }
  if (cut) return absl::UnavailableError("cut in the middle");
  return reply;
}

void Way::LookUp(const pb::LookUpRequest& request, absl::Time deadline,
                 sdk::Done<pb::LookUpReply> done) {
  ++writes_;
  trace_.Add(clock_.elapsed(), counterpart_.traits().name, " is looked up");
  Call<pb::LookUpReply>("look-up", deadline, std::move(done), [this, request] {
    pb::LookUpReply reply;
    for (const pb::LookUpRequest::Key& key : request.keys()) {
      pb::LookUpReply::Record& record = *reply.add_records();
      const Counterpart::Record* found = key.key().empty() ? counterpart_.FindByCode(key.code())
                                                           : counterpart_.FindByKey(key.key());
      if (found == nullptr) continue;
      record.set_found(true);
      *record.mutable_item() = counterpart_.ReadRecord(*found);
    }
    return absl::StatusOr<pb::LookUpReply>(reply);
  });
}

// A call's body is what it means, and its answer's body is what became of it.
void Way::Receive(const pb::ReceiveRequest& request, absl::Time /*deadline*/,
                  sdk::Done<pb::ReceiveReply> done) {
  if (!open_) return;  // of a process that has ended
  pb::ReceiveReply reply;
  if (!request.answer()) {
    reply.ParseFromString(request.body());
  } else {
    pb::ReceiveRequest answer;
    *answer.mutable_results() = request.results();
    reply.set_body(answer.SerializeAsString());
  }
  schedule_.After(dice_.Between(kLatencyMin, kLatencyMax), [alive = alive_, done, reply] {
    if (*alive) done(reply);
  });
}

void Way::Inventory(const pb::InventoryRequest& /*request*/, absl::Time /*deadline*/,
                    sdk::Done<pb::InventoryReply> done) {
  done(absl::UnimplementedError("it lists nothing"));
}

void Way::Probe(absl::Time deadline, sdk::Done<pb::ProbeReply> done) {
  Call<pb::ProbeReply>("probe", deadline, std::move(done),
                       [] { return absl::StatusOr<pb::ProbeReply>(pb::ProbeReply()); });
}

}  // namespace lienthong::simulation
