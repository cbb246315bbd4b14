#ifndef LIENTHONG_GATEWAY_CORE_BLOCKS_H_
#define LIENTHONG_GATEWAY_CORE_BLOCKS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"

namespace lienthong::core {

inline constexpr int kBlockNumbersMax = 500;
inline constexpr int kBlockDaysAheadMax = 7;
inline constexpr absl::Duration kBlockLifetimeMax = absl::Hours(7 * 24);

// Numbers that counters give out without the gateway; errors as documented in
// receipt_service.proto. Each number of a block is a reservation that does not run out: what is not
// returned may stand on a paper. A block whose time is over is told as overdue, and stays until it
// is returned. Each call waits for the store, at most until the context's deadline. Thread-safe.
class Blocks {
 public:
  explicit Blocks(Engine& engine) : engine_(engine) {}

  absl::StatusOr<receipt::v1::ReceiptBlock> Lease(
      const RequestContext& context, const receipt::v1::LeaseReceiptBlockRequest& request);
  absl::StatusOr<receipt::v1::ReceiptBlock> Return(
      const RequestContext& context, const receipt::v1::ReturnReceiptBlockRequest& request);
  absl::StatusOr<receipt::v1::ListReceiptBlocksResponse> List(
      const RequestContext& context, const receipt::v1::ListReceiptBlocksRequest& request) const;

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_BLOCKS_H_
