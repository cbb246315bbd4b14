#include "gateway/core/registering.h"

#include <set>
#include <utility>

#include "absl/strings/str_replace.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/collisions.h"
#include "gateway/core/records.h"
#include "gateway/core/reservations.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/ownership.h"

namespace lienthong::core {
namespace {

using dossier::v1::CodeReference;
using dossier::v1::Dossier;
using store::Row;
using store::Table;

constexpr int64_t kSharedCodeCharactersMax = 50;  // as the schema says of Dossier.code
constexpr int64_t kReferenceCharactersMax = 80;   // and of CodeReference.code
constexpr int64_t kReservedVersion = 1;  // of a code's row in the index: reserving has put it there

// Puts the new codes of one edit into the index.
class Registrar {
 public:
  Registrar(const Engine& engine, const Dossier& before, PreparedEdit& edit)
      : engine_(engine), before_(before), edit_(edit) {}

  absl::Status Run() {
    LIENTHONG_RETURN_IF_ERROR(CheckTexts());
    LIENTHONG_RETURN_IF_ERROR(AdoptReserved());
    std::set<std::pair<std::string, std::string>> known;
    for (const Alias& alias : AliasesOf(0, before_)) known.emplace(alias.folded, alias.issuer);
    if (!edit_.reserved_code.empty()) {
      const Alias shared = {domain::FoldCode(edit_.reserved_code), "", edit_.id};
      LIENTHONG_RETURN_IF_ERROR(WhyTaken(CheckOthers(shared)));
      known.emplace(shared.folded, shared.issuer);
    }
    for (const Alias& alias : AliasesOf(edit_.id, edit_.merge.next)) {
      if (known.contains({alias.folded, alias.issuer})) continue;
      LIENTHONG_RETURN_IF_ERROR(Add(alias));
    }
    return absl::OkStatus();
  }

 private:
  // Of the shared code and of new references whose text is not one of the dossier's codes already:
  // a system may well keep a dossier under a code that somebody else gave it.
  absl::Status CheckTexts() const {
    std::vector<FieldViolation> violations;
    CheckText("code", edit_.reserved_code, violations);
    std::set<std::string> own_codes = {domain::FoldCode(edit_.reserved_code)};
    for (Alias& alias : AliasesOf(0, before_)) own_codes.insert(std::move(alias.folded));
    for (const CodeReference& reference : edit_.merge.next.codes()) {
      const std::string path = StrCat("codes[", reference.id(), "].code");
      if (domain::ElementExists(before_, path)) continue;
      if (own_codes.contains(domain::FoldCode(reference.code()))) continue;
      CheckText(path, reference.code(), violations);
    }
    return violations.empty() ? absl::OkStatus() : FieldsInvalid(std::move(violations));
  }

  void CheckText(std::string_view path, std::string_view code,
                 std::vector<FieldViolation>& violations) const {
    std::string problem = domain::CodeProblem(code);
    if (problem.empty()) {
      problem = engine_.parties.SeriesProblem(edit_.context.writer.agencies, code);
    }
    if (!problem.empty()) violations.push_back({StrCat("dossier.", path), std::move(problem)});
  }

  // The number on the citizen's paper is the one under which a new dossier is shared.
  absl::Status AdoptReserved() {
    if (!edit_.creating || !edit_.reserved_code.empty()) return absl::OkStatus();
    for (const CodeReference& reference : edit_.merge.next.codes()) {
      if (!domain::DossierCode::Parse(reference.code()).ok()) continue;
      LIENTHONG_ASSIGN_OR_RETURN(const auto reserved, FindReservation(engine_, reference.code()));
      if (!reserved.has_value() || !MayUse(edit_.context, *reserved)) continue;
      if (reserved->record.agency() != edit_.merge.next.reception().agency()) continue;
      edit_.reserved_code = reserved->record.code();
      edit_.reserved_receipt = reserved->record.receipt_number();
      break;
    }
    return absl::OkStatus();
  }

  absl::Status Add(const Alias& alias) {
    LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                               engine_.store.Get(Table::kAlias, {alias.folded, alias.issuer}));
    if (row.version > 0 && std::get<int64_t>(row.columns[2]) == edit_.id) return absl::OkStatus();
    LIENTHONG_RETURN_IF_ERROR(CheckOthers(alias));
    edit_.set.conditions.push_back({Table::kAlias, {alias.folded, alias.issuer}, row.version});
    edit_.set.mutations.push_back(PutAlias(alias));
    return absl::OkStatus();
  }

