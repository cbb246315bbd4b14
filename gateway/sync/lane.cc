#include "gateway/sync/lane.h"

#include <algorithm>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/backoff.h"
#include "gateway/sync/delivery_plan.h"
#include "gateway/sync/lane_notes.h"
#include "gateway/sync/read_first.h"
#include "gateway/sync/report.h"
#include "gateway/sync/shadow.h"
#include "gateway/sync/tasks.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::ItemOutcome;
using domain::ToProto;
using dossier::v1::CodeReference;
using storage::v1::Intent;

// An unanswered delivery is sent again at the latest after so many attempts to learn what became of
// it.
constexpr int kLookUpsMax = 20;
// A delivery is answered CONTINUE so often in a row; one more counts as no answer.
constexpr int kContinuesMax = 64;
constexpr size_t kAdapterStateBytesMax = size_t{64} << 10;
// A counterpart that asks for more patience than this is tried again all the same.
constexpr absl::Duration kRetryAfterMax = absl::Hours(1);
// Loaded dossiers have their turns behind every change: no journal gets so long.
constexpr int64_t kLoadedFirst = 1'000'000'000'000;

class Stepper {
 public:
  Stepper(LaneState lane, const LinkState& link, std::string_view name) : link_(link), name_(name) {
    effects_.lane = std::move(lane);
  }

  Effects Take() { return std::move(effects_); }

  void operator()(const ChangeSeen& seen) {
    LaneState& lane = effects_.lane;
    const bool up_to_date = lane.phase() == LaneState::PHASE_IDLE &&
                            lane.confirmed_revision() > 0 &&
                            lane.confirmed_revision() + 1 == seen.quiet_since;
    if (up_to_date) {
      lane.set_confirmed_revision(seen.revision);
      lane.set_wanted_revision(seen.revision);
      return;
    }
    const bool waits = lane.phase() == LaneState::PHASE_READY && lane.has_pending_since();
    if (waits && lane.pending_sequence() > seen.sequence) {  // it was loaded: now it is a change
      lane.set_pending_sequence(seen.sequence);
      return;
    }
    if (waits || seen.revision <= std::max(lane.wanted_revision(), lane.confirmed_revision())) {
      effects_.unchanged = true;  // its turn finds the newest revision by itself
      return;
    }
    lane.set_wanted_revision(seen.revision);
    if (lane.phase() != LaneState::PHASE_IN_FLIGHT && lane.phase() != LaneState::PHASE_UNKNOWN) {
      // Somebody changed something: a lane that a dead letter stopped tries again.
      effects_.mended = lane.dead_letter_id();
      if (!lane.dead_letter_id().empty()) lane.clear_refused_revision();
      lane.clear_dead_letter_id();
      MakeReady(seen.committed, seen.sequence);
      if (lane.has_intent()) lane.set_phase(LaneState::PHASE_UNKNOWN);  // it stopped unanswered
    } else if (!lane.has_later_since()) {                               // goes next
      *lane.mutable_later_since() = ToProto(seen.committed);
    }
  }

  void operator()(const Loaded& loaded) {
    LaneState& lane = effects_.lane;
    const bool is_doubtful = loaded.restored && !link_.append_only.empty();
    if (is_doubtful) lane.set_doubtful_revision(loaded.revision);
    const bool is_untold = loaded.restored && link_.calls_only && link_.read_back &&
                           !link_.bugs.restored_not_looked_up;
    if (is_untold) lane.set_look_up_first(true);
    const bool is_known = lane.wanted_revision() > 0 || lane.confirmed_revision() > 0;
    if (lane.phase() != LaneState::PHASE_IDLE || (is_known && !loaded.again)) {
      effects_.unchanged = !is_doubtful && !is_untold;
      return;
    }
    lane.set_wanted_revision(std::max(lane.wanted_revision(), loaded.revision));
    MakeReady(link_.wall, kLoadedFirst + loaded.position);
  }

  void operator()(const Turn& turn) {
    LaneState& lane = effects_.lane;
    lane.set_wanted_revision(std::max(lane.wanted_revision(), turn.head_revision));
    if (!link_.read_back && lane.look_up_first()) (*this)(ReadFirst{});  // not any more
    if (lane.look_up_first()) {
      lane.set_phase(LaneState::PHASE_UNKNOWN);
      effects_.look_up = true;
      return;
    }
    if (lane.phase() != LaneState::PHASE_UNKNOWN) NoteActs(turn);
    const auto& error = turn.shown->error();
    if (turn.shown->has_error())
      return Refuse(turn.target->revision(), error.field(), error.reason());
    if (lane.phase() == LaneState::PHASE_UNKNOWN) return AskAgain(turn);
    if (turn.is_closed && !HasRecord(lane)) return Rest(lane);
    Deliver(turn);
  }

