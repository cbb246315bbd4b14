#include "gateway/sync/report.h"

#include <algorithm>
#include <string>

#include "gateway/domain/fields.h"
#include "gateway/sync/declared.h"
#include "gateway/sync/shadow.h"

namespace lienthong::sync {
namespace {

using adapter::v1::InboundItem;
using storage::v1::Intent;
using storage::v1::IntentField;
using storage::v1::ShadowField;

// Tells edits from echoes, field by field, for one reported record.
class Reader {
 public:
  Reader(const InboundItem& item, bool in_call, const Replayed* replayed, const LinkState& link,
         LaneState& lane)
      : item_(item),
        in_call_(in_call),
        replayed_(replayed),
        link_(link),
        lane_(lane),
        shadow_(lane) {}

  Report Read() {
    domain::Change edit;
    for (const auto& [path, value] : domain::Flatten(item_.dossier())) {
      if (IsEdit(path, ValueDigest(value))) edit.set.push_back(path);
    }
    for (const std::string& path : item_.cleared()) {
      // What was never known there is not news when it is not set.
      if (shadow_.Has(path) && IsEdit(path, "")) edit.clear.push_back(path);
    }
    PruneShadow(lane_);
    if (!edit.set.empty() || !edit.clear.empty()) {
      edit.dossier = item_.dossier();
      report_.edit = std::move(edit);
    }
    return std::move(report_);
  }

 private:
  bool IsEdit(const std::string& path, const std::string& digest) {
    ShadowField& field = shadow_.At(path);
    field.set_taken(replayed_ == nullptr ? lane_.reports() : replayed_->report);
    field.set_told_by_us(false);
    if (link_.bugs.echo_filter_off) {
      field.set_reported(digest);
      return true;
    }
    const std::string given_up = TakeGivenUp(field);
    const bool edit = in_call_               ? IsEditInCall(digest, field)
                      : HoldsAllDeliveries() ? IsEditNow(digest, field)
                                             : IsEditBefore(digest, field);
    if (!edit) {
      if (!given_up.empty()) field.add_sent(given_up);
      return false;
    }
    if (TakeEcho(path, digest)) {
      field.set_reported(digest);
      ++report_.echoes;
      return false;
    }
    const bool raced = item_.version() == 0 && TakeOut(path, nullptr);
    const bool doubtful = raced || MayBeOverwritten(path) || IsCorrected(path);
    field.set_reported(doubtful ? std::string(kUncertain) : digest);
    return true;
  }

  // What an operator says in the counterpart's place is not what it holds.
  bool IsCorrected(const std::string& path) const {
    return replayed_ != nullptr && replayed_->corrected.contains(path);
  }

  // What was given up was never there: no report can be behind it.
  static std::string TakeGivenUp(ShadowField& field) {
    if (!IsGivenUp(field)) return "";
    std::string given_up = field.sent(field.sent_size() - 1);
    field.mutable_sent()->RemoveLast();
    return given_up;
  }

  // Whether the record is from after our last delivery, by the counterpart's own versions.
  bool HoldsAllDeliveries() const {
    const int64_t delivered = lane_.delivered_version();
    return delivered > 0 && item_.version() >= delivered;
  }

  // Without versions nothing tells whether an edit came before or after a delivery that replaced
  // the whole record. Then it is told to the counterpart once more.
  bool MayBeOverwritten(const std::string& path) const {
    if (link_.patch || item_.version() > 0 || Declares(link_.append_only, path)) return false;
    return link_.updatable.empty() || Declares(link_.updatable, path);
  }

  // Who calls says what was done there just now: also what had been so before, when a delivery of
  // something else is under way or has been there since.
  bool IsEditInCall(const std::string& digest, ShadowField& field) const {
    const auto& fields = lane_.intent().fields();
    const bool under_way = std::any_of(
        fields.begin(), fields.end(),
        [&field](const IntentField& written) { return written.path() == field.path(); });
    if (BeliefOf(field) == digest && !under_way) return false;
    field.clear_sent();
    return true;
  }

  // A record that holds all we delivered: what differs from it was changed afterwards, even when it
  // is the value from before.
  bool IsEditNow(const std::string& digest, ShadowField& field) {
    const bool sent = field.sent_size() > 0;
    const bool echo = sent && field.sent(field.sent_size() - 1) == digest;
    const bool edit = sent ? !echo : field.reported() != digest;
    report_.echoes += echo ? 1 : 0;
    if (sent) field.set_reported(digest);
    field.clear_sent();
    return edit;
  }

