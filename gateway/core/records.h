#ifndef LIENTHONG_GATEWAY_CORE_RECORDS_H_
#define LIENTHONG_GATEWAY_CORE_RECORDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// Rows of the store as the values they carry. DataLoss when a body cannot be opened or parsed.

// A dossier as it is stored. `version` 0: there is none.
struct StoredDossier {
  int64_t id = 0;
  int64_t version = 0;
  dossier::v1::Dossier dossier;
};
absl::StatusOr<StoredDossier> LoadDossier(const Engine& engine, int64_t id);
absl::StatusOr<StoredDossier> ReadDossier(const Engine& engine, const store::Row& row);
store::Mutation PutDossier(const Engine& engine, int64_t id, const dossier::v1::Dossier& dossier);

// One code of a dossier. `issuer` is "" for codes that are unique across all issuers.
struct Alias {
  std::string folded;
  std::string issuer;
  int64_t dossier_id = 0;
};
std::vector<Alias> AliasesOf(int64_t id, const dossier::v1::Dossier& dossier);
store::Mutation PutAlias(const Alias& alias);
// Everything registered under a text, whoever issued it; at most 16.
absl::StatusOr<std::vector<Alias>> FindAliases(const Engine& engine, std::string_view code);
// The dossier with this code, for links; 0 when there is none or several issuers mean different
// ones by it. `issuer` narrows to what that system calls so, and what is unique across all. Callers
// are answered by lookup.h, which counts only what they may see.
absl::StatusOr<int64_t> FindDossier(const Engine& engine, std::string_view code,
                                    std::string_view issuer = "");

absl::StatusOr<storage::v1::JournalEntry> ReadEntry(const Engine& engine, const store::Row& row);

// Names what an actor proposed for a field: the same value again is the same conflict.
std::string ConflictId(int64_t dossier_id, std::string_view path, std::string_view actor,
                       std::string_view proposed_value);

// A message sealed into a body, and back.
std::string Seal(const Engine& engine, int64_t dossier_id,
                 const google::protobuf::MessageLite& message);
absl::Status Unseal(const Engine& engine, int64_t dossier_id, const std::string& body,
                    google::protobuf::MessageLite& message);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_RECORDS_H_
