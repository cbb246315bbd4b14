#include "gateway/files/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::files {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

absl::Status Failed(std::string_view what) {
  const int error = errno;
  const std::string text = StrCat(what, ": ", std::strerror(error));
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:  // the process's own limit
      return absl::ResourceExhaustedError(StrCat("no room for papers: ", text));
    case ENOENT:
      return absl::NotFoundError(text);
    default:
      return absl::InternalError(text);
  }
}

std::string ParentOf(const std::string& path) {
  const size_t slash = path.find_last_of('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<DiskFile> DiskFile::Create(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  if (descriptor < 0) return Failed("a file cannot be made");
  return DiskFile(descriptor);
}

absl::StatusOr<DiskFile> DiskFile::OpenToRead(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return Failed("a file cannot be opened");
  return DiskFile(descriptor);
}

DiskFile::DiskFile(DiskFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DiskFile::~DiskFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

absl::Status DiskFile::Write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return Failed("a file cannot be written");
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

absl::StatusOr<size_t> DiskFile::Read(char* buffer, size_t bytes_max) {
  size_t bytes = 0;
  while (bytes < bytes_max) {
    const ssize_t got = read(descriptor_, buffer + bytes, bytes_max - bytes);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Failed("a file cannot be read");
    if (got == 0) break;
    bytes += static_cast<size_t>(got);
  }
  return bytes;
}

absl::Status DiskFile::Sync() {
  return fsync(descriptor_) == 0 ? absl::OkStatus() : Failed("a file cannot be made durable");
}

absl::StatusOr<int64_t> DiskFile::Size() const {
  struct stat facts = {};
  if (fstat(descriptor_, &facts) != 0) return Failed("a file has no size");
  return static_cast<int64_t>(facts.st_size);
}

absl::Status MakeFolder(const std::string& path) {
  if (mkdir(path.c_str(), kFolderMode) == 0) return SyncFolder(ParentOf(path));
  if (errno != EEXIST) return Failed("a folder cannot be made");
  struct stat facts = {};
  if (stat(path.c_str(), &facts) == 0 && S_ISDIR(facts.st_mode)) return absl::OkStatus();
  errno = ENOTDIR;
  return Failed("a folder cannot be made");
}

absl::Status SyncFolder(const std::string& path) {
  const int descriptor = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return Failed("a folder cannot be opened");
  const bool synced = fsync(descriptor) == 0;
  const absl::Status status = synced ? absl::OkStatus() : Failed("a folder cannot be made durable");
  close(descriptor);
  return status;
}

absl::Status Rename(const std::string& from, const std::string& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return Failed("a file cannot be renamed");
}

absl::Status Link(const std::string& from, const std::string& to) {
  LIENTHONG_RETURN_IF_ERROR(Remove(to));
  if (link(from.c_str(), to.c_str()) == 0) return absl::OkStatus();
  return Failed("a file cannot be put in its place");
}

absl::Status Remove(const std::string& path) {
  if (unlink(path.c_str()) == 0 || errno == ENOENT) return absl::OkStatus();
  return Failed("a file cannot be removed");
}

}  // namespace lienthong::files
