#include "gateway/base/pseudonym.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <mutex>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/random.h"

namespace lienthong {
namespace {

constexpr size_t kPseudonymBytes = 8;

struct Key {
  std::mutex mutex;
  std::string bytes = Random::System().Uuid();
};

Key& TheKey() {
  static Key* const key = new Key();
  return *key;
}

}  // namespace

std::string PseudonymOf(std::string_view code) {
  if (code.empty()) return "";
  Key& key = TheKey();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  {
    const std::lock_guard lock(key.mutex);
    HMAC(EVP_sha256(), key.bytes.data(), static_cast<int>(key.bytes.size()),
         reinterpret_cast<const unsigned char*>(code.data()), code.size(), digest, &size);
  }
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), kPseudonymBytes));
}

void SetPseudonymKey(std::string key) {
  Key& known = TheKey();
  const std::lock_guard lock(known.mutex);
  known.bytes = std::move(key);
}

}  // namespace lienthong