  // What we sent last is what the counterpart had told last: that makes no row there.
  static bool IsAgreed(const ShadowField& field) {
    return field.sent_size() > 0 && field.sent(field.sent_size() - 1) == field.reported();
  }

  // A record that may be from before some of our deliveries: the last reported value is old news,
  // and one of the values we sent confirms it and those before it.
  bool IsEditBefore(const std::string& digest, ShadowField& field) {
    if (field.reported() == digest) return false;
    const auto found = std::find(field.sent().begin(), field.sent().end(), digest);
    if (found == field.sent().end() || link_.bugs.pull_in_flight_is_edit) {
      // What we sent and was not reported yet comes after this edit: it is what the record will
      // hold. Unless it came back in a row that nobody saw: where both sides had said the same
      // last, the edit counts, or else each next one would be answered with the one before it.
      if (IsAgreed(field)) field.set_edited(true);
      return true;
    }
    report_.was_after_all = report_.was_after_all || field.edited();
    field.clear_edited();
    field.set_reported(digest);
    field.mutable_sent()->erase(field.sent().begin(), found + 1);
    ++report_.echoes;
    return false;
  }

  // A report that repeats the delivery under way: that field needs no confirmation any more.
  bool TakeEcho(const std::string& path, const std::string& digest) {
    return TakeOut(path, &digest);
  }

  // Takes a field out of the delivery under way, if it is there (with that digest): its answer will
  // say nothing of it. Whether an edit came before or after what is under way, nothing tells
  // without versions; an answer that came late would pass for the newer.
  bool TakeOut(const std::string& path, const std::string* digest) {
    if (!lane_.has_intent()) return false;
    auto& fields = *lane_.mutable_intent()->mutable_fields();
    for (auto it = fields.begin(); it != fields.end(); ++it) {
      if (it->path() != path || (digest != nullptr && it->digest() != *digest)) continue;
      fields.erase(it);
      return true;
    }
    return false;
  }

  const InboundItem& item_;
  const bool in_call_;
  const Replayed* const replayed_;
  const LinkState& link_;
  LaneState& lane_;
  Shadow shadow_;
  Report report_;
};

// Whatever is delivered next makes a new record.
void ForgetRecord(LaneState& lane) {
  lane.clear_key();
  lane.clear_source_version();
  lane.clear_delivered_version();
  lane.clear_shadow();
  lane.clear_confirmed_revision();
  lane.clear_refused_revision();  // what was given up is wanted after all
  lane.clear_private_state();
}

}  // namespace

Report TakeIn(const InboundItem& item, bool in_call, const Replayed* replayed,
              const LinkState& link, LaneState& lane) {
  return Reader(item, in_call, replayed, link, lane).Read();
}

bool NoteHeld(const Reconciled& compared, LaneState& lane) {
  if (compared.held == nullptr) {
    ForgetRecord(lane);
    return true;
  }
  const domain::FieldMap held = domain::Flatten(compared.held->dossier());
  lane.set_reports(lane.reports() + 1);
  if (lane.key().empty()) {  // given up before it had a record, and there is one
    lane.set_key(compared.held->key());
    lane.clear_refused_revision();
  }
  Shadow shadow(lane);
  for (const std::string& path : compared.pull) shadow.At(path).clear_sent();
  for (const std::string& path : compared.push) {
    const auto value = held.find(path);
    ShadowField& field = shadow.At(path);
    field.clear_sent();
    field.set_reported(value == held.end() ? "" : ValueDigest(value->second));
    field.set_taken(lane.reports());
    field.set_told_by_us(false);
  }
  PruneShadow(lane);
  return !compared.push.empty();
}

Intent HeldPart(const InboundItem& item, const Intent& intent) {
  const domain::FieldMap held = domain::Flatten(item.dossier());
  Intent part = intent;
  auto& fields = *part.mutable_fields();
  const auto differs = [&held](const IntentField& field) {
    const auto found = held.find(field.path());
    return field.digest() != (found == held.end() ? "" : ValueDigest(found->second));
  };
  fields.erase(std::remove_if(fields.begin(), fields.end(), differs), fields.end());
  return part;
}

bool Holds(const InboundItem& item, const Intent& intent) {
  return HeldPart(item, intent).fields_size() == intent.fields_size();
}

}  // namespace lienthong::sync
