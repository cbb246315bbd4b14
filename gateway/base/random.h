#ifndef LIENTHONG_GATEWAY_BASE_RANDOM_H_
#define LIENTHONG_GATEWAY_BASE_RANDOM_H_

#include <cstdint>
#include <memory>
#include <string>

namespace lienthong {

// Chance. Taken through the constructor, seeded in tests. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  // Uniform over all 64-bit values.
  virtual uint64_t Next() = 0;

  // Uniform in [0, limit); limit > 0.
  uint64_t Below(uint64_t limit) { return Next() % limit; }
  // Uniform in [0, 1).
  double Fraction() { return static_cast<double>(Next() >> 11) * 0x1.0p-53; }
  // A random (version 4) UUID in its 36-character text form.
  std::string Uuid();

  // From the system's generator; lives for ever.
  static Random& System();
  // Repeats from its seed.
  static std::unique_ptr<Random> Seeded(uint64_t seed);
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_RANDOM_H_