  void operator()(const Answered& answered) {
    LaneState& lane = effects_.lane;
    const ItemOutcome& outcome = answered.outcome;
    const bool stale = lane.intent().delivery_id() != outcome.delivery_id();
    if (stale) return;  // of a call that was given up before
    *lane.mutable_answered_time() = domain::ToProto(link_.wall);
    if (outcome.adapter_state().size() > kAdapterStateBytesMax) {
      return StopLane("adapter_state",
                      StrCat("the adapter wants to keep ", outcome.adapter_state().size(),
                             " bytes of one dossier; the limit is ", kAdapterStateBytesMax),
                      /*keep_intent=*/false);
    }
    Learn(outcome);
    switch (outcome.outcome()) {
      case adapter::v1::OUTCOME_APPLIED:
      case adapter::v1::OUTCOME_DUPLICATE:
        return Confirm(outcome.version());
      case adapter::v1::OUTCOME_CONTINUE:
        return Continue(answered);
      case adapter::v1::OUTCOME_CONFLICT:  // read it, or let the feed tell, then decide again
        if (!MayLookUp()) return PutOff(Backoff(link_, lane.attempts() + 1));
        lane.set_phase(LaneState::PHASE_UNKNOWN);
        // Once more and more it is no race: what the record has moved on by cannot be taken in.
        return Wait(lane.attempts() == 0 ? absl::ZeroDuration()
                                         : Backoff(link_, lane.attempts() + 1));
      case adapter::v1::OUTCOME_RETRY_AFTER:
      case adapter::v1::OUTCOME_NOT_AUTHORISED:
        return PutOff(WaitFor(outcome));
      case adapter::v1::OUTCOME_REJECTED:
        lane.mutable_intent()->clear_unanswered();  // now it is known: nothing stands there
        return Refuse(lane.intent().revision(), outcome.field(), outcome.reason());
      default:
        if (link_.bugs.unknown_is_success) return Confirm(outcome.version());
        return NoAnswer(Backoff(link_, lane.attempts() + 1));
    }
  }

  // Only a refusal is news. What the counterpart has reported back since stands there, and so
  // nothing is missing; else all that is on its way is sent again once the refusal is dealt with.
  void operator()(const LateAnswer& late) {
    LaneState& lane = effects_.lane;
    const bool refused = late.outcome->outcome() == adapter::v1::OUTCOME_REJECTED;
    const bool unanswered =
        lane.has_intent() && lane.intent().delivery_id() == late.outcome->delivery_id();
    if (refused && unanswered) {
      if (HasRecord(lane)) DoubtUnanswered(lane);
      (*this)(Answered{.outcome = *late.outcome});
      if (effects_.stop) effects_.stop->revision = 0;  // the doubts tell what it is about
      return;
    }
    if (!refused || !DoubtSent(lane)) {
      effects_.unchanged = true;
      return;
    }
    if (lane.source_version() == 0) lane.clear_confirmed_revision();  // there is no record yet
    // Where something goes out anyway, that meets the same refusal and stops then.
    if (lane.phase() != LaneState::PHASE_IDLE) return LookAgain();
    StopLane(late.outcome->field(), late.outcome->reason(), /*keep_intent=*/false);
  }

  void operator()(const ReadBack& read) {
    LaneState& lane = effects_.lane;
    if (lane.phase() != LaneState::PHASE_UNKNOWN) return;
    if (read.item != nullptr) return TakeReadBack(*read.item);
    DecideAnew();
    lane.clear_next_attempt_time();
  }

  void operator()(const ReadFirst& read) {
    LaneState& lane = effects_.lane;
    lane.clear_look_up_first();
    lane.set_attempts(0);
    lane.clear_next_attempt_time();
    if (read.item != nullptr) LeaveBehind(*read.item, link_, lane);
    if (lane.phase() == LaneState::PHASE_UNKNOWN && !lane.has_intent()) DecideAnew();
    if (read.item == nullptr) return;
    const InboundItem news = NewsOf(*read.item, *read.shown, link_, lane);
    (*this)(Reported{.item = &news});
  }

  void operator()(const NotRead&) {
    LaneState& lane = effects_.lane;
    if (lane.look_up_first()) return Wait(Backoff(link_, lane.attempts() + 1));
    Answered unknown;  // still not known
    unknown.outcome.set_delivery_id(lane.intent().delivery_id());
    (*this)(unknown);
  }

