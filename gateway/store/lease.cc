#include "gateway/store/lease.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/store/head.h"

namespace lienthong::store {

absl::StatusOr<Lease> ReadLease(const Backend& backend, std::string_view link) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row held, backend.Get(Table::kMeta, LeaseKey(link)));
  LIENTHONG_ASSIGN_OR_RETURN(const Row end, backend.Get(Table::kMeta, LeaseEndKey(link)));
  Lease lease{.link = std::string(link),
              .fence = held.version,
              .holder = held.body,
              .end_version = end.version};
  if (end.version == 0) return lease;
  int64_t until_us = 0;
  if (!absl::SimpleAtoi(end.body, &until_us)) {
    return StoreCorrupt(StrCat("the end of the lease of link ", link, " is not a number"));
  }
  lease.until = absl::FromUnixMicros(until_us);
  return lease;
}

absl::Time LatestEnd(const LeaseRequest& request) {
  return std::max(request.until, request.now + kLeaseLengthMax);
}

WriteSet ProlongedLease(const Lease& held, const LeaseRequest& request) {
  return ShortenedLease(held, request.until);
}

WriteSet ShortenedLease(const Lease& held, absl::Time until) {
  const Values key = LeaseKey(held.link);
  const Values end_key = LeaseEndKey(held.link);
  WriteSet set;
  set.conditions.push_back({Table::kMeta, key, held.fence});
  set.conditions.push_back({Table::kMeta, end_key, held.end_version});
  set.mutations.push_back(
      {Mutation::Kind::kPut, Table::kMeta, Row{end_key, 0, StrCat(absl::ToUnixMicros(until))}});
  return set;
}

WriteSet TakenLease(const Lease& held, const LeaseRequest& request) {
  WriteSet set = ProlongedLease(held, request);
  set.mutations.push_back(
      {Mutation::Kind::kPut, Table::kMeta, Row{LeaseKey(held.link), 0, request.holder}});
  return set;
}

}  // namespace lienthong::store
