#ifndef LIENTHONG_GATEWAY_CATALOGUE_DIFFERENCES_H_
#define LIENTHONG_GATEWAY_CATALOGUE_DIFFERENCES_H_

#include <string>
#include <vector>

#include "google/protobuf/message.h"

namespace lienthong::catalogue {

inline constexpr size_t kDifferencesMax = 100;  // told of one entry
inline constexpr size_t kValueBytesMax = 200;   // of one value in a difference

// Names of the fields in which two messages of one type differ, in the order of the schema.
std::vector<std::string> DifferentFields(const google::protobuf::Message& before,
                                         const google::protobuf::Message& after);
// The same as `name: before -> after`, in words; elements of lists each by what names them, e.g.
// `days 2026-08-22: nothing -> date 2026-08-22, works as monday, name Quốc khánh`. At most
// kDifferencesMax, and then how many more there are.
std::vector<std::string> Differences(const google::protobuf::Message& before,
                                     const google::protobuf::Message& after);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_DIFFERENCES_H_
