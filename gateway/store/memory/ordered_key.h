#ifndef LIENTHONG_GATEWAY_STORE_MEMORY_ORDERED_KEY_H_
#define LIENTHONG_GATEWAY_STORE_MEMORY_ORDERED_KEY_H_

#include <optional>
#include <string>

#include "gateway/store/tables.h"

namespace lienthong::store {

// Appends bytes whose order is the order of the values, column by column; no value's bytes begin
// with those of another value of its kind.
void AppendOrdered(const Value& value, std::string& key);

// The least bytes greater than everything that begins with `prefix`; none when nothing is.
std::optional<std::string> AfterPrefix(std::string prefix);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_MEMORY_ORDERED_KEY_H_
