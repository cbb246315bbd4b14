#include "tests/simulation/way.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/strings/escaping.h"

#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "tests/simulation/inventory.h"

namespace lienthong::simulation {
namespace {

namespace pb = sdk::pb;

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
constexpr double kGarbled = 0.02;  // of the items
constexpr double kDropped = 0.03;  // of the items
constexpr double kSmallPage = 0.50;
constexpr int kBatchItems = 3;
constexpr int kAppendItems = 2;
constexpr int kLookedUp = 2;

pb::Capabilities CapabilitiesOf(const Traits& traits) {
  pb::Capabilities capabilities;
  capabilities.set_patch(!traits.replaces);
  capabilities.set_read_back(traits.reads_back);
  capabilities.set_conditional_write(traits.compares);
  capabilities.set_idempotent_delivery(traits.takes_in_later);
  capabilities.set_feed_versions(!traits.calls);
  capabilities.set_calls_only(traits.calls);
  capabilities.set_reports_echoes(!traits.calls);
  capabilities.set_batch_items_max(traits.takes_in_later || traits.calls ? kBatchItems : 1);
  if (traits.appends) capabilities.add_append_only("steps");
  if (traits.appends) capabilities.set_append_items_max(kAppendItems);
  for (const std::string& path : traits.updatable) capabilities.add_updatable(path);
  capabilities.set_parallel_calls_max(4);
  capabilities.set_inventory_digests(traits.lists);
  capabilities.set_look_up_keys_max(kLookedUp);
  return capabilities;
}

// In the feed, and among what was refused later.
struct Position {
  int64_t items = 0;
  int64_t refusals = 0;
};

Position PositionOf(const std::string& token) {
  const size_t slash = token.find('/');
  if (slash == std::string::npos) return {};
  return {std::atoll(token.c_str()), std::atoll(token.c_str() + slash + 1)};
}

std::string TokenOf(const Position& position) {
  return StrCat(position.items, "/", position.refusals);
}

// What its id begins with: after a restore revisions are counted again, in lanes of another name.
std::string LaneOf(const pb::OutboundItem& item) {
  const std::string& id = item.delivery_id();
  return id.substr(0, id.rfind('-', id.rfind('-') - 1));
}

// Its adapter makes nothing of it at first.
pb::InboundItem Garbled(const pb::InboundItem& item) {
  pb::InboundItem garbled;
  garbled.set_key(item.key());
  garbled.set_version(item.version());
  garbled.set_raw(absl::BytesToHexString(item.SerializeAsString()));
  garbled.mutable_error()->set_field("body");
  garbled.mutable_error()->set_reason("cannot be read");
  return garbled;
}

// Not where it is no longer this system's to say when the item is taken up again.
bool MayBeGarbled(const pb::InboundItem& item) {
  const auto& cleared = item.cleared();
  return !item.dossier().contact().has_email() && !item.dossier().has_processing_unit() &&
         !item.dossier().has_deadline() && item.dossier().results().empty() &&
         std::find(cleared.begin(), cleared.end(), "contact.email") == cleared.end();
}

// Nothing was taken, and the counterpart itself is why.
pb::DeliverReply NothingTaken(const pb::DeliverRequest& request, const absl::Status& reason) {
  pb::DeliverReply reply;
  for (const pb::OutboundItem& item : request.items()) {
    pb::ItemOutcome& outcome = *reply.add_outcomes();
    outcome.set_delivery_id(item.delivery_id());
    outcome.set_outcome(pb::OUTCOME_RETRY_AFTER);
  }
  sdk::SetUnavailable(reply, reason);
  return reply;
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

pb::InboundItem Ungarbled(const pb::InboundItem& item) {
  if (!item.has_error()) return item;
  pb::InboundItem meant;
  meant.ParseFromString(absl::HexStringToBytes(item.raw()));
  return meant;
}

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
}

void Way::GoAway(absl::Duration time, bool hangs) {
  away_until_ = clock_.elapsed() + time;
  hangs_ = hangs;
  trace_.Add(clock_.elapsed(), counterpart_.traits().name, hangs ? " hangs" : " is away");
}

std::vector<std::string> Way::complaints(const IsGivenUp& is_given_up) const {
  std::vector<std::string> all = complaints_;
  for (const Parts::Complaint& complaint : parts_.complaints()) {
    if (!is_given_up(complaint.code)) all.push_back(complaint.text);
  }
  return all;
}

// A dossier's revisions come in their order: what is taken is not older than what was taken last.
void Way::NoteOrder(const pb::OutboundItem& item, const pb::ItemOutcome& outcome) {
  const bool is_taken =
      outcome.outcome() == pb::OUTCOME_APPLIED || outcome.outcome() == pb::OUTCOME_CONTINUE;
  // What was refused goes out again from there on, also after it was answered.
  if (!is_taken || counterpart_.HasRefused(item.dossier().code())) return;
  int64_t& newest = revisions_[LaneOf(item)];
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
  const absl::Duration patience = deadline - clock_.Now();
  const auto answer = [this, alive = alive_, done = std::move(done),
                       name = std::string(what)](absl::StatusOr<Reply> reply) {
    if (!*alive) return;
    if (!reply.ok()) {
      trace_.Add(clock_.elapsed(), counterpart_.traits().name, " ", name,
                 " failed: ", ToStd(reply.status().message()));
    }
    done(std::move(reply));
  };
  const bool is_away = clock_.elapsed() < away_until_;
  const bool comes_through = !faults_.Strikes(Fault::kLostRequest, kLostRequest, dice_) && !is_away;
  const bool is_answered = !faults_.Strikes(Fault::kLostReply, kLostReply, dice_);
  const bool survives_cut = dice_.Happens(0.5);
  absl::Duration back = Latency();
  const absl::Duration slow = dice_.Between(absl::ZeroDuration(), patience * 1.5);
  if (faults_.Strikes(Fault::kSlowReply, kSlowReply, dice_)) back += slow;
  const absl::Duration there = Latency();
  const bool in_time = there + back < patience;
  schedule_.After(there, [=, this, alive = alive_, arrive = std::move(arrive)] {
    if (!comes_through || (!*alive && !survives_cut)) return;
    absl::StatusOr<Reply> reply = arrive();
    if (!is_answered || !in_time) return;
    schedule_.After(back, [answer, reply = std::move(reply)] { answer(reply); });
  });
  if (comes_through && is_answered && in_time) return;
  // A lost request is noticed at once or not before the deadline.
  const bool at_once = !comes_through && dice_.Happens(0.5) && !(is_away && hangs_);
  schedule_.After(at_once ? there : std::max(there, patience),
                  [answer] { answer(absl::UnavailableError("no answer")); });
}

void Way::Pull(const pb::PullRequest& request, absl::Time deadline, sdk::Done<pb::PullReply> done) {
  ++calls_.pulls;
  Call<pb::PullReply>("pull", deadline, std::move(done),
                      [this, request] { return absl::StatusOr<pb::PullReply>(Page(request)); });
}

bool Way::Covers(const std::string& token, const std::string& other) {
  const Position one = PositionOf(token);
  const Position two = PositionOf(other);
  return one.items >= two.items && one.refusals >= two.refusals;
}

std::string Way::TokenNow() const { return TokenOf({counterpart_.FeedEnd(), RefusedLater()}); }

int64_t Way::RefusedLater() const {
  return static_cast<int64_t>(counterpart_.refused_later().size());
}

// Some of what follows the token; a faulty one begins earlier and repeats items.
pb::PullReply Way::Page(const pb::PullRequest& request) {
  const Position position = PositionOf(request.token());
  const int64_t token = position.items;
  const bool repeats = faults_.Strikes(Fault::kRepeatedItems, kRepeatedItems, dice_);
  const int64_t begin = repeats ? std::max<int64_t>(0, token - dice_.Below(6)) : token;
  const int items_max =
      dice_.Happens(kSmallPage) ? 1 + dice_.Below(4) : std::max(1, request.items_max());
  pb::PullReply reply;
  int64_t last = token;
  for (pb::InboundItem& item :
       counterpart_.FeedAfter(begin, items_max + static_cast<int>(token - begin))) {
    last = std::max(last, item.version());
    const bool garbles = faults_.Strikes(Fault::kGarbled, kGarbled, dice_);
    if (garbles && !counterpart_.traits().compares && MayBeGarbled(item)) item = Garbled(item);
    const bool twice = repeats && dice_.Happens(0.3);
    if (twice) *reply.add_items() = item;
    *reply.add_items() = std::move(item);
  }
  const std::vector<pb::ItemOutcome>& refused = counterpart_.refused_later();
  reply.mutable_outcomes()->Add(refused.begin() + position.refusals, refused.end());
  reply.set_token(TokenOf({last, RefusedLater()}));
  reply.set_more(last < counterpart_.FeedEnd());
  if (reply.items_size() > 0) {
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " reports ", reply.items_size(),
               " up to ", last);
    trace_.Explain([&reply] {
      std::string text;
      for (const pb::InboundItem& item : reply.items()) {
        StrAppend(text, "; ", item.key(), "@", item.version(),
                  item.has_error() ? " unreadable" : "");
        for (const auto& [path, value] : domain::Flatten(Ungarbled(item).dossier())) {
          StrAppend(text, " ", path, "=", value);
        }
      }
      return text;
    });
  }
  return reply;
}

void Way::Deliver(const pb::DeliverRequest& request, absl::Time deadline,
                  sdk::Done<pb::DeliverReply> done) {
  ++calls_.deliveries;
  const std::string objection = objection_ ? objection_(deadline) : "";
  if (!objection.empty()) complaints_.push_back(counterpart_.traits().name + ": " + objection);
  for (const pb::OutboundItem& item : request.items()) {
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " is sent ", item.delivery_id());
    trace_.Explain([&item] { return Summary(item); });
  }
  if (clock_.elapsed() < away_until_ && !hangs_ && open_) {  // no connection
    schedule_.After(Latency(), [alive = alive_, done = std::move(done), request] {
      if (*alive) done(NothingTaken(request, absl::UnavailableError("connection refused")));
    });
    return;
  }
  Call<pb::DeliverReply>("deliver", deadline, std::move(done),
                         [this, request] { return Take(request); });
}

