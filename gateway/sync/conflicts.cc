#include "gateway/sync/conflicts.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/lookup.h"
#include "gateway/core/overrule.h"
#include "gateway/core/records.h"
#include "gateway/core/timed_pages.h"
#include "gateway/core/view.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/act_list.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/operators.h"
#include "gateway/sync/settled.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using core::StoredConflict;
using core::StoredDossier;
using store::Row;
using store::Table;

constexpr int kByProposer = 1;  // indexes, as in tables.cc
constexpr int kByTime = 2;
constexpr size_t kTimeColumn = 2;
constexpr int32_t kScanPageRows = 500;

absl::StatusOr<v1::Conflict> ToPublic(const core::Engine& engine, const StoredConflict& stored,
                                      bool with_values) {
  const storage::v1::ConflictRecord& record = stored.record;
  v1::Conflict conflict;
  conflict.set_id(stored.id);
  conflict.set_code(record.code());
  conflict.set_path(record.path());
  conflict.set_owner(record.owner());
  conflict.set_owner_party(record.owner_party());
  conflict.set_proposer(record.proposer());
  if (with_values) {
    conflict.set_stored_value(record.stored_value());
    conflict.set_proposed_value(record.proposed_value());
    conflict.set_base_value(record.base_value());
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier now,
                               core::LoadDossier(engine, core::DossierOfConflict(stored.id)));
    conflict.set_current_value(domain::GetField(now.dossier, record.path()).value_or(""));
  }
  conflict.set_base_revision(record.base_revision());
  conflict.set_revision(record.revision());
  *conflict.mutable_time() = record.time();
  return conflict;
}

v1::Act ToPublic(const storage::v1::ActRecord& record) {
  v1::Act act;
  act.set_actor(record.actor());
  act.set_kind(record.kind());
  act.set_target(record.target());
  act.set_reason(record.reason());
  *act.mutable_time() = record.time();
  act.set_code(record.code());
  act.set_revision(record.revision());
  act.set_result(record.result());
  return act;
}

// A filter with what it needs to know of the store.
class Filter {
 public:
  static absl::StatusOr<Filter> Of(const core::Engine& engine, v1::ConflictFilter wanted) {
    Filter filter;
    if (!wanted.code().empty()) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::Alias> aliases,
                                 core::FindAliases(engine, wanted.code()));
      filter.dossiers_.emplace();
      for (const core::Alias& alias : aliases) filter.dossiers_->insert(alias.dossier_id);
      if (aliases.empty()) return NotFound("dossier", wanted.code());
    }
    LIENTHONG_RETURN_IF_ERROR(CheckProposer(engine, wanted.proposer()));
    if (!wanted.path().empty() && domain::RulesOf(wanted.path()) == nullptr) {
      return FieldInvalid("filter.path", StrCat("'", wanted.path(), "' is no field of a dossier"));
    }
    filter.wanted_ = std::move(wanted);
    return filter;
  }

  bool Matches(const StoredConflict& conflict) const {
    const storage::v1::ConflictRecord& record = conflict.record;
    if (dossiers_ && !dossiers_->contains(core::DossierOfConflict(conflict.id))) return false;
    if (wanted_.has_before() &&
        domain::FromProto(record.time()) >= domain::FromProto(wanted_.before())) {
      return false;
    }
    return wanted_.path().empty() || wanted_.path() == record.path() ||
           wanted_.path() == OfAnyElement(record.path());
  }

  // The rows that it is looked for among.
  core::TimedList List() const {
    const bool of_all = wanted_.proposer().empty();
    core::TimedList list{.table = Table::kConflict,
                         .index = of_all ? kByTime : kByProposer,
                         .prefix = {},
                         .time_column = kTimeColumn};
    if (!of_all) list.prefix = {wanted_.proposer()};
    return list;
  }

 private:
  // A mistyped name must not read as "nothing there"; one that is not configured any more may have
  // left some.
  static absl::Status CheckProposer(const core::Engine& engine, const std::string& proposer) {
    if (proposer.empty() || engine.parties.OfActor(proposer) != nullptr) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t left, engine.store.Count({.table = Table::kConflict,
                                                                       .index = kByProposer,
                                                                       .prefix = {proposer},
                                                                       .after = {},
                                                                       .at_most = {},
                                                                       .limit_rows = 1}));
    return left > 0 ? absl::OkStatus() : NotFound("proposer", proposer);
  }
  static std::string OfAnyElement(std::string_view path) {
    const domain::PathParts parts = domain::SplitPath(path);
    return parts.list.empty() ? std::string(path) : StrCat(parts.list, "[].", parts.rest);
  }

  v1::ConflictFilter wanted_;
  std::optional<std::set<int64_t>> dossiers_;
};

struct ConflictPage {
  std::vector<StoredConflict> conflicts;
  std::string next_token;
};

