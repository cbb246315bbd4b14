#include "gateway/store/sqlite/checksum.h"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <variant>

namespace lienthong::store {
namespace {

// No body from before began with it, and no bit of it makes one that did: those began with the key
// id 0, a digit, or the number of a field.
constexpr char kMark = '\xA7';
constexpr size_t kChecksumBytes = 4;
constexpr size_t kHeadBytes = 1 + kChecksumBytes;

using Checksum = std::array<char, kChecksumBytes>;

const Bytef* BytesOf(const void* data) { return static_cast<const Bytef*>(data); }

// Numbers are taken as they lie in memory.
static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);

Checksum ChecksumOf(const Values& columns, std::string_view body) {
  uLong crc = crc32(0, nullptr, 0);
  for (const Value& value : columns) {
    if (const auto* text = std::get_if<std::string>(&value)) {
      // With its length: what moves from one column to the next is another row.
      const uint64_t size = text->size();
      crc = crc32_z(crc, BytesOf(&size), sizeof(size));
      crc = crc32_z(crc, BytesOf(text->data()), text->size());
    } else {
      crc = crc32_z(crc, BytesOf(&std::get<int64_t>(value)), sizeof(int64_t));
    }
  }
  crc = crc32_z(crc, BytesOf(body.data()), body.size());
  Checksum bytes;
  for (char& byte : bytes) {
    byte = static_cast<char>(crc & 0xff);
    crc >>= 8;
  }
  return bytes;
}

}  // namespace

std::string WithChecksum(const Values& columns, std::string_view body) {
  const Checksum checksum = ChecksumOf(columns, body);
  std::string stored;
  stored.reserve(kHeadBytes + body.size());
  stored += kMark;
  stored.append(checksum.data(), checksum.size());
  stored += body;
  return stored;
}

std::optional<std::string> CheckedBody(const Values& columns, std::string_view stored) {
  if (stored.empty() || stored.front() != kMark) return std::string(stored);
  if (stored.size() >= kHeadBytes) {
    const std::string_view body = stored.substr(kHeadBytes);
    const Checksum checksum = ChecksumOf(columns, body);
    if (stored.substr(1, kChecksumBytes) == std::string_view(checksum.data(), checksum.size())) {
      return std::string(body);
    }
  }
  return std::nullopt;
}

}  // namespace lienthong::store
