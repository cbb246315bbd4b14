#include "gateway/sync/shadow.h"

#include <algorithm>

#include "gateway/core/digest.h"

namespace lienthong::sync {
namespace {

using storage::v1::LaneState;
using storage::v1::ShadowField;

// As many as a short string holds in place: lanes have hundreds of them.
constexpr size_t kDigestBytes = 15;
// Deliveries of one field that a feed may be behind; what is older counts as confirmed.
constexpr int kSentValuesMax = 32;

}  // namespace

std::string ValueDigest(std::string_view value) {
  return core::Sha256(value).substr(0, kDigestBytes);
}

const std::string& BeliefOf(const ShadowField& field) {
  return field.sent_size() > 0 ? field.sent(field.sent_size() - 1) : field.reported();
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
  for (const storage::v1::IntentField& written : intent.fields()) {
    ShadowField& field = shadow.At(written.path());
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

void PruneShadow(LaneState& lane) {
  auto& fields = *lane.mutable_shadow();
  const auto end = std::remove_if(fields.begin(), fields.end(), [](const ShadowField& field) {
    return field.reported().empty() && field.sent_size() == 0;
  });
  fields.erase(end, fields.end());
}

}  // namespace lienthong::sync
