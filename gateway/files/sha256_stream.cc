#include "gateway/files/sha256_stream.h"

#include <cstdlib>

#include "absl/strings/escaping.h"

namespace lienthong::files {
namespace {

// The digest is built into the library: it fails only without memory.
void Check(int result) {
  if (result != 1) std::abort();
}

}  // namespace

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  Check(context_ != nullptr ? 1 : 0);
  Check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256Stream::Add(std::string_view part) {
  Check(EVP_DigestUpdate(context_.get(), part.data(), part.size()));
}

std::string Sha256Stream::Finish() {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  Check(EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()), &size));
  digest.resize(size);
  return absl::BytesToHexString(digest);
}

}  // namespace lienthong::files
