#ifndef LIENTHONG_GATEWAY_FILES_DISK_H_
#define LIENTHONG_GATEWAY_FILES_DISK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lienthong::files {

// Files of the operating system, for one thread at a time. ResourceExhausted: the disk is full;
// NotFound; anything else is Internal. Texts name no path: a path is a digest of personal data.

class DiskFile final {
 public:
  // A new file that only the gateway's user may read.
  static absl::StatusOr<DiskFile> Create(const std::string& path);
  static absl::StatusOr<DiskFile> OpenToRead(const std::string& path);
  DiskFile(DiskFile&& other) noexcept;
  DiskFile& operator=(DiskFile&&) = delete;
  ~DiskFile();

  // All of it, or an error.
  absl::Status Write(std::string_view bytes);
  // As much as there is, at most `bytes_max`; less only at the end.
  absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max);
  // Down to the disk. After an error what the disk holds is not known: drop the file.
  absl::Status Sync();
  absl::StatusOr<int64_t> Size() const;

 private:
  explicit DiskFile(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

// Makes a folder unless it is there, durable in its parent.
absl::Status MakeFolder(const std::string& path);
// Makes the names in a folder durable.
absl::Status SyncFolder(const std::string& path);
absl::Status Rename(const std::string& from, const std::string& to);
// A second name for a file; whatever had this name loses it.
absl::Status Link(const std::string& from, const std::string& to);
// Nothing happens when there is no such file.
absl::Status Remove(const std::string& path);

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_DISK_H_