absl::StatusOr<ConflictPage> ReadPage(const core::Engine& engine, const Filter& filter,
                                      int32_t page_size, std::string_view page_token) {
  ConflictPage page;
  const core::RowFilter is_wanted = [&](const Row& row) -> absl::StatusOr<bool> {
    LIENTHONG_ASSIGN_OR_RETURN(StoredConflict conflict, core::ReadConflict(engine, row));
    if (!filter.Matches(conflict)) return false;
    page.conflicts.push_back(std::move(conflict));
    return true;
  };
  LIENTHONG_ASSIGN_OR_RETURN(
      core::TimedPage rows,
      core::ReadTimedPage(engine, filter.List(), page_size, page_token, is_wanted));
  page.next_token = std::move(rows.next_token);
  return page;
}

absl::StatusOr<FoundIds> FindOldest(const core::Engine& engine, const Filter& filter,
                                    size_t items_max) {
  FoundIds found;
  std::string token;
  do {
    LIENTHONG_ASSIGN_OR_RETURN(ConflictPage page, ReadPage(engine, filter, kScanPageRows, token));
    for (StoredConflict& conflict : page.conflicts) {
      found.more = found.ids.size() >= items_max;
      if (found.more) return found;
      found.ids.push_back(std::move(conflict.id));
    }
    token = std::move(page.next_token);
  } while (!token.empty());
  return found;
}

bool IsEmpty(const v1::ConflictFilter& filter) { return filter.ByteSizeLong() == 0; }

std::string ResultOf(v1::ResolveConflictsRequest::Resolution resolution) {
  constexpr std::string_view kPrefix = "RESOLUTION_";
  return v1::ResolveConflictsRequest::Resolution_Name(resolution).substr(kPrefix.size());
}

absl::Status CheckResolution(const v1::ResolveConflictsRequest& request) {
  using Request = v1::ResolveConflictsRequest;
  const bool is_edited = request.resolution() == Request::RESOLUTION_EDITED;
  if (request.resolution() == Request::RESOLUTION_UNSPECIFIED ||
      !Request::Resolution_IsValid(request.resolution())) {
    return FieldInvalid("resolution",
                        "is required: for what is stored, for what was proposed, or "
                        "for a value of your own");
  }
  if (!is_edited && !request.value().empty()) {
    return FieldInvalid("value", "is for RESOLUTION_EDITED only");
  }
  if (is_edited && request.ids_size() != 1) {
    return FieldInvalid("ids", "must be a single one for RESOLUTION_EDITED");
  }
  return absl::OkStatus();
}

// Whoever made it stale: the operator looks again.
absl::Status SayStale(absl::Status status) {
  if (!absl::IsAborted(status)) return status;
  return absl::AbortedError("changed while it was decided; look at it again");
}

}  // namespace

absl::StatusOr<v1::ListConflictsResponse> Conflicts::List(
    const RequestContext& context, const v1::ListConflictsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read conflicts"));
  NotePurpose(context, request.purpose());
  v1::ConflictFilter wanted = request.filter();
  if (wanted.proposer().empty()) wanted.set_proposer(request.proposer());
  if (!request.proposer().empty() && request.proposer() != wanted.proposer()) {
    return FieldInvalid("filter.proposer", "is another one than proposer; say it once");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Filter filter, Filter::Of(engine_, std::move(wanted)));
  LIENTHONG_ASSIGN_OR_RETURN(ConflictPage page,
                             ReadPage(engine_, filter, request.page_size(), request.page_token()));
  v1::ListConflictsResponse response;
  for (const StoredConflict& conflict : page.conflicts) {
    LIENTHONG_ASSIGN_OR_RETURN(*response.add_conflicts(),
                               ToPublic(engine_, conflict, !request.purpose().empty()));
  }
  response.set_next_page_token(std::move(page.next_token));
  return response;
}

absl::StatusOr<v1::Conflict> Conflicts::Get(const RequestContext& context,
                                            const v1::GetConflictRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read conflicts"));
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(const StoredConflict conflict,
                             core::FindOpenConflict(engine_, request.id()));
  if (conflict.version == 0) {
    return SaySettled(engine_, core::DossierOfConflict(request.id()), request.id(),
                      NotFound("conflict", request.id()));
  }
  return ToPublic(engine_, conflict, !request.purpose().empty());
}

absl::StatusOr<v1::BulkResult> Conflicts::Resolve(const RequestContext& context,
                                                  const v1::ResolveConflictsRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "resolve conflicts"));
  const BulkAct act{.actor = context.caller.name,
                    .kind = std::string(core::kActResolve),
                    .reason = request.reason(),
                    .request_id = request.request_id(),
                    .ids = {request.ids().begin(), request.ids().end()},
                    .items_max = request.items_max(),
                    .result = ResultOf(request.resolution()),
                    .deadline = context.deadline};
  LIENTHONG_RETURN_IF_ERROR(CheckBulk(act, !IsEmpty(request.filter())));
  LIENTHONG_RETURN_IF_ERROR(CheckResolution(request));
  LIENTHONG_ASSIGN_OR_RETURN(const Filter filter, Filter::Of(engine_, request.filter()));
  return RunBulk(
      engine_, act, [&](size_t items_max) { return FindOldest(engine_, filter, items_max); },
      [&](const std::string& id) { return ResolveInTime(context, request, id); });
}

