// What operators read of all links at once, page by page.
#include <algorithm>
#include <set>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/core/tokens.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;

// Lanes looked at for one page. Few may be what was asked for.
constexpr int64_t kLanesReadMax = 2000;
// A position among lanes is the link's place among the links and the dossier's id.
constexpr int kDossierIdBits = 40;

absl::StatusOr<v1::Lane> ToPublic(const core::Engine& engine, const std::string& link,
                                  const StoredLane& stored) {
  const storage::v1::LaneState& state = stored.state;
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier dossier,
                             core::LoadDossier(engine, stored.dossier_id));
  v1::Lane lane;
  lane.set_link(link);
  lane.set_code(dossier.dossier.code());
  lane.set_key(state.key());
  lane.set_phase(static_cast<v1::Lane::Phase>(state.phase()));
  lane.set_confirmed_revision(state.confirmed_revision());
  if (state.has_pending_since()) *lane.mutable_pending_since() = state.pending_since();
  lane.set_attempts(state.attempts());
  if (state.has_next_attempt_time()) *lane.mutable_next_attempt_time() = state.next_attempt_time();
  lane.set_deliveries(state.deliveries());
  if (state.has_sent_time()) *lane.mutable_sent_time() = state.sent_time();
  if (state.has_answered_time()) *lane.mutable_answered_time() = state.answered_time();
  *lane.mutable_possible_duplicates() = state.possible_duplicates();
  for (const adapter::v1::Loss& loss : state.losses()) {
    lane.add_losses(StrCat(loss.path(), ": ", loss.description()));
  }
  return lane;
}

bool IsAskedFor(const v1::ListLanesRequest& request, const StoredLane& lane) {
  return lane.version > 0 &&
         (!request.possible_duplicates() || lane.state.possible_duplicates_size() > 0);
}

// The lanes of the dossiers that somebody calls by a code: few, whatever the number of lanes.
absl::StatusOr<v1::ListLanesResponse> LanesOfCode(core::Engine& engine,
                                                  const std::vector<std::string>& links,
                                                  const v1::ListLanesRequest& request) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::Alias> aliases,
                             core::FindAliases(engine, request.code()));
  std::set<int64_t> dossiers;
  for (const core::Alias& alias : aliases) {
    if (alias.dossier_id != 0) dossiers.insert(alias.dossier_id);
  }
  v1::ListLanesResponse response;
  for (const std::string& link : links) {
    for (const int64_t dossier : dossiers) {
      LIENTHONG_ASSIGN_OR_RETURN(const StoredLane lane, LaneStore(engine, link).Load(dossier));
      if (!IsAskedFor(request, lane)) continue;
      LIENTHONG_ASSIGN_OR_RETURN(*response.add_lanes(), ToPublic(engine, link, lane));
    }
  }
  return response;
}

// Lanes of one link after `*after`, into a page of at most `rows`; reads at most `*left` of them.
// True when the link has no more.
absl::StatusOr<bool> AddLanes(core::Engine& engine, const std::string& link,
                              const v1::ListLanesRequest& request, int64_t rows, int64_t* after,
                              int64_t* left, v1::ListLanesResponse& response) {
  while (*left > 0 && response.lanes_size() < rows) {
    const int64_t wanted = std::min(*left, rows - response.lanes_size());
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredLane> lanes,
                               LaneStore(engine, link).After(*after, wanted));
    for (const StoredLane& lane : lanes) {
      *after = lane.dossier_id;
      if (!IsAskedFor(request, lane)) continue;
      LIENTHONG_ASSIGN_OR_RETURN(*response.add_lanes(), ToPublic(engine, link, lane));
    }
    *left -= static_cast<int64_t>(lanes.size());
    if (static_cast<int64_t>(lanes.size()) < wanted) return true;
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<Links::LaneCount>> Links::CountLanes(
    const RequestContext& context) const {
  using storage::v1::LaneState;
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "count lanes"));
  std::vector<LaneCount> counts;
  for (const std::string& link : names()) {
    for (const LaneState::Phase phase : {LaneState::PHASE_READY, LaneState::PHASE_IN_FLIGHT,
                                         LaneState::PHASE_UNKNOWN, LaneState::PHASE_DEAD}) {
      LIENTHONG_ASSIGN_OR_RETURN(const int64_t lanes, LaneStore(engine_, link).CountInPhase(phase));
      counts.push_back({link, phase, lanes});
    }
  }
  return counts;
}

// A mistyped name must not read as "nothing waits".
absl::Status Links::CheckName(std::string_view name) const {
  return name.empty() || Find(name) != nullptr ? absl::OkStatus() : NotFound("link", name);
}

absl::StatusOr<v1::ListLanesResponse> Links::ListLanes(const RequestContext& context,
                                                       const v1::ListLanesRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read lanes"));
  LIENTHONG_RETURN_IF_ERROR(CheckName(request.link()));
  std::vector<std::string> links = {request.link()};
  if (request.link().empty()) links = names();
  std::sort(links.begin(), links.end());
  if (!request.code().empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckCode(request.code()));
    return LanesOfCode(engine_, links, request);
  }
  const std::string kind = StrCat("lanes/", request.link());
  const int64_t epoch = engine_.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t position,
                             core::ReadToken(kind, request.page_token(), epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, core::PageRows(request.page_size()));
  v1::ListLanesResponse response;
  int64_t after = position & ((int64_t{1} << kDossierIdBits) - 1);
  int64_t left = kLanesReadMax;
  for (size_t i = static_cast<size_t>(position >> kDossierIdBits); i < links.size(); ++i) {
    LIENTHONG_ASSIGN_OR_RETURN(const bool ended,
                               AddLanes(engine_, links[i], request, rows, &after, &left, response));
    if (!ended) {
      const int64_t here = (static_cast<int64_t>(i) << kDossierIdBits) | after;
      response.set_next_page_token(core::MakeToken(kind, epoch, here));
      return response;
    }
    after = 0;
  }
  return response;
}

}  // namespace lienthong::sync
