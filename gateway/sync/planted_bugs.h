#ifndef LIENTHONG_GATEWAY_SYNC_PLANTED_BUGS_H_
#define LIENTHONG_GATEWAY_SYNC_PLANTED_BUGS_H_

#include "gateway/domain/merge.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sync {

// Test-only switches that break one rule each, so that the simulation can show that it would
// notice. Never set outside tests.
struct PlantedBugs {
  bool echo_filter_off = false;           // every report counts as an edit
  bool unknown_is_success = false;        // a missing answer counts as applied
  bool lost_update_on_delivered = false;  // changes made during a call count as delivered
  bool status_coalesced = false;          // status changes are merged like edits
  bool resend_unflagged = false;          // elements sent a second time are not recorded as such
  bool append_lost_on_unknown = false;    // unanswered elements count as sent
  bool batch_index_shift = false;         // an item gets the outcome of the one before it
  bool shadow_before_delivery = false;    // what is about to be sent counts as being there
  bool twin_steps_merged = false;         // a step that says the same as another is dropped
  bool truncation_is_edit = false;        // what a counterpart cuts comes back as its edit
  bool pull_in_flight_is_edit = false;    // a record from before our deliveries changes them back
  bool dropped_clear = false;             // clearing a field is not delivered
  bool old_row_reverts = false;           // a record that was taken in before counts again
  bool lane_overtaken = false;            // a dossier's turn comes while its call is under way
  bool ack_before_commit = false;         // a call is answered although nothing could be stored
  bool stale_owner_delivers = false;      // calls are made without a look at the link's lease
  bool token_before_items = false;        // the feed goes on although items could not be stored
  bool load_mark_early = false;           // a load goes on although its lanes could not be stored
  bool restore_delivers_at_once = false;  // a restored store is taken for the newest
  bool restored_not_looked_up = false;    // nor is it looked for what was told by call since
  bool replay_reverts = false;            // a replayed item counts as the newest word
  bool repair_overwrites_theirs = false;  // a repair delivers our value over the counterpart's own
};

// The bodies of those that take more than a line.
//
// Outcome i of a batch goes to item i+1, that of the last one to the first.
void ShiftOutcomes(adapter::v1::DeliverReply& reply);
// Takes out the steps that say the same as one of the stored ones under another id.
void DropTwinSteps(const dossier::v1::Dossier& stored, domain::Change& change);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_PLANTED_BUGS_H_
