#include "adapters/sdk/settings.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

constexpr int64_t kMillisecondsMax = int64_t{24} * 3600 * 1000;

}  // namespace

Settings::Settings(std::string file, std::map<std::string, Entry> entries)
    : file_(std::move(file)), entries_(std::move(entries)) {}

absl::Status Settings::Problem(int line, std::string_view key, std::string_view problem) const {
  const std::string place = line > 0 ? StrCat(file_, ":", line) : file_;
  std::string text = StrCat(place, ": settings.", key, ": ", problem);
  const bool known = std::find(problems_.begin(), problems_.end(), text) != problems_.end();
  if (!known) problems_.push_back(text);  // some keys are read by the gateway and the adapter
  return absl::InvalidArgumentError(text);
}

absl::StatusOr<std::string> Settings::Text(std::string_view key) const {
  used_.emplace(key);
  const auto it = entries_.find(std::string(key));
  if (it == entries_.end()) return Problem(0, key, "missing; expected a text");
  if (it->second.value.empty()) {
    return Problem(it->second.line, key, "empty; expected a text");
  }
  return it->second.value;
}

absl::StatusOr<std::string> Settings::Text(std::string_view key,
                                           std::string_view default_value) const {
  if (!entries_.contains(std::string(key))) {
    used_.emplace(key);
    return std::string(default_value);
  }
  return Text(key);
}

absl::StatusOr<int64_t> Settings::Integer(std::string_view key, int64_t default_value, int64_t min,
                                          int64_t max) const {
  used_.emplace(key);
  const auto it = entries_.find(std::string(key));
  if (it == entries_.end()) return default_value;
  int64_t value = 0;
  if (!absl::SimpleAtoi(it->second.value, &value) || value < min || value > max) {
    return Problem(it->second.line, key,
                   StrCat("\"", it->second.value, "\" is not valid; expected a whole number ",
                          "from ", min, " to ", max));
  }
  return value;
}

absl::StatusOr<absl::Duration> Settings::Milliseconds(std::string_view key,
                                                      int64_t default_ms) const {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t value, Integer(key, default_ms, 1, kMillisecondsMax));
  return absl::Milliseconds(value);
}

absl::StatusOr<std::string> Settings::FilePath(std::string_view key) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string named, Text(key));
  std::error_code error;
  const std::filesystem::path beside = std::filesystem::path(file_).parent_path() / named;
  if (std::filesystem::is_regular_file(beside, error)) return beside.string();
  if (std::filesystem::is_regular_file(named, error)) return named;
  return Problem(entries_.at(std::string(key)).line, key,
                 StrCat("no file ", named,
                        ", neither beside the configuration nor in the "
                        "working directory"));
}

absl::StatusOr<SmallFile> Settings::FileOf(std::string_view key) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::string path, FilePath(key));
  absl::StatusOr<SmallFile> file = ReadSmallFile(path);
  if (!file.ok()) {
    return Problem(entries_.at(std::string(key)).line, key, ToStd(file.status().message()));
  }
  std::string& content = file->content;
  while (!content.empty() && (content.back() == '\n' || content.back() == '\r')) content.pop_back();
  return file;
}

absl::StatusOr<std::string> Settings::FileContent(std::string_view key) const {
  LIENTHONG_ASSIGN_OR_RETURN(SmallFile file, FileOf(key));
  return std::move(file.content);
}

absl::StatusOr<std::string> Settings::Secret(std::string_view key) const {
  LIENTHONG_ASSIGN_OR_RETURN(SmallFile file, FileOf(key));
  if (file.exposure.empty()) return std::move(file.content);
  return Problem(entries_.at(std::string(key)).line, key, file.exposure);
}

void Settings::AddProblem(std::string_view key, std::string_view problem) const {
  const auto entry = entries_.find(std::string(key));
  Problem(entry == entries_.end() ? 0 : entry->second.line, key, problem).IgnoreError();
}

absl::Status Settings::CheckAllUsed() const {
  std::vector<std::string> problems = problems_;
  for (const auto& [key, entry] : entries_) {
    if (used_.contains(key)) continue;
    problems.push_back(StrCat(file_, ":", entry.line, ": settings.", key,
                              ": no such setting of this kind of adapter"));
  }
  return problems.empty() ? absl::OkStatus()
                          : absl::InvalidArgumentError(absl::StrJoin(problems, "\n"));
}

}  // namespace lienthong::sdk
