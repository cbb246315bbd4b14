#include "gateway/base/random.h"

#include <openssl/rand.h>

#include <atomic>
#include <cstdlib>

#include "absl/strings/str_format.h"

namespace lienthong {
namespace {

class SystemRandom final : public Random {
 public:
  uint64_t Next() override {
    uint64_t value = 0;
    // Without chance there are no ids; nothing that runs on is worth more than stopping here.
    if (RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof(value)) != 1) std::abort();
    return value;
  }
};

// SplitMix64 (Steele, Lea, Flood 2014): its state only counts, so an atomic addition is enough.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}

  uint64_t Next() override {
    constexpr uint64_t kGamma = 0x9e3779b97f4a7c15;
    uint64_t z = state_.fetch_add(kGamma, std::memory_order_relaxed) + kGamma;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

 private:
  std::atomic<uint64_t> state_;
};

}  // namespace

std::string Random::Uuid() {
  const uint64_t high = (Next() & ~uint64_t{0xf000}) | 0x4000;
  const uint64_t low = (Next() & ~(uint64_t{3} << 62)) | (uint64_t{2} << 62);
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32, (high >> 16) & 0xffff,
                         high & 0xffff, low >> 48, low & 0xffffffffffff);
}

Random& Random::System() {
  static SystemRandom random;
  return random;
}

std::unique_ptr<Random> Random::Seeded(uint64_t seed) {
  return std::make_unique<SeededRandom>(seed);
}

}  // namespace lienthong
