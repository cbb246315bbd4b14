// What operators read of dead letters and do to them, across all links.
#include <algorithm>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/records.h"
#include "gateway/domain/fields.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/letter_list.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/operators.h"
#include "gateway/sync/settled.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using dossier::v1::Dossier;

template <typename Request>
BulkAct BulkOf(const RequestContext& context, const Request& request, const char* kind) {
  return {.actor = context.caller.name,
          .kind = kind,
          .reason = request.reason(),
          .request_id = request.request_id(),
          .ids = {request.ids().begin(), request.ids().end()},
          .items_max = request.items_max(),
          .deadline = context.deadline,
          .tells_results = true};
}

absl::Status CheckEdit(const v1::LetterEdit& edit) {
  const bool has_raw = !edit.raw().empty();
  if (has_raw && edit.has_dossier()) return FieldInvalid("edit", "is either raw or dossier");
  if (has_raw || edit.has_dossier()) return absl::OkStatus();
  return FieldInvalid("edit", "says nothing; give raw, or dossier and update_mask");
}

absl::Status LinkGone(std::string_view link) {
  return absl::FailedPreconditionError(
      StrCat("the link ", link, " is not configured any more: its letters can only be discarded"));
}

// Without an engine nobody holds the link's lease; the rows' versions still guard them.
absl::Status DiscardUnconfigured(core::Engine& engine, StoredLetter letter, const LetterAct& act) {
  LIENTHONG_ASSIGN_OR_RETURN(PreparedLetter prepared,
                             PrepareDiscard(engine, nullptr, std::move(letter), act));
  CommitGroup group;
  engine.store.Commit(std::move(prepared.set),
                      [done = group.Add()](const auto& result) { done(result.status()); });
  return group.Wait(engine.commit_timeout)[0];
}

absl::StatusOr<StoredLetter> OpenLetter(const core::Engine& engine, const std::string& id) {
  absl::StatusOr<StoredLetter> letter = FindLetter(engine, id);
  if (letter.ok()) return letter;
  return SaySettled(engine, /*dossier_id=*/0, id, letter.status());
}

void AddChanges(const Dossier& before, const core::PreparedEdit& edit, bool with_values,
                v1::PreviewDeadLetterResponse& response) {
  for (const std::string& path : edit.merge.paths) {
    auto& change = *response.add_changes();
    change.set_path(path);
    if (!with_values) continue;
    change.set_before(domain::GetField(before, path).value_or(""));
    change.set_after(domain::GetField(edit.merge.next, path).value_or(""));
  }
  *response.mutable_conflicts() = {edit.conflict_paths.begin(), edit.conflict_paths.end()};
}

}  // namespace

absl::StatusOr<v1::ListDeadLettersResponse> Links::ListDeadLetters(
    const RequestContext& context, const v1::ListDeadLettersRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read dead letters"));
  v1::DeadLetterFilter wanted = request.filter();
  if (wanted.link().empty()) wanted.set_link(request.link());
  if (!request.link().empty() && wanted.link() != request.link()) {
    return FieldInvalid("filter.link", "is another link than `link` names");
  }
  LIENTHONG_RETURN_IF_ERROR(CheckLetters(wanted.link()));
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(const LetterFilter filter, LetterFilter::Of(engine_, wanted));
  LIENTHONG_ASSIGN_OR_RETURN(
      LetterPage page, ListLetters(engine_, filter, request.page_size(), request.page_token()));
  v1::ListDeadLettersResponse response;
  for (const StoredLetter& letter : page.letters) {
    *response.add_dead_letters() = ToPublic(letter, !request.purpose().empty());
  }
  response.set_next_page_token(std::move(page.next_token));
  const bool is_none = response.dead_letters().empty() && response.next_page_token().empty();
  if (is_none && request.page_token().empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckCode(wanted.code()));
  }
  return response;
}

// A mistyped code must not read as "nothing there".
absl::Status Links::CheckCode(const std::string& code) const {
  if (code.empty()) return absl::OkStatus();
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::Alias> aliases,
                             core::FindAliases(engine_, code));
  return aliases.empty() ? NotFound("dossier", code) : absl::OkStatus();
}

// A link that is not configured any more may have left some.
absl::Status Links::CheckLetters(std::string_view link) const {
  const absl::Status named = CheckName(link);
  if (named.ok()) return named;
  LIENTHONG_ASSIGN_OR_RETURN(const bool has_some, HasLetters(engine_, link));
  return has_some ? absl::OkStatus() : named;
}

absl::StatusOr<v1::DeadLetter> Links::GetDeadLetter(const RequestContext& context,
                                                    const v1::GetDeadLetterRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read dead letters"));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLetter letter, OpenLetter(engine_, request.id()));
  NotePurpose(context, request.purpose());
  return ToPublic(letter, !request.purpose().empty());
}

