#ifndef LIENTHONG_ADAPTERS_SDK_SETTINGS_H_
#define LIENTHONG_ADAPTERS_SDK_SETTINGS_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/small_file.h"

namespace lienthong::sdk {

// An adapter's `settings:` block: scalar values by key, with the place each came from. Reading a
// key marks it used; CheckAllUsed then says all at once what was not right with what was read, and
// what nobody asked for, so that a typing error is caught. Read everything first, with value_or,
// then check:
//
//   options.url = settings.Text("base_url").value_or("");
//   options.pages = settings.Integer("page_items", 200, 1, 200).value_or(0);
//   LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
class Settings {
 public:
  struct Entry {
    std::string value;
    int line = 0;  // 1-based, in `file`
  };

  Settings(std::string file, std::map<std::string, Entry> entries);

  // InvalidArgument "FILE:LINE: settings.KEY: ..." when missing, empty or of the wrong type.
  absl::StatusOr<std::string> Text(std::string_view key) const;
  absl::StatusOr<std::string> Text(std::string_view key, std::string_view default_value) const;
  absl::StatusOr<int64_t> Integer(std::string_view key, int64_t default_value, int64_t min,
                                  int64_t max) const;
  absl::StatusOr<absl::Duration> Milliseconds(std::string_view key, int64_t default_ms) const;
  // The content of the file the key names, without trailing newline; relative to the configuration
  // file's folder, then to the working directory.
  absl::StatusOr<std::string> FileContent(std::string_view key) const;
  // The same of a file that holds a secret: others than its owner may not touch it
  // (base/small_file.h).
  absl::StatusOr<std::string> Secret(std::string_view key) const;
  // The path of the file the key names, resolved as above.
  absl::StatusOr<std::string> FilePath(std::string_view key) const;

  // Keeps another mistake for CheckAllUsed: what a key's value is not.
  void AddProblem(std::string_view key, std::string_view problem) const;
  // InvalidArgument with a line for each mistake that reading met, and for each key that was never
  // read.
  absl::Status CheckAllUsed() const;

  const std::string& file() const { return file_; }

 private:
  absl::StatusOr<SmallFile> FileOf(std::string_view key) const;
  absl::Status Problem(int line, std::string_view key, std::string_view problem) const;

  std::string file_;
  std::map<std::string, Entry> entries_;
  mutable std::set<std::string, std::less<>> used_;
  mutable std::vector<std::string> problems_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_SETTINGS_H_
