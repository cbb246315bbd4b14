// What the inventory says of records without showing them.
#ifndef LIENTHONG_TESTS_RIGS_CITY_DIGEST_H_
#define LIENTHONG_TESTS_RIGS_CITY_DIGEST_H_

#include <string>
#include <string_view>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {

// MaBam of a record: the first 16 bytes of the SHA-256 of its canonical text, as
// adapters/city/README.md defines it.
std::string RecordDigest(const nlohmann::json& record);

// What one record adds to the MaBam of its day: the first 16 bytes of SHA-256(MaHoSo, line feed,
// MaBam). Sums are XORed, so that their order does not matter.
std::string ShareOf(std::string_view code, std::string_view digest);
void AddShare(std::string_view share, std::string& sum);

// 32 lower-case hexadecimal digits, as on the wire.
std::string ToHex(std::string_view digest);

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_DIGEST_H_