absl::Status Conflicts::ResolveInTime(const RequestContext& context,
                                      const v1::ResolveConflictsRequest& request,
                                      const std::string& id) {
  const absl::Status status = SayStale(ResolveOne(context, request, id));
  if (!absl::IsNotFound(status) && !absl::IsAborted(status)) return status;
  // The same request may have come twice at once.
  LIENTHONG_ASSIGN_OR_RETURN(const auto known,
                             core::FindAct(engine_, context.caller.name, request.request_id(), id));
  if (known.has_value()) return absl::OkStatus();
  return SaySettled(engine_, core::DossierOfConflict(id), id, status);
}

absl::Status Conflicts::ResolveOne(const RequestContext& context,
                                   const v1::ResolveConflictsRequest& request,
                                   const std::string& id) {
  using Request = v1::ResolveConflictsRequest;
  LIENTHONG_ASSIGN_OR_RETURN(const StoredConflict conflict, core::FindOpenConflict(engine_, id));
  if (conflict.version == 0) return NotFound("conflict", id);
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored,
                             core::LoadDossier(engine_, core::DossierOfConflict(id)));
  const core::Closing closing{.actor = context.caller.name,
                              .kind = std::string(core::kActResolve),
                              .result = ResultOf(request.resolution()),
                              .reason = request.reason(),
                              .request_id = request.request_id(),
                              .time = engine_.clock.Now()};
  const std::string& path = conflict.record.path();
  if (request.resolution() == Request::RESOLUTION_STORED) return Keep(conflict, stored, closing);
  if (request.resolution() == Request::RESOLUTION_EDITED) {
    return Replace(context, conflict, stored, request.value(), closing);
  }
  if (domain::GetField(stored.dossier, path).value_or("") != conflict.record.stored_value()) {
    return absl::FailedPreconditionError(
        "the field was changed after this was proposed; decide for a value of your own, or for "
        "what is stored");
  }
  return Replace(context, conflict, stored, conflict.record.proposed_value(), closing);
}

absl::Status Conflicts::Keep(const StoredConflict& conflict, const StoredDossier& stored,
                             const core::Closing& closing) {
  store::WriteSet set;
  set.conditions.push_back({Table::kDossier, {stored.id}, stored.version});
  core::CloseConflict(engine_, conflict, closing,
                      domain::GetField(stored.dossier, conflict.record.path()).value_or(""), set);
  return engine_.store.CommitAndWait(std::move(set), engine_.clock.Now() + engine_.commit_timeout)
      .status();
}

absl::Status Conflicts::Replace(const RequestContext& context, const StoredConflict& conflict,
                                const StoredDossier& stored, const std::string& value,
                                core::Closing closing) {
  const std::string& path = conflict.record.path();
  domain::Change change;
  if (value.empty()) {
    change.clear.push_back(path);
  } else {
    LIENTHONG_RETURN_IF_ERROR(domain::SetField(change.dossier, path, value));
    change.set.push_back(path);
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      core::PreparedEdit edit,
      core::PrepareOverrule(engine_, stored, std::move(change), context.caller.name, closing.reason,
                            conflict.id));
  if (edit.changed) closing.revision = edit.merge.next.revision();
  core::CloseConflict(engine_, conflict, closing,
                      domain::GetField(edit.merge.next, path).value_or(""), edit.set);
  CommitGroup group;
  core::SubmitEdit(engine_, std::move(edit),
                   [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                     done(result.status());
                   });
  return group.Wait(engine_.commit_timeout)[0];
}

absl::StatusOr<v1::ListActsResponse> Conflicts::ListActs(const RequestContext& context,
                                                         const v1::ListActsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read acts"));
  int64_t dossier_id = 0;
  if (!request.code().empty()) {
    LIENTHONG_ASSIGN_OR_RETURN(const core::View view, core::View::Of(context, false));
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored,
                               core::FindOne(engine_, view, request.code()));
    dossier_id = stored.id;
  }
  LIENTHONG_ASSIGN_OR_RETURN(core::ActPage page,
                             core::ListActs(engine_, dossier_id, request.page_size(),
                                            request.page_token(), request.newest_first()));
  v1::ListActsResponse response;
  for (const storage::v1::ActRecord& act : page.acts) *response.add_acts() = ToPublic(act);
  response.set_next_page_token(std::move(page.next_token));
  if (dossier_id != 0 && request.page_token().empty()) {
    LIENTHONG_RETURN_IF_ERROR(
        AddReasonedActs(engine_, dossier_id, request.newest_first(), response));
  }
  return response;
}

}  // namespace lienthong::sync
