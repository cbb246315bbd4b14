#ifndef LIENTHONG_GATEWAY_SYNC_LANE_STORE_H_
#define LIENTHONG_GATEWAY_SYNC_LANE_STORE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "gateway/sync/lane.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// A lane as it is stored. `version` 0: there is none yet.
struct StoredLane {
  int64_t dossier_id = 0;
  int64_t version = 0;
  storage::v1::LaneState state;
};

// An item that needs a person.
struct Letter {
  v1::DeadLetter::Direction direction;
  std::string code;  // the shared code, where known
  std::string key;
  Stop stop;
  std::string raw;
  int64_t dossier_id = 0;                           // 0: none is known
  const adapter::v1::InboundItem* item = nullptr;   // what came, for a replay
  int64_t taken = 0;                                // its number among the lane's reports
  const adapter::v1::OutboundItem* sent = nullptr;  // what was refused
  // Tells the item from every other item of the link: the same one, met again after a restart, is
  // the same dead letter.
  std::string identity;
};

// Lanes, dead letters and the memory of one link, on top of the store.
class LaneStore {
 public:
  LaneStore(core::Engine& engine, std::string link) : engine_(engine), link_(std::move(link)) {}

  absl::StatusOr<StoredLane> Load(int64_t dossier_id) const;
  // By the counterpart's own key; version 0 when no lane has it.
  absl::StatusOr<StoredLane> LoadByKey(std::string_view key) const;
  // Lanes of a phase whose time has come: first those that wait for no time, in the order of their
  // oldest change, then the longest due.
  absl::StatusOr<std::vector<StoredLane>> Due(storage::v1::LaneState::Phase phase, absl::Time now,
                                              int64_t limit_rows) const;
  // How many lanes could have their turn now, up to a limit.
  absl::StatusOr<int64_t> CountWaiting(absl::Time now, int64_t limit_rows) const;
  // How many lanes stand in a phase.
  absl::StatusOr<int64_t> CountInPhase(storage::v1::LaneState::Phase phase) const;
  // Lanes after a dossier, in the order of dossiers.
  absl::StatusOr<std::vector<StoredLane>> After(int64_t dossier_id, int64_t limit_rows) const;
  // When the next lane of a phase is due; InfiniteFuture when none is.
  absl::StatusOr<absl::Time> NextDue(storage::v1::LaneState::Phase phase) const;
  // Adds the lane's new state to a set, on condition that it is as it was loaded.
  void Put(const StoredLane& loaded, const storage::v1::LaneState& next,
           store::WriteSet& set) const;

  // Lanes with something undelivered, and since when the oldest waits.
  struct Pending {
    int64_t lanes = 0;
    absl::Time oldest = absl::InfiniteFuture();
  };
  absl::StatusOr<Pending> CountPending() const;

  absl::StatusOr<storage::v1::LinkRecord> LoadLink() const;
  void PutLink(const storage::v1::LinkRecord& record, store::WriteSet& set) const;

  // Adds a dead letter to a set, says so in the log, and returns its id. One that is there already
  // was met again: it keeps the time since when it waits.
  std::string PutDeadLetter(const Letter& letter, store::WriteSet& set) const;
  // The id of the dead letter that an item is, or would be.
  std::string LetterId(std::string_view identity) const;
  // Nothing when there is none such.
  void RemoveDeadLetter(std::string_view id, store::WriteSet& set) const;
  absl::StatusOr<int64_t> CountDeadLetters() const;
  absl::StatusOr<int64_t> CountConflicts() const;
  absl::StatusOr<int64_t> CountTasks() const;

 private:
  storage::v1::DeadLetterRecord LetterMetBefore(const std::string& id) const;
  absl::StatusOr<StoredLane> Read(const store::Row& row) const;
  absl::StatusOr<std::vector<StoredLane>> ReadAll(const store::Scan& scan) const;

  core::Engine& engine_;
  const std::string link_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LANE_STORE_H_
