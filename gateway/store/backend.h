#ifndef LIENTHONG_GATEWAY_STORE_BACKEND_H_
#define LIENTHONG_GATEWAY_STORE_BACKEND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/stats.h"
#include "gateway/store/store.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// A copy that is made while the store is written to. It becomes what the store is when the last
// step is done.
class Copying {
 public:
  virtual ~Copying() = default;
  // The next part, between two batches; true when all is there. An error ends the copy, and nothing
  // else.
  virtual absl::StatusOr<bool> Step() = 0;
  // How far it is, after a step.
  virtual CopyProgress progress() const = 0;
  // After the last step, from any thread: reads the copy through; durable when OK. DataLoss when it
  // is damaged, Cancelled when `goes_on`, asked now and then, says false.
  virtual absl::Status Verify(const std::function<bool()>& goes_on) = 0;
};

// What a kind of store implements: tables, one batch of writes at a time, reads. Conditions,
// sequences, evidence and the waiting line are BackedStore's. Keys, rows and scans were checked
// against Describe() before they come here.
//
// Writes come from one thread. Reads come from any thread, also during a batch, and see the last
// committed state only.
//
// Errors of the writing half: ResourceExhausted and Unavailable mean that nothing of the batch was
// written and a later batch may succeed. After any other error what the disk holds is not known:
// the process must stop, and never try again.
class Backend {
 public:
  virtual ~Backend() = default;

  virtual absl::Status Begin() = 0;
  // Of the row as the open batch sees it; 0 when there is none.
  virtual absl::StatusOr<int64_t> VersionOf(Table table, const Values& key) = 0;
  // The greatest last key column among the rows that have the other key columns of `row`, as the
  // open batch sees it; 0 when there is none.
  virtual absl::StatusOr<int64_t> LastNumber(Table table, const Row& row) = 0;
  // Writes a whole row; its version becomes one more than it was.
  virtual absl::Status Put(Table table, const Row& row) = 0;
  // Nothing happens when there is no such row. Reads only the key columns of `row`.
  virtual absl::Status Delete(Table table, const Row& row) = 0;
  // Makes the batch durable and visible. After an error, call Rollback.
  virtual absl::Status CommitBatch() = 0;
  virtual void Rollback() = 0;
  // Housekeeping, between batches, when nobody waits for an answer.
  virtual absl::Status Tend() { return absl::OkStatus(); }
  // Begins a copy at a path where nothing is. Destroyed between batches, too, or when it is done.
  virtual absl::StatusOr<std::unique_ptr<Copying>> BeginCopy(const std::string& /*path*/) {
    return absl::UnimplementedError("this kind of store keeps nothing that could be copied");
  }
  // From any thread.
  virtual StoreSize Size() const { return {}; }

  // As in Store.
  virtual absl::StatusOr<Row> Get(Table table, const Values& key) const = 0;
  virtual absl::StatusOr<std::vector<Row>> Read(const Scan& scan) const = 0;
  virtual absl::StatusOr<int64_t> Count(const Scan& scan) const = 0;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_BACKEND_H_
