// `lienthong-sim portal`: reads the command line, serves until SIGTERM or SIGINT.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_PROGRAM_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_PROGRAM_H_

#include <string>
#include <vector>

namespace lienthong::rigs::portal {

// Returns the exit code: 0 stopped, 1 cannot serve, 2 wrong arguments. Call it while there is one
// thread only.
int RunPortal(const std::vector<std::string>& arguments);

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_PROGRAM_H_
