#ifndef LIENTHONG_GATEWAY_SYNC_LANE_H_
#define LIENTHONG_GATEWAY_SYNC_LANE_H_

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/merge.h"
#include "gateway/sync/planted_bugs.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::sync {

using storage::v1::LaneState;

// What a step may know of its link: a few facts, whatever the number of dossiers.
struct LinkState {
  absl::Time now;   // of the link's own clock, for times to wait
  absl::Time wall;  // the time of day, for what people read
  bool read_back = false;
  bool idempotent_delivery = false;
  bool reports_echoes = false;
  bool patch = true;
  std::vector<std::string> append_only;  // as in Capabilities
  int append_items_max = 1;
  std::vector<std::string> updatable;
  std::vector<std::string> unnamed_elements;
  bool calls_only = false;
  bool holds_voiding = false;            // it has a place for what says that a dossier is void
  bool hold_unanswered_appends = false;  // they wait for a person, else they are sent again
  absl::Duration backoff_min = absl::Seconds(1);
  absl::Duration backoff_max = absl::Minutes(5);
  double chance = 0.5;   // in [0, 1), for the jitter of a wait
  int64_t sequence = 0;  // of the journal, up to which the link has looked
  PlantedBugs bugs;
};

// Changes of the dossier were committed.
struct ChangeSeen {
  int64_t revision = 0;     // the newest
  absl::Time committed;     // the oldest
  int64_t sequence = 0;     // of the journal, the oldest one's
  int64_t quiet_since = 0;  // != 0: from this revision on there is nothing to show anybody
};

// The dossier is there, and no change of it tells the lane: the link is new, or looks at all of
// them again. Such lanes have their turns behind all that changes.
struct Loaded {
  int64_t revision = 0;   // the newest
  int64_t position = 0;   // in the order of loaded dossiers
  bool again = false;     // also when the lane knows it and has nothing to do
  bool restored = false;  // the store is an older one: more may stand there than the lane knows
};

// A reasoned act on the dossier, as its journal has it.
struct Act {
  int64_t revision = 0;  // that it made
  storage::v1::ReasonedAct kind = storage::v1::REASONED_ACT_UNSPECIFIED;
  std::string reason = {};
  std::vector<std::string> paths = {};  // that it changed
};

// The lane has its turn. `target` is the dossier at the revision to bring the counterpart to,
// `shown` how the counterpart would hold it.
struct Turn {
  const dossier::v1::Dossier* target = nullptr;
  const adapter::v1::Representation* shown = nullptr;
  int64_t head_revision = 0;  // the newest one
  // Fields that changed after `target` and have their turn later. Not the status, unless the
  // counterpart itself has moved it on: each status of another is shown to it.
  std::set<std::string> later = {};
  // The dossier at the newest revision, for counterparts that take only whole records; null: there
  // is nothing later.
  const adapter::v1::Representation* head_shown = nullptr;
  // Acts that have led to `target`; those of which the lane knows may be among them.
  std::vector<Act> acts = {};
  bool is_closed = false;  // the dossier is void, or joined into another one
};

// The counterpart (or the lack of it) answered a delivery.
struct Answered {
  adapter::v1::ItemOutcome outcome;
  const adapter::v1::OutboundItem* item = nullptr;  // as it was sent
};

// What became of an earlier delivery that the counterpart had answered before it worked on it.
struct LateAnswer {
  const adapter::v1::ItemOutcome* outcome = nullptr;
};

// A look-up came back.
struct ReadBack {
  const adapter::v1::InboundItem* item = nullptr;  // null: it holds no such record
};

// So did the one that comes first in a restored store (LaneState.look_up_first).
struct ReadFirst {
  const adapter::v1::InboundItem* item = nullptr;  // null: it holds none, or none that can be read
  // How the counterpart would hold the dossier as it is now; not null where `item` is not.
  const adapter::v1::Representation* shown = nullptr;
};

// A look-up failed: nothing is known that was not known before.
struct NotRead {};

// An operator takes a report up again that had been refused.
struct Replayed {
  int64_t report = 0;                    // its number, as LaneState.reports was when it came
  std::set<std::string> corrected = {};  // fields of which the operator says otherwise
};

// The counterpart reported a record: in its feed, or when it called us.
struct Reported {
  const adapter::v1::InboundItem* item = nullptr;
  // Digest of the item as it came with a call, when it has no version; empty otherwise.
  std::string call = {};
  // Null for what it says now.
  const Replayed* replayed = nullptr;
};

// Both sides were compared, and a difference is to be mended (reconcile/plan.h).
struct Reconciled {
  const adapter::v1::InboundItem* held = nullptr;  // null: it holds no such record any more
  std::set<std::string> push = {};                 // fields that go out again
  std::set<std::string> pull = {};                 // fields that are about to be taken in
};

// The process began again while a call was under way.
struct Restarted {};

using Event = std::variant<ChangeSeen, Loaded, Turn, Answered, LateAnswer, ReadBack, ReadFirst,
                           NotRead, Reported, Reconciled, Restarted>;

// Why a lane, or one item, needs a person.
struct Stop {
  std::string field;
  std::string reason;
  int64_t revision = 0;  // that could not be delivered; 0: nothing of ours was refused
};

// What a step asks for. `lane` is to be committed before anything else happens.
struct Effects {
  LaneState lane;
  std::optional<adapter::v1::OutboundItem> deliver;
  bool look_up = false;
  std::optional<domain::Change> edit;  // what the counterpart changed, to be merged
  // Codes that the counterpart gave the dossier in an answer, its key among them; no issuer: its
  // own.
  std::vector<dossier::v1::CodeReference> codes;
  std::optional<Stop> stop;
  bool unchanged = false;  // the lane is as it was: nothing need be written
  std::string mended;      // a dead letter that no longer stops the lane
  // What a person has to do there: acts that the counterpart's contract has no place for, each with
  // the fields that it cannot hold or change.
  std::vector<Act> tasks;
  bool duplicate = false;  // the report was taken in before
  int echoes = 0;          // fields that only repeated what we had sent
};

// One step of one dossier on one link. Pure: no clock, no threads, no sockets. `name` begins the
// ids of deliveries and is stable for the lane, e.g. "city-17".
Effects Step(LaneState lane, const LinkState& link, std::string_view name, const Event& event);

// Stops a lane after a step, for what the step could not know.
void StopFor(Stop stop, Effects& effects);

// Full jitter: uniform between 0 and min(max, min * 2^(attempts-1)).
absl::Duration Backoff(const LinkState& link, int attempts);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LANE_H_
