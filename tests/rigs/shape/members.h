// Short names for the members of a shape, so that a packet reads like its table:
// Mandatory(Text("MaHoSo", 50)).
#ifndef LIENTHONG_TESTS_RIGS_SHAPE_MEMBERS_H_
#define LIENTHONG_TESTS_RIGS_SHAPE_MEMBERS_H_

#include <cstddef>
#include <span>
#include <string_view>

#include "tests/rigs/shape/shape.h"

namespace lienthong::rigs::member {

constexpr Member Of(MemberKind kind, std::string_view name) { return {.name = name, .kind = kind}; }
constexpr Member Text(std::string_view name, size_t chars_max = 0) {
  return {.name = name, .kind = MemberKind::kText, .chars_max = chars_max};
}
constexpr Member Date(std::string_view name) { return Of(MemberKind::kDate, name); }
constexpr Member Digits(std::string_view name) { return Of(MemberKind::kDigits, name); }
constexpr Member Bool(std::string_view name) { return Of(MemberKind::kBool, name); }
constexpr Member Code(std::string_view name, std::string_view codes) {
  return {.name = name, .kind = MemberKind::kCode, .codes = codes};
}
constexpr Member Number(std::string_view name, std::string_view codes = "") {
  return {.name = name, .kind = MemberKind::kNumber, .codes = codes};
}
constexpr Member List(std::string_view name, std::span<const Member> members) {
  return {.name = name, .kind = MemberKind::kList, .members = members};
}
constexpr Member Object(std::string_view name, std::span<const Member> members) {
  return {.name = name, .kind = MemberKind::kObject, .members = members};
}
constexpr Member Mandatory(Member member) {
  member.mandatory = true;
  return member;
}
constexpr Member Nullable(Member member) {
  member.nullable = true;
  return member;
}
constexpr Member Key(Member member) {
  member.unique = true;
  return Mandatory(member);
}

}  // namespace lienthong::rigs::member

#endif  // LIENTHONG_TESTS_RIGS_SHAPE_MEMBERS_H_
