#include "gateway/core/receipts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/editor.h"
#include "gateway/core/lookup.h"
#include "gateway/core/number_requests.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/core/reservations.h"
#include "gateway/core/view.h"
#include "gateway/domain/code_forms.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/instants.h"
#include "gateway/domain/number_pattern.h"

namespace lienthong::core {
namespace {

namespace pb = receipt::v1;
using store::CommitResult;
using store::Mutation;
using store::Row;
using store::Table;
using store::WriteSet;

constexpr int64_t kSweepRowsMax = 1000;
constexpr int64_t kReasonCharactersMax = 1000;
constexpr size_t kShownCharactersMax = 50;
constexpr absl::Duration kLifetimeDefault = absl::Minutes(30);
constexpr absl::Duration kLifetimeMin = absl::Seconds(1);
constexpr absl::Duration kLifetimeMax = absl::Hours(24);

absl::StatusOr<StoredReservation> NewReservation(const Engine& engine,
                                                 const RequestContext& context,
                                                 const pb::ReserveReceiptRequest& request) {
  if (!domain::IsAgencyCode(request.agency())) {
    return FieldInvalid("agency", StrCat("is '", request.agency().substr(0, kShownCharactersMax),
                                         "', no agency code like H29.X05"));
  }
  if (!ActsFor(context, request.agency())) return NotShared(request.agency(), "series");
  absl::Duration lifetime =
      absl::Seconds(request.lifetime().seconds()) + absl::Nanoseconds(request.lifetime().nanos());
  if (lifetime == absl::ZeroDuration()) lifetime = kLifetimeDefault;
  if (lifetime < kLifetimeMin || lifetime > kLifetimeMax) {
    return FieldInvalid("lifetime", "is not between 1 second and 24 hours");
  }
  if (request.has_received_time()) {
    const std::string problem =
        domain::InstantProblem(request.received_time(), /*planned=*/false, engine.clock.Now());
    if (!problem.empty()) return FieldInvalid("received_time", problem);
  }
  StoredReservation reservation{.id = engine.random.Uuid(), .version = 0, .record = {}};
  reservation.record.set_state(pb::Reservation::STATE_RESERVED);
  reservation.record.set_agency(request.agency());
  reservation.record.set_caller(context.caller.name);
  *reservation.record.mutable_issue_time() = domain::ToProto(engine.clock.Now());
  *reservation.record.mutable_expire_time() = domain::ToProto(engine.clock.Now() + lifetime);
  return reservation;
}

// A committed number may be on a paper that the citizen holds.
absl::Status Final(const StoredReservation& reservation) {
  ErrorDetails details;
  details.reason = "RESERVATION_CLOSED";
  details.metadata = {{"reservation_id", reservation.id}, {"state", "committed"}};
  return WithDetails(
      absl::FailedPreconditionError(
          StrCat("number ", reservation.record.receipt_number(), " of reservation ", reservation.id,
                 " is committed, which is final; push its dossier with it, and void that dossier "
                 "when nothing comes of it")),
      details);
}

// One change of a reservation by its holder, idempotent by request id.
template <typename Request>
absl::StatusOr<pb::Reservation> Change(
    Engine& engine, const RequestContext& context, const Request& request,
    const std::function<absl::Status(StoredReservation& reservation)>& act) {
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine, context.caller.name, request.request_id(), digest));
    LIENTHONG_ASSIGN_OR_RETURN(
        StoredReservation reservation,
        LoadReservation(engine, context.caller.name, request.reservation_id()));
    if (known.has_value()) return ToPublic(reservation);
    LIENTHONG_RETURN_IF_ERROR(CheckOpen(engine, reservation));
    LIENTHONG_RETURN_IF_ERROR(act(reservation));
    WriteSet set;
    set.conditions.push_back({Table::kReservation, {reservation.id}, reservation.version});
    set.mutations.push_back(PutReservation(engine, reservation));
    AddRequest(engine, context, request.request_id(), digest, reservation.record.code(),
               reservation.id, set);
    const absl::StatusOr<CommitResult> committed =
        engine.store.CommitAndWait(std::move(set), DeadlineOf(engine, context));
    if (committed.ok()) return ToPublic(reservation);
    if (!absl::IsAborted(committed.status())) return committed.status();
  }
  return Busy("this reservation changes too fast", absl::Milliseconds(200));
}

// A number as it may stand in the index: under the codes that its agency has and had.
std::vector<std::string> FormsOf(const Engine& engine, std::string_view number) {
  std::vector<std::string> forms = domain::DossierCodeForms(number);
  const absl::StatusOr<domain::DossierCode> parsed = domain::DossierCode::Parse(number);
  const auto& other_codes = engine.numbering->rules().other_codes;
  if (!parsed.ok() || other_codes == nullptr) return forms;
  for (const std::string& agency : other_codes(domain::TodaysAgencyCode(parsed->agency))) {
    for (std::string& form :
         domain::DossierCodeForms(StrCat(agency, "-", parsed->day, "-", parsed->serial))) {
      if (std::find(forms.begin(), forms.end(), form) == forms.end()) {
        forms.push_back(std::move(form));
      }
    }
  }
  return forms;
}

