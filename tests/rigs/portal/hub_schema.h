// Generation 2's packets as data. Numbers are JSON integers, everything else is a text.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_HUB_SCHEMA_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_HUB_SCHEMA_H_

#include <span>

#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::portal {

std::span<const Member> HubRecordMembers();      // NoiHoSo
std::span<const Member> HubSubmissionMembers();  // NoiHoSo from the hub: with the papers' links
std::span<const Member> HubProgressMembers();    // CapNhatTienTrinh, one
std::span<const Member> HubStatusMembers();      // CapNhatTrangThai, one

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_HUB_SCHEMA_H_
