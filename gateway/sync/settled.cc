#include "gateway/sync/settled.h"

#include <optional>
#include <string_view>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/derived.h"

namespace lienthong::sync {
namespace {

constexpr int kVietnamSeconds = 7 * 3600;

}  // namespace

absl::StatusOr<std::string> WhoSettled(const core::Engine& engine, int64_t dossier_id,
                                       const std::string& target) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::optional<storage::v1::ActRecord> act,
                             core::NewestActOn(engine, dossier_id, target));
  if (!act.has_value()) return "";
  const std::string when = absl::FormatTime(absl::RFC3339_sec, domain::FromProto(act->time()),
                                            absl::FixedTimeZone(kVietnamSeconds));
  return StrCat(act->kind(), " by ", act->actor(), " at ", when, act->result().empty() ? "" : " (",
                act->result(), act->result().empty() ? "" : ")");
}

absl::Status SaySettled(const core::Engine& engine, int64_t dossier_id, const std::string& target,
                        const absl::Status& status) {
  if (!absl::IsNotFound(status)) return status;
  LIENTHONG_ASSIGN_OR_RETURN(const std::string who, WhoSettled(engine, dossier_id, target));
  if (who.empty()) return status;
  absl::Status said(status.code(), StrCat(target, " is settled already: ", who));
  status.ForEachPayload(
      [&said](absl::string_view url, const absl::Cord& payload) { said.SetPayload(url, payload); });
  return said;
}

}  // namespace lienthong::sync