// Names who issued the number to each, and when.
absl::Status Ambiguous(std::string_view number, const std::vector<std::string>& forms,
                       const std::map<int64_t, StoredDossier>& found) {
  std::vector<std::string> meant;
  for (const auto& [id, stored] : found) {
    std::string issuer = "the gateway";
    for (const auto& reference : stored.dossier.codes()) {
      const std::string folded = domain::FoldCode(reference.code());
      if (std::find(forms.begin(), forms.end(), folded) != forms.end()) issuer = reference.issuer();
    }
    const auto& reception = stored.dossier.reception();
    meant.push_back(reception.has_received_time()
                        ? StrCat(issuer, " (",
                                 domain::ShowDay(domain::CivilDayOf(
                                     domain::FromProto(reception.received_time()))),
                                 ")")
                        : issuer);
  }
  return FieldInvalid("issuer", StrCat("is needed: several systems call a dossier ", number, ": ",
                                       absl::StrJoin(meant, ", "), "; each means another one"));
}

// A number without a dossier: who reserved it is told of it, who acts for the series, and
// operators, to whom citizens come with it.
absl::StatusOr<pb::ResolveReceiptResponse> ResolveReserved(const Engine& engine,
                                                           const RequestContext& context,
                                                           std::string_view number,
                                                           const std::vector<std::string>& forms) {
  for (const std::string& form : forms) {
    LIENTHONG_ASSIGN_OR_RETURN(const auto reservation, FindReservation(engine, form));
    if (!reservation.has_value()) continue;
    const storage::v1::ReservationRecord& record = reservation->record;
    const bool may_see =
        record.caller() == context.caller.name || CheckMaySeeSeries(context, record.agency()).ok();
    if (!may_see) continue;
    pb::ResolveReceiptResponse response;
    *response.mutable_reservation() = ToPublic(*reservation);
    response.set_receipt_number(reservation->record.receipt_number());
    return response;
  }
  return NotShared(number, "number");
}

}  // namespace

absl::StatusOr<pb::Reservation> Receipts::Reserve(const RequestContext& context,
                                                  const pb::ReserveReceiptRequest& request) {
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    if (known.has_value()) {
      LIENTHONG_ASSIGN_OR_RETURN(
          const StoredReservation made,
          LoadReservation(engine_, context.caller.name, known->reservation_id()));
      return ToPublic(made);
    }
    LIENTHONG_ASSIGN_OR_RETURN(StoredReservation reservation,
                               NewReservation(engine_, context, request));
    const absl::CivilDay day =
        domain::CivilDayOf(request.has_received_time() ? domain::FromProto(request.received_time())
                                                       : engine_.clock.Now());
    Waiter<absl::StatusOr<CommitResult>> waiter;
    LIENTHONG_RETURN_IF_ERROR(engine_.numbering->Allocate(
        engine_.store, request.agency(), day, [&](Numbering::Allocation allocation) {
          reservation.record.set_code(allocation.code);
          reservation.record.set_receipt_number(allocation.code);
          WriteSet set;
          const std::string folded = domain::FoldCode(allocation.code);
          set.conditions = {allocation.condition, {Table::kAlias, {folded, std::string()}, 0}};
          Mutation alias = PutAlias({folded, "", 0});
          alias.row.body = reservation.id;
          set.mutations = {std::move(allocation.mutation), std::move(alias),
                           PutReservation(engine_, reservation)};
          AddRequest(engine_, context, request.request_id(), digest, allocation.code,
                     reservation.id, set);
          engine_.store.Commit(std::move(set), waiter.Callback());
        }));
    const auto committed = waiter.Wait(DeadlineOf(engine_, context));
    if (committed.has_value() && committed->ok()) return ToPublic(reservation);
    engine_.numbering->Invalidate(request.agency(), day);
    if (!committed.has_value()) return OutcomeUnknown();
    if (!absl::IsAborted(committed->status())) return committed->status();
  }
  return Busy("this series changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<pb::Reservation> Receipts::Commit(const RequestContext& context,
                                                 const pb::CommitReceiptRequest& request) {
  return Change(engine_, context, request, [](StoredReservation& reservation) {
    reservation.record.set_state(pb::Reservation::STATE_COMMITTED);
    return absl::OkStatus();
  });
}

absl::StatusOr<pb::Reservation> Receipts::Release(const RequestContext& context,
                                                  const pb::ReleaseReceiptRequest& request) {
  if (domain::IsBlank(request.reason())) {
    return FieldInvalid("reason", "is required: it explains the gap");
  }
  if (domain::CountCharacters(request.reason()) > kReasonCharactersMax) {
    return FieldInvalid("reason", StrCat("is longer than ", kReasonCharactersMax, " characters"));
  }
  return Change(engine_, context, request, [&request](StoredReservation& reservation) {
    if (reservation.record.state() == pb::Reservation::STATE_COMMITTED) return Final(reservation);
    if (reservation.record.state() == pb::Reservation::STATE_LEASED) {
      return FieldInvalid("reservation_id",
                          StrCat("is a number of block ", reservation.record.block_id(),
                                 ", which a counter may have printed; return the block"));
    }
    reservation.record.set_state(pb::Reservation::STATE_RELEASED);
    reservation.record.set_reason(request.reason());
    return absl::OkStatus();
  });
}

