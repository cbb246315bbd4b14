#include "gateway/sync/lane.h"

#include <algorithm>
#include <set>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/ownership.h"
#include "gateway/sync/backoff.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using adapter::v1::ItemOutcome;
using adapter::v1::OutboundItem;
using domain::FieldMap;
using domain::ToProto;
using dossier::v1::Dossier;
using storage::v1::Intent;
using storage::v1::IntentField;
using storage::v1::ShadowField;

// Deliveries of one field that a feed may be behind; what is older counts as confirmed.
constexpr int kSentValuesMax = 32;
// An unanswered delivery is sent again at the latest after so many attempts to learn what became of
// it.
constexpr int kLookUpsMax = 20;

class Stepper {
 public:
  Stepper(const LaneState& lane, const LinkState& link, std::string_view name)
      : link_(link), name_(name) {
    effects_.lane = lane;
  }

  Effects Take() { return std::move(effects_); }

  void operator()(const ChangeSeen& seen) {
    LaneState& lane = effects_.lane;
    const bool waits = lane.phase() == LaneState::PHASE_READY && lane.has_pending_since();
    if (waits || seen.revision <= std::max(lane.wanted_revision(), lane.confirmed_revision())) {
      effects_.unchanged = true;  // its turn finds the newest revision by itself
      return;
    }
    lane.set_wanted_revision(seen.revision);
    if (lane.phase() != LaneState::PHASE_IN_FLIGHT && lane.phase() != LaneState::PHASE_UNKNOWN) {
      // Somebody changed something: a lane that a dead letter stopped tries again.
      effects_.mended = lane.dead_letter_id();
      lane.clear_dead_letter_id();
      MakeReady(seen.committed);
    } else if (!lane.has_later_since()) {  // goes next
      *lane.mutable_later_since() = ToProto(seen.committed);
    }
  }

  void operator()(const Turn& turn) {
    LaneState& lane = effects_.lane;
    lane.set_wanted_revision(std::max(lane.wanted_revision(), turn.head_revision));
    if (turn.shown->has_error()) {
      return StopLane(turn.shown->error().field(), turn.shown->error().reason());
    }
    if (effects_.lane.phase() == LaneState::PHASE_UNKNOWN) return AskAgain(turn);
    Deliver(turn);
  }

  void operator()(const Answered& answered) {
    LaneState& lane = effects_.lane;
    const ItemOutcome& outcome = answered.outcome;
    const bool stale = lane.intent().delivery_id() != outcome.delivery_id();
    if (stale) return;  // of a call that was given up before
    switch (outcome.outcome()) {
      case adapter::v1::OUTCOME_APPLIED:
      case adapter::v1::OUTCOME_DUPLICATE:
        return Confirm(outcome.key(), outcome.version());
      case adapter::v1::OUTCOME_CONFLICT:
        if (!outcome.key().empty()) lane.set_key(outcome.key());
        lane.set_phase(LaneState::PHASE_UNKNOWN);  // read it, then decide again
        effects_.look_up = link_.read_back;
        return Wait(absl::ZeroDuration());
      case adapter::v1::OUTCOME_RETRY_AFTER:
      case adapter::v1::OUTCOME_NOT_AUTHORISED:
        PutOff();
        return Wait(outcome.has_retry_after() ? absl::Seconds(outcome.retry_after().seconds()) +
                                                    absl::Nanoseconds(outcome.retry_after().nanos())
                                              : Backoff(link_, lane.attempts() + 1));
      case adapter::v1::OUTCOME_REJECTED:
        return StopLane(outcome.field(), outcome.reason());
      default:
        if (link_.bugs.unknown_is_success) return Confirm(outcome.key(), outcome.version());
        lane.set_phase(LaneState::PHASE_UNKNOWN);
        return Wait(Backoff(link_, lane.attempts() + 1));
    }
  }

