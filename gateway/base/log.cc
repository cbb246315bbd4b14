#include "gateway/base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <limits>
#include <memory>

#include "absl/strings/str_format.h"
#include "gateway/base/clock.h"
#include "gateway/base/trace.h"

namespace lienthong {
namespace {

// Length in bytes of the UTF-8 character at the front of `text`; 0 when it is not well formed.
size_t Utf8Length(std::string_view text) {
  const auto byte = [&](size_t i) -> unsigned { return static_cast<unsigned char>(text[i]); };
  const auto continues = [&](size_t i) { return i < text.size() && (byte(i) & 0xc0) == 0x80; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return continues(1) ? 2 : 0;
  if (!continues(1) || !continues(2)) return 0;
  if (first == 0xe0) return byte(1) >= 0xa0 ? 3 : 0;
  if (first == 0xed) return byte(1) <= 0x9f ? 3 : 0;
  if (first >= 0xe1 && first <= 0xef) return 3;
  if (!continues(3)) return 0;
  if (first == 0xf0) return byte(1) >= 0x90 ? 4 : 0;
  if (first == 0xf4) return byte(1) <= 0x8f ? 4 : 0;
  return first >= 0xf1 && first <= 0xf3 ? 4 : 0;
}

void AppendEscaped(char c, std::string& out) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
        out += absl::StrFormat("\\u%04x", static_cast<unsigned char>(c));
      } else {
        out += c;
      }
  }
}

// Appends a JSON string. Bytes that are not UTF-8 become U+FFFD, so that every line stays JSON.
void AppendQuoted(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 1) {
      AppendEscaped(text[0], out);
    } else if (length == 0) {
      out += "\xef\xbf\xbd";
    } else {
      out.append(text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  out += '"';
}

// The pattern opens the object and writes what only spdlog knows; the message closes it.
spdlog::logger& Logger() {
  static spdlog::logger* const logger = [] {
    auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
    auto made = std::make_unique<spdlog::logger>("lienthong", std::move(sink));
    made->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l",%v})",
                      spdlog::pattern_time_type::utc);
    made->set_level(spdlog::level::trace);  // what is written is decided by Log
    return made.release();
  }();
  return *logger;
}

struct NamedLevel {
  LogLevel level;
  spdlog::level::level_enum number;
  std::string_view name;
};
constexpr NamedLevel kLevels[] = {{LogLevel::kDebug, spdlog::level::debug, "debug"},
                                  {LogLevel::kInfo, spdlog::level::info, "info"},
                                  {LogLevel::kWarning, spdlog::level::warn, "warning"},
                                  {LogLevel::kError, spdlog::level::err, "error"}};

const NamedLevel& NamedOf(LogLevel level) { return kLevels[static_cast<size_t>(level)]; }

constexpr int64_t kNever = std::numeric_limits<int64_t>::min();

// Each is read and written by itself: an event on the brink of a change may go either way.
struct Levels {
  std::atomic<LogLevel> set = LogLevel::kInfo;
  std::atomic<LogLevel> meanwhile = LogLevel::kInfo;
  std::atomic<int64_t> meanwhile_until_us = kNever;
};
constinit Levels levels;

void AppendField(std::string_view name, std::string_view value, std::string& line) {
  line += ',';
  AppendQuoted(name, line);
  line += ':';
  AppendQuoted(value, line);
}

void Log(LogLevel level, std::string_view event, const LogFields& fields) {
  if (!IsLogged(level)) return;
  std::string line = "\"event\":";
  AppendQuoted(event, line);
  if (!CurrentTraceId().empty()) AppendField("trace_id", CurrentTraceId(), line);
  for (const auto& [name, value] : fields) AppendField(name, value, line);
  Logger().log(NamedOf(level).number, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void SetLogLevel(LogLevel level) {
  levels.set = level;
  levels.meanwhile_until_us = kNever;
}

void SetLogLevelFor(LogLevel level, absl::Duration duration) {
  levels.meanwhile = level;
  levels.meanwhile_until_us = absl::ToUnixMicros(Clock::Real().Now() + duration);
}

LogLevel CurrentLogLevel() {
  const int64_t until_us = levels.meanwhile_until_us;
  if (until_us == kNever) return levels.set;
  if (absl::ToUnixMicros(Clock::Real().Now()) < until_us) return levels.meanwhile;
  return levels.set;
}

std::optional<LogLevel> LogLevelOf(std::string_view name) {
  for (const NamedLevel& known : kLevels) {
    if (known.name == name) return known.level;
  }
  return std::nullopt;
}

std::string_view NameOf(LogLevel level) { return NamedOf(level).name; }

void LogDebug(std::string_view event, const LogFields& fields) {
  Log(LogLevel::kDebug, event, fields);
}
void LogInfo(std::string_view event, const LogFields& fields) {
  Log(LogLevel::kInfo, event, fields);
}
void LogWarning(std::string_view event, const LogFields& fields) {
  Log(LogLevel::kWarning, event, fields);
}
void LogError(std::string_view event, const LogFields& fields) {
  Log(LogLevel::kError, event, fields);
}

}  // namespace lienthong
