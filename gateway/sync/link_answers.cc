// What a link's engine makes of the answers to its deliveries and look-ups.
#include <map>
#include <optional>
#include <utility>

#include "google/protobuf/util/json_util.h"

#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/counterpart_edit.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/link_mailbox.h"

namespace lienthong::sync {
namespace {

using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;

// Others may change a dossier while a code is noted in it; more often than this in a row they do
// not.
constexpr int kRoundsMax = 50;
// A lane with much to deliver lets others have its place after so many turns.
constexpr int kTurnsInARowMax = 8;

// A call that failed as a whole, as the outcome of each of its items. What may have reached the
// counterpart is UNKNOWN.
ItemOutcome OutcomeOf(const absl::Status& status) {
  ItemOutcome outcome;
  outcome.set_reason(std::string(status.message()));
  if (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status)) {
    outcome.set_outcome(adapter::v1::OUTCOME_NOT_AUTHORISED);
  } else if (absl::IsResourceExhausted(status)) {
    outcome.set_outcome(adapter::v1::OUTCOME_RETRY_AFTER);
    const std::optional<absl::Duration> wait = DetailsOf(status).retry_after;
    if (wait.has_value()) outcome.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(*wait));
  } else {
    outcome.set_outcome(adapter::v1::OUTCOME_UNKNOWN);
  }
  return outcome;
}

// What the answers to one call say of the counterpart itself.
struct Health {
  int64_t delivered = 0;
  bool answers = false;  // it has looked at something that was sent
  absl::Status failure;
  int64_t subject = 0;  // a dossier that was sent
  absl::Time begun = {};
  bool is_probe = false;

  void Note(const ItemOutcome& outcome) {
    switch (outcome.outcome()) {
      case adapter::v1::OUTCOME_APPLIED:
      case adapter::v1::OUTCOME_DUPLICATE:
        ++delivered;
        answers = true;
        break;
      case adapter::v1::OUTCOME_CONFLICT:
      case adapter::v1::OUTCOME_REJECTED:
      case adapter::v1::OUTCOME_CONTINUE:
        answers = true;
        break;
      case adapter::v1::OUTCOME_RETRY_AFTER:
        break;
      case adapter::v1::OUTCOME_NOT_AUTHORISED:
        failure = absl::PermissionDeniedError(outcome.reason());
        break;
      default:
        if (failure.ok()) {
          failure =
              absl::UnavailableError(outcome.reason().empty() ? "no answer" : outcome.reason());
        }
    }
  }
};

// What one call says of the counterpart; adds the outcome of each of its items.
template <typename Items>
Health HealthOf(const Items& sent, const adapter::v1::DeliverReply& reply,
                const absl::Status& status, std::map<std::string, ItemOutcome>& outcomes) {
  for (const ItemOutcome& outcome : reply.outcomes()) {
    outcomes.emplace(outcome.delivery_id(), outcome);
  }
  const ItemOutcome missing = status.ok() ? ItemOutcome() : OutcomeOf(status);  // UNKNOWN, or worse
  Health health{.failure = status};
  for (const auto& outgoing : sent) {
    const std::string& id = outgoing.item.delivery_id();
    const auto [found, added] = outcomes.emplace(id, missing);
    found->second.set_delivery_id(id);
    health.Note(found->second);
  }
  // What the counterpart itself says, or shows by its absence, tells more than an item without an
  // answer; less than that it lets us do nothing.
  const absl::Status unavailable = sdk::UnavailableStatus(reply);
  if (!unavailable.ok() && !absl::IsPermissionDenied(health.failure)) health.failure = unavailable;
  return health;
}

// Since when the oldest change waits that is not there yet; InfiniteFuture when none does.
absl::Time PendingSince(const LaneState& lane) {
  return lane.has_pending_since() ? domain::FromProto(lane.pending_since())
                                  : absl::InfiniteFuture();
}

// What was to go, for a person to read. What the adapter keeps may be its secret.
std::string RawOf(OutboundItem item) {
  item.clear_adapter_state();
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(item, &json, options);
  return status.ok() ? json : item.delivery_id();
}

}  // namespace

