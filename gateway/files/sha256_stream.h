#ifndef LIENTHONG_GATEWAY_FILES_SHA256_STREAM_H_
#define LIENTHONG_GATEWAY_FILES_SHA256_STREAM_H_

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>

namespace lienthong::files {

// SHA-256 of bytes that come in parts. Not thread-safe.
class Sha256Stream {
 public:
  Sha256Stream();

  void Add(std::string_view part);
  // 64 lower-case hexadecimal digits; once.
  std::string Finish();

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_SHA256_STREAM_H_
