#ifndef LIENTHONG_GATEWAY_CORE_RECEIPTS_H_
#define LIENTHONG_GATEWAY_CORE_RECEIPTS_H_

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"

namespace lienthong::core {

// The authority for numbers; errors as documented in receipt_service.proto. Each call waits for the
// store, at most until the context's deadline. Thread-safe.
class Receipts {
 public:
  explicit Receipts(Engine& engine) : engine_(engine) {}

  absl::StatusOr<receipt::v1::Reservation> Reserve(
      const RequestContext& context, const receipt::v1::ReserveReceiptRequest& request);
  absl::StatusOr<receipt::v1::Reservation> Commit(const RequestContext& context,
                                                  const receipt::v1::CommitReceiptRequest& request);
  absl::StatusOr<receipt::v1::Reservation> Release(
      const RequestContext& context, const receipt::v1::ReleaseReceiptRequest& request);
  absl::StatusOr<receipt::v1::RegisterExternalReceiptResponse> RegisterExternal(
      const RequestContext& context, const receipt::v1::RegisterExternalReceiptRequest& request);
  absl::StatusOr<receipt::v1::ResolveReceiptResponse> Resolve(
      const RequestContext& context, const receipt::v1::ResolveReceiptRequest& request) const;

  // Marks reservations whose time is over as released ("expired"), at most 1,000 a call. Called by
  // the server now and then; an expired one is refused whether or not this has run.
  absl::Status SweepExpired();

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_RECEIPTS_H_
