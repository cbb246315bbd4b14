#ifndef LIENTHONG_GATEWAY_SERVER_CONFIG_PROBLEMS_H_
#define LIENTHONG_GATEWAY_SERVER_CONFIG_PROBLEMS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace lienthong {

// Everything that is wrong with a configuration, each mistake once, in the order of its lines.
class ConfigProblems {
 public:
  // `path` is how the lines of the file's problems begin: "PATH:LINE: KEY: PROBLEM".
  explicit ConfigProblems(std::string path) : path_(std::move(path)) {}

  // Takes the lines of a status; OK adds nothing. What is said of a key that stands on the same
  // line as a mistake in it, or in what holds it, only follows from that mistake and is left out.
  void Add(const absl::Status& status);
  bool empty() const { return problems_.empty(); }
  // InvalidArgument with all lines; those that name no line of the file come last.
  absl::Status ToStatus() const;

 private:
  struct Problem {
    int line = 0;  // 0: none
    std::string key;
    std::string text;
  };
  Problem Read(std::string_view text) const;
  bool Follows(const Problem& problem) const;

  std::string path_;
  std::vector<Problem> problems_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CONFIG_PROBLEMS_H_
