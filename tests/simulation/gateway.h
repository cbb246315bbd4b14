#ifndef LIENTHONG_TESTS_SIMULATION_GATEWAY_H_
#define LIENTHONG_TESTS_SIMULATION_GATEWAY_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/sync/link_engine.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "tests/simulation/fragile_store.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"
#include "tests/simulation/way.h"

namespace lienthong::simulation {

// The ways to all counterparts.
struct Ways {
  Way& city;
  Way& district;
  Way& portal;
};

// What a seed is about.
struct Rules {
  sync::PlantedBugs bugs;
  bool hold_unanswered_appends = false;
};

// A gateway with its store in memory and a link to each counterpart. Everything but the store and
// the ways ends with Crash and is made again by Start. Runs in the thread that runs the schedule.
class Gateway {
 public:
  // All outlive it.
  Gateway(Schedule& schedule, SimulatedClock& clock, Trace& trace, const Ways& ways, uint64_t seed,
          const Rules& rules);
  ~Gateway();

  void Start();
  void Crash();
  // One commit that a link makes soon fails: the n-th from now. Where the process ends with it, it
  // begins again after `down`.
  void FailSoon(int commit, CommitFault fault, absl::Duration down);
  void EndFaults() { store_.Disarm(); }
  bool running() const { return engine_ != nullptr; }
  // To be called after everything that happened: what changed wakes the links.
  void Look();
  void WakeAll();

  // A push by the agency, answered at once; Unavailable while the gateway is down.
  absl::StatusOr<dossier::v1::PushDossierResponse> Push(
      const dossier::v1::PushDossierRequest& request);
  std::string NewRequestId() { return random_->Uuid(); }
  // A call by the portal; Unavailable while the gateway is down.
  void Receive(const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<adapter::v1::ReceiveReply> done);

  // What it holds. Callable while it runs.
  std::optional<dossier::v1::Dossier> Find(const std::string& code,
                                           const std::string& issuer) const;
  std::vector<dossier::v1::Dossier> Dossiers() const;
  // Every conflict that there ever was, open or closed.
  std::vector<storage::v1::ConflictRecord> Conflicts() const;
  std::vector<storage::v1::DeadLetterRecord> DeadLetters() const;
  // The lane of a dossier at the portal.
  storage::v1::LaneState PortalLane(const std::string& code) const;
  // All entries so far, in order of commit.
  const std::vector<storage::v1::JournalEntry>& journal() const { return journal_; }
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
    std::unique_ptr<sync::LinkEngine> engine;
    bool woken = false;
    int64_t timer = 0;  // only the newest timer counts
  };

  void Wake(size_t index);
  void Tick(size_t index);
  void Die(size_t index);
  void NoteFailure(size_t index, const absl::Status& status);

  Schedule& schedule_;
  SimulatedClock& clock_;
  Trace& trace_;
  const Rules rules_;
  const std::unique_ptr<Random> random_;
  FragileStore store_;
  absl::Duration down_;
  int64_t commits_looked_at_ = 0;
  core::Parties parties_;
  std::unique_ptr<core::Engine> engine_;
  std::vector<Link> links_;
  std::vector<storage::v1::JournalEntry> journal_;
  std::map<std::string, int> status_changes_;  // by code
  std::vector<std::string> errors_;
  int64_t life_ = 0;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_GATEWAY_H_
