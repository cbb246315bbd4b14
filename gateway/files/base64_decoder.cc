#include "gateway/files/base64_decoder.h"

#include <array>
#include <string_view>

namespace lienthong::files {
namespace {

constexpr int8_t kNoDigit = -1;
constexpr int kGroupDigits = 4;

constexpr std::array<int8_t, 256> MakeDigits() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<int8_t, 256> digits = {};
  for (int8_t& digit : digits) digit = kNoDigit;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    digits[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return digits;
}

constexpr std::array<int8_t, 256> kDigits = MakeDigits();

}  // namespace

bool Base64Decoder::Put(char c, std::string& out) {
  if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return true;
  if (c == '=') return digits_ >= 2 && digits_ + ++padding_ <= kGroupDigits;
  const int8_t digit = kDigits[static_cast<unsigned char>(c)];
  if (digit == kNoDigit || padding_ > 0) return false;
  digits_ = digits_ == kGroupDigits ? 1 : digits_ + 1;
  bits_ = bits_ << 6 | static_cast<uint32_t>(digit);
  held_ += 6;
  if (held_ >= 8) {
    held_ -= 8;
    out += static_cast<char>(bits_ >> held_ & 0xff);
  }
  return true;
}

}  // namespace lienthong::files
