#ifndef LIENTHONG_GATEWAY_CORE_CATALOGUE_ANSWERS_H_
#define LIENTHONG_GATEWAY_CORE_CATALOGUE_ANSWERS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/catalogue/snapshot.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::core {

// What catalogue_service.proto says of each question, from a snapshot. `today` is Viet Nam's day.
absl::StatusOr<catalogue::v1::ResolveAgencyResponse> ResolveAgency(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ResolveAgencyRequest& request,
    std::string_view today);
absl::StatusOr<catalogue::v1::ResolveUnitResponse> ResolveUnit(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ResolveUnitRequest& request,
    std::string_view today);
absl::StatusOr<catalogue::v1::ListAgenciesResponse> ListAgencies(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ListAgenciesRequest& request);
absl::StatusOr<catalogue::v1::ListUnitsResponse> ListUnits(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ListUnitsRequest& request);
absl::StatusOr<catalogue::v1::GetProcedureResponse> GetProcedure(
    const catalogue::Snapshot& snapshot, const catalogue::v1::GetProcedureRequest& request,
    std::string_view today);
absl::StatusOr<catalogue::v1::ListProceduresResponse> ListProcedures(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ListProceduresRequest& request,
    std::string_view today);
absl::StatusOr<catalogue::v1::ListProcedureChangesResponse> ListProcedureChanges(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ListProcedureChangesRequest& request,
    std::string_view today);
absl::StatusOr<catalogue::v1::WorkingCalendar> GetCalendar(
    const catalogue::Snapshot& snapshot, const catalogue::v1::GetCalendarRequest& request);
// The reasoning is in both languages, Vietnamese first: calls carry no language.
absl::StatusOr<catalogue::v1::ComputeDeadlineResponse> ComputeDeadline(
    const catalogue::Snapshot& snapshot, const catalogue::v1::ComputeDeadlineRequest& request,
    absl::Time now);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_CATALOGUE_ANSWERS_H_