absl::StatusOr<pb::RegisterExternalReceiptResponse> Receipts::RegisterExternal(
    const RequestContext& context, const pb::RegisterExternalReceiptRequest& request) {
  if (domain::FoldCode(request.number()).empty()) return FieldInvalid("number", "is empty");
  if (std::string bad = domain::CodeProblem(request.number()); !bad.empty()) {
    return FieldInvalid("number", bad);
  }
  if (request.issuer() != context.caller.name) {
    return FieldInvalid("issuer", StrCat("must be the caller itself, ", context.caller.name));
  }
  LIENTHONG_ASSIGN_OR_RETURN(const Party* party, engine_.parties.ForCaller(context.caller));
  const std::string problem = engine_.parties.SeriesProblem(party->agencies, request.number());
  if (!problem.empty()) return FieldInvalid("number", problem);
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, true));
  dossier::v1::Dossier wanted;
  dossier::v1::CodeReference& reference = *wanted.add_codes();
  reference.set_id(StrCat(
      "receipt:", HexSha256(StrCat(request.issuer(), "\n", request.number())).substr(0, 12)));
  reference.set_issuer(request.issuer());
  reference.set_kind(dossier::v1::CodeReference::KIND_RECEIPT_NUMBER);
  reference.set_code(request.number());
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kNumberAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    pb::RegisterExternalReceiptResponse response;
    if (known.has_value()) {
      response.set_code(known->code());
      response.set_revision(known->revision());
      return response;
    }
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine_, view, request.code()));
    LIENTHONG_ASSIGN_OR_RETURN(PreparedEdit edit,
                               PrepareEdit(engine_, stored, domain::ChangeOf(wanted),
                                           {.actor = context.caller.name,
                                            .writer = WriterOf(*party, context.caller),
                                            .reason = "",
                                            .trace_id = context.trace_id,
                                            .request_id = request.request_id(),
                                            .request_digest = digest}));
    Waiter<absl::StatusOr<EditResult>> waiter;
    SubmitEdit(engine_, std::move(edit), waiter.Callback());
    auto result = waiter.Wait(DeadlineOf(engine_, context));
    if (!result.has_value()) return OutcomeUnknown();
    if (result->ok()) {
      response.set_code((*result)->code);
      response.set_revision((*result)->revision);
      return response;
    }
    if (!absl::IsAborted(result->status())) return result->status();
  }
  return Busy("this dossier changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<pb::ResolveReceiptResponse> Receipts::Resolve(
    const RequestContext& context, const pb::ResolveReceiptRequest& request) const {
  if (request.number().empty()) return FieldInvalid("number", "is empty");
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  std::map<int64_t, StoredDossier> found;
  const std::vector<std::string> forms = FormsOf(engine_, request.number());
  for (const std::string& form : forms) {
    LIENTHONG_ASSIGN_OR_RETURN(std::vector<StoredDossier> meant,
                               FindVisible(engine_, view, form, request.issuer()));
    for (StoredDossier& stored : meant) found.try_emplace(stored.id, std::move(stored));
    if (meant.size() == 1 && form == forms.front()) break;  // as it is written means one
  }
  if (found.empty()) return ResolveReserved(engine_, context, request.number(), forms);
  if (found.size() > 1) return Ambiguous(request.number(), forms, found);
  const dossier::v1::Dossier& dossier = found.begin()->second.dossier;
  pb::ResolveReceiptResponse response;
  response.set_code(dossier.code());
  response.set_receipt_number(dossier.receipt_number());
  for (const auto& reference : dossier.codes()) {
    pb::ResolvedCode* code = response.add_codes();
    code->set_issuer(reference.issuer());
    code->set_code(reference.code());
  }
  return response;
}

absl::Status Receipts::SweepExpired() {
  const absl::Time now = engine_.clock.Now();
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<Row> rows,
      engine_.store.Read({.table = Table::kReservation,
                          .index = 1,
                          .prefix = {static_cast<int64_t>(pb::Reservation::STATE_RESERVED)},
                          .after = {},
                          .at_most = absl::ToUnixMicros(now),
                          .limit_rows = kSweepRowsMax}));
  for (const Row& row : rows) {
    StoredReservation reservation{
        .id = std::get<std::string>(row.columns[0]), .version = row.version, .record = {}};
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine_, 0, row.body, reservation.record));
    reservation.record.set_state(pb::Reservation::STATE_RELEASED);
    reservation.record.set_reason("expired");
    WriteSet set;
    set.conditions.push_back({Table::kReservation, {reservation.id}, reservation.version});
    set.mutations.push_back(PutReservation(engine_, reservation));
    const auto committed =
        engine_.store.CommitAndWait(std::move(set), now + engine_.commit_timeout);
    // Aborted: its holder was faster.
    if (!committed.ok() && !absl::IsAborted(committed.status())) return committed.status();
  }
  return absl::OkStatus();
}

}  // namespace lienthong::core
