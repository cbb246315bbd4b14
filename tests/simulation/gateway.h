#ifndef LIENTHONG_TESTS_SIMULATION_GATEWAY_H_
#define LIENTHONG_TESTS_SIMULATION_GATEWAY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/link_engine.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "tests/simulation/cast.h"
#include "tests/simulation/fragile_store.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"
#include "tests/simulation/way.h"

namespace lienthong::simulation {

// What a seed is about.
struct Rules {
  sync::PlantedBugs bugs;
  bool hold_unanswered_appends = false;
  bool shares_store = false;  // leases end with their time, not with the process
};

// A gateway with its store in memory and a link to each counterpart. Everything but the store and
// the ways ends with Crash and is made again by Start. Runs in the thread that runs the schedule.
class Gateway {
 public:
  // One way for each system of the cast; all outlive it.
  Gateway(Schedule& schedule, SimulatedClock& clock, Trace& trace, const Cast& cast,
          std::vector<Way*> ways, uint64_t seed, const Rules& rules);
  ~Gateway();

  void Start();
  void Crash();
  // One commit that a link makes soon fails: the n-th from now. Where the process ends with it, it
  // begins again after `down`.
  void FailSoon(int commit, CommitFault fault, absl::Duration down);
  void StallSoon(int commit, absl::Duration stall);
  void EndFaults() { store_.Disarm(); }
  bool running() const { return engine_ != nullptr; }
  // To be called after everything that happened: what changed wakes the links.
  void Look();
  void WakeAll();

  // A link that is not configured until Connect.
  void LeaveOut(Side side) { links_[side].is_configured = false; }
  void Connect(Side side);
  bool IsConnected(Side side) const { return links_[side].is_configured; }
  // What was there before a link waits for it no longer than the link.
  bool IsNew(Side side) const {
    const absl::Duration since = links_[side].connected_at;
    return since > absl::ZeroDuration() && clock_.elapsed() - since < 2 * objective(side);
  }

  // A copy of the store as it is. Restore begins again with it, as after a disaster.
  void Backup();
  bool HasBackup() const { return backup_.has_value(); }
  void Restore();

  // A push by the agency, answered at once; Unavailable while the gateway is down.
  absl::StatusOr<dossier::v1::PushDossierResponse> Push(
      const dossier::v1::PushDossierRequest& request);
  std::string NewRequestId() { return random_->Uuid(); }
  // A call by a counterpart; Unavailable while the gateway is down.
  void Receive(Side side, const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<adapter::v1::ReceiveReply> done);
  // Something that an operator does with a link, between two of its ticks. Unavailable while the
  // gateway is down, and when it ends with this.
  absl::Status Operate(Side side, const std::function<absl::Status(sync::LinkEngine&)>& work);
  // Null while it is down.
  core::Engine* engine() { return engine_.get(); }

  // What it holds. Callable while it runs.
  std::optional<dossier::v1::Dossier> Find(const std::string& code,
                                           const std::string& issuer) const;
  std::vector<dossier::v1::Dossier> Dossiers() const;
  // Codes of dossiers of which reports read something else than the dossier says.
  std::vector<std::string> WrongInReports() const;
  std::vector<core::StoredConflict> OpenConflicts() const;
  // Every conflict that there ever was, open or closed.
  std::vector<storage::v1::ConflictRecord> Conflicts() const;
  std::vector<sync::StoredLetter> DeadLetters() const;
  // What was done, by operators and by the gateway itself.
  std::vector<storage::v1::ActRecord> Acts() const;
  storage::v1::LaneState LaneOf(Side side, const std::string& code) const;
  storage::v1::LinkRecord LinkOf(Side side) const;
  sync::v1::Link DescribeLink(Side side) const { return links_[side].engine->Describe(); }
  absl::Duration objective(Side side) const { return links_[side].options.objective; }
  // All entries so far, in order of commit.
  const std::vector<storage::v1::JournalEntry>& journal() const { return journal_; }
  // When an entry was seen.
  absl::Duration SeenAt(size_t entry) const { return seen_at_[entry]; }
  // Changes of status of a dossier that were committed.
  int StatusChanges(const std::string& code) const;

  // Nothing waits, nothing is under way, everything that was reported has been taken in.
  bool IsSettled(const Systems& systems) const;
  std::string DescribeLinks() const;
  // Errors of the store that a link met.
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  struct Link {
    sync::LinkOptions options;
    Way* way;
    std::unique_ptr<sync::LinkEngine> engine = nullptr;
    bool is_configured = true;
    absl::Duration connected_at = {};  // 0: it was from the beginning
    bool woken = false;
    int64_t timer = 0;          // only the newest timer counts
    std::string to_drain = {};  // the feed's end when the store was restored, until it was read
  };

  void StartLink(size_t index);
  void Wake(size_t index);
  void Tick(size_t index);
  void Die(size_t index);
  void NoteFailure(size_t index, const absl::Status& status);
  std::string Objection(size_t index, absl::Time deadline);
  // Which feeds have been read as far as they went when the store was restored.
  void NoteDrained();
  void AtFault(CommitFault fault);
  absl::Time LeaseEnd(const std::string& link) const;

  Schedule& schedule_;
  SimulatedClock& clock_;
  Trace& trace_;
  const Rules rules_;
  const std::unique_ptr<Random> random_;
  FragileStore store_;
  absl::Duration down_;
  absl::Duration stall_;
  int64_t commits_looked_at_ = 0;
  core::Parties parties_;
  std::unique_ptr<core::Engine> engine_;
  std::vector<Link> links_;
  std::vector<storage::v1::JournalEntry> journal_;
  std::vector<absl::Duration> seen_at_;
  std::map<std::string, int> status_changes_;  // by code
  std::vector<std::string> errors_;
  std::optional<StoreCopy> backup_;
  absl::Duration restored_at_ = absl::InfiniteDuration();
  int64_t life_ = 0;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_GATEWAY_H_