  void operator()(const Reported& reported) {
    LaneState& lane = effects_.lane;
    const InboundItem& item = *reported.item;
    const bool old = item.version() > 0 && item.version() <= lane.source_version() &&
                     !link_.bugs.old_row_reverts && reported.replayed == nullptr;
    if (old || (!reported.call.empty() && !NoteReceived(reported.call, lane))) {
      effects_.duplicate = true;
      return;
    }
    if (reported.replayed == nullptr) lane.set_reports(lane.reports() + 1);
    Report report = TakeIn(item, !reported.call.empty(), reported.replayed, link_, lane);
    effects_.edit = std::move(report.edit);
    effects_.echoes = report.echoes;
    // The owner's value may be another: the lane looks once more at what differs.
    if (effects_.edit.has_value() || report.was_after_all) LookAgain();
    lane.set_source_version(std::max(lane.source_version(), item.version()));
    if (!item.key().empty()) lane.set_key(item.key());
  }

  void operator()(const Reconciled& compared) {
    effects_.unchanged = effects_.lane.phase() != LaneState::PHASE_IDLE;
    if (!effects_.unchanged && NoteHeld(compared, effects_.lane)) MakeReadyNow();
  }

  void operator()(const Restarted&) {
    if (effects_.lane.phase() != LaneState::PHASE_IN_FLIGHT) return;
    NoAnswer(absl::ZeroDuration());
  }

 private:
  void MakeReady(absl::Time since, int64_t sequence) {
    LaneState& lane = effects_.lane;
    lane.set_phase(LaneState::PHASE_READY);
    if (lane.has_pending_since()) return;
    *lane.mutable_pending_since() = ToProto(since);
    lane.set_pending_sequence(sequence);
  }

  // No entry of the journal asks for it: it goes behind all that the link has read.
  void MakeReadyNow() { MakeReady(link_.wall, link_.sequence); }

  void LookAgain() {
    LaneState& lane = effects_.lane;
    if (lane.phase() == LaneState::PHASE_IDLE) return MakeReadyNow();
    const bool calling =
        lane.phase() == LaneState::PHASE_IN_FLIGHT || lane.phase() == LaneState::PHASE_UNKNOWN;
    if (calling && !lane.has_later_since()) *lane.mutable_later_since() = ToProto(link_.wall);
  }

  absl::Duration WaitFor(const ItemOutcome& outcome) const {
    if (!outcome.has_retry_after()) return Backoff(link_, effects_.lane.attempts() + 1);
    const absl::Duration asked = absl::Seconds(outcome.retry_after().seconds()) +
                                 absl::Nanoseconds(outcome.retry_after().nanos());
    return std::min(asked, kRetryAfterMax);
  }

  void Wait(absl::Duration wait) {
    effects_.lane.set_attempts(effects_.lane.attempts() + 1);
    *effects_.lane.mutable_next_attempt_time() = ToProto(link_.now + wait);
  }

  // What an answer teaches, whatever became of the item.
  void Learn(const ItemOutcome& outcome) {
    if (outcome.has_adapter_state()) effects_.lane.set_private_state(outcome.adapter_state());
    effects_.codes.insert(effects_.codes.end(), outcome.codes().begin(), outcome.codes().end());
    LearnKey(outcome.key());
  }

  void LearnKey(const std::string& key) {
    if (key.empty() || key == effects_.lane.key()) return;
    effects_.lane.set_key(key);
    CodeReference& code = effects_.codes.emplace_back();
    code.set_kind(CodeReference::KIND_LOCAL_ID);
    code.set_code(key);
  }

  // Whether the record tells what became of the delivery. What was appended is not read back, and
  // of a delivery in parts the adapter knows best.
  bool MayLookUp() const {
    const Intent& intent = effects_.lane.intent();
    return link_.read_back && !intent.appends() && intent.continues() == 0;
  }

  // The next turn sends whatever differs then. Everything outstanding counts from its oldest
  // change.
  void DecideAnew() {
    effects_.lane.clear_intent();
    effects_.lane.clear_later_since();
    effects_.lane.set_phase(LaneState::PHASE_READY);
  }

