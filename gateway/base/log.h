#ifndef LIENTHONG_GATEWAY_BASE_LOG_H_
#define LIENTHONG_GATEWAY_BASE_LOG_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lienthong {

// One JSON object per line on stderr: time, level, event, and the given fields. `event` is a stable
// snake_case name. Values are ids, codes, counts, reasons: never personal data. Thread-safe.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;
void LogInfo(std::string_view event, const LogFields& fields = {});
void LogWarning(std::string_view event, const LogFields& fields = {});
void LogError(std::string_view event, const LogFields& fields = {});

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_LOG_H_
