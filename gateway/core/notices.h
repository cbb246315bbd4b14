#ifndef LIENTHONG_GATEWAY_CORE_NOTICES_H_
#define LIENTHONG_GATEWAY_CORE_NOTICES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/core/parties.h"
#include "gateway/store/store.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// What the people at a party are told of conflicts and of items that were given up, in the commit
// of what it is about. A link tells its counterpart, agencies ask.
//
// Notices of a party have numbers, given while they are committed (store::Mutation::Kind::kAppend):
// they come into sight in the order of their numbers, so whoever goes on after the last one that it
// has read misses none.

// A notice is kept for so long; what its link has not told by then, nobody is told.
inline constexpr absl::Duration kNoticeKept = absl::Hours(24 * 366);

// Adds what happened to `target` (a conflict, a dead letter) to a commit, for each party of
// `parties` once; nulls and repetitions count for nothing. `notice.id` is made here: it names what
// happened, so that it is the same for all. Takes away some that were kept for long enough; the
// newest stays, because numbers go on after it.
void PutNotices(const Engine& engine, const std::vector<const Party*>& parties,
                std::string_view target, storage::v1::NoticeRecord record, store::WriteSet& set);

struct StoredNotice {
  int64_t number = 0;
  storage::v1::NoticeRecord record;
};
// Those of a party after a number, in their order.
absl::StatusOr<std::vector<StoredNotice>> NoticesAfter(const Engine& engine, std::string_view party,
                                                       int64_t number, int64_t rows_max);

// Number of a party's newest notice; 0 when it has none.
absl::StatusOr<int64_t> NewestNotice(const Engine& engine, std::string_view party);

// Notices to the caller's own party. CALL_NOT_ALLOWED when it speaks for none; errors of tokens.h.
absl::StatusOr<dossier::v1::ListNoticesResponse> ListNotices(
    const Engine& engine, const RequestContext& context,
    const dossier::v1::ListNoticesRequest& request);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_NOTICES_H_
