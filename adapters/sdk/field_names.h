#ifndef LIENTHONG_ADAPTERS_SDK_FIELD_NAMES_H_
#define LIENTHONG_ADAPTERS_SDK_FIELD_NAMES_H_

#include <set>
#include <string>
#include <string_view>

namespace lienthong::sdk {

// What may be taken over of a counterpart's message about a record: the names of fields that stand
// in it. All else may quote the data. Pure functions.

// The counterpart's names of fields and lists (Mapping::names).
using FieldNames = std::set<std::string, std::less<>>;

// `QuaTrinhXuLy[tp-1].TrangThai` of a message that begins with it and a colon; else "".
std::string FieldIn(std::string_view message, const FieldNames& names);

// "; it names A, B" for the names that stand in the message as words; "" where there are none.
std::string NamedIn(std::string_view message, const FieldNames& names);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_FIELD_NAMES_H_
