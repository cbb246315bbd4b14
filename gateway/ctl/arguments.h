#ifndef LIENTHONG_GATEWAY_CTL_ARGUMENTS_H_
#define LIENTHONG_GATEWAY_CTL_ARGUMENTS_H_

#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lienthong::ctl {

// One flag that some command takes.
struct FlagDescription {
  std::string_view name;   // "--purpose"
  std::string_view value;  // what stands after it in the help; empty: a switch
  std::string_view help;
  std::string_view environment;  // where its value comes from when it is not given; may be empty
};

// Every flag there is, those that every command takes first.
const std::vector<FlagDescription>& AllFlags();
inline constexpr int kGlobalFlags = 11;

// Reads a variable of the environment; empty when it is not set.
using Environment = std::function<std::string(std::string_view name)>;

// A command line taken apart: words and flags, in any order.
class Arguments {
 public:
  // InvalidArgument for an unknown flag and for one without its value.
  static absl::StatusOr<Arguments> Parse(const std::vector<std::string>& arguments,
                                         const Environment& environment);

  bool Has(std::string_view flag) const { return values_.contains(flag); }
  // InvalidArgument when one of these was given as empty text, as from a variable that is not set:
  // it would mean everything.
  absl::Status RefuseEmpty(std::initializer_list<std::string_view> flags) const;
  // Empty when it was not given.
  std::string Text(std::string_view flag) const;
  // InvalidArgument unless it is a time with its zone.
  absl::StatusOr<absl::Time> Time(std::string_view flag) const;
  // InvalidArgument unless it is a whole number >= 0, or not given (then `otherwise`).
  absl::StatusOr<int64_t> Number(std::string_view flag, int64_t otherwise) const;
  // "30s", "1m"; InvalidArgument for anything else and for 0 or less.
  absl::StatusOr<absl::Duration> Time(std::string_view flag, absl::Duration otherwise) const;

  const std::vector<std::string>& words() const { return words_; }
  // Takes the words that were the command's name away.
  void DropWords(size_t count) { words_.erase(words_.begin(), words_.begin() + count); }
  // The flags that were given on the line, without those from the environment.
  const std::vector<std::string>& given() const { return given_; }

 private:
  std::vector<std::string> words_;
  std::vector<std::string> given_;
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_ARGUMENTS_H_