absl::StatusOr<pb::DeliverReply> Way::Take(const pb::DeliverRequest& request) {
  if (faults_.Strikes(Fault::kThrottled, kThrottled, dice_)) {
    const absl::Status throttled = Throttled(absl::Seconds(1 + dice_.Below(3)));
    if (dice_.Happens(0.5)) return throttled;
    return NothingTaken(request, throttled);
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
      const bool drops =
          faults_.Strikes(Fault::kDropped, kDropped, dice_) && counterpart_.MayDrop(item);
      if (drops) trace_.Add(clock_.elapsed(), counterpart_.traits().name, " drops it");
      outcome =
          counterpart_.traits().in_parts ? parts_.Deliver(item) : counterpart_.Take(item, drops);
    }
    NoteOrder(item, outcome);
    trace_.Add(clock_.elapsed(), counterpart_.traits().name, " takes ", item.delivery_id(), " ",
               pb::Outcome_Name(outcome.outcome()), " version ", outcome.version());
    if (outcome.outcome() == pb::OUTCOME_CONTINUE) ++calls_.parts;
    if (faults_.Strikes(Fault::kMissingOutcome, kMissingOutcome, dice_)) continue;
    *reply.add_outcomes() = outcome;
  }
  if (!counterpart_.InboxIsEmpty()) {
    schedule_.After(dice_.Between(kWorkerMin, kWorkerMax), [this] { counterpart_.WorkInbox(); });
  }
  if (cut) return absl::UnavailableError("cut in the middle");
  return reply;
}

