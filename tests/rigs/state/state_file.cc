#include "tests/rigs/state/state_file.h"

#include <filesystem>
#include <system_error>

namespace lienthong::rigs {

using Json = nlohmann::json;

std::string StateFile::Open(const std::string& path,
                            const std::function<std::string(const Json&)>& replay) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return path + ": cannot be read";
    uintmax_t whole_bytes = 0;
    std::string line;
    for (int number = 1; std::getline(in, line) && !in.eof(); ++number) {
      const Json json = Json::parse(line, nullptr, false);
      const std::string wrong = json.is_object() ? replay(json) : "not a JSON object";
      if (!wrong.empty()) return path + ":" + std::to_string(number) + ": " + wrong;
      whole_bytes += line.size() + 1;
    }
    std::filesystem::resize_file(path, whole_bytes, error);
    if (error) return path + ": " + error.message();
  }
  file_.open(path, std::ios::binary | std::ios::app);
  return file_ ? "" : path + ": cannot be written";
}

bool StateFile::Append(const Json& line) {
  file_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n' << std::flush;
  return file_.good();
}

}  // namespace lienthong::rigs
