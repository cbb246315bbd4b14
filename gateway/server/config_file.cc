#include "gateway/server/config_file.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/server/config_check.h"
#include "gateway/server/config_problems.h"

namespace lienthong {
namespace {

constexpr std::uintmax_t kFileBytesMax = 1 << 20;

void Default(std::string* value, std::string_view text) {
  if (value->empty()) *value = std::string(text);
}

std::string Indexed(std::string_view list, int index, std::string_view key) {
  return StrCat(list, "[", index, "].", key);
}

}  // namespace

absl::StatusOr<ConfigFile> ConfigFile::Load(const std::string& path) {
  LIENTHONG_ASSIGN_OR_RETURN(ConfigFile file, Inspect(path));
  if (!file.problems_.ok()) return file.problems_;
  return file;
}

absl::StatusOr<ConfigFile> ConfigFile::Parse(const std::string& path, std::string_view yaml) {
  LIENTHONG_ASSIGN_OR_RETURN(ConfigFile file, Read(path, yaml));
  if (!file.problems_.ok()) return file.problems_;
  return file;
}

absl::StatusOr<ConfigFile> ConfigFile::Inspect(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (error) return absl::NotFoundError(StrCat(path, ": ", error.message()));
  if (size > kFileBytesMax) {
    return absl::InvalidArgumentError(StrCat(path, ": larger than ", kFileBytesMax, " bytes"));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  if (!in) return absl::NotFoundError(StrCat(path, ": cannot be read"));
  return Read(path, text);
}

absl::StatusOr<ConfigFile> ConfigFile::Read(const std::string& path, std::string_view yaml) {
  ConfigFile file;
  file.path_ = path;
  ConfigProblems problems(path);
  const absl::Status read = ReadYamlMessage(path, yaml, file.config_, file.lines_);
  if (file.lines_.empty()) return read;  // no YAML at all
  problems.Add(read);
  file.FillDefaults();
  CheckConfig(file, problems);
  file.problems_ = problems.ToStatus();
  return file;
}

void ConfigFile::FillDefaults() {
  config::v1::ListenConfig& listen = *config_.mutable_listen();
  Default(listen.mutable_grpc(), "127.0.0.1:7443");
  Default(listen.mutable_admin(), "127.0.0.1:7444");
  Default(config_.mutable_log()->mutable_level(), "info");
  for (auto& link : *config_.mutable_links()) {
    Default(link.mutable_scope(), "agencies");
    Default(link.mutable_unanswered_appends(), "resend");
    Default(link.mutable_repair(), "approve");
  }
}

absl::Status ConfigFile::Problem(std::string_view key, std::string_view problem) const {
  std::string_view place = key;
  auto line = lines_.find(place);
  while (line == lines_.end() && !place.empty()) {
    const size_t cut = place.find_last_of(".[");
    place = cut == std::string_view::npos ? std::string_view() : place.substr(0, cut);
    line = lines_.find(place);
  }
  const int number = line == lines_.end() ? 1 : line->second;
  return absl::InvalidArgumentError(StrCat(path_, ":", number, ": ", key, ": ", problem));
}

absl::StatusOr<std::string> ConfigFile::FileNamedBy(std::string_view key,
                                                    const std::string& name) const {
  std::error_code error;
  const std::filesystem::path beside = std::filesystem::path(path_).parent_path() / name;
  for (const std::filesystem::path& path : {beside, std::filesystem::path(name)}) {
    if (!std::filesystem::exists(path, error)) continue;
    if (std::filesystem::is_regular_file(path, error)) return path.string();
    return Problem(key,
                   StrCat(path.string(), " is a folder, a pipe or a device; name a regular file"));
  }
  return Problem(key, StrCat("no file ", name));
}

sdk::Settings ConfigFile::SettingsOf(int link) const {
  std::map<std::string, sdk::Settings::Entry> entries;
  for (const auto& [key, value] : config_.links(link).settings()) {
    const auto line = lines_.find(Indexed("links", link, StrCat("settings.", key)));
    entries[key] = {value, line == lines_.end() ? 0 : line->second};
  }
  return {path_, std::move(entries)};
}

}  // namespace lienthong
