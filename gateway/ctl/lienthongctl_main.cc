#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "gateway/ctl/ctl.h"
#include "grpc/support/log.h"

int main(int argc, char** argv) {
  // What goes wrong is told by the call's status; the library's own lines would only be in the way.
  gpr_set_log_function([](gpr_log_func_args* /*line*/) {});
  lienthong::ctl::Terminal terminal(STDIN_FILENO, stdout, stderr);
  const auto environment = [](std::string_view name) -> std::string {
    const char* value = std::getenv(std::string(name).c_str());
    return value == nullptr ? "" : value;
  };
  return lienthong::ctl::RunCtl(std::vector<std::string>(argv + 1, argv + argc), environment,
                                terminal);
}
