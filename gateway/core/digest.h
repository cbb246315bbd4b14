#ifndef LIENTHONG_GATEWAY_CORE_DIGEST_H_
#define LIENTHONG_GATEWAY_CORE_DIGEST_H_

#include <string>
#include <string_view>

#include "google/protobuf/message_lite.h"

namespace lienthong::core {

// SHA-256, 32 bytes.
std::string Sha256(std::string_view bytes);
// SHA-256 in hexadecimal digits.
std::string HexSha256(std::string_view bytes);
// SHA-256 of a message in its deterministic encoding: equal messages of one schema, equal digests.
std::string DigestOf(const google::protobuf::MessageLite& message);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DIGEST_H_