absl::StatusOr<pb::InboundItem> Way::Interpret(const pb::InterpretRequest& request) const {
  pb::InboundItem item;
  item.ParseFromString(absl::HexStringToBytes(request.raw()));
  return item;
}

void Way::LookUp(const pb::LookUpRequest& request, absl::Time deadline,
                 sdk::Done<pb::LookUpReply> done) {
  ++calls_.look_ups;
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
  schedule_.After(Latency(), [alive = alive_, done, reply] {
    if (*alive) done(reply);
  });
}

std::string Way::Digest(const dossier::v1::Dossier& represented) const {
  return DigestOf(represented);
}

void Way::Inventory(const pb::InventoryRequest& request, absl::Time deadline,
                    sdk::Done<pb::InventoryReply> done) {
  ++calls_.look_ups;
  trace_.Add(clock_.elapsed(), counterpart_.traits().name, " is asked for all that it holds");
  Call<pb::InventoryReply>("inventory", deadline, std::move(done), [this, request] {
    return absl::StatusOr<pb::InventoryReply>(request.summary() ? SumUp(counterpart_)
                                                                : List(counterpart_, request));
  });
}

void Way::Probe(absl::Time deadline, sdk::Done<pb::ProbeReply> done) {
  Call<pb::ProbeReply>("probe", deadline, std::move(done),
                       [] { return absl::StatusOr<pb::ProbeReply>(pb::ProbeReply()); });
}

}  // namespace lienthong::simulation
