#ifndef LIENTHONG_TESTS_SIMULATION_SHRINK_H_
#define LIENTHONG_TESTS_SIMULATION_SHRINK_H_

#include <string>

#include "tests/simulation/world.h"

namespace lienthong::simulation {

// Leaves out of a failing run of `acts` acts what it does not need to fail: first acts, by halves
// and then one by one, then kinds of faults. After a few hundred runs it takes what it has.
RunOptions Shrink(const RunOptions& failing, int acts);

// The arguments that repeat a run, e.g. `--seed 7 --acts 31 --skip 3,9 --no-fault cut,crash`.
std::string ArgumentsOf(const RunOptions& options);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_SHRINK_H_
