#ifndef LIENTHONG_GATEWAY_CORE_NUMBER_SERIES_H_
#define LIENTHONG_GATEWAY_CORE_NUMBER_SERIES_H_

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"

namespace lienthong::core {

// What became of the numbers of a day, and how series go on after a restore; errors as documented
// in receipt_service.proto. Thread-safe.
class NumberSeries {
 public:
  explicit NumberSeries(Engine& engine) : engine_(engine) {}

  absl::StatusOr<receipt::v1::Series> Get(const RequestContext& context,
                                          const receipt::v1::GetSeriesRequest& request) const;
  absl::StatusOr<receipt::v1::ListClosedSeriesResponse> ListClosed(
      const RequestContext& context, const receipt::v1::ListClosedSeriesRequest& request) const;
  // FAILED_PRECONDITION `SERIES_OPEN` when it is not closed.
  absl::StatusOr<receipt::v1::OpenSeriesResponse> Open(
      const RequestContext& context, const receipt::v1::OpenSeriesRequest& request);

 private:
  Engine& engine_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_NUMBER_SERIES_H_
