// Generation 1's packets as data: DongBoHoSoMC, CapNhatTienDoHoSoMC, and what a citizen submits.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_SCHEMA_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_SCHEMA_H_

#include <optional>
#include <span>

#include "nlohmann/json.hpp"
#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::portal {

std::span<const Member> RecordMembers();
std::span<const Member> ProgressMembers();

// The first thing that is wrong with a DongBoHoSoMC record, also among members that depend on each
// other: the dates that a status asks for, the account that goes with the channel.
std::optional<FieldError> CheckRecord(const nlohmann::json& record);
// The same for a new online dossier, which has a few members more, may leave DonViXuLy out and may
// carry papers with their content.
std::optional<FieldError> CheckSubmission(const nlohmann::json& record);

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_SCHEMA_H_
