// What operators say of two dossiers: that they are one case, and that they are two again.
#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/lookup.h"
#include "gateway/domain/codes.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/joining.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using core::StoredDossier;
using storage::v1::ActRecord;

// Agencies may change the dossiers meanwhile; more often than this in a row they do not.
constexpr int kRoundsMax = 10;
constexpr int32_t kActsPageRows = 500;

// Who joins or parts, on which links. `touched` gets the dossiers whose lanes may be others now.
struct Call {
  core::Engine& engine;
  const RequestContext& context;
  const std::vector<std::string> links;
  const OperatorAct act;
  std::vector<int64_t> touched = {};
};

absl::StatusOr<StoredDossier> FindByCode(const Call& call, const char* field,
                                         const std::string& code) {
  if (code.empty()) return FieldInvalid(field, "must name a dossier, by any of its codes");
  LIENTHONG_ASSIGN_OR_RETURN(const core::View view, core::View::Of(call.context, false));
  return core::FindOne(call.engine, view, code);
}

// What this request has done already, whatever its codes name by now. REQUEST_ID_REUSED when it was
// something else.
absl::StatusOr<std::optional<ActRecord>> DoneBefore(const Call& call, const char* kind,
                                                    const Named& named) {
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<ActRecord> acts,
                             core::ActsOfRequest(call.engine, call.act.actor, call.act.request_id));
  if (acts.empty()) return std::nullopt;
  for (ActRecord& done : acts) {  // others are of what it has closed
    const bool is_it = done.has_join() && done.kind() == kind && done.reason() == call.act.reason &&
                       done.join().survivor_named() == named.survivor &&
                       done.join().alias_named() == named.alias;
    if (is_it) return std::move(done);
  }
  return RequestIdReused(call.act.request_id);
}

// The newest joining of the dossier with this code, which names its survivor now.
absl::StatusOr<ActRecord> FindJoin(const core::Engine& engine, const StoredDossier& survivor,
                                   const std::string& code) {
  std::optional<ActRecord> found;
  std::string token;
  do {
    LIENTHONG_ASSIGN_OR_RETURN(core::ActPage page,
                               core::ListActs(engine, survivor.id, kActsPageRows, token));
    for (ActRecord& act : page.acts) {
      const bool is_it = act.has_join() && act.kind() == kActJoin &&
                         domain::FoldCode(act.code()) == domain::FoldCode(code);
      if (is_it) found = std::move(act);
    }
    token = std::move(page.next_token);
  } while (!token.empty());
  if (found.has_value()) return *std::move(found);
  return absl::FailedPreconditionError(
      StrCat(code, " was not joined into ", survivor.dossier.code(),
             "; if that was joined into another one, part it first"));
}

absl::Status Submit(core::Engine& engine, core::PreparedEdit edit) {
  CommitGroup group;
  core::SubmitEdit(engine, std::move(edit),
                   [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                     done(result.status());
                   });
  return group.Wait(engine.commit_timeout)[0];
}

// Prepared anew while others change what it was prepared on.
absl::StatusOr<v1::JoinDossiersResponse> Commit(
    core::Engine& engine, absl::Time deadline,
    const std::function<absl::StatusOr<PreparedJoining>()>& prepare) {
  for (int round = 0; round < kRoundsMax; ++round) {
    if (engine.clock.Now() >= deadline) {
      return absl::DeadlineExceededError("there was no time left; send the same request again");
    }
    LIENTHONG_ASSIGN_OR_RETURN(PreparedJoining prepared, prepare());
    const absl::Status status = Submit(engine, std::move(prepared.edit));
    if (status.ok()) return std::move(prepared.answer);
    if (!absl::IsAborted(status)) return status;
  }
  return Busy("these dossiers change too fast", absl::Milliseconds(200));
}

