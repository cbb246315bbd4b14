#ifndef LIENTHONG_TESTS_SIMULATION_TRACE_H_
#define LIENTHONG_TESTS_SIMULATION_TRACE_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/text.h"

namespace lienthong::simulation {

// What happened: a digest of all of it, and lines to read when they are wanted. Numbers and texts
// are digested as they are; lines are put together only to be kept.
class Trace {
 public:
  explicit Trace(bool keep) : keep_(keep) {}

  template <typename... Parts>
  void Add(absl::Duration at, const Parts&... parts) {
    Note(absl::ToInt64Nanoseconds(at));
    (Note(parts), ...);
    if (keep_) lines_.push_back(StrCat(absl::FormatDuration(at), " ", parts...));
  }
  // More of the last line, for a reader only.
  template <typename Text>
  void Explain(Text text) {
    if (keep_) StrAppend(lines_.back(), text());
  }

  uint64_t hash() const { return hash_; }
  const std::vector<std::string>& lines() const { return lines_; }

 private:
  static constexpr uint64_t kPrime = 1099511628211U;  // FNV-1a, by words

  void Mix(uint64_t word) {
    hash_ = (hash_ ^ word) * kPrime;
    hash_ ^= hash_ >> 29;
  }
  void Note(std::string_view text) {
    Mix(text.size());
    for (; text.size() >= sizeof(uint64_t); text.remove_prefix(sizeof(uint64_t))) {
      uint64_t word;
      std::memcpy(&word, text.data(), sizeof(word));
      Mix(word);
    }
    uint64_t rest = 0;
    if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
    Mix(rest);
  }
  template <typename Number, typename = std::enable_if_t<std::is_integral_v<Number>>>
  void Note(Number number) {
    Mix(static_cast<uint64_t>(number));
  }

  const bool keep_;
  std::vector<std::string> lines_;
  uint64_t hash_ = 14695981039346656037U;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_TRACE_H_
