// SHA-256 of content that comes in parts.
#ifndef LIENTHONG_TESTS_RIGS_PAPERS_SHA256_H_
#define LIENTHONG_TESTS_RIGS_PAPERS_SHA256_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tests/rigs/http/message.h"

struct evp_md_ctx_st;

namespace lienthong::rigs::papers {

// Counts and digests what it is given, and keeps nothing of it.
class Sha256Sink final : public http::BodySink {
 public:
  Sha256Sink();
  ~Sha256Sink() override;

  void Take(std::string_view part) override;
  // Of all that was taken, 64 lower-case hexadecimal digits. Once; nothing may be taken afterwards.
  std::string Hex();
  int64_t bytes() const { return bytes_; }

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
  int64_t bytes_ = 0;
};

}  // namespace lienthong::rigs::papers

#endif  // LIENTHONG_TESTS_RIGS_PAPERS_SHA256_H_
