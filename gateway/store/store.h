#ifndef LIENTHONG_GATEWAY_STORE_STORE_H_
#define LIENTHONG_GATEWAY_STORE_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/stats.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// A row must have this version when the set is committed; 0 = it must not exist.
struct Condition {
  Table table;
  Values key;
  int64_t version;
};

// Writes or removes a whole row. `row.version` is ignored: the store makes it one more than the
// stored version.
//
// kAppend writes a new row whose last key column, a number, becomes one more than the greatest
// there is beside the same other key columns. It is given while the set is committed, by the one
// who commits: numbers come into sight in their order, and who has read up to one misses none.
struct Mutation {
  enum class Kind : uint8_t { kPut, kDelete, kAppend };
  Kind kind;
  Table table;
  Row row;  // for kDelete only the key columns are read
};

// A journal entry before it has its sequence.
struct JournalDraft {
  int64_t dossier_id;
  int64_t revision;
  std::string body;  // a sealed storage.v1.JournalEntry
};

// Everything that one decision writes, and what must still hold for the decision to be right. Core
// reads, authorises, merges, encodes and seals outside, in parallel; a set whose condition no
// longer holds answers Aborted and is prepared again. No domain rule lives in a store.
struct WriteSet {
  std::vector<Condition> conditions = {};
  std::vector<Mutation> mutations = {};
  std::vector<JournalDraft> journal = {};
  // Rows whose body must carry the sequence of journal[0]: called with it (0 when the journal is
  // empty) while the batch is written, in the committer's thread; must be cheap.
  std::function<void(int64_t first_sequence, std::vector<Mutation>& mutations)> with_sequence = {};
  // Link leases that must be held with this fence.
  std::vector<std::pair<std::string, int64_t>> fences = {};
};

// What a committed set got.
struct CommitResult {
  int64_t first_sequence = 0;  // of journal[0]; 0 when the set has no journal entry
  int64_t first_leaf = 0;      // evidence leaf index of journal[0]
};

// So that no read holds a snapshot of the database for long.
inline constexpr int64_t kScanRowsMax = 10'000;

// Which rows of a table to read, in ascending order of an index (0 = the primary key). Rows that
// are equal in an index stand in the order of the primary key, whose columns may also be used in
// `prefix` and the range, after those of the index.
struct Scan {
  Table table;
  int index = 0;
  Values prefix = {};                 // leading columns of the index that must be equal
  std::optional<Value> after = {};    // the next column must be greater ...
  std::optional<Value> at_most = {};  // ... and not greater than this
  int64_t limit_rows = 100;           // Read: at most kScanRowsMax; Count: any
  bool descending = false;            // newest first; `after` then still means greater
};

// Who wants the lease of a link, and for how long, by the clock of who asks.
struct LeaseRequest {
  std::string link;
  std::string holder;  // of one life of one process; no other ever has this name
  absl::Time now;
  absl::Time until;
};

// Facts about the whole store.
struct StoreInfo {
  std::string kind;           // "sqlite", "memory"
  int64_t epoch = 0;          // raised by every restore of a backup
  int64_t last_sequence = 0;  // of the newest committed journal entry
  int64_t leaves = 0;         // in the evidence tree
  std::string root;           // RFC 6962 root hash, 32 bytes
};

// How far a copy is.
struct CopyProgress {
  int64_t done_bytes = 0;
  int64_t total_bytes = 0;  // may grow meanwhile
};

// The gateway's memory: state and journal, changed only by Commit.
//
// Thread-safe. A read sees a consistent state that includes every set acknowledged before the read
// began. Everything acknowledged survives the end of the process and, where the kind says so, a
// power cut.
class Store {
 public:
  virtual ~Store() = default;

  // Takes a prepared set; `done` is called once, from another thread, when it is durable (OK), when
  // a condition no longer holds (Aborted) or a fence (Aborted LEASE_LOST), when the waiting line is
  // full (ResourceExhausted) or the store is closing (Unavailable). After OK every later read sees
  // it. Sets are decided in the order in which they were handed in.
  // Sets that wait together are made durable together.
  virtual void Commit(WriteSet set,
                      std::function<void(const absl::StatusOr<CommitResult>&)> done) = 0;

  // The row with this key; version 0 when there is none.
  virtual absl::StatusOr<Row> Get(Table table, const Values& key) const = 0;
  // Several rows of one scan.
  virtual absl::StatusOr<std::vector<Row>> Read(const Scan& scan) const = 0;
  // Counts rows of a scan up to its limit.
  virtual absl::StatusOr<int64_t> Count(const Scan& scan) const = 0;

  virtual StoreInfo Info() const = 0;
  // Figures for who watches the store; all zero where nothing is counted.
  virtual StoreStats Stats() const { return {}; }

  // Makes a copy of the store in a new file, while it is in use, and reads it through: a backup.
  // What is committed meanwhile may be in it. `told` hears now and then how far it is, and gives it
  // up by saying false (Cancelled). Unimplemented where a kind keeps no file; ResourceExhausted
  // when the copy has no room; DataLoss when it is damaged. After an error the file is to be
  // removed.
  virtual absl::Status CopyTo(const std::string& /*path*/,
                              const std::function<bool(const CopyProgress&)>& /*told*/) {
    return absl::UnimplementedError("this kind of store keeps nothing that could be copied");
  }

  // Waits until the journal has an entry after `sequence`, or until the deadline. True when it has.
  virtual bool WaitForJournal(int64_t sequence, absl::Time deadline) const = 0;

  // Takes the lease of a link, or prolongs it, and returns its fence: the same as before as long as
  // no other holder had it meanwhile. A former holder's fence commits no more.
  //
  // Where several gateways share the store, another holder gets Unavailable LEASE_HELD until the
  // lease is over; their clocks are to agree to within a small part of a lease. The embedded kinds,
  // which are one process's own, grant at once.
  virtual absl::StatusOr<int64_t> AcquireLease(const LeaseRequest& request) = 0;

  // Says that this store is a backup that was restored at `now`: whenever it is opened from now on,
  // it is of another epoch, which is returned. Two restores of one backup get two. Before anything
  // else is done with it.
  virtual absl::StatusOr<int64_t> MarkRestored(absl::Time now) = 0;

  // Commit that waits, with a deadline; DeadlineExceeded means the outcome is not known.
  absl::StatusOr<CommitResult> CommitAndWait(WriteSet set, absl::Time deadline);
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_STORE_H_
