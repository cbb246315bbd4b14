// lienthong-sim: stands in for the systems that the gateway connects, for tests and the demo.
// README.md says how.
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "tests/rigs/city/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == "city") {
    return lienthong::rigs::city::RunCity({arguments.begin() + 1, arguments.end()});
  }
  const bool asked = !arguments.empty() && (arguments[0] == "--help" || arguments[0] == "help");
  (asked ? std::cout : std::cerr) << "usage: lienthong-sim city [options]\n"
                                     "       lienthong-sim city --help\n";
  return asked ? 0 : 2;
}
