#include "tests/rigs/papers/sha256.h"

#include <openssl/evp.h>

#include <array>

namespace lienthong::rigs::papers {

void Sha256Sink::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

Sha256Sink::Sha256Sink() : context_(EVP_MD_CTX_new()) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

Sha256Sink::~Sha256Sink() = default;

void Sha256Sink::Take(std::string_view part) {
  EVP_DigestUpdate(context_.get(), part.data(), part.size());
  bytes_ += static_cast<int64_t>(part.size());
}

std::string Sha256Sink::Hex() {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    hex.push_back(kDigits[digest[i] >> 4]);
    hex.push_back(kDigits[digest[i] & 15]);
  }
  return hex;
}

}  // namespace lienthong::rigs::papers
