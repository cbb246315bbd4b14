#ifndef LIENTHONG_GATEWAY_CATALOGUE_IMPORT_H_
#define LIENTHONG_GATEWAY_CATALOGUE_IMPORT_H_

#include <vector>

#include "absl/status/statusor.h"
#include "gateway/catalogue/snapshot.h"
#include "gateway/catalogue/tables.h"

namespace lienthong::catalogue {

inline constexpr size_t kProblemsMax = 100;  // named in one refusal
inline constexpr int kChangesMax = 1000;     // named in one answer
inline constexpr int kWarningsMax = 200;     // likewise

// What an import would do: what it writes, and what is told of it. A dry run and the real one have
// the same.
struct ImportPlan {
  std::vector<Entry> writes;
  pb::ImportCatalogueResponse told;
};

// InvalidArgument IMPORT_REFUSED names each bad place. All or nothing.
absl::StatusOr<ImportPlan> PlanImport(const Snapshot& snapshot, ReadTable table);

// What is wrong with a whole catalogue: periods that are none or overlap, other codes that mean two
// at once, agencies and units above themselves, calendars.
std::vector<FieldViolation> Problems(const Entries& entries);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_IMPORT_H_