  void operator()(const ReadBack& read) {
    LaneState& lane = effects_.lane;
    if (lane.phase() != LaneState::PHASE_UNKNOWN) return;
    if (read.item != nullptr && !read.item->key().empty()) lane.set_key(read.item->key());
    if (read.item != nullptr && Holds(*read.item)) {
      return Confirm(read.item->key(), read.item->version());
    }
    // Somebody may have changed it after our delivery. The feed knows: once it has come as far as
    // this record, what came through has been taken out of the intent. What else the record holds
    // is left to the feed too: taken in here, the feed's older records would look like edits back.
    if (read.item != nullptr && read.item->version() > lane.source_version() &&
        lane.attempts() < kLookUpsMax) {
      return Wait(link_.backoff_min);
    }
    lane.clear_intent();
    TakeLater();
    lane.set_phase(LaneState::PHASE_READY);
    lane.clear_next_attempt_time();
  }

  void operator()(const Reported& reported) {
    LaneState& lane = effects_.lane;
    const InboundItem& item = *reported.item;
    if (item.version() > 0 && item.version() <= lane.source_version()) {
      effects_.duplicate = true;
      return;
    }
    TakeIn(item);
    if (item.version() > 0) lane.set_source_version(item.version());
    if (!item.key().empty()) lane.set_key(item.key());
  }

  void operator()(const Restarted&) {
    if (effects_.lane.phase() != LaneState::PHASE_IN_FLIGHT) return;
    effects_.lane.set_phase(LaneState::PHASE_UNKNOWN);
    effects_.lane.clear_next_attempt_time();
  }

 private:
  void MakeReady(absl::Time since) {
    LaneState& lane = effects_.lane;
    lane.set_phase(LaneState::PHASE_READY);
    if (!lane.has_pending_since()) *lane.mutable_pending_since() = ToProto(since);
  }

  void LookAgain() {
    LaneState& lane = effects_.lane;
    if (lane.phase() == LaneState::PHASE_IDLE) return MakeReady(link_.now);
    const bool calling =
        lane.phase() == LaneState::PHASE_IN_FLIGHT || lane.phase() == LaneState::PHASE_UNKNOWN;
    if (calling && !lane.has_later_since()) *lane.mutable_later_since() = ToProto(link_.now);
  }

  // Before a retry everything outstanding counts from its oldest change.
  void TakeLater() { effects_.lane.clear_later_since(); }

  void Wait(absl::Duration wait) {
    effects_.lane.set_attempts(effects_.lane.attempts() + 1);
    *effects_.lane.mutable_next_attempt_time() = ToProto(link_.now + wait);
  }

  // Not now. A delivery that may have come through at an earlier attempt keeps its id, so that it
  // is never there beside its successor.
  void PutOff() {
    LaneState& lane = effects_.lane;
    if (lane.attempts() > 0 && !link_.read_back) return lane.set_phase(LaneState::PHASE_UNKNOWN);
    lane.clear_intent();
    TakeLater();
    lane.set_phase(LaneState::PHASE_READY);
  }

  void StopLane(const std::string& field, const std::string& reason) {
    effects_.lane.set_phase(LaneState::PHASE_DEAD);
    effects_.lane.clear_intent();
    effects_.lane.clear_pending_since();
    effects_.lane.clear_later_since();
    effects_.stop = Stop{field, reason};
  }

  // An unanswered delivery: the counterpart is asked what it holds, or the same delivery is sent
  // again under the same id, which it applies once.
  void AskAgain(const Turn& turn) {
    if (effects_.lane.intent().fields_size() == 0) return Confirm("", 0);  // all of it came back
    if (link_.read_back) {
      effects_.look_up = true;
      return;
    }
    OutboundItem item = ItemFor(turn);
    for (const IntentField& field : effects_.lane.intent().fields())
      Carry(turn, field.path(), item);
    item.set_delivery_id(effects_.lane.intent().delivery_id());
    effects_.lane.set_phase(LaneState::PHASE_IN_FLIGHT);
    effects_.deliver = std::move(item);
  }

