#include "gateway/sync/shadow.h"

#include "gateway/core/digest.h"

namespace lienthong::sync {

constexpr size_t kDigestBytes = 16;

std::string ValueDigest(std::string_view value) {
  return core::Sha256(value).substr(0, kDigestBytes);
}

Shadow::Shadow(storage::v1::LaneState& lane) : lane_(lane) {
  for (int i = 0; i < lane.shadow_size(); ++i) index_.emplace(lane.shadow(i).path(), i);
}

storage::v1::ShadowField& Shadow::At(const std::string& path) {
  const auto [found, added] = index_.emplace(path, lane_.shadow_size());
  if (!added) return *lane_.mutable_shadow(found->second);
  storage::v1::ShadowField& field = *lane_.add_shadow();
  field.set_path(path);
  return field;
}

std::string Shadow::Belief(const std::string& path) const {
  const auto found = index_.find(path);
  if (found == index_.end()) return "";
  const storage::v1::ShadowField& field = lane_.shadow(found->second);
  return field.sent_size() > 0 ? field.sent(field.sent_size() - 1) : field.reported();
}

}  // namespace lienthong::sync
