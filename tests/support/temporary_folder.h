#ifndef LIENTHONG_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
#define LIENTHONG_TESTS_SUPPORT_TEMPORARY_FOLDER_H_

#include <string>
#include <string_view>

namespace lienthong::testing {

// A new folder for the files of one test, removed with this object and all that is in it. Its name
// is nobody else's: tests run side by side, so none may write to a name that it chose itself. A
// member of this type stands before those that use its files. Ends the process when the folder
// cannot be made.
class TemporaryFolder final {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  // Absolute, without a slash at its end.
  const std::string& path() const { return path_; }
  // Of a file in it, which need not be there; "a/b" is one in a folder below.
  std::string PathOf(std::string_view name) const;
  // Writes a file in it, for its owner alone as secrets must be, in the place of what was there;
  // returns its path.
  std::string Write(std::string_view name, std::string_view content) const;

 private:
  const std::string path_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_TEMPORARY_FOLDER_H_
