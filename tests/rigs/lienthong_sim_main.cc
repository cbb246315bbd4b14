// lienthong-sim: stands in for the systems that the gateway connects, for tests and the demo.
// README.md says how.
#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "tests/rigs/city/program.h"
#include "tests/rigs/portal/program.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const std::string program = arguments.empty() ? "" : arguments[0];
  if (program == "city") {
    return lienthong::rigs::city::RunCity({arguments.begin() + 1, arguments.end()});
  }
  if (program == "portal") {
    return lienthong::rigs::portal::RunPortal({arguments.begin() + 1, arguments.end()});
  }
  const bool asked = program == "--help" || program == "help";
  (asked ? std::cout : std::cerr) << "usage: lienthong-sim city|portal [options]\n"
                                     "       lienthong-sim city|portal --help\n";
  return asked ? 0 : 2;
}