  void TakeReadBack(const InboundItem& item) {
    LaneState& lane = effects_.lane;
    LearnKey(item.key());
    if (Holds(item, lane.intent())) return Confirm(item.version(), /*is_read=*/true);
    // Somebody may have changed it after our delivery. The feed knows: once it has come as far as
    // this record, what came through has been taken out of the intent. What else the record holds
    // is left to the feed too: taken in here, the feed's older records would look like edits back.
    const bool is_ahead = item.version() > lane.source_version();
    if (is_ahead && lane.attempts() < kLookUpsMax) return Wait(link_.backoff_min);
    const Intent came = HeldPart(item, lane.intent());
    if (came.fields_size() > 0) NoteSent(came, WillEcho(item.version()), lane);
    DecideAnew();
    lane.clear_next_attempt_time();
  }

  // Not now. A delivery of which something may stand there already keeps its id, so that it is
  // never there beside its successor.
  void PutOff(absl::Duration wait) {
    const Intent& intent = effects_.lane.intent();
    if (intent.unanswered() || intent.continues() > 0) {
      effects_.lane.set_phase(LaneState::PHASE_UNKNOWN);
    } else {
      DecideAnew();
    }
    Wait(wait);
  }

  // It cannot be taken as it is at a revision. Where the counterpart has no record yet, nothing is
  // skipped when it begins there with a later one; else a person has to see to it.
  void Refuse(int64_t revision, const std::string& field, const std::string& reason) {
    LaneState& lane = effects_.lane;
    const bool unanswered = lane.intent().unanswered();
    if (unanswered || HasRecord(lane) || revision >= lane.wanted_revision()) {
      if (!link_.patch) lane.set_stopped_revision(revision);
      StopLane(field, reason, /*keep_intent=*/unanswered);
      effects_.stop->revision = revision;
      return;
    }
    DecideAnew();
    lane.set_refused_revision(revision);
    lane.clear_next_attempt_time();
  }

  void StopLane(const std::string& field, const std::string& reason, bool keep_intent) {
    if (!keep_intent) effects_.lane.clear_intent();
    StopFor({field, reason}, effects_);
  }

  // No answer came, or none that can be trusted: it may have come through.
  void NoAnswer(absl::Duration wait) {
    LaneState& lane = effects_.lane;
    Intent& intent = *lane.mutable_intent();
    intent.set_unanswered(true);
    if (intent.appends() && link_.bugs.append_lost_on_unknown) return Confirm(0);
    if (intent.appends() && link_.hold_unanswered_appends) {
      return StopLane(NamesOf(intent),
                      "may stand there or not: the call had no answer. Look there; the next change "
                      "of the dossier sends it again",
                      /*keep_intent=*/true);
    }
    lane.set_phase(LaneState::PHASE_UNKNOWN);
    Wait(wait);
  }

  // A first part is durable: the same item goes out again, with what the adapter has learnt.
  void Continue(const Answered& answered) {
    LaneState& lane = effects_.lane;
    Intent& intent = *lane.mutable_intent();
    intent.set_unanswered(false);
    intent.set_continues(intent.continues() + 1);
    if (intent.continues() > kContinuesMax || answered.item == nullptr) {
      intent.set_continues(1);
      return NoAnswer(Backoff(link_, lane.attempts() + 1));
    }
    effects_.deliver = *answered.item;
    effects_.deliver->set_key(lane.key());
    effects_.deliver->set_adapter_state(lane.private_state());
    effects_.deliver->set_unanswered(false);
    if (answered.outcome.version() > 0) {
      effects_.deliver->set_seen_version(answered.outcome.version());
    }
  }

  // An unanswered delivery: the counterpart is asked what it holds, or the same delivery is sent
  // again under the same id. One that shows twice what it is sent twice cannot be asked either.
  void AskAgain(const Turn& turn) {
    LaneState& lane = effects_.lane;
    const Intent& intent = lane.intent();
    const bool came_back = intent.fields_size() == 0 && link_.patch && intent.continues() == 0;
    if (came_back) return Confirm(0);
    if (MayLookUp()) {
      effects_.look_up = true;
      return;
    }
    const bool told = intent.unanswered() && !link_.bugs.resend_unflagged;
    if (intent.appends() && told) NoteDuplicates(intent, lane);
    effects_.deliver = DeliveryPlan(lane, link_, turn).ItemOf(intent);
    *lane.mutable_sent_time() = domain::ToProto(link_.wall);
    lane.set_phase(LaneState::PHASE_IN_FLIGHT);
  }