  // Sends what differs from what we believe the counterpart holds.
  void Deliver(const Turn& turn) {
    LaneState& lane = effects_.lane;
    Shadow shadow(lane);
    const FieldMap shown = domain::Flatten(turn.shown->dossier());
    Intent intent;
    for (const auto& [path, value] : shown) {
      if (turn.later.contains(path)) continue;
      const std::string digest = ValueDigest(value);
      if (shadow.Belief(path) != digest) AddField(path, digest, intent);
    }
    for (const auto& [path, position] : shadow.paths()) {
      if (shown.contains(path) || turn.later.contains(path)) continue;
      if (!shadow.Belief(path).empty() && MayClear(path, *turn.target)) AddField(path, "", intent);
    }
    if (intent.fields_size() == 0) return Settle(turn.target->revision());
    intent.set_revision(turn.target->revision());
    intent.set_creates(lane.key().empty());
    lane.set_deliveries(lane.deliveries() + 1);
    intent.set_delivery_id(StrCat(name_, "-", turn.target->revision(), "-", lane.deliveries()));
    OutboundItem item = ItemFor(turn);
    for (const IntentField& field : intent.fields()) Carry(turn, field.path(), item);
    item.set_delivery_id(intent.delivery_id());
    *lane.mutable_intent() = std::move(intent);
    lane.set_phase(LaneState::PHASE_IN_FLIGHT);
    effects_.deliver = std::move(item);
  }

  // Absence is never deletion: only fields of groups and of elements we know are cleared there.
  static bool MayClear(const std::string& path, const Dossier& target) {
    return domain::SplitPath(path).list.empty() || domain::ElementExists(target, path);
  }

  static void AddField(const std::string& path, std::string digest, Intent& intent) {
    IntentField& field = *intent.add_fields();
    field.set_path(path);
    field.set_digest(std::move(digest));
  }

  OutboundItem ItemFor(const Turn& turn) const {
    OutboundItem item;
    item.set_key(effects_.lane.key());
    item.set_seen_version(effects_.lane.source_version());
    item.set_revision(turn.target->revision());
    item.mutable_dossier()->set_code(turn.target->code());
    item.mutable_dossier()->set_receipt_number(turn.target->receipt_number());
    return item;
  }

  static void Carry(const Turn& turn, const std::string& path, OutboundItem& item) {
    const std::optional<std::string> value = domain::GetField(turn.shown->dossier(), path);
    if (value.has_value()) {
      domain::SetField(*item.mutable_dossier(), path, *value).IgnoreError();  // a path of Flatten
    } else {
      item.add_cleared(path);
    }
  }

  // Nothing is left to send up to a revision.
  void Settle(int64_t revision) {
    LaneState& lane = effects_.lane;
    lane.set_confirmed_revision(std::max(lane.confirmed_revision(), revision));
    lane.set_attempts(0);
    lane.clear_next_attempt_time();
    lane.clear_pending_since();
    const bool changed =
        lane.wanted_revision() > lane.confirmed_revision() || lane.has_later_since();
    const bool more = changed && !link_.bugs.lost_update_on_delivered;
    lane.set_phase(more ? LaneState::PHASE_READY : LaneState::PHASE_IDLE);
    if (more)
      *lane.mutable_pending_since() =
          lane.has_later_since() ? lane.later_since() : ToProto(link_.now);
    lane.clear_later_since();
  }

  void Confirm(const std::string& key, int64_t version) {
    LaneState& lane = effects_.lane;
    if (!key.empty()) lane.set_key(key);
    // An answer without a version leaves us without: then the feed alone tells what came after.
    if (version > 0 || lane.intent().fields_size() > 0) lane.set_delivered_version(version);
    // Reports that are newer than our write have been taken in already: they count, not the write.
    const bool overtaken = version > 0 && lane.source_version() >= version;
    Shadow shadow(lane);
    const Intent intent = lane.intent();
    for (const IntentField& written : intent.fields()) {
      if (overtaken) break;
      ShadowField& field = shadow.At(written.path());
      if (link_.reports_echoes) {
        if (field.sent_size() >= kSentValuesMax) field.mutable_sent()->erase(field.sent().begin());
        field.add_sent(written.digest());
      } else {
        field.set_reported(written.digest());
      }
    }
    lane.clear_intent();
    const int64_t seen = link_.bugs.lost_update_on_delivered ? lane.wanted_revision() : 0;
    Settle(std::max(intent.revision(), seen));
  }

  // Whether a record shows that the unanswered delivery came through.
  bool Holds(const InboundItem& item) const {
    const FieldMap held = domain::Flatten(item.dossier());
    const auto& fields = effects_.lane.intent().fields();
    return std::all_of(fields.begin(), fields.end(), [&held](const IntentField& field) {
      const auto found = held.find(field.path());
      return field.digest() == (found == held.end() ? "" : ValueDigest(found->second));
    });
  }

