#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"

#include "tests/simulation/program.h"

// Without arguments, or with those of the test library, the tests; else as program.h says.
int main(int argc, char** argv) {
  const std::vector<std::string_view> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments[0].starts_with("--gtest")) {
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
  }
  const auto command = lienthong::simulation::ParseCommand(arguments);
  if (command.ok()) return lienthong::simulation::RunCommand(*command);
  std::fprintf(stderr, "%s\n", std::string(command.status().message()).c_str());
  return 2;
}
