#ifndef LIENTHONG_TESTS_SIMULATION_PROGRAM_H_
#define LIENTHONG_TESTS_SIMULATION_PROGRAM_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/simulation/world.h"

namespace lienthong::simulation {

// What the command line asks for: many seeds, or one.
struct Command {
  uint64_t first = 1;
  uint64_t seeds = 0;  // 0: only run.seed
  uint64_t shard = 1;  // of the seeds, in `shards` parts
  uint64_t shards = 1;
  bool help = false;
  RunOptions run = {};
};

// InvalidArgument names the argument and what was expected.
absl::StatusOr<Command> ParseCommand(const std::vector<std::string_view>& arguments);

// Runs it and prints what came of it; the first seeds that fail are shrunk. Returns the exit code.
int RunCommand(const Command& command);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_PROGRAM_H_