  // Takes in what the counterpart says of its record: echoes are confirmed, the rest are edits.
  void TakeIn(const InboundItem& item) {
    domain::Change edit;
    Shadow shadow(effects_.lane);
    for (const auto& [path, value] : domain::Flatten(item.dossier())) {
      if (IsEdit(path, ValueDigest(value), item, shadow)) edit.set.push_back(path);
    }
    for (const std::string& path : item.cleared()) {
      if (IsEdit(path, "", item, shadow)) edit.clear.push_back(path);
    }
    if (edit.set.empty() && edit.clear.empty()) return;
    edit.dossier = item.dossier();
    effects_.edit = std::move(edit);
    // The owner's value may be another: the lane looks once more at what differs.
    LookAgain();
  }

  bool IsEdit(const std::string& path, const std::string& digest, const InboundItem& item,
              Shadow& shadow) {
    ShadowField& field = shadow.At(path);
    if (link_.bugs.echo_filter_off) {
      field.set_reported(digest);
      return true;
    }
    const bool edit =
        HoldsAllDeliveries(item) ? IsEditNow(digest, field) : IsEditBefore(digest, field);
    if (edit && TakeEcho(path, digest)) {
      field.set_reported(digest);
      ++effects_.echoes;
      return false;
    }
    if (edit) field.set_reported(digest);
    return edit;
  }

  // Whether the record is from after our last delivery, by the counterpart's own versions.
  bool HoldsAllDeliveries(const InboundItem& item) const {
    const int64_t delivered = effects_.lane.delivered_version();
    return delivered > 0 && item.version() >= delivered;
  }

  // A record that holds all we delivered: what differs from it was changed afterwards, even when it
  // is the value from before.
  bool IsEditNow(const std::string& digest, ShadowField& field) {
    const bool sent = field.sent_size() > 0;
    const bool echo = sent && field.sent(field.sent_size() - 1) == digest;
    const bool edit = sent ? !echo : field.reported() != digest;
    effects_.echoes += echo ? 1 : 0;
    if (sent) field.set_reported(digest);
    field.clear_sent();
    return edit;
  }

  // A record that may be from before some of our deliveries: the last reported value is old news,
  // and one of the values we sent confirms it and those before it.
  bool IsEditBefore(const std::string& digest, ShadowField& field) {
    if (field.reported() == digest) return false;
    const auto found = std::find(field.sent().begin(), field.sent().end(), digest);
    // What we sent and was not reported yet comes after this edit: it is what the record will hold.
    if (found == field.sent().end()) return true;
    field.set_reported(digest);
    field.mutable_sent()->erase(field.sent().begin(), found + 1);
    ++effects_.echoes;
    return false;
  }

  // A report that repeats the delivery under way: that field needs no confirmation any more.
  bool TakeEcho(const std::string& path, const std::string& digest) {
    if (!effects_.lane.has_intent()) return false;
    auto& fields = *effects_.lane.mutable_intent()->mutable_fields();
    for (auto it = fields.begin(); it != fields.end(); ++it) {
      if (it->path() != path || it->digest() != digest) continue;
      fields.erase(it);
      return true;
    }
    return false;
  }

  const LinkState& link_;
  const std::string_view name_;
  Effects effects_;
};

}  // namespace

Effects Step(const LaneState& lane, const LinkState& link, std::string_view name,
             const Event& event) {
  Stepper stepper(lane, link, name);
  std::visit(stepper, event);
  return stepper.Take();
}

int64_t TargetRevision(const std::vector<storage::v1::JournalEntry>& entries, int64_t confirmed,
                       const PlantedBugs& bugs) {
  int64_t target = confirmed;
  bool status_taken = false;
  for (const storage::v1::JournalEntry& entry : entries) {
    if (entry.status_changed() && status_taken && !bugs.status_coalesced) break;
    status_taken = status_taken || entry.status_changed();
    target = entry.revision();
  }
  return target;
}

absl::Duration Backoff(const LinkState& link, int attempts) {
  return FullJitter(link.backoff_min, link.backoff_max, attempts, link.chance);
}

}  // namespace lienthong::sync
