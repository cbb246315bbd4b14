#ifndef LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "gateway/core/engine.h"
#include "gateway/sync/breaker.h"
#include "gateway/sync/inbound.h"
#include "gateway/sync/lane.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/links.h"

namespace lienthong::sync {

// What a link has done since start.
struct LinkCounters {
  int64_t delivered = 0;
  int64_t received = 0;
  int64_t echoes = 0;
};

// The work of one link, as steps that somebody else calls: a runner's thread, or a simulation.
// Reads the journal, gives lanes their turns, hands deliveries to the adapter, takes in what comes
// back. What a step decides is committed before anything is sent.
//
// Tick and Recover are called by one thread at a time; Wake may be called by any thread.
class LinkEngine {
 public:
  // `wake` is called, from any thread, whenever another Tick is worth while. All outlive the
  // engine.
  LinkEngine(core::Engine& engine, const LinkOptions& options, const core::Party& party,
             sdk::Adapter& adapter, std::function<void()> wake);
  ~LinkEngine();

  // Takes the link's lease, and the calls that a former process left under way as unanswered.
  absl::Status Recover();

  // Does all that can be done now and returns when the next is due. An error means the store
  // failed; nothing is lost, the same is done again by the next Tick.
  absl::StatusOr<absl::Time> Tick();

  absl::Status SetPaused(bool paused);

  // Waits until no call to the adapter is under way, or until the deadline.
  bool Quiesce(absl::Time deadline);

  v1::Link Describe() const;  // thread-safe
  void PlantBugs(const PlantedBugs& bugs) { bugs_ = bugs; }

 private:
  struct Completion;
  struct Mailbox;

  LinkState StateNow() const;
  std::string LaneName(int64_t dossier_id) const;
  bool Concerns(const storage::v1::JournalEntry& entry) const;
  absl::Status CommitAll(std::vector<store::WriteSet> sets, std::vector<bool>* committed);

  absl::Status TakeCompletions();
  absl::Status TakeDelivered(Completion& completion);
  absl::Status TakeLookedUp(Completion& completion);
  absl::Status TakePulled(Completion& completion);
  absl::Status ReadJournal(bool* more);
  absl::Status RunLanes();
  absl::Status RunLane(const StoredLane& lane);
  struct Target {
    dossier::v1::Dossier dossier;
    int64_t head_revision = 0;
    std::set<std::string> later;
  };
  absl::StatusOr<Target> TargetOf(const StoredLane& lane) const;
  absl::Status SendDecided();
  void StartPull();
  void NoteSuccess();
  void NoteFailure(const absl::Status& status, bool is_probe);
  int CallsAllowed() const;
  absl::Time NextPull() const;

  core::Engine& engine_;
  const LinkOptions options_;
  const core::Party& party_;
  sdk::Adapter& adapter_;
  const LaneStore lanes_;
  Inbound inbound_;
  const std::shared_ptr<Mailbox> mailbox_;
  PlantedBugs bugs_;

  int64_t fence_ = 0;
  storage::v1::LinkRecord record_;
  absl::Time next_pull_;
  bool pulling_ = false;
  int calls_ = 0;                 // deliveries and look-ups under way
  std::set<int64_t> looking_up_;  // lanes with a look-up under way
  // Decided in this tick, sent after the commit.
  struct Decided {
    StoredLane lane;
    Effects effects;
    std::string code;
  };
  std::vector<Decided> decided_;

  mutable std::mutex mutex_;  // guards what Describe shows
  LinkCounters counters_;
  Breaker breaker_;
  std::string last_error_;
  absl::Time last_success_ = absl::InfinitePast();
  bool paused_ = false;
  int64_t cursor_ = 0;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_
