#ifndef LIENTHONG_GATEWAY_SYNC_SHADOW_H_
#define LIENTHONG_GATEWAY_SYNC_SHADOW_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"

#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

// Digest of a field's value as a shadow keeps it: no personal data, 15 bytes. A value that is not
// set has the empty digest.
std::string ValueDigest(std::string_view value);

// Stands for a reported value that a delivery of ours may have overwritten: it is no value's
// digest, so whatever the field is to be differs from it.
inline constexpr std::string_view kUncertain = "?";

// Notes that a value which the counterpart refused is not sent again: it counts as what we believe
// to be there until the field is to be otherwise, or the counterpart itself changes it. Kept as the
// last of `sent`, marked: it was never there, so no report is compared with it.
void GiveUp(std::string_view digest, storage::v1::ShadowField& field);
// Whether the newest value of a field is one that was given up.
bool IsGivenUp(const storage::v1::ShadowField& field);

// What we believe the counterpart holds of one field: what we sent last, or else what it reported.
std::string_view BeliefOf(const storage::v1::ShadowField& field);

// The same for all fields of a lane, by path. Valid while the lane's shadow is not changed.
using Beliefs = absl::btree_map<std::string_view, std::string_view>;
Beliefs BeliefsOf(const storage::v1::LaneState& lane);

// The shadow fields of a lane by path, for one step. Writes go through to the lane.
class Shadow {
 public:
  explicit Shadow(storage::v1::LaneState& lane);

  // Never null; a field that was never seen is made, empty.
  storage::v1::ShadowField& At(const std::string& path);
  bool Has(const std::string& path) const { return index_.contains(path); }

 private:
  storage::v1::LaneState& lane_;
  absl::flat_hash_map<std::string_view, int> index_;  // path -> position in lane_.shadow
};

// What a delivery has brought there. `is_echoed`: the counterpart will report it back; else it
// counts as reported at once. Either way it is newer than all that was reported before: its number
// is that of another report.
void NoteSent(const storage::v1::Intent& intent, bool is_echoed, storage::v1::LaneState& lane);

// A value that the counterpart had told in a report which nobody could read until now: what was
// sent of the field up to it has come back. What the counterpart told since was judged without
// that: then nothing tells any more what stands there. False when it is no value that we had sent.
bool NoteCameBack(std::string_view digest, int64_t report, storage::v1::ShadowField& field);

// A value of such a report that was overtaken here, by others, and not there: it is what stands
// there. False when that is what we believe, or the counterpart was told or has told since.
bool NoteStands(std::string_view digest, int64_t report, storage::v1::ShadowField& field);

// What was sent and not yet reported back may not stand there. False when there is none such.
bool DoubtSent(storage::v1::LaneState& lane);

// Nor may what an unanswered delivery has written, which was refused. What is only appended is not
// there at all.
void DoubtUnanswered(storage::v1::LaneState& lane);

// Drops fields of which nothing is known: not set, and never told. One that was cleared stays, for
// what was said before it was.
void PruneShadow(storage::v1::LaneState& lane);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_SHADOW_H_
