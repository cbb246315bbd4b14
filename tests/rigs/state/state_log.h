// One state file for several parts of a rig: each part names the lines that are its own, as they
// carry it in "op", and gets them back after a restart. Without a file nothing is kept and every
// line counts as written.
#ifndef LIENTHONG_TESTS_RIGS_STATE_STATE_LOG_H_
#define LIENTHONG_TESTS_RIGS_STATE_STATE_LOG_H_

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "nlohmann/json.hpp"
#include "tests/rigs/state/state_file.h"

namespace lienthong::rigs {

// Thread-safe. Parts call Append with their own lock held; it calls nobody.
class StateLog {
 public:
  // The handler does again what the line says; what it throws of nlohmann's refuses the file.
  using Handler = std::function<void(const nlohmann::json& line)>;

  void On(const std::string& op, Handler handler);
  // Once, after every On and before any Append. Returns what is wrong, or "".
  std::string Open(const std::string& path);
  // False when it could not be written.
  bool Append(const nlohmann::json& line);

 private:
  std::string Replay(const nlohmann::json& line) const;

  std::map<std::string, Handler> handlers_;
  std::mutex mutex_;
  StateFile file_;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_STATE_STATE_LOG_H_
