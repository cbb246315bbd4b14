#ifndef LIENTHONG_GATEWAY_STORE_LEASE_H_
#define LIENTHONG_GATEWAY_STORE_LEASE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/backend.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// The lease of a link as the tables hold it (head.h). Its end stands in a row of its own, so that
// prolonging it leaves the fence as it is.
struct Lease {
  std::string link;
  int64_t fence = 0;  // 0: nobody ever had it
  std::string holder;
  int64_t end_version = 0;  // 0: it was never said until when
  absl::Time until = absl::InfinitePast();
};

// A lease that ends later than this, or than who asks would keep it, was taken by a clock that is
// ahead, or is read by one that is behind: it is believed for so long from when it was first read.
// A holder that lives prolongs it again and again, and by its own clock is never past its end.
inline constexpr absl::Duration kLeaseLengthMax = absl::Minutes(10);

absl::StatusOr<Lease> ReadLease(const Backend& backend, std::string_view link);

// The latest end that who asks believes.
absl::Time LatestEnd(const LeaseRequest& request);
// What makes a lease end then, where it says later.
WriteSet ShortenedLease(const Lease& held, absl::Time until);

// What gives a lease to who asks, under the next fence, and what lets its holder keep it for
// longer; each on condition that it is as it was read.
WriteSet TakenLease(const Lease& held, const LeaseRequest& request);
WriteSet ProlongedLease(const Lease& held, const LeaseRequest& request);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_LEASE_H_