void LinkEngine::PutStopped(int64_t dossier_id, const std::string& code, const OutboundItem* sent,
                            Effects& effects, store::WriteSet& set) const {
  if (!effects.stop.has_value()) return;
  NoteError(ErrorClass::kData);
  effects.lane.set_dead_letter_id(lanes_.PutDeadLetter(
      {.direction = v1::DeadLetter::DIRECTION_OUTBOUND,
       .code = code,
       .key = effects.lane.key(),
       .stop = *effects.stop,
       .raw = sent == nullptr ? "" : RawOf(*sent),
       .dossier_id = dossier_id,
       .sent = sent,
       .identity = StrCat("out\n", dossier_id, "\n", effects.lane.deliveries())},
      set));
}

// Codes that the counterpart gave become the dossier's in the commit of the lane. One that is
// another dossier's stops the lane: it would write into the other's record.
absl::Status LinkEngine::LearnCodes(int64_t dossier_id, Effects& effects, PreparedAnswer& answer) {
  if (effects.codes.empty()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, dossier_id));
  domain::Change change;
  for (const dossier::v1::CodeReference& code : effects.codes) {
    AddCode(party_.name, code, stored.dossier, change);
  }
  if (change.set.empty()) return absl::OkStatus();
  absl::StatusOr<core::PreparedEdit> edit =
      core::PrepareEdit(engine_, stored, change, EditContextOf(options_.name, party_));
  if (const std::vector<FieldViolation> faults = FaultsOf(edit.status()); !faults.empty()) {
    StopFor({faults[0].field, StrCat("a code that the counterpart gave: ", faults[0].description)},
            effects);
    return absl::OkStatus();
  }
  LIENTHONG_RETURN_IF_ERROR(edit.status());
  answer.edit = *std::move(edit);
  aims_.erase(dossier_id);
  return absl::OkStatus();
}

absl::StatusOr<LinkEngine::PreparedAnswer> LinkEngine::PrepareAnswer(const Outgoing& sent,
                                                                     const Event& event) {
  const TraceScope trace(sent.item.traceparent());
  LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, LoadLane(sent.dossier_id));
  const absl::Time pending_since = PendingSince(lane.state);
  Effects effects = Step(std::move(lane.state), StateNow(), LaneName(sent.dossier_id), event);
  PreparedAnswer answer;
  LIENTHONG_RETURN_IF_ERROR(LearnCodes(sent.dossier_id, effects, answer));
  const OutboundItem* item = sent.item.delivery_id().empty() ? nullptr : &sent.item;
  // The answer has freed a place for a call, and its commit can carry what the next turn decides.
  const bool goes_on = sent.turns < kTurnsInARowMax && MayGoOn() && MayTakeTurn(effects);
  if (goes_on && !answer.edit.has_value()) {
    LIENTHONG_ASSIGN_OR_RETURN(Decided next, RunLane({.dossier_id = sent.dossier_id,
                                                      .version = lane.version,
                                                      .state = std::move(effects.lane)}));
    effects = std::move(next.effects);
    item = nullptr;  // nothing of this turn has gone out
    answer.turns = sent.turns + 1;
  }
  if (!effects.stop.has_value() && PendingSince(effects.lane) > pending_since) {
    answer.delay = engine_.clock.Now() - pending_since;
  }
  store::WriteSet& set = answer.edit.has_value() ? answer.edit->set : answer.set;
  PutStopped(sent.dossier_id, sent.item.dossier().code(), item, effects, set);
  PutTasks(sent.dossier_id, sent.item.dossier().code(), effects, set);
  lanes_.Put(lane, effects.lane, set);
  answer.lane = {
      .dossier_id = sent.dossier_id, .version = lane.version + 1, .state = std::move(effects.lane)};
  answer.deliver = std::move(effects.deliver);
  return answer;
}

