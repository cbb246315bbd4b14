#ifndef LIENTHONG_GATEWAY_SYNC_LANE_NOTES_H_
#define LIENTHONG_GATEWAY_SYNC_LANE_NOTES_H_

#include <string>

#include "lienthong/storage/v1/storage.pb.h"

// Small changes of what a lane keeps.
namespace lienthong::sync {

// The elements that an unanswered delivery of an append-only list carries, e.g. `steps[a1],
// steps[a2]`.
std::string NamesOf(const storage::v1::Intent& intent);

// Notes that the elements of a delivery may stand twice at the counterpart.
void NoteDuplicates(const storage::v1::Intent& intent, storage::v1::LaneState& lane);

// Notes a call of the counterpart by its digest. False when the same one was taken in before.
bool NoteReceived(const std::string& call, storage::v1::LaneState& lane);

// The dossier has ended before it came to the counterpart: no record of it is made any more.
void Rest(storage::v1::LaneState& lane);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LANE_NOTES_H_
