#ifndef LIENTHONG_GATEWAY_FILES_BASE64_DECODER_H_
#define LIENTHONG_GATEWAY_FILES_BASE64_DECODER_H_

#include <cstdint>
#include <string>

namespace lienthong::files {

// Base64 (RFC 4648, the common alphabet, padded) a character at a time. Blanks and line ends are
// passed over. Not thread-safe.
class Base64Decoder {
 public:
  // Adds the bytes that the character completes. False when it may not stand here.
  bool Put(char c, std::string& out);
  // Whether the text may end here.
  bool complete() const { return (digits_ + padding_) % 4 == 0; }

 private:
  uint32_t bits_ = 0;  // the lowest `held_` of them are not out yet
  int held_ = 0;
  int digits_ = 0;   // of the present group of four
  int padding_ = 0;  // '=' so far
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_BASE64_DECODER_H_