// Steps each lane with what came back and commits it. Leaves in `sent` what could not be committed.
absl::Status LinkEngine::TakeAnswers(std::vector<Outgoing>& sent,
                                     const std::function<Event(const Outgoing&)>& event_of) {
  for (int round = 0; round < kRoundsMax && !sent.empty(); ++round) {
    std::vector<std::optional<Outgoing>> next;
    std::vector<StoredLane> lanes;
    std::vector<std::optional<absl::Duration>> delays;
    CommitGroup group;
    for (const Outgoing& item : sent) {
      LIENTHONG_ASSIGN_OR_RETURN(PreparedAnswer answer, PrepareAnswer(item, event_of(item)));
      delays.push_back(answer.delay);
      next.emplace_back();
      if (answer.deliver.has_value()) {
        next.back() = {.dossier_id = item.dossier_id,
                       .item = *std::move(answer.deliver),
                       .turns = answer.turns,
                       .alone = answer.lane.state.attempts() > 0};
      }
      lanes.push_back(std::move(answer.lane));
      Submit(std::move(answer.edit), std::move(answer.set), group.Add());
    }
    const std::vector<absl::Status> statuses = group.Wait(engine_.commit_timeout);
    std::vector<Outgoing> left;
    absl::Status failure;
    for (size_t i = 0; i < statuses.size(); ++i) {
      if (!statuses[i].ok()) {
        left.push_back(std::move(sent[i]));
        if (!absl::IsAborted(statuses[i])) failure = statuses[i];
        continue;
      }
      kept_.Keep(std::move(lanes[i]));
      if (next[i].has_value()) outgoing_.push_back(*std::move(next[i]));
      if (delays[i].has_value()) NoteDelay(*delays[i]);
    }
    sent = std::move(left);
    LIENTHONG_RETURN_IF_ERROR(failure);
  }
  if (sent.empty()) return absl::OkStatus();
  return absl::UnavailableError("answers could not be committed; taken again");
}

// The answers at hand are committed together: one by one, the disk would set the link's pace.
absl::Status LinkEngine::TakeDelivered(const std::vector<Completion*>& calls) {
  std::map<std::string, ItemOutcome> outcomes;
  std::map<std::string, Completion*> call_of;
  std::vector<Health> healths;
  std::vector<Outgoing> sent;
  for (Completion* call : calls) {
    if (bugs_.batch_index_shift) ShiftOutcomes(call->delivered);
    std::vector<Outgoing>& items = call->call->sent;
    healths.push_back(HealthOf(items, call->delivered, call->status, outcomes));
    healths.back().subject = items.empty() ? 0 : items.front().dossier_id;
    healths.back().begun = call->call->begun;
    healths.back().is_probe = call->call->is_probe;
    for (Outgoing& item : std::exchange(items, {})) {
      call_of.emplace(item.item.delivery_id(), call);
      sent_.erase(sent_.find(item.dossier_id));
      sent.push_back(std::move(item));
    }
  }
  for (const Outgoing& item : sent) {
    const auto outcome = outcomes.at(item.item.delivery_id()).outcome();
    LogDelivery("delivery_answered", item.item, adapter::v1::Outcome_Name(outcome));
  }
  const absl::Status taken = TakeAnswers(sent, [&outcomes](const Outgoing& item) {
    return Answered{.outcome = outcomes.at(item.item.delivery_id()), .item = &item.item};
  });
  for (Outgoing& left : sent) {  // taken again by the next tick
    Completion& call = *call_of.at(left.item.delivery_id());
    sent_.insert(left.dossier_id);
    call.call->sent.push_back(std::move(left));
  }
  LIENTHONG_RETURN_IF_ERROR(taken);
  for (const Health& health : healths) {
    NoteCall(health.begun);
    if (health.answers) NoteSuccess(Way::kWrite, health.begun);
    if (!health.failure.ok()) {
      NoteFailure(Way::kWrite, health.failure,
                  {.is_probe = health.is_probe, .subject = health.subject});
    }
    const std::lock_guard lock(mutex_);
    stats_.delivered += health.delivered;
  }
  return absl::OkStatus();
}

absl::Status LinkEngine::TakeLookedUp(Completion& completion) {
  const bool answered = completion.status.ok() && completion.looked_up.records_size() == 1;
  UnderWay& call = *completion.call;
  const int64_t dossier_id = call.sent[0].dossier_id;
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, lanes_.Load(dossier_id));
  if (answered && lane.state.look_up_first()) {
    LIENTHONG_RETURN_IF_ERROR(TakeReadFirst(call.sent[0], completion.looked_up.records(0)));
  } else {
    LIENTHONG_RETURN_IF_ERROR(TakeAnswers(call.sent, [&](const Outgoing&) -> Event {
      if (!answered) return NotRead{};
      const auto& record = completion.looked_up.records(0);
      return ReadBack{record.found() ? &record.item() : nullptr};
    }));
  }
  looking_up_.erase(dossier_id);
  NoteCall(call.begun);
  if (answered) {
    NoteSuccess(Way::kWrite, call.begun);
  } else {
    NoteFailure(Way::kWrite, completion.status, {.is_probe = call.is_probe, .subject = dossier_id});
  }
  return absl::OkStatus();
}

}  // namespace lienthong::sync
