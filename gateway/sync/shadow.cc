#include "gateway/sync/shadow.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"

namespace lienthong::sync {
namespace {

using storage::v1::LaneState;
using storage::v1::ShadowField;

// As many as a short string holds in place: lanes have hundreds of them.
constexpr size_t kDigestBytes = 15;
// Deliveries of one field that a feed may be behind; what is older counts as confirmed.
constexpr int kSentValuesMax = 32;
// Before the digest of a value that was given up; no digest is as long as the two.
constexpr char kGivenUp = '-';

bool IsMarked(std::string_view sent) {
  return sent.size() != kDigestBytes && !sent.empty() && sent.front() == kGivenUp;
}

}  // namespace

std::string ValueDigest(std::string_view value) {
  return core::Sha256(value).substr(0, kDigestBytes);
}

bool IsGivenUp(const ShadowField& field) {
  return field.sent_size() > 0 && IsMarked(field.sent(field.sent_size() - 1));
}

void GiveUp(std::string_view digest, ShadowField& field) {
  if (IsGivenUp(field)) field.mutable_sent()->RemoveLast();
  field.add_sent(StrCat(std::string(1, kGivenUp), digest));
}

std::string_view BeliefOf(const ShadowField& field) {
  if (field.sent_size() == 0) return field.reported();
  const std::string_view sent = field.sent(field.sent_size() - 1);
  if (IsMarked(sent)) return sent.substr(1);
  return field.edited() ? field.reported() : sent;
}

Beliefs BeliefsOf(const LaneState& lane) {
  Beliefs beliefs;
  for (const ShadowField& field : lane.shadow()) beliefs.emplace(field.path(), BeliefOf(field));
  return beliefs;
}

Shadow::Shadow(LaneState& lane) : lane_(lane) {
  index_.reserve(static_cast<size_t>(lane.shadow_size()));
  for (int i = 0; i < lane.shadow_size(); ++i) index_.emplace(lane.shadow(i).path(), i);
}

ShadowField& Shadow::At(const std::string& path) {
  if (const auto found = index_.find(path); found != index_.end()) {
    return *lane_.mutable_shadow(found->second);
  }
  ShadowField& field = *lane_.add_shadow();
  field.set_path(path);
  index_.emplace(field.path(), lane_.shadow_size() - 1);
  return field;
}

void NoteSent(const storage::v1::Intent& intent, bool is_echoed, LaneState& lane) {
  Shadow shadow(lane);
  lane.set_reports(lane.reports() + 1);
  for (const storage::v1::IntentField& written : intent.fields()) {
    ShadowField& field = shadow.At(written.path());
    field.set_taken(lane.reports());
    field.set_told_by_us(true);
    field.clear_edited();
    if (!is_echoed) {
      field.set_reported(written.digest());
      field.clear_sent();
      continue;
    }
    if (field.sent_size() >= kSentValuesMax) field.mutable_sent()->erase(field.sent().begin());
    field.add_sent(written.digest());
  }
  PruneShadow(lane);
}

bool NoteCameBack(std::string_view digest, int64_t report, ShadowField& field) {
  const auto found = std::find(field.sent().begin(), field.sent().end(), digest);
  if (found == field.sent().end()) return false;
  const bool told_since = field.taken() > report;
  if (told_since && !field.told_by_us() && !IsGivenUp(field)) {
    field.clear_sent();
    field.set_reported(std::string(kUncertain));
    return true;
  }
  field.mutable_sent()->erase(field.sent().begin(), found + 1);
  field.clear_edited();
  if (!told_since || field.told_by_us()) field.set_reported(std::string(digest));
  return true;
}

bool NoteStands(std::string_view digest, int64_t report, ShadowField& field) {
  const bool is_settled = field.taken() > report || field.sent_size() > 0;
  if (is_settled || field.reported() == digest) return false;
  field.set_reported(std::string(digest));
  field.set_taken(report);
  return true;
}

bool DoubtSent(LaneState& lane) {
  bool doubted = false;
  for (ShadowField& field : *lane.mutable_shadow()) {
    if (field.sent_size() == (IsGivenUp(field) ? 1 : 0)) continue;
    field.clear_sent();
    field.set_reported(std::string(kUncertain));
    doubted = true;
  }
  return doubted;
}

void DoubtUnanswered(LaneState& lane) {
  if (lane.intent().appends()) return;
  NoteSent(lane.intent(), /*is_echoed=*/true, lane);
  DoubtSent(lane);
}

void PruneShadow(LaneState& lane) {
  auto& fields = *lane.mutable_shadow();
  const auto end = std::remove_if(fields.begin(), fields.end(), [](const ShadowField& field) {
    return field.reported().empty() && field.sent_size() == 0 && field.taken() == 0;
  });
  fields.erase(end, fields.end());
}

}  // namespace lienthong::sync