absl::StatusOr<v1::PreviewDeadLetterResponse> Links::PreviewDeadLetter(
    const RequestContext& context, const v1::PreviewDeadLetterRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "preview dead letters"));
  if (request.has_edit()) LIENTHONG_RETURN_IF_ERROR(CheckEdit(request.edit()));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredLetter letter, OpenLetter(engine_, request.id()));
  LinkRunner* runner = Find(letter.record.link());
  if (runner == nullptr) return LinkGone(letter.record.link());
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(const PreparedLetter prepared,
                             runner->Prepare(context.deadline, {.kind = kActReplay,
                                                                .id = request.id(),
                                                                .actor = context.caller.name,
                                                                .reason = "a preview",
                                                                .request_id = engine_.random.Uuid(),
                                                                .edit = request.edit()}));
  v1::PreviewDeadLetterResponse response;
  *response.mutable_overtaken() = {prepared.overtaken.begin(), prepared.overtaken.end()};
  if (prepared.fault.has_value()) {
    response.set_fault(StrCat(prepared.fault->field, prepared.fault->field.empty() ? "" : ": ",
                              prepared.fault->reason));
    return response;
  }
  if (prepared.delivers) response.add_links(letter.record.link());
  if (!prepared.edit.has_value()) return response;
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, prepared.dossier_id));
  AddChanges(stored.dossier, *prepared.edit, !request.purpose().empty(), response);
  for (const auto& other : runners_) {
    if (other.get() == runner) continue;
    LIENTHONG_ASSIGN_OR_RETURN(const bool shows, other->WouldShow(context.deadline, stored.dossier,
                                                                  prepared.edit->merge.next));
    if (shows) response.add_links(other->options().name);
  }
  std::sort(response.mutable_links()->begin(), response.mutable_links()->end());
  return response;
}

absl::Status Links::DoAct(const LetterAct& act, absl::Time deadline) {
  LIENTHONG_ASSIGN_OR_RETURN(StoredLetter letter, FindLetter(engine_, act.id));
  LinkRunner* runner = Find(letter.record.link());
  if (runner != nullptr) return runner->Do(deadline, act);
  if (act.kind == kActDiscard) return DiscardUnconfigured(engine_, std::move(letter), act);
  return LinkGone(letter.record.link());
}

absl::StatusOr<v1::BulkResult> Links::DoActs(const RequestContext& context, const BulkAct& bulk,
                                             const v1::DeadLetterFilter& wanted,
                                             const v1::LetterEdit& edit) {
  LIENTHONG_RETURN_IF_ERROR(CheckLetters(wanted.link()));
  LIENTHONG_ASSIGN_OR_RETURN(const LetterFilter filter, LetterFilter::Of(engine_, wanted));
  const auto act_on = [&](const std::string& id) -> absl::Status {
    const absl::Status status = DoAct({.kind = bulk.kind,
                                       .id = id,
                                       .actor = bulk.actor,
                                       .reason = bulk.reason,
                                       .request_id = bulk.request_id,
                                       .edit = edit},
                                      context.deadline);
    if (!absl::IsNotFound(status)) return status;
    // The same request may have come twice at once.
    LIENTHONG_ASSIGN_OR_RETURN(const auto known,
                               core::FindAct(engine_, bulk.actor, bulk.request_id, id));
    if (known.has_value()) return absl::OkStatus();
    return SaySettled(engine_, /*dossier_id=*/0, id, status);
  };
  return RunBulk(
      engine_, bulk, [&](size_t items_max) { return FindLetterIds(engine_, filter, items_max); },
      act_on);
}

absl::StatusOr<v1::BulkResult> Links::ReplayDeadLetters(
    const RequestContext& context, const v1::ReplayDeadLettersRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "replay dead letters"));
  const BulkAct bulk = BulkOf(context, request, kActReplay);
  LIENTHONG_RETURN_IF_ERROR(CheckBulk(bulk, request.filter().ByteSizeLong() > 0));
  if (request.has_edit()) {
    if (request.ids_size() != 1) return FieldInvalid("edit", "is for a single id");
    LIENTHONG_RETURN_IF_ERROR(CheckEdit(request.edit()));
  }
  return DoActs(context, bulk, request.filter(), request.edit());
}

absl::StatusOr<v1::BulkResult> Links::DiscardDeadLetters(
    const RequestContext& context, const v1::DiscardDeadLettersRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "discard dead letters"));
  const BulkAct bulk = BulkOf(context, request, kActDiscard);
  LIENTHONG_RETURN_IF_ERROR(CheckBulk(bulk, request.filter().ByteSizeLong() > 0));
  return DoActs(context, bulk, request.filter(), {});
}

}  // namespace lienthong::sync
