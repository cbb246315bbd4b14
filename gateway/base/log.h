#ifndef LIENTHONG_GATEWAY_BASE_LOG_H_
#define LIENTHONG_GATEWAY_BASE_LOG_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"

namespace lienthong {

// One JSON object per line on stderr: time, level, event, the trace that the thread works for
// (trace.h), and the given fields. `event` is a stable snake_case name. Values are ids, counts,
// reasons, and a dossier's pseudonym (pseudonym.h): never personal data. Thread-safe.
using LogFields = std::vector<std::pair<std::string_view, std::string>>;
void LogDebug(std::string_view event, const LogFields& fields = {});
void LogInfo(std::string_view event, const LogFields& fields = {});
void LogWarning(std::string_view event, const LogFields& fields = {});
void LogError(std::string_view event, const LogFields& fields = {});

// From how important an event on it is written; kInfo at the start. Any time, from any thread.
enum class LogLevel { kDebug, kInfo, kWarning, kError };
void SetLogLevel(LogLevel level);
// For a while, after which the level that was set last counts again by itself.
void SetLogLevelFor(LogLevel level, absl::Duration duration);
LogLevel CurrentLogLevel();
// Whether an event of this level is written: for fields that are costly to put together.
inline bool IsLogged(LogLevel level) { return level >= CurrentLogLevel(); }
// "debug", "info", "warning", "error"; none for another word.
std::optional<LogLevel> LogLevelOf(std::string_view name);
std::string_view NameOf(LogLevel level);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_LOG_H_
