#include "tests/rigs/shape/shape.h"

#include <set>
#include <utility>

#include "tests/rigs/shape/text.h"

namespace lienthong::rigs {
namespace {

using Json = nlohmann::json;
using Error = std::optional<FieldError>;

constexpr size_t kDigitsMax = 18;
constexpr size_t kEchoedCodeBytesMax = 20;

Error Fail(const std::string& place, std::string reason) {
  return FieldError{place, std::move(reason)};
}

const Member* Find(std::span<const Member> members, std::string_view name) {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

Error FailCode(const std::string& place, const Member& member, const std::string& code) {
  const std::string got = code.size() <= kEchoedCodeBytesMax ? "\"" + code + "\" " : "giá trị ";
  return Fail(place, got + "không thuộc danh mục " + std::string(member.codes));
}

Error CheckText(const std::string& place, const Member& member, const Json& value) {
  if (!value.is_string()) return Fail(place, "phải là chuỗi");
  const std::string& text = value.get_ref<const std::string&>();
  if (text.empty()) {
    return member.mandatory ? Fail(place, "bắt buộc, không được để trống") : std::nullopt;
  }
  switch (member.kind) {
    case MemberKind::kDate:
      if (!IsDate(text)) return Fail(place, "phải là thời điểm có thật, dạng yyyyMMddHHmmss");
      break;
    case MemberKind::kSpacedTime:
      if (!IsSpacedTime(text)) return Fail(place, "phải có dạng yyyy-MM-dd HH:mm:ss");
      break;
    case MemberKind::kIsoTime:
      if (!IsIsoTime(text)) return Fail(place, "phải có dạng yyyy-MM-ddTHH:mm:ss.mmm+07:00");
      break;
    case MemberKind::kCode:
      if (!IsListed(member.codes, text)) return FailCode(place, member, text);
      break;
    case MemberKind::kDigits:
      if (!IsAllDigits(text) || text.size() > kDigitsMax) {
        return Fail(place, "chỉ gồm chữ số, tối đa " + std::to_string(kDigitsMax));
      }
      break;
    default:
      if (member.chars_max > 0 && CountChars(text) > member.chars_max) {
        return Fail(place, "dài " + std::to_string(CountChars(text)) + " ký tự, tối đa " +
                               std::to_string(member.chars_max));
      }
  }
  return std::nullopt;
}

Error CheckNumber(const std::string& place, const Member& member, const Json& value) {
  if (!value.is_number_integer() || value < 0) return Fail(place, "phải là số nguyên không âm");
  const std::string text = value.dump();
  if (!member.codes.empty() && !IsListed(member.codes, text)) return FailCode(place, member, text);
  return std::nullopt;
}

Error CheckList(const std::string& place, const Member& member, const Json& list) {
  if (!list.is_array()) return Fail(place, "phải là danh sách");
  std::set<std::pair<std::string_view, std::string>> seen;
  for (size_t i = 0; i < list.size(); ++i) {
    const std::string element = place + "[" + std::to_string(i) + "]";
    if (Error error = CheckShape(list[i], member.members, element + ".")) return error;
    for (const Member& inner : member.members) {
      if (inner.unique && !seen.emplace(inner.name, list[i].at(inner.name).dump()).second) {
        return Fail(element + "." + std::string(inner.name), "bị lặp");
      }
    }
  }
  return std::nullopt;
}

Error CheckMember(const std::string& place, const Member& member, const Json& value) {
  if (value.is_null()) {
    return member.nullable ? std::nullopt : Fail(place, "không được là null");
  }
  switch (member.kind) {
    case MemberKind::kBool:
      return value.is_boolean() ? std::nullopt : Fail(place, "phải là true hoặc false");
    case MemberKind::kNumber:
      return CheckNumber(place, member, value);
    case MemberKind::kObject:
      return CheckShape(value, member.members, place + ".");
    case MemberKind::kAnyObject:
      return value.is_object() ? std::nullopt : Fail(place, "phải là đối tượng");
    case MemberKind::kList:
      return CheckList(place, member, value);
    default:
      return CheckText(place, member, value);
  }
}

Json Unset(const Member& member) {
  if (member.nullable) return nullptr;
  switch (member.kind) {
    case MemberKind::kBool:
      return false;
    case MemberKind::kNumber:
      return 0;
    case MemberKind::kObject:
    case MemberKind::kAnyObject:
      return Json::object();
    case MemberKind::kList:
      return Json::array();
    default:
      return "";
  }
}

}  // namespace

std::string TextIn(const Json& object, std::string_view name) {
  if (!object.is_object()) return "";
  const auto it = object.find(name);
  return it != object.end() && it->is_string() ? it->get<std::string>() : "";
}

std::optional<FieldError> CheckShape(const Json& object, std::span<const Member> members,
                                     const std::string& place) {
  if (!object.is_object()) {
    return Fail(place.empty() ? "data" : place.substr(0, place.size() - 1), "phải là đối tượng");
  }
  for (const auto& [name, value] : object.items()) {
    const Member* member = Find(members, name);
    if (member == nullptr) return Fail(place + name, "không có trong cấu trúc");
    if (Error error = CheckMember(place + name, *member, value)) return error;
  }
  for (const Member& member : members) {
    if (member.mandatory && !object.contains(member.name)) {
      return Fail(place + std::string(member.name), "bắt buộc phải có");
    }
  }
  return std::nullopt;
}

Json Completed(const Json& object, std::span<const Member> members) {
  Json whole = Json::object();
  for (const Member& member : members) {
    const auto it = object.find(member.name);
    Json& value = whole[std::string(member.name)];
    value = it == object.end() ? Unset(member) : *it;
    if (member.kind == MemberKind::kObject && value.is_object()) {
      value = Completed(value, member.members);
    }
    if (member.kind != MemberKind::kList || !value.is_array()) continue;
    for (Json& element : value) element = Completed(element, member.members);
  }
  return whole;
}

}  // namespace lienthong::rigs
