// What was done to a rig's data, one JSON object a line, so that a restarted simulator can do it
// again. A last line cut short by a kill is dropped on opening; any other bad line refuses the
// file.
//
// Not thread-safe.
#ifndef LIENTHONG_TESTS_RIGS_STATE_STATE_FILE_H_
#define LIENTHONG_TESTS_RIGS_STATE_STATE_FILE_H_

#include <fstream>
#include <functional>
#include <string>

#include "nlohmann/json.hpp"

namespace lienthong::rigs {

class StateFile {
 public:
  // Gives every whole line of `path` to `replay`, which returns what is wrong with it, or "". Makes
  // the file if it is not there. Returns what is wrong, or "".
  std::string Open(const std::string& path,
                   const std::function<std::string(const nlohmann::json&)>& replay);

  bool is_open() const { return file_.is_open(); }
  // False when it could not be written.
  bool Append(const nlohmann::json& line);

 private:
  std::ofstream file_;
};

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_STATE_STATE_FILE_H_
