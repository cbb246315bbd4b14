#ifndef LIENTHONG_TESTS_SIMULATION_WORLD_H_
#define LIENTHONG_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "gateway/sync/lane.h"

namespace lienthong::simulation {

// What came of one seed.
struct Outcome {
  std::vector<std::string> broken;  // what did not hold; empty: all is well
  std::vector<std::string> trace;   // when it was asked for
  uint64_t trace_hash = 0;
  int64_t events = 0;
  int64_t acts = 0;
  int64_t conflicts = 0;
};

// Builds a gateway, a city and a district, lets people work and things go wrong, then lets
// everything come to rest and looks at what is there. The same seed does the same. Even seeds have
// owners' edits only. Uses no thread and no clock but its own.
Outcome RunSeed(uint64_t seed, const sync::PlantedBugs& bugs, bool keep_trace);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_WORLD_H_
