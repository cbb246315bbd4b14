#ifndef LIENTHONG_GATEWAY_BASE_PASSWORD_H_
#define LIENTHONG_GATEWAY_BASE_PASSWORD_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/base/random.h"

namespace lienthong {

// What one guess costs: about 128 * n * r bytes of memory, and time in proportion to n * r * p.
struct ScryptCost {
  uint64_t n = 32'768;  // a power of two
  uint32_t r = 8;
  uint32_t p = 3;
};

// scrypt (RFC 7914). InvalidArgument when the cost is none, or needs more memory than
// kScryptMemoryBytesMax.
absl::StatusOr<std::string> Scrypt(std::string_view password, std::string_view salt,
                                   const ScryptCost& cost, size_t bytes);

inline constexpr uint64_t kScryptMemoryBytesMax = uint64_t{256} << 20;

// What is kept of a password: scrypt$N$R$P$SALT$HASH, salt and hash in Base64. It can be checked
// against, but not turned back.
class PasswordHash {
 public:
  // Under a new salt.
  static absl::StatusOr<PasswordHash> Of(std::string_view password, Random& random,
                                         const ScryptCost& cost = {});
  // InvalidArgument says what is expected, without the text.
  static absl::StatusOr<PasswordHash> Parse(std::string_view text);

  std::string ToText() const;
  // Takes as long for a wrong password as for the right one: some tenths of a second.
  bool Matches(std::string_view password) const;

 private:
  ScryptCost cost_;
  std::string salt_;
  std::string hash_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_PASSWORD_H_
