#ifndef LIENTHONG_GATEWAY_STORE_STATS_H_
#define LIENTHONG_GATEWAY_STORE_STATS_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace lienthong::store {

// How often something was how large: a few counters whatever the number of events.
template <size_t kBounds>
struct Distribution {
  std::array<double, kBounds> bounds;            // upper ends of the ranges; the last has none
  std::array<int64_t, kBounds + 1> counts = {};  // in each range
  double sum = 0;

  void Note(double value) {
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), value);
    ++counts[static_cast<size_t>(bound - bounds.begin())];
    sum += value;
  }
};

// What a store takes on its disk. Nothing where it has none.
struct StoreSize {
  int64_t used_bytes = 0;
  std::optional<int64_t> free_bytes;  // left where it stands
};

// What a store has done since it was opened, and what waits in it now.
struct StoreStats {
  int64_t sets_committed = 0;
  int64_t sets_stale = 0;    // a condition or a fence did not hold: prepared again, or given up
  int64_t sets_refused = 0;  // no room in the line, a full disk, closing
  int64_t waiting_sets = 0;
  int64_t waiting_bytes = 0;
  Distribution<10> batch_sets{.bounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512}};
  // To write a batch and make it durable; and of this, to make it durable.
  Distribution<12> batch_seconds{
      .bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5}};
  Distribution<12> durable_seconds{
      .bounds = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5}};
  StoreSize size;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_STATS_H_
