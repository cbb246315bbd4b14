#ifndef LIENTHONG_GATEWAY_SYNC_SHADOW_H_
#define LIENTHONG_GATEWAY_SYNC_SHADOW_H_

#include <map>
#include <string>
#include <string_view>

#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// Digest of a field's value as a shadow keeps it: no personal data, 16 bytes. A value that is not
// set has the empty digest.
std::string ValueDigest(std::string_view value);

// The shadow fields of a lane by path, for one step. Writes go through to the lane.
class Shadow {
 public:
  explicit Shadow(storage::v1::LaneState& lane);

  // Never null; a field that was never seen is made, empty.
  storage::v1::ShadowField& At(const std::string& path);
  // What we believe the counterpart holds now: what we sent last, or else what it reported.
  std::string Belief(const std::string& path) const;
  // Paths of which something is known.
  const std::map<std::string, int>& paths() const { return index_; }

 private:
  storage::v1::LaneState& lane_;
  std::map<std::string, int> index_;  // path -> position in lane_.shadow
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_SHADOW_H_
