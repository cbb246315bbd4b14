#include "gateway/base/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_format.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr size_t kFileBytesMax = size_t{4} << 20;
constexpr size_t kReadBytes = 64 << 10;

class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};

absl::Status CannotBeRead(const std::string& path) {
  return absl::FailedPreconditionError(StrCat(path, " cannot be read: ", std::strerror(errno)));
}

// As ssh has it; but root may keep a file for the group of a service.
std::string Exposure(const std::string& path, const struct stat& about) {
  const mode_t wanted = about.st_uid == 0 && about.st_gid != 0 ? 0640 : 0600;
  if ((about.st_mode & 077 & ~wanted) == 0) return "";
  return absl::StrFormat("%s can be read by others (mode %04o); run: chmod %o %s", path,
                         about.st_mode & 07777, wanted, path);
}

}  // namespace

absl::StatusOr<SmallFile> ReadSmallFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  struct stat about = {};
  if (file.value() < 0 || fstat(file.value(), &about) != 0) return CannotBeRead(path);
  if (!S_ISREG(about.st_mode)) {
    return absl::FailedPreconditionError(
        StrCat(path, " is a folder, a pipe or a device; name a regular file"));
  }
  SmallFile read{.content = {}, .exposure = Exposure(path, about)};
  std::string part(kReadBytes, '\0');
  while (true) {
    const ssize_t bytes = ::read(file.value(), part.data(), part.size());
    if (bytes == 0) return read;
    if (bytes < 0 && errno != EINTR) return CannotBeRead(path);
    if (bytes > 0) read.content.append(part, 0, static_cast<size_t>(bytes));
    if (read.content.size() > kFileBytesMax) {
      return absl::FailedPreconditionError(
          StrCat(path, " is larger than ", kFileBytesMax, " bytes; name the right file"));
    }
  }
}

}  // namespace lienthong