absl::StatusOr<v1::JoinDossiersResponse> Join(Call& call, const v1::JoinDossiersRequest& request) {
  const Named named{.survivor = request.survivor(), .alias = request.alias()};
  LIENTHONG_ASSIGN_OR_RETURN(const auto done, DoneBefore(call, kActJoin, named));
  if (done.has_value()) return AnswerOf(call.engine, *done);
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             FindByCode(call, "survivor", request.survivor()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier other, FindByCode(call, "alias", request.alias()));
  call.touched = {survivor.id, other.id};
  return Commit(call.engine, call.context.deadline, [&]() -> absl::StatusOr<PreparedJoining> {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier goes_on,
                               core::LoadDossier(call.engine, survivor.id));
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier joins, core::LoadDossier(call.engine, other.id));
    return PrepareJoin(call.engine, call.links, goes_on, joins, named, call.act);
  });
}

absl::StatusOr<v1::JoinDossiersResponse> Part(Call& call, const v1::PartDossiersRequest& request) {
  const Named named{.survivor = "", .alias = request.alias()};
  LIENTHONG_ASSIGN_OR_RETURN(const auto done, DoneBefore(call, kActPart, named));
  if (done.has_value()) return AnswerOf(call.engine, *done);
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier survivor,
                             FindByCode(call, "alias", request.alias()));
  LIENTHONG_ASSIGN_OR_RETURN(const ActRecord joined,
                             FindJoin(call.engine, survivor, request.alias()));
  const storage::v1::JoinRecord& join = joined.join();
  call.touched = {join.survivor_id(), join.alias_id()};
  return Commit(call.engine, call.context.deadline,
                [&] { return PreparePart(call.engine, call.links, join, named, call.act); });
}

}  // namespace

void LinkEngine::Forget(int64_t dossier_id) {
  kept_.Forget(dossier_id);
  aims_.erase(dossier_id);
}

absl::Status Links::WhileAllStand(absl::Time deadline, const std::vector<int64_t>& dossier_ids,
                                  const std::function<absl::Status()>& work) {
  const std::function<absl::Status(size_t)> hold = [&](size_t next) -> absl::Status {
    if (next == runners_.size()) return work();
    return runners_[next]->Run(deadline, [&](LinkEngine& engine) {
      absl::Status status = hold(next + 1);
      for (const int64_t id : dossier_ids) engine.Forget(id);
      return status;
    });
  };
  return hold(0);
}

absl::StatusOr<v1::JoinDossiersResponse> Links::JoinDossiers(
    const RequestContext& context, const v1::JoinDossiersRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "join dossiers"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  Call call{.engine = engine_,
            .context = context,
            .links = names(),
            .act = {context.caller.name, request.reason(), request.request_id()}};
  absl::StatusOr<v1::JoinDossiersResponse> answer;
  LIENTHONG_RETURN_IF_ERROR(WhileAllStand(context.deadline, call.touched, [&] {
    answer = Join(call, request);
    return answer.status();
  }));
  LogInfo("dossiers_joined", {{"dossier", PseudonymOf(answer->survivor())},
                              {"alias", PseudonymOf(answer->alias())},
                              {"by", context.caller.name}});
  return answer;
}

absl::StatusOr<v1::JoinDossiersResponse> Links::PartDossiers(
    const RequestContext& context, const v1::PartDossiersRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "part dossiers"));
  LIENTHONG_RETURN_IF_ERROR(CheckAct(request.request_id(), request.reason()));
  Call call{.engine = engine_,
            .context = context,
            .links = names(),
            .act = {context.caller.name, request.reason(), request.request_id()}};
  absl::StatusOr<v1::JoinDossiersResponse> answer;
  LIENTHONG_RETURN_IF_ERROR(WhileAllStand(context.deadline, call.touched, [&] {
    answer = Part(call, request);
    return answer.status();
  }));
  LogInfo("dossiers_parted", {{"dossier", PseudonymOf(answer->survivor())},
                              {"alias", PseudonymOf(answer->alias())},
                              {"by", context.caller.name}});
  return answer;
}

}  // namespace lienthong::sync
