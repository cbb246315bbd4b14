#ifndef LIENTHONG_TESTS_SIMULATION_WORLD_H_
#define LIENTHONG_TESTS_SIMULATION_WORLD_H_

#include <cstdint>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "gateway/sync/planted_bugs.h"
#include "tests/simulation/faults.h"

namespace lienthong::simulation {

// One seed, and what of it is left out.
struct RunOptions {
  uint64_t seed = 1;
  sync::PlantedBugs bugs = {};
  int acts_max = std::numeric_limits<int>::max();  // only the first ones
  std::set<int> skip = {};                         // acts that do not happen
  FaultSet left_out = {};
  bool wide = false;  // operators act, and items are unreadable, in odd seeds too
  bool keep_trace = false;
};

// What came of one seed.
struct Outcome {
  std::vector<std::string> broken;  // what did not hold; empty: all is well
  std::vector<std::string> trace;   // when it was asked for
  uint64_t trace_hash = 0;
  int64_t events = 0;
  int acts = 0;
  int64_t conflicts = 0;
};

// Builds a gateway, a city, a district and a portal, lets people work and things go wrong, then
// lets everything come to rest and looks at what is there. The same options do the same. Even seeds
// have owners' edits only. Uses no thread and no clock but its own.
Outcome RunSeed(const RunOptions& options);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_WORLD_H_
