#ifndef LIENTHONG_ADAPTERS_SDK_FILES_H_
#define LIENTHONG_ADAPTERS_SDK_FILES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "lienthong/dossier/v1/papers.pb.h"

namespace lienthong::sdk {

// The bytes of one paper, read from the beginning to the end, a part at a time: a paper is never
// whole in memory. Not thread-safe.
class FileReader {
 public:
  virtual ~FileReader() = default;
  virtual int64_t size_bytes() const = 0;
  // At most `bytes_max` bytes into `buffer`; 0 at the end. DataLoss when what is stored is not what
  // was verified.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t bytes_max) = 0;
};

// What the gateway knows of papers' content. Thread-safe.
class Files {
 public:
  virtual ~Files() = default;
  // The verified content with this SHA-256 (64 lower-case hexadecimal digits). NotFound when it is
  // not here.
  virtual absl::StatusOr<std::unique_ptr<FileReader>> Open(std::string_view sha256) const = 0;
  // Where a counterpart may fetch a verified paper from the gateway; empty when the gateway does
  // not serve papers, or has not got this one.
  virtual std::string UrlOf(const dossier::v1::FileReference& file) const = 0;
};

// No content at all, for gateways and tests without papers.
class NoFiles final : public Files {
 public:
  absl::StatusOr<std::unique_ptr<FileReader>> Open(std::string_view /*sha256*/) const override {
    return absl::NotFoundError("this gateway keeps no papers");
  }
  std::string UrlOf(const dossier::v1::FileReference& /*file*/) const override { return ""; }
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_FILES_H_
