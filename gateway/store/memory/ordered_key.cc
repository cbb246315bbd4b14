#include "gateway/store/memory/ordered_key.h"

#include <cstdint>
#include <variant>

namespace lienthong::store {
namespace {

void AppendInteger(int64_t value, std::string& key) {
  // With the sign bit turned, negative numbers come first.
  const uint64_t ordered = static_cast<uint64_t>(value) ^ (uint64_t{1} << 63);
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(ordered >> shift);
}

void AppendText(const std::string& text, std::string& key) {
  for (const char c : text) {
    key += c;
    if (c == '\0') key += '\xff';
  }
  key.append(2, '\0');
}

}  // namespace

void AppendOrdered(const Value& value, std::string& key) {
  if (const auto* number = std::get_if<int64_t>(&value)) {
    AppendInteger(*number, key);
  } else {
    AppendText(std::get<std::string>(value), key);
  }
}

std::optional<std::string> AfterPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return std::nullopt;
  ++prefix.back();
  return prefix;
}

}  // namespace lienthong::store
