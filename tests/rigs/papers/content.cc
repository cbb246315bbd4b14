#include "tests/rigs/papers/content.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "tests/rigs/papers/sha256.h"

namespace lienthong::rigs::papers {
namespace {

constexpr int64_t kBlockBytes = 64 << 10;

}  // namespace

void Content::MakeBlock() {
  const std::string name = std::to_string(seed_) + ":" + std::to_string(read_ / kBlockBytes);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                        EVP_MD_CTX_free);
  block_.resize(kBlockBytes);
  EVP_DigestInit_ex(context.get(), EVP_shake128(), nullptr);
  EVP_DigestUpdate(context.get(), name.data(), name.size());
  EVP_DigestFinalXOF(context.get(), reinterpret_cast<unsigned char*>(block_.data()), kBlockBytes);
}

size_t Content::Read(char* buffer, size_t bytes_max) {
  if (read_ == bytes_) return 0;
  const int64_t start = read_ % kBlockBytes;
  if (start == 0) MakeBlock();
  const int64_t bytes =
      std::min({static_cast<int64_t>(bytes_max), kBlockBytes - start, bytes_ - read_});
  block_.copy(buffer, static_cast<size_t>(bytes), static_cast<size_t>(start));
  read_ += bytes;
  return static_cast<size_t>(bytes);
}

std::string ContentSha256(int64_t seed, int64_t bytes) {
  Content content(seed, bytes);
  Sha256Sink sink;
  std::string part(kBlockBytes, '\0');
  while (const size_t read = content.Read(part.data(), part.size())) {
    sink.Take(std::string_view(part.data(), read));
  }
  return sink.Hex();
}

std::string ContentText(int64_t seed, int64_t bytes) {
  Content content(seed, bytes);
  std::string text(static_cast<size_t>(bytes), '\0');
  size_t read = 0;
  while (const size_t more = content.Read(text.data() + read, text.size() - read)) read += more;
  return text;
}

}  // namespace lienthong::rigs::papers
