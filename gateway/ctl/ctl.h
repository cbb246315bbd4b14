#ifndef LIENTHONG_GATEWAY_CTL_CTL_H_
#define LIENTHONG_GATEWAY_CTL_CTL_H_

#include <string>
#include <vector>

#include "gateway/ctl/arguments.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/terminal.h"

namespace lienthong::ctl {

// Every command, in the order of the help.
const std::vector<Command>& AllCommands();

// The whole program: finds the command, checks what it was given, runs it. `arguments` without the
// program's name.
ExitCode RunCtl(const std::vector<std::string>& arguments, const Environment& environment,
                Terminal& terminal);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_CTL_H_
