#ifndef LIENTHONG_TESTS_UNIT_FILES_FILES_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_FILES_FILES_FIXTURE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/files/content_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::files {

inline constexpr char kAgency[] = "H29.X05";

// The use cases over a store in memory, with a content store in a folder of the test's own.
class FilesTest : public core::CoreTest {
 protected:
  static constexpr int64_t kBytesMax = 1 << 20;

  FilesTest();

  // Opens the content store, again if it is open.
  void Open();
  absl::StatusOr<Content> Keep(std::string_view bytes, std::string_view media_type = "");
  // The whole content, read in pieces of `piece_bytes`.
  static absl::StatusOr<std::string> ReadAll(
      absl::StatusOr<std::unique_ptr<sdk::FileReader>> reader, size_t piece_bytes = 1000);
  absl::StatusOr<std::string> Read(const Content& content) const {
    return ReadAll(content_->Read(content));
  }
  // Bytes that look like nothing in particular, the same for the same seed.
  static std::string Bytes(size_t count, uint64_t seed = 1);

  // Files in the folder, by their names below it, sorted.
  std::vector<std::string> Names() const;
  std::string PathOf(std::string_view sha256) const;

  const lienthong::testing::TemporaryFolder folder_;
  std::unique_ptr<ContentStore> content_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_TESTS_UNIT_FILES_FILES_FIXTURE_H_
