// What the real portal does without reason: the same thing said in several ways. By seed.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_WHIMS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_WHIMS_H_

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::portal {

// Thread-safe.
class Whims {
 public:
  explicit Whims(uint64_t seed) : random_(seed) {}

  nlohmann::json OkCode();      // 0 or "0"
  nlohmann::json ExistsCode();  // 3, -3, "3" or "-3"
  // A code that nobody knows, null, or discarded for none at all.
  nlohmann::json OddCode();
  // Texts that tell nothing: success may be silent, failure may say that it went well.
  std::string OkText();
  std::string FailureText();

 private:
  size_t Pick(size_t choices);

  std::mutex mutex_;
  std::mt19937_64 random_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_WHIMS_H_
