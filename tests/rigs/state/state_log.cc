#include "tests/rigs/state/state_log.h"

#include <utility>

namespace lienthong::rigs {

using Json = nlohmann::json;

void StateLog::On(const std::string& op, Handler handler) { handlers_[op] = std::move(handler); }

std::string StateLog::Replay(const Json& line) const {
  static const std::string kNotOurs = "not a line of this simulator's state";
  const Json op = line.value("op", Json());
  const auto handler = handlers_.find(op.is_string() ? op.get<std::string>() : "");
  if (handler == handlers_.end()) return kNotOurs;
  try {
    handler->second(line);
  } catch (const Json::exception&) {
    return kNotOurs;
  }
  return "";
}

std::string StateLog::Open(const std::string& path) {
  return file_.Open(path, [this](const Json& line) { return Replay(line); });
}

bool StateLog::Append(const Json& line) {
  const std::lock_guard lock(mutex_);
  return !file_.is_open() || file_.Append(line);
}

}  // namespace lienthong::rigs
