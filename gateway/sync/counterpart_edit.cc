#include "gateway/sync/counterpart_edit.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gateway/base/text.h"
#include "gateway/core/registering.h"
#include "gateway/domain/codes.h"

namespace lienthong::sync {
namespace {

using dossier::v1::CodeReference;
using dossier::v1::Dossier;

constexpr std::string_view kRequestPrefix = "dossier.";

bool HasCode(const Dossier& dossier, const CodeReference& code) {
  const std::string folded = domain::FoldCode(code.code());
  if (folded == domain::FoldCode(dossier.code())) return true;
  if (folded == domain::FoldCode(dossier.receipt_number())) return true;
  return std::any_of(
      dossier.codes().begin(), dossier.codes().end(), [&](const CodeReference& known) {
        return known.issuer() == code.issuer() && domain::FoldCode(known.code()) == folded;
      });
}

bool HasId(const Dossier& dossier, const std::string& id) {
  return std::any_of(dossier.codes().begin(), dossier.codes().end(),
                     [&id](const CodeReference& known) { return known.id() == id; });
}

// By issuer and kind, as core names them; counted where a counterpart gave several of a kind.
std::string FreeId(const CodeReference& code, const Dossier& stored, const Dossier& change) {
  Dossier named;
  *named.add_codes() = code;
  named.mutable_codes(0)->clear_id();
  core::NameCodes(named);
  const std::string& name = named.codes(0).id();
  std::string id = name;
  for (int i = 2; HasId(stored, id) || HasId(change, id); ++i) id = StrCat(name, "-", i);
  return id;
}

}  // namespace

core::EditContext EditContextOf(std::string_view link, const core::Party& party) {
  return {.actor = StrCat("link/", link),
          .writer = core::WriterOf(party),
          .reason = "",
          .trace_id = "",
          .request_id = "",
          .request_digest = ""};
}

void AddCode(std::string_view party, CodeReference code, const Dossier& stored,
             domain::Change& change) {
  if (code.issuer().empty()) code.set_issuer(std::string(party));
  if (code.code().empty() || HasCode(stored, code) || HasCode(change.dossier, code)) return;
  code.set_id(FreeId(code, stored, change.dossier));
  for (const char* field : {"issuer", "kind", "code"}) {
    change.set.push_back(StrCat("codes[", code.id(), "].", field));
  }
  *change.dossier.add_codes() = std::move(code);
}

std::vector<FieldViolation> FaultsOf(const absl::Status& status) {
  if (!absl::IsAlreadyExists(status) && !absl::IsInvalidArgument(status)) return {};
  std::vector<FieldViolation> faults = DetailsOf(status).fields;
  for (FieldViolation& fault : faults) {
    if (fault.field.starts_with(kRequestPrefix)) fault.field.erase(0, kRequestPrefix.size());
  }
  if (faults.empty()) faults.push_back({"", std::string(status.message())});
  return faults;
}

}  // namespace lienthong::sync
