#ifndef LIENTHONG_GATEWAY_SERVER_CONFIG_CHECK_H_
#define LIENTHONG_GATEWAY_SERVER_CONFIG_CHECK_H_

#include "gateway/server/config_file.h"
#include "gateway/server/config_problems.h"

namespace lienthong {

// What the schema of the configuration cannot say: required keys, names that must exist, ranges and
// forms. Adds all that is not so; looks at no file.
void CheckConfig(const ConfigFile& file, ConfigProblems& problems);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CONFIG_CHECK_H_
