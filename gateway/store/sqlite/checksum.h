#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_CHECKSUM_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_CHECKSUM_H_

#include <optional>
#include <string>
#include <string_view>

#include "gateway/store/tables.h"

namespace lienthong::store {

// SQLite believes what the disk gives back. A row is stored with a CRC-32 of all that it says, in
// front of its body, so that a bit that has turned is an error and no other answer.

// What is stored as the body of a row.
std::string WithChecksum(const Values& columns, std::string_view body);

// The body of what was stored with these columns; nothing when it is not what was written. Rows
// from before there were checksums are as they are.
std::optional<std::string> CheckedBody(const Values& columns, std::string_view stored);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_CHECKSUM_H_
