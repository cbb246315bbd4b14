#ifndef LIENTHONG_GATEWAY_BASE_SMALL_FILE_H_
#define LIENTHONG_GATEWAY_BASE_SMALL_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace lienthong {

// A file that the configuration names: a certificate, a key, a password, a table.
struct SmallFile {
  std::string content;
  // One line with the next step when others than the file's owner may touch it; one of root's may
  // also be read by the group of a service. What this means is the reader's to say: a key is
  // refused, a certificate is for everybody.
  std::string exposure;
};

// Only regular files of at most 4 MiB: a pipe or a device would be waited for, for ever.
// FailedPrecondition is one line with the name of the file, what is wrong and the next step.
absl::StatusOr<SmallFile> ReadSmallFile(const std::string& path);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_SMALL_FILE_H_
