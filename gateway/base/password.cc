#include "gateway/base/password.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <cstring>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr std::string_view kScheme = "scrypt";
constexpr size_t kSaltBytes = 16;
constexpr size_t kHashBytes = 32;
constexpr uint32_t kParallelMax = 16;

// What the blocks of p lanes and the table of n rows take, beside a little for the library itself.
uint64_t MemoryOf(const ScryptCost& cost) {
  return 128 * uint64_t{cost.r} * (cost.n + cost.p + 2) + 4096;
}

absl::Status CheckCost(const ScryptCost& cost) {
  const bool power = cost.n > 1 && (cost.n & (cost.n - 1)) == 0;
  const bool small = cost.n <= kScryptMemoryBytesMax && cost.r <= 1024;  // no overflow below
  if (power && small && cost.r > 0 && cost.p > 0 && cost.p <= kParallelMax &&
      MemoryOf(cost) <= kScryptMemoryBytesMax) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(StrCat("expected N a power of two, R and P from 1, P at most ",
                                           kParallelMax, ", and not more than ",
                                           kScryptMemoryBytesMax >> 20, " MiB of memory"));
}

std::string RandomBytes(Random& random, size_t bytes) {
  std::string result;
  while (result.size() < bytes) {
    const uint64_t number = random.Next();
    char part[sizeof number];
    std::memcpy(part, &number, sizeof part);
    result.append(part, sizeof part);
  }
  result.resize(bytes);
  return result;
}

absl::Status BadForm() {
  return absl::InvalidArgumentError(
      "expected scrypt$N$R$P$SALT$HASH as `lienthongctl hash-password` prints it");
}

}  // namespace

absl::StatusOr<std::string> Scrypt(std::string_view password, std::string_view salt,
                                   const ScryptCost& cost, size_t bytes) {
  LIENTHONG_RETURN_IF_ERROR(CheckCost(cost));
  std::string key(bytes, '\0');
  const int done = EVP_PBE_scrypt(password.data(), password.size(),
                                  reinterpret_cast<const unsigned char*>(salt.data()), salt.size(),
                                  cost.n, cost.r, cost.p, MemoryOf(cost),
                                  reinterpret_cast<unsigned char*>(key.data()), key.size());
  if (done != 1) return absl::InternalError("the library refused to compute scrypt");
  return key;
}

absl::StatusOr<PasswordHash> PasswordHash::Of(std::string_view password, Random& random,
                                              const ScryptCost& cost) {
  PasswordHash made;
  made.cost_ = cost;
  made.salt_ = RandomBytes(random, kSaltBytes);
  LIENTHONG_ASSIGN_OR_RETURN(made.hash_, Scrypt(password, made.salt_, cost, kHashBytes));
  return made;
}

absl::StatusOr<PasswordHash> PasswordHash::Parse(std::string_view text) {
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(text), '$');
  PasswordHash read;
  if (parts.size() != 6 || parts[0] != kScheme || !absl::SimpleAtoi(parts[1], &read.cost_.n) ||
      !absl::SimpleAtoi(parts[2], &read.cost_.r) || !absl::SimpleAtoi(parts[3], &read.cost_.p) ||
      !absl::Base64Unescape(parts[4], &read.salt_) ||
      !absl::Base64Unescape(parts[5], &read.hash_) || read.salt_.size() < kSaltBytes / 2 ||
      read.hash_.size() != kHashBytes) {
    return BadForm();
  }
  LIENTHONG_RETURN_IF_ERROR(CheckCost(read.cost_));
  return read;
}

std::string PasswordHash::ToText() const {
  return StrCat(kScheme, "$", cost_.n, "$", cost_.r, "$", cost_.p, "$", absl::Base64Escape(salt_),
                "$", absl::Base64Escape(hash_));
}

bool PasswordHash::Matches(std::string_view password) const {
  const absl::StatusOr<std::string> key = Scrypt(password, salt_, cost_, kHashBytes);
  return key.ok() && CRYPTO_memcmp(key->data(), hash_.data(), kHashBytes) == 0;
}

}  // namespace lienthong
