// Invented papers: content of any size that follows from a seed, the same every time it is read,
// and never whole in memory. Block i of 64 KiB is SHAKE128 of "<seed>:<i>".
#ifndef LIENTHONG_TESTS_RIGS_PAPERS_CONTENT_H_
#define LIENTHONG_TESTS_RIGS_PAPERS_CONTENT_H_

#include <cstdint>
#include <string>

#include "tests/rigs/http/message.h"

namespace lienthong::rigs::papers {

// Not thread-safe.
class Content final : public http::BodySource {
 public:
  Content(int64_t seed, int64_t bytes) : seed_(seed), bytes_(bytes) {}

  int64_t bytes() const override { return bytes_; }
  size_t Read(char* buffer, size_t bytes_max) override;

 private:
  void MakeBlock();

  const int64_t seed_;
  const int64_t bytes_;
  int64_t read_ = 0;
  std::string block_;  // the one that read_ is in, once something was read of it
};

std::string ContentSha256(int64_t seed, int64_t bytes);
// Whole; for small ones.
std::string ContentText(int64_t seed, int64_t bytes);

}  // namespace lienthong::rigs::papers

#endif  // LIENTHONG_TESTS_RIGS_PAPERS_CONTENT_H_
