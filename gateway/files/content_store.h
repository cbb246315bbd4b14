#ifndef LIENTHONG_GATEWAY_FILES_CONTENT_STORE_H_
#define LIENTHONG_GATEWAY_FILES_CONTENT_STORE_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "adapters/sdk/files.h"
#include "gateway/core/engine.h"
#include "gateway/files/content_file.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::files {

inline constexpr int64_t kFileBytesMax = 33'554'432;

// A paper's content that is here.
struct Content {
  std::string sha256;
  storage::v1::ContentRecord record;
};

class ContentWriter;

// The papers' content, by SHA-256: each is kept once, as a file in a folder of ours, and known by a
// row of the gateway's store.
//
// A file is written under another name, made durable and put in its place before its row is
// committed: a row means that the whole content is there. What a crash leaves (files under other
// names, files in their place without a row) is removed when the store is opened. Thread-safe.
class ContentStore {
 public:
  struct Options {
    std::string directory;  // is made unless it is there; its parent must be
    int64_t file_bytes_max = kFileBytesMax;
  };

  // `engine` outlives it.
  static absl::StatusOr<std::unique_ptr<ContentStore>> Open(Options options, core::Engine& engine);

  // A content that comes in parts.
  absl::StatusOr<ContentWriter> Begin();

  // NotFound when it is not here.
  absl::StatusOr<Content> FindBySha256(std::string_view sha256) const;
  // By the name it is served under. How long it takes tells nothing about names that exist.
  absl::StatusOr<Content> FindById(std::string_view id) const;
  // NotFound, or DataLoss when what is here is not what was verified.
  absl::StatusOr<std::unique_ptr<sdk::FileReader>> Read(const Content& content) const;

  int64_t file_bytes_max() const { return options_.file_bytes_max; }

 private:
  friend class ContentWriter;

  ContentStore(Options options, core::Engine& engine)
      : options_(std::move(options)), engine_(engine) {}

  absl::Status RemoveLeftovers();
  absl::Status Judge(const std::string& leftover);
  absl::StatusOr<Content> Publish(const std::string& part, const WrittenContent& written,
                                  std::string_view media_type);
  absl::Status PutInPlace(const std::string& waiting, std::string_view sha256);
  absl::Status CommitRow(const Content& content, int64_t version);
  bool IsWhole(const Content& content) const;
  absl::StatusOr<store::Row> Row(std::string_view sha256) const;
  absl::StatusOr<Content> Parse(const store::Row& row) const;
  std::string PathOf(std::string_view sha256) const;
  std::string WaitingFolder() const;
  std::string WaitingPath(std::string_view name) const;

  const Options options_;
  core::Engine& engine_;
  std::mutex publish_mutex_;  // one content at a time gets its place and its row
};

// One content on its way into the store. What was not finished leaves nothing behind. One thread.
class ContentWriter {
 public:
  ContentWriter(ContentWriter&& other) noexcept;
  ContentWriter& operator=(ContentWriter&&) = delete;
  ~ContentWriter();

  // OutOfRange when the content is larger than the store takes, ResourceExhausted when the disk is
  // full. After an error nothing else may be called.
  absl::Status Append(std::string_view bytes);
  // The content, durable; the same again when it was here already. `media_type`: as its source
  // says, or empty.
  absl::StatusOr<Content> Finish(std::string_view media_type);

 private:
  friend class ContentStore;
  ContentWriter(ContentStore& store, std::string path, ContentFileWriter file)
      : store_(store), path_(std::move(path)), file_(std::move(file)) {}

  ContentStore& store_;
  std::string path_;  // empty: nothing to remove
  ContentFileWriter file_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_GATEWAY_FILES_CONTENT_STORE_H_
