#include "gateway/core/registering.h"

#include <set>
#include <utility>

#include "absl/strings/str_replace.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
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
constexpr size_t kCaseIdCharacters = 12;

absl::Status Taken(const std::string& folded) {
  return CodeTaken(folded, HexSha256(folded).substr(0, kCaseIdCharacters));
}

// A shared code means one dossier whoever writes it, so it is nobody's number for another one.
absl::Status CheckOthers(const Engine& engine, const Alias& alias, store::WriteSet& set) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Alias> others, FindAliases(engine, alias.folded));
  bool is_shared_code = alias.issuer.empty();
  for (const Alias& other : others) {
    const bool clashes = alias.issuer.empty() || other.issuer.empty();
    if (clashes && other.dossier_id != alias.dossier_id) {  // 0: reserved, for another dossier
      return Taken(alias.folded);
    }
    is_shared_code |= other.issuer.empty();
  }
  if (!is_shared_code) set.conditions.push_back({Table::kAlias, {alias.folded, std::string()}, 0});
  return absl::OkStatus();
}

// New references whose text is not one of the dossier's codes already: a system may well keep a
// dossier under a code that somebody else gave it.
absl::Status CheckSeries(const Engine& engine, const Registrant& registrant, const Dossier& before,
                         const Dossier& after) {
  std::set<std::string> own_codes = {std::string(registrant.shared_code)};
  for (Alias& alias : AliasesOf(0, before)) own_codes.insert(std::move(alias.folded));
  std::vector<FieldViolation> violations;
  for (const CodeReference& reference : after.codes()) {
    const std::string path = StrCat("codes[", reference.id(), "].code");
    if (domain::ElementExists(before, path)) continue;
    if (own_codes.contains(domain::FoldCode(reference.code()))) continue;
    std::string problem =
        engine.parties.SeriesProblem(registrant.writer.agencies, reference.code());
    if (!problem.empty()) violations.push_back({StrCat("dossier.", path), std::move(problem)});
  }
  return violations.empty() ? absl::OkStatus() : FieldsInvalid(std::move(violations));
}

absl::Status CheckSharedCode(const Engine& engine, const Registrant& registrant,
                             store::WriteSet& set) {
  const std::string code(registrant.shared_code);
  std::string problem = engine.parties.SeriesProblem(registrant.writer.agencies, code);
  if (!problem.empty()) return FieldInvalid("dossier.code", problem);
  return CheckOthers(engine, {code, "", registrant.dossier_id}, set);
}

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
  const int64_t characters = domain::CountCharacters(code);
  if (characters < 0) return FieldInvalid("dossier.code", "is not valid UTF-8");
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

absl::Status RegisterCodes(const Engine& engine, const Registrant& registrant,
                           const Dossier& before, const Dossier& after, store::WriteSet& set) {
  LIENTHONG_RETURN_IF_ERROR(CheckSeries(engine, registrant, before, after));
  std::set<std::pair<std::string, std::string>> known;
  for (const Alias& alias : AliasesOf(0, before)) known.emplace(alias.folded, alias.issuer);
  if (!registrant.shared_code.empty()) {
    LIENTHONG_RETURN_IF_ERROR(CheckSharedCode(engine, registrant, set));
    known.emplace(registrant.shared_code, "");
  }
  for (const Alias& alias : AliasesOf(registrant.dossier_id, after)) {
    if (known.contains({alias.folded, alias.issuer})) continue;
    LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                               engine.store.Get(Table::kAlias, {alias.folded, alias.issuer}));
    if (row.version > 0 && std::get<int64_t>(row.columns[2]) == registrant.dossier_id) continue;
    if (row.version > 0) return Taken(alias.folded);
    LIENTHONG_RETURN_IF_ERROR(CheckOthers(engine, alias, set));
    set.conditions.push_back({Table::kAlias, {alias.folded, alias.issuer}, 0});
    set.mutations.push_back(PutAlias(alias));
  }
  return absl::OkStatus();
}

}  // namespace lienthong::core