  // Sends what differs from what we believe the counterpart holds.
  void Deliver(const Turn& turn) {
    LaneState& lane = effects_.lane;
    const DeliveryPlan plan(effects_.lane, link_, turn);
    std::optional<Intent> intent = plan.Next();
    const std::vector<adapter::v1::Loss> losses = plan.Losses();
    if (intent.has_value()) {
      // A turn may go further than the doubtful revision: what it takes along counts as that.
      if (intent->appends() && lane.confirmed_revision() < lane.doubtful_revision()) {
        NoteDuplicates(*intent, lane);  // it may stand there since before the store was restored
      }
      const int64_t delivery = lane.deliveries() + 1;
      intent->set_delivery_id(StrCat(name_, "-", turn.target->revision(), "-", delivery));
      effects_.deliver = plan.ItemOf(*intent);
      if (link_.bugs.shadow_before_delivery) NoteSent(*intent, /*is_echoed=*/false, lane);
      lane.set_deliveries(delivery);
      *lane.mutable_sent_time() = domain::ToProto(link_.wall);
      *lane.mutable_intent() = *std::move(intent);
      lane.set_phase(link_.bugs.lane_overtaken ? LaneState::PHASE_READY
                                               : LaneState::PHASE_IN_FLIGHT);
    } else {
      Settle(turn.target->revision());
    }
    *lane.mutable_losses() = {losses.begin(), losses.end()};
  }

  // An act counts as dealt with once its turn has come, whatever becomes of the delivery: what is
  // under way or was refused is seen to as any change.
  void NoteActs(const Turn& turn) {
    LaneState& lane = effects_.lane;
    effects_.tasks = TasksOf(lane, link_, turn);
    if (turn.acts.empty()) return;
    lane.set_acted_revision(std::max(lane.acted_revision(), turn.acts.back().revision));
  }

  // Nothing is left to send up to a revision.
  void Settle(int64_t revision) {
    LaneState& lane = effects_.lane;
    lane.set_confirmed_revision(std::max(lane.confirmed_revision(), revision));
    lane.set_attempts(0);
    lane.clear_next_attempt_time();
    const bool more = lane.wanted_revision() > lane.confirmed_revision();
    if (!more) {
      lane.clear_pending_since();
      lane.clear_pending_sequence();
    }
    const bool changed = more || lane.has_later_since();
    if (!changed || link_.bugs.lost_update_on_delivered) {
      lane.set_phase(LaneState::PHASE_IDLE);
      lane.clear_pending_since();
    } else if (lane.has_later_since()) {
      lane.clear_pending_since();
      MakeReady(domain::FromProto(lane.later_since()), link_.sequence);
    } else {  // status changes that were read together go one by one: these are as old
      MakeReadyNow();
    }
    lane.clear_later_since();
  }

  // Whether the feed is still to come to what stands there in this version.
  bool WillEcho(int64_t version) const {
    return link_.reports_echoes && (version == 0 || version > effects_.lane.source_version());
  }

  // The delivery is there. `is_read`: in a record of this version, which was looked up.
  void Confirm(int64_t version, bool is_read = false) {
    LaneState& lane = effects_.lane;
    Intent intent;
    intent.Swap(lane.mutable_intent());
    lane.clear_intent();
    // An answer without a version leaves us without: then the feed alone tells what came after.
    const bool wrote_record = intent.fields_size() > 0 && !intent.appends();
    if (version > 0 || wrote_record) lane.set_delivered_version(version);
    // Reports that are newer than our write have been taken in already: they count, not the write.
    // In a record that was read it stands, whether or not its row could be.
    const bool overtaken =
        !is_read && version > 0 && lane.source_version() >= version && !intent.appends();
    const bool is_echoed =
        !intent.appends() && (is_read ? WillEcho(version) : link_.reports_echoes);
    if (!overtaken) NoteSent(intent, is_echoed, lane);
    if (!link_.append_only.empty()) return GoOn();
    const int64_t seen = link_.bugs.lost_update_on_delivered ? lane.wanted_revision() : 0;
    Settle(std::max(intent.revision(), seen));
  }

  // Elements may be left to append: the next turn knows.
  void GoOn() {
    DecideAnew();
    MakeReadyNow();
    effects_.lane.set_attempts(0);
    effects_.lane.clear_next_attempt_time();
  }

  const LinkState& link_;
  const std::string_view name_;
  Effects effects_;
};

}  // namespace

Effects Step(LaneState lane, const LinkState& link, std::string_view name, const Event& event) {
  Stepper stepper(std::move(lane), link, name);
  std::visit(stepper, event);
  return stepper.Take();
}

absl::Duration Backoff(const LinkState& link, int attempts) {
  return FullJitter(link.backoff_min, link.backoff_max, attempts, link.chance);
}

}  // namespace lienthong::sync
