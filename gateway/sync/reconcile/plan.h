#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_PLAN_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_PLAN_H_

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/parties.h"
#include "gateway/domain/status_graph.h"
#include "gateway/sync/lane.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/comparison.pb.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/reconciliation.pb.h"

// What it means that the two sides of a link say otherwise of a dossier, and what may be done about
// it. Pure.
//
// A field in which they differ is
//   STALE    when the counterpart holds a value that the dossier had before: what we delivered
//   since
//            was lost there. Not when the counterpart itself said the newer value and may say so:
//            it went back on its own word.
//   THEIRS   when it is the counterpart's own to say, and not what it has reported already: that
//   was
//            dealt with when it came.
//   ALTERED  otherwise: neither ours nor its own to say. Also what is its own, in a record that is
//            behind what it has told: it was set back, and only a person can say what counts.
// A value that an operator has given up is no difference, nor is an earlier one where the field
// cannot be changed there any more: the lane says so itself (LaneState.losses).
namespace lienthong::sync {

// Earlier values are looked for among so many changes.
inline constexpr int64_t kHistoryEntriesMax = 200;

// One dossier on both sides. Everything outlives it.
struct BothSides {
  const LaneState& lane;
  const dossier::v1::Dossier& head;      // here
  const adapter::v1::InboundItem* held;  // there; null: it holds no such record
  const adapter::v1::Capabilities& can;  // of the counterpart
  const core::Party& party;              // that it is
  const core::Parties& parties;
  const domain::StatusGraph& graph;
  std::string_view self;  // the link as an actor, e.g. "link/city"
  absl::Time now;
  // How the counterpart would hold a dossier.
  std::function<adapter::v1::Representation(const dossier::v1::Dossier&)> represent;
  // The newest changes of the dossier, oldest first; read only when something differs.
  std::function<absl::StatusOr<std::vector<storage::v1::JournalEntry>>()> history;
};

struct Verdict {
  enum class Kind {
    kEqual,
    kInMotion,      // something of it is on its way: nothing can be said
    kDeadLettered,  // something of it waits for a person: nothing can be said
    kUnsettled,     // it differs, but the counterpart's feed may tell in a moment
    kDiffers,
  };
  Kind kind = Kind::kEqual;
  storage::v1::FindingRecord finding = {};  // of what differs; without key columns' and times
};

// Errors of `history`. `feed_read`: the counterpart's feed was read to its end after it was asked
// what it holds.
absl::StatusOr<Verdict> Classify(const BothSides& sides, bool feed_read);

// Tells a record as it was shown from any other state of it.
std::string RecordDigest(const adapter::v1::LookUpReply::Record& record);

// Whether an operator has given up the dossier there before it ever had a record.
bool NeverBegins(const LaneState& lane, int64_t head_revision);
// Whether the lane has nothing to do and nothing to wait for.
bool IsSettled(const LaneState& lane, int64_t head_revision);

// Whether a finding may be repaired without a person: nothing in it would be overwritten that was
// never ours.
bool NeedsNoJudgement(const storage::v1::FindingRecord& finding);

// What is to be done of an approved finding.
struct Repair {
  bool creates = false;             // the record is made again
  std::set<std::string> push = {};  // fields that are delivered
  std::set<std::string> pull = {};  // fields that are taken in
};
// What was approved and is so still; nothing when there is none such left.
std::optional<Repair> RepairOf(const storage::v1::FindingRecord& approved, const Verdict& now);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_PLAN_H_
