#include "tests/unit/files/files_fixture.h"

#include <algorithm>
#include <filesystem>

#include "gateway/base/random.h"
#include "gateway/base/text.h"

namespace lienthong::files {

using ::lienthong::testing::IsOk;

FilesTest::FilesTest() { Open(); }

void FilesTest::Open() {
  content_.reset();
  auto opened =
      ContentStore::Open({.directory = folder_.path(), .file_bytes_max = kBytesMax}, engine_);
  ASSERT_THAT(opened, IsOk());
  content_ = *std::move(opened);
}

absl::StatusOr<Content> FilesTest::Keep(std::string_view bytes, std::string_view media_type) {
  absl::StatusOr<ContentWriter> writer = content_->Begin();
  if (!writer.ok()) return writer.status();
  const absl::Status written = writer->Append(bytes);
  if (!written.ok()) return written;
  return writer->Finish(media_type);
}

absl::StatusOr<std::string> FilesTest::ReadAll(
    absl::StatusOr<std::unique_ptr<sdk::FileReader>> reader, size_t piece_bytes) {
  if (!reader.ok()) return reader.status();
  std::string all;
  std::string piece(piece_bytes, '\0');
  while (true) {
    const absl::StatusOr<size_t> got = (*reader)->Read(piece.data(), piece.size());
    if (!got.ok()) return got.status();
    if (*got == 0) return all;
    all.append(piece, 0, *got);
  }
}

std::string FilesTest::Bytes(size_t count, uint64_t seed) {
  const std::unique_ptr<Random> random = Random::Seeded(seed);
  std::string bytes(count, '\0');
  std::generate(bytes.begin(), bytes.end(), [&] { return static_cast<char>(random->Below(256)); });
  return bytes;
}

std::vector<std::string> FilesTest::Names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (entry.is_regular_file()) {
      names.push_back(std::filesystem::relative(entry.path(), folder_.path()).string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string FilesTest::PathOf(std::string_view sha256) const {
  return folder_.PathOf(StrCat(sha256.substr(0, 2), "/", sha256.substr(2, 2), "/", sha256));
}

}  // namespace lienthong::files
