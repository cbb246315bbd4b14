// The record HoSo of the city's system, as data: its fields and lists, and what each may hold.
// check.h applies it.
#ifndef LIENTHONG_TESTS_RIGS_CITY_SCHEMA_H_
#define LIENTHONG_TESTS_RIGS_CITY_SCHEMA_H_

#include <cstddef>
#include <span>
#include <string_view>

namespace lienthong::rigs::city {

enum class FieldKind {
  kText,     // at most chars_max Unicode code points
  kDate,     // yyyyMMddHHmmss, a moment that exists
  kCode,     // one of `codes`
  kDigits,   // 0-9, at most chars_max
  kId,       // of a list's element: never empty, A-Za-z0-9._:-
  kHash,     // SHA-256 of the element's kContent, with it only; no member of an element without
  kContent,  // Base64, at most kContentBytesMax; never stored, never shown
};

// Every value is a JSON string; "" says empty and is what a field holds that nobody set.
struct FieldRule {
  std::string_view name;
  FieldKind kind;
  size_t chars_max;
  std::string_view codes;  // "1|2|3"
  bool mandatory;          // there on create, never empty
};

struct ListRule {
  std::string_view name;
  std::span<const FieldRule> fields;  // the first is Id
};

inline constexpr size_t kContentBytesMax = size_t{1} << 20;  // of one file, before Base64
inline constexpr std::string_view kRecordId = "IdHoSo";
inline constexpr std::string_view kDossierCode = "MaHoSo";
inline constexpr std::string_view kElementId = "Id";

// Without IdHoSo, which the city issues and nobody else sends.
std::span<const FieldRule> RecordFields();
std::span<const ListRule> RecordLists();

const FieldRule* FindField(std::span<const FieldRule> fields, std::string_view name);
const ListRule* FindList(std::string_view name);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_SCHEMA_H_
