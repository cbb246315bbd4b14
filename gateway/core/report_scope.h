#ifndef LIENTHONG_GATEWAY_CORE_REPORT_SCOPE_H_
#define LIENTHONG_GATEWAY_CORE_REPORT_SCOPE_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "google/protobuf/repeated_ptr_field.h"

// What the reports have in common.
namespace lienthong::core {

// Indexes of Table::kDue, as in tables.cc.
inline constexpr int kDueByTimeIndex = 1;
inline constexpr int kDueByAgencyIndex = 2;
inline constexpr int kDueByUnitIndex = 3;
inline constexpr int kDueByAgeIndex = 4;
// Of Table::kDefect.
inline constexpr int kDefectByAgencyIndex = 1;

// Whose dossiers a report is about.
struct ReportScope {
  bool all = false;
  std::vector<std::string> agencies = {};  // unless all
  bool Has(const std::string& agency) const {
    return all || std::find(agencies.begin(), agencies.end(), agency) != agencies.end();
  }
};

// Those asked for, of those that the caller may see. PermissionDenied NOT_SHARED. InvalidArgument
// FIELD_INVALID when an operator names one that nothing here is of.
absl::StatusOr<ReportScope> ScopeOf(const Engine& engine, const RequestContext& context,
                                    const google::protobuf::RepeatedPtrField<std::string>& asked);

// The different values of the column of an index behind `prefix`, ascending; found one by one,
// whatever the number of rows. ResourceExhausted beyond `max`.
absl::StatusOr<std::vector<store::Value>> DistinctBehind(const Engine& engine, store::Table table,
                                                         int index, const store::Values& prefix,
                                                         size_t column, int64_t max);
// The agencies of a scope that have rows; of those that were named, all.
absl::StatusOr<std::vector<std::string>> AgenciesIn(const Engine& engine, const ReportScope& scope,
                                                    store::Table table, int index, size_t column);

// Who receives dossiers here, or has a series of numbers; ascending.
absl::StatusOr<std::vector<std::string>> NumberingAgencies(const Engine& engine);

// The shared code of a dossier; empty when there is none.
absl::StatusOr<std::string> CodeOf(const Engine& engine, int64_t dossier_id);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REPORT_SCOPE_H_
