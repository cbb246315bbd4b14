// What a JSON object on a wire must look like, as data: its members, what each may hold, and the
// objects and lists below it. The check stops at the first thing that is wrong and names it.
#ifndef LIENTHONG_TESTS_RIGS_SHAPE_SHAPE_H_
#define LIENTHONG_TESTS_RIGS_SHAPE_SHAPE_H_

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::rigs {

struct FieldError {
  std::string field;   // "MaTTHC", "DanhSachLePhi[0].Gia"
  std::string reason;  // Vietnamese; never repeats a free text
};

enum class MemberKind {
  kText,        // at most chars_max code points; 0: any number
  kDate,        // yyyyMMddHHmmss
  kSpacedTime,  // yyyy-MM-dd HH:mm:ss
  kIsoTime,     // yyyy-MM-ddTHH:mm:ss.mmm+07:00
  kCode,        // one of `codes`
  kDigits,      // 0-9 in a text, at most 18
  kBool,        // a JSON boolean
  kNumber,      // a JSON integer from 0 up; with `codes`, one of them
  kObject,      // of `members`
  kAnyObject,
  kList,  // of objects of `members`
};

// A text may be "" unless it is mandatory; anything but a mandatory member may be absent.
struct Member {
  std::string_view name;
  MemberKind kind;
  size_t chars_max = 0;
  std::string_view codes = "";  // "1|2|3"
  std::span<const Member> members = {};
  bool mandatory = false;
  bool nullable = false;
  bool unique = false;  // a text that no two elements of the list share
};

// Nothing when `object` is one of these members and no others; `place` goes before their names.
std::optional<FieldError> CheckShape(const nlohmann::json& object, std::span<const Member> members,
                                     const std::string& place = "");

// `object`, which was checked, with every member: what was absent is "", [], 0, false or null.
nlohmann::json Completed(const nlohmann::json& object, std::span<const Member> members);

// `name`'s text in `object`, or "" when it is something else, not there, or `object` is none.
std::string TextIn(const nlohmann::json& object, std::string_view name);

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_SHAPE_SHAPE_H_