  // A shared code means one dossier whoever writes it, so it is nobody's number for another one.
  absl::Status CheckOthers(const Alias& alias) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Alias> others, FindAliases(engine_, alias.folded));
    bool is_shared_code = alias.issuer.empty();
    bool is_reserved = false;
    for (const Alias& other : others) {
      const bool clashes =
          alias.issuer.empty() || other.issuer.empty() || alias.issuer == other.issuer;
      if (clashes && other.dossier_id != edit_.id && other.dossier_id != 0) {
        return Taken(alias.folded, other.dossier_id);
      }
      is_shared_code |= other.issuer.empty();
      is_reserved |= other.dossier_id == 0;
    }
    if (is_reserved) return UseReserved(alias);
    if (!is_shared_code) {
      edit_.set.conditions.push_back({Table::kAlias, {alias.folded, std::string()}, 0});
    }
    return absl::OkStatus();
  }

  absl::Status UseReserved(const Alias& alias) {
    if (used_.contains(alias.folded)) return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(auto reserved, FindReservation(engine_, alias.folded));
    if (!reserved.has_value() || !MayUse(edit_.context, *reserved)) {
      return Taken(alias.folded, 0);
    }
    if (const std::string why = WhyClosed(engine_, *reserved); !why.empty()) {
      return FieldInvalid(FieldOf(alias.folded),
                          StrCat("is the number ", alias.folded, ", whose reservation is ", why,
                                 "; reserve a new number"));
    }
    used_.insert(alias.folded);
    Use(engine_, *std::move(reserved), edit_);
    if (alias.folded == domain::FoldCode(edit_.reserved_code)) {
      edit_.reserved_version = kReservedVersion;
    } else if (!alias.issuer.empty()) {
      const store::Values key = {alias.folded, std::string()};
      edit_.set.conditions.push_back({Table::kAlias, key, kReservedVersion});
      edit_.set.mutations.push_back(PutAlias({alias.folded, "", edit_.id}));
    }
    return absl::OkStatus();
  }

  // Keeps the claim; only who may see the dossier that has the code is told which it is.
  absl::Status Taken(const std::string& folded, int64_t holder) const {
    const Claim claim{.code = folded,
                      .holder = holder,
                      .claimant = edit_.context.actor,
                      .dossier = before_.code()};
    RecordCollision(engine_, claim);
    const std::string case_id = CollisionId(claim);
    if (holder == 0) return CodeTaken(folded, case_id);
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, holder));
    for (const std::string& agency : AgenciesOf(stored.dossier)) {
      if (!edit_.context.writer.agencies.contains(agency)) continue;
      absl::Status taken = CodeTaken(folded, case_id);
      ErrorDetails details = DetailsOf(taken);
      details.metadata.emplace_back("holder", stored.dossier.code());
      return WithDetails(
          absl::AlreadyExistsError(StrCat("code ", folded, " already belongs to dossier ",
                                          stored.dossier.code(), "; case ", case_id)),
          details);
    }
    return CodeTaken(folded, case_id);
  }

  // A named reservation that was open when the edit began may have served another by now.
  absl::Status WhyTaken(absl::Status taken) const {
    if (taken.ok() || edit_.context.reservation_id.empty()) return taken;
    LIENTHONG_ASSIGN_OR_RETURN(
        const StoredReservation reservation,
        LoadReservation(engine_, edit_.context.actor, edit_.context.reservation_id));
    LIENTHONG_RETURN_IF_ERROR(CheckOpen(engine_, reservation));
    return taken;
  }

  std::string FieldOf(std::string_view folded) const {
    for (const CodeReference& reference : edit_.merge.next.codes()) {
      if (domain::FoldCode(reference.code()) == folded) {
        return StrCat("dossier.codes[", reference.id(), "].code");
      }
    }
    return "dossier.code";
  }

  const Engine& engine_;
  const Dossier& before_;
  PreparedEdit& edit_;
  std::set<std::string> used_;  // reserved numbers that it has got
};

}  // namespace

std::vector<std::string> NameCodes(Dossier& dossier) {
  std::vector<std::string> named;
  for (CodeReference& reference : *dossier.mutable_codes()) {
    if (!reference.id().empty()) continue;
    const std::string kind = reference.kind() == CodeReference::KIND_DOSSIER_CODE     ? "code"
                             : reference.kind() == CodeReference::KIND_RECEIPT_NUMBER ? "receipt"
                                                                                      : "local";
    reference.set_id(absl::StrReplaceAll(reference.issuer(), {{"/", ":"}}) + ":" + kind);
    named.push_back(reference.id());
  }
  return named;
}

absl::StatusOr<std::string> TakeSharedCode(std::string_view issuer, domain::Change& change) {
  const std::string code = change.dossier.code();
  if (code.empty()) return std::string();
  const bool legal = domain::DossierCode::Parse(code).ok();
  const int64_t most = legal ? kSharedCodeCharactersMax : kReferenceCharactersMax;
  if (const std::string bad = domain::CodeProblem(code); !bad.empty()) {
    return FieldInvalid("dossier.code", bad);
  }
  const int64_t characters = domain::CountCharacters(code);
  if (characters > most) {
    return FieldInvalid("dossier.code",
                        StrCat("has ", characters, " characters; the limit is ", most));
  }
  if (legal) return domain::FoldCode(code);
  for (const CodeReference& known : change.dossier.codes()) {
    if (known.issuer() == issuer && known.code() == code) return std::string();
  }
  CodeReference& reference = *change.dossier.add_codes();
  reference.set_issuer(std::string(issuer));
  reference.set_kind(CodeReference::KIND_DOSSIER_CODE);
  reference.set_code(code);
  return std::string();
}

absl::Status TakeReservedCode(const Engine& engine, std::string_view agency, PreparedEdit& edit) {
  LIENTHONG_ASSIGN_OR_RETURN(
      const StoredReservation reservation,
      LoadReservation(engine, edit.context.actor, edit.context.reservation_id));
  LIENTHONG_RETURN_IF_ERROR(CheckOpen(engine, reservation));
  const storage::v1::ReservationRecord& record = reservation.record;
  if (record.agency() != agency) {
    return FieldInvalid("reservation_id",
                        "is of another agency's series than dossier.reception.agency");
  }
  if (!edit.reserved_code.empty() && edit.reserved_code != domain::FoldCode(record.code())) {
    return FieldInvalid("reservation_id", StrCat("holds ", record.code(),
                                                 ", not the code that dossier.code says; "
                                                 "leave one of them out"));
  }
  edit.reserved_code = record.code();
  edit.reserved_receipt = record.receipt_number();
  return absl::OkStatus();
}

absl::Status RegisterCodes(const Engine& engine, const Dossier& before, PreparedEdit& edit) {
  return Registrar(engine, before, edit).Run();
}

}  // namespace lienthong::core
