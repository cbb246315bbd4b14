#include "gateway/core/records.h"

#include <set>
#include <tuple>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/roles.h"

namespace lienthong::core {
namespace {

using dossier::v1::CodeReference;
using dossier::v1::Dossier;
using store::Mutation;
using store::Row;
using store::Table;

constexpr int64_t kAliasesPerTextMax = 16;
constexpr size_t kConflictDigestCharacters = 16;

int64_t Integer(const store::Value& value) { return std::get<int64_t>(value); }
const std::string& Text(const store::Value& value) { return std::get<std::string>(value); }

}  // namespace

std::string ConflictId(int64_t dossier_id, std::string_view path, std::string_view actor,
                       std::string_view proposed_value) {
  const std::string digest = HexSha256(proposed_value).substr(0, kConflictDigestCharacters);
  return StrCat(dossier_id, "/", path, "/", actor, "/", digest);
}

std::string Seal(const Engine& engine, int64_t dossier_id,
                 const google::protobuf::MessageLite& message) {
  return engine.sealer.Seal(dossier_id, message.SerializeAsString());
}

absl::Status Unseal(const Engine& engine, int64_t dossier_id, const std::string& body,
                    google::protobuf::MessageLite& message) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string plain, engine.sealer.Open(dossier_id, body));
  if (!message.ParseFromString(plain)) return StoreCorrupt(message.GetTypeName());
  return absl::OkStatus();
}

absl::StatusOr<StoredDossier> ReadDossier(const Engine& engine, const Row& row) {
  StoredDossier stored{.id = Integer(row.columns[0]), .version = row.version, .dossier = {}};
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, stored.id, row.body, stored.dossier));
  return stored;
}

absl::StatusOr<StoredDossier> LoadDossier(const Engine& engine, int64_t id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kDossier, {id}));
  if (row.version == 0) return StoredDossier{.id = id, .version = 0, .dossier = {}};
  return ReadDossier(engine, row);
}

Mutation PutDossier(const Engine& engine, int64_t id, const Dossier& dossier) {
  Row row;
  row.columns = {id, dossier.code(), dossier.reception().agency(),
                 std::string(domain::LeadAgency(dossier)), static_cast<int64_t>(dossier.status())};
  row.body = Seal(engine, id, dossier);
  return {Mutation::Kind::kPut, Table::kDossier, std::move(row)};
}

std::vector<Alias> AliasesOf(int64_t id, const Dossier& dossier) {
  std::set<std::pair<std::string, std::string>> keys;
  if (dossier.has_code()) keys.emplace(domain::FoldCode(dossier.code()), "");
  if (dossier.has_receipt_number()) keys.emplace(domain::FoldCode(dossier.receipt_number()), "");
  for (const CodeReference& reference : dossier.codes()) {
    // Dossier codes of the legal shape name their agency and day, so they mean one dossier whoever
    // writes them; other numbers are unique only with their issuer.
    const bool global = reference.kind() == CodeReference::KIND_DOSSIER_CODE &&
                        domain::DossierCode::Parse(reference.code()).ok();
    keys.emplace(domain::FoldCode(reference.code()), global ? "" : reference.issuer());
  }
  std::vector<Alias> aliases;
  aliases.reserve(keys.size());
  for (const auto& [folded, issuer] : keys) aliases.push_back({folded, issuer, id});
  return aliases;
}

Mutation PutAlias(const Alias& alias) {
  Row row;
  row.columns = {alias.folded, alias.issuer, alias.dossier_id};
  return {Mutation::Kind::kPut, Table::kAlias, std::move(row)};
}

absl::StatusOr<std::vector<Alias>> FindAliases(const Engine& engine, std::string_view code) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine.store.Read({.table = Table::kAlias,
                                                .prefix = {domain::FoldCode(code)},
                                                .after = {},
                                                .at_most = {},
                                                .limit_rows = kAliasesPerTextMax}));
  std::vector<Alias> aliases;
  aliases.reserve(rows.size());
  for (const Row& row : rows) {
    aliases.push_back({Text(row.columns[0]), Text(row.columns[1]), Integer(row.columns[2])});
  }
  return aliases;
}

absl::StatusOr<int64_t> FindDossier(const Engine& engine, std::string_view code,
                                    std::string_view issuer) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Alias> aliases, FindAliases(engine, code));
  std::set<int64_t> ids;
  for (const Alias& alias : aliases) {
    if (alias.issuer.empty()) return alias.dossier_id;  // 0: reserved, no dossier yet
    if (issuer.empty() || alias.issuer == issuer) ids.insert(alias.dossier_id);
  }
  return ids.size() == 1 ? *ids.begin() : 0;
}

absl::StatusOr<storage::v1::JournalEntry> ReadEntry(const Engine& engine, const Row& row) {
  storage::v1::JournalEntry entry;
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, Integer(row.columns[1]), row.body, entry));
  return entry;
}

}  // namespace lienthong::core
