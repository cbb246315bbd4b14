#ifndef LIENTHONG_GATEWAY_STORE_SET_WRITER_H_
#define LIENTHONG_GATEWAY_STORE_SET_WRITER_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/backend.h"
#include "gateway/store/head.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// Writes sets into a backend, a batch at a time: judges their conditions and fences, gives out
// journal sequences, grows the evidence tree.
//
// Call Begin, Write for each set, then Commit, or Rollback after any error. Not thread-safe.
class SetWriter {
 public:
  SetWriter(Backend& backend, const Head& head)
      : backend_(backend), head_(head), batch_head_(head) {}

  absl::Status Begin();
  // Sets `answer` for this set alone: Aborted when a condition or fence does not hold, and then
  // nothing of it is written. What is returned is an error of the backend, which ends the batch.
  absl::Status Write(WriteSet& set, absl::StatusOr<CommitResult>& answer);
  absl::Status Commit();
  void Rollback();

  // After the last committed batch.
  const Head& head() const { return head_; }

 private:
  absl::Status Judge(const WriteSet& set, absl::Status& verdict);
  absl::Status Apply(const WriteSet& set);
  absl::Status Apply(const Mutation& mutation);

  Backend& backend_;
  Head head_;
  Head batch_head_;
  bool wrote_ = false;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SET_WRITER_H_
