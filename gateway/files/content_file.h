#ifndef LIENTHONG_GATEWAY_FILES_CONTENT_FILE_H_
#define LIENTHONG_GATEWAY_FILES_CONTENT_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/files.h"
#include "gateway/files/disk.h"
#include "gateway/files/sha256_stream.h"
#include "gateway/store/sealer.h"

namespace lienthong::files {

// One content as a file: "LTC1", then frames {length, 4 bytes, big-endian; sealed bytes}. A frame
// opened is {last, 1 byte; number, 8 bytes, big-endian; a part of the content}. Each frame is
// sealed by itself and with its place, so that any kind of sealing works in bounded memory and
// notices frames that are missing, doubled or moved.
inline constexpr size_t kPartBytesMax = size_t{64} << 10;

// What was written.
struct WrittenContent {
  std::string sha256;
  int64_t size_bytes = 0;
  int64_t stored_bytes = 0;  // of the file
  std::string beginning;     // the first bytes, at most kBeginningBytesMax
};
inline constexpr size_t kBeginningBytesMax = 16;

// Not thread-safe. After an error nothing may be called any more.
class ContentFileWriter {
 public:
  // `sealer` outlives it.
  ContentFileWriter(DiskFile file, const store::Sealer& sealer);

  absl::Status Append(std::string_view bytes);
  int64_t size_bytes() const { return written_.size_bytes; }
  // Writes the end and makes the file durable, once.
  absl::StatusOr<WrittenContent> Finish();

 private:
  absl::Status WriteFrame(bool last);
  absl::Status Write(std::string_view bytes);

  DiskFile file_;
  const store::Sealer& sealer_;
  Sha256Stream digest_;
  std::string part_;
  uint64_t frames_ = 0;
  WrittenContent written_;
};

// What a file must hold.
struct ExpectedContent {
  std::string sha256;
  int64_t size_bytes = 0;
  int64_t stored_bytes = 0;
};

// NotFound when there is no file. DataLoss when it has not the size it was written with; reading
// gives DataLoss at the first frame, or at the end, that is not as it was written.
absl::StatusOr<std::unique_ptr<sdk::FileReader>> OpenContentFile(const std::string& path,
                                                                 const store::Sealer& sealer,
                                                                 const ExpectedContent& expected);

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_CONTENT_FILE_H_
