// How a link begins: as a new one, with another mapping, or on a store that was restored from a
// backup. In a restored store the counterparts know more than we do. So each link first reads its
// feed to the end; when all have, every lane looks again at what its counterpart should hold, and
// only then anything is delivered. What is still missing here is found by comparing both sides.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/sync/link_engine.h"

namespace lienthong::sync {
namespace {

using storage::v1::LinkRecord;

// A counterpart that is away for longer does not hold up the others.
constexpr absl::Duration kOthersWaitMax = absl::Minutes(10);
constexpr int64_t kLinksMax = 1000;

}  // namespace

absl::StatusOr<LinkRecord> LinkEngine::RecordAtStart() const {
  const std::string mapping = adapter_.DescribeMapping().digest();
  const bool is_new = record_.ByteSizeLong() == 0;
  const bool is_restored = record_.epoch() > 0 && record_.epoch() != epoch_;
  const bool is_mapped_anew =
      !record_.mapping_digest().empty() && record_.mapping_digest() != mapping;
  LinkRecord next = record_;
  next.set_epoch(epoch_);
  next.set_mapping_digest(mapping);
  LIENTHONG_RETURN_IF_ERROR(BeginNotices(next));
  if (is_new) {
    next.set_journal_cursor(engine_.store.Info().last_sequence);
    LIENTHONG_ASSIGN_OR_RETURN(next, BeginLoad(std::move(next), /*all=*/false));
    LIENTHONG_ASSIGN_OR_RETURN(const bool drained, OthersDrained());
    if (!drained && !bugs_.restore_delivers_at_once) {  // what it would tell may be old
      next.set_resync(LinkRecord::RESYNC_WAITING);
      *next.mutable_resync_since() = domain::ToProto(engine_.clock.Now());
      next.set_loading(false);
    }
  }
  if (is_mapped_anew && record_.resync() == LinkRecord::RESYNC_NONE) {
    LogInfo("link_mapping_changed", {{"link", options_.name}});
    LIENTHONG_ASSIGN_OR_RETURN(next, BeginLoad(std::move(next), /*all=*/true));
  }
  if (is_restored && !bugs_.restore_delivers_at_once) {
    LogWarning("link_resynchronises", {{"link", options_.name}, {"epoch", StrCat(epoch_)}});
    next.set_resync(LinkRecord::RESYNC_DRAINING);
    *next.mutable_resync_since() = domain::ToProto(engine_.clock.Now());
    next.set_loading(false);  // it begins again when all feeds were read
  }
  return next;
}

absl::Status LinkEngine::Resynchronise(bool* more) {
  if (record_.resync() != LinkRecord::RESYNC_WAITING || record_.loading()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const bool drained, OthersDrained());
  const absl::Duration waited = engine_.clock.Now() - domain::FromProto(record_.resync_since());
  if (!drained && waited < absl::ZeroDuration()) {  // the clock was set back: counted anew
    LinkRecord next = record_;
    *next.mutable_resync_since() = domain::ToProto(engine_.clock.Now());
    return CommitLink(std::move(next));
  }
  if (!drained && waited < kOthersWaitMax) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(LinkRecord next, BeginLoad(record_, /*all=*/true));
  next.set_loading(true);  // also of nothing: the last page ends the resynchronisation
  *more = true;
  return CommitLink(std::move(next));
}

absl::StatusOr<bool> LinkEngine::OthersDrained() const {
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<store::Row> rows,
      engine_.store.Read({.table = store::Table::kLink, .limit_rows = kLinksMax}));
  for (const store::Row& row : rows) {
    const auto& configured = options_.configured;
    if (configured != nullptr && !configured->contains(std::get<std::string>(row.columns[0]))) {
      continue;
    }
    LinkRecord other;
    LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, other));
    const bool is_behind = other.epoch() != epoch_ && other.epoch() > 0;
    if (is_behind || other.resync() == LinkRecord::RESYNC_DRAINING) return false;
  }
  return true;
}

}  // namespace lienthong::sync
