#ifndef LIENTHONG_GATEWAY_STORE_HEAD_H_
#define LIENTHONG_GATEWAY_STORE_HEAD_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/evidence/merkle.h"
#include "gateway/store/backend.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// What the store itself keeps in Table::kMeta, in plain bytes, each change in the transaction of
// the sets it belongs to:
//   store/head    storage.v1.Frontier of the evidence tree
//   store/epoch   decimal number, 1 at creation, raised when a backup is restored
//   lease/<link>  name of the holder; the row's version is the fence
//   lease-end/<link>  until when, in microseconds
bool IsReservedName(std::string_view name);
Values LeaseKey(std::string_view link);
Values LeaseEndKey(std::string_view link);

// Where the journal ends. Every journal entry is one leaf, in order, so that one number tells both:
// the leaf of an entry has the index sequence - 1.
struct Head {
  evidence::Frontier frontier;

  int64_t last_sequence() const { return frontier.leaves(); }
};

Row HeadRow(const Head& head);

struct OpenedHead {
  Head head;
  int64_t epoch = 0;
};

// Reads head and epoch, and writes them first when the store is new. DataLoss when the journal does
// not end where the head says.
absl::StatusOr<OpenedHead> OpenHead(Backend& backend);

// What says that the store was restored from a backup: a higher epoch.
absl::StatusOr<WriteSet> RaisedEpoch(const Backend& backend, absl::Time now, int64_t* epoch);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_HEAD_H_
