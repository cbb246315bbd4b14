// The gateway is killed while it keeps papers, again and again: what it acknowledged is whole when
// the content store is opened again, and nothing else is left.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <memory>
#include <set>
#include <string>

#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/files/content_store.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"

namespace lienthong::files {
namespace {

using ::lienthong::testing::IsOk;

constexpr int kRounds = 12;
constexpr size_t kDigestCharacters = 64;
constexpr size_t kPieceBytes = 30'000;

// A content store with its database, as one life of the gateway has it.
struct Life {
  explicit Life(const std::string& folder)
      : store(store::OpenSqliteStore({.path = folder + "/gateway.db"}).value()),
        engine{.store = *store,
               .sealer = store::Sealer::Identity(),
               .clock = Clock::Real(),
               .random = Random::System(),
               .parties = parties,
               .graph = domain::StatusGraph::Shipped()},
        content(ContentStore::Open({.directory = folder + "/files"}, engine).value()) {}

  const std::unique_ptr<store::Store> store;
  const core::Parties parties;
  core::Engine engine;
  const std::unique_ptr<ContentStore> content;
};

std::string BytesOf(int round, int number) {
  const auto random = Random::Seeded(static_cast<uint64_t>(round) * 1000 + number);
  std::string bytes(random->Below(300'000), '\0');
  for (size_t i = 0; i + sizeof(uint64_t) <= bytes.size(); i += sizeof(uint64_t)) {
    const uint64_t value = random->Next();
    std::memcpy(bytes.data() + i, &value, sizeof(value));
  }
  return bytes;
}

// Never returns: keeps papers until it is killed, and reports the digest of each that is durable.
[[noreturn]] void KeepForEver(const std::string& folder, int round, int out) {
  Life life(folder);
  for (int number = 0;; ++number) {
    const std::string bytes = BytesOf(round, number);
    absl::StatusOr<ContentWriter> writer = life.content->Begin();
    if (!writer.ok()) _exit(3);
    for (size_t at = 0; at < bytes.size(); at += kPieceBytes) {
      if (!writer->Append(std::string_view(bytes).substr(at, kPieceBytes)).ok()) _exit(4);
    }
    const absl::StatusOr<Content> content = writer->Finish("");
    if (!content.ok()) _exit(5);
    if (write(out, content->sha256.data(), kDigestCharacters) != kDigestCharacters) _exit(6);
  }
}

class ContentKillTest : public ::testing::Test {
 protected:
  // Lets a child keep papers and kills it `after` it acknowledged so many.
  void RunAndKill(int round, size_t acknowledgements, absl::Duration after) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) KeepForEver(folder_.path(), round, pipe_ends[1]);
    close(pipe_ends[1]);
    std::string digest(kDigestCharacters, '\0');
    size_t count = 0;
    while (read(pipe_ends[0], digest.data(), digest.size()) == kDigestCharacters) {
      acknowledged_.insert(digest);
      if (++count != acknowledgements) continue;
      usleep(static_cast<useconds_t>(absl::ToInt64Microseconds(after)));
      kill(child, SIGKILL);
    }
    close(pipe_ends[0]);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
  }

  void ExpectWhole() {
    const Life life(folder_.path());
    for (const std::string& digest : acknowledged_) {
      const auto content = life.content->FindBySha256(digest);
      ASSERT_THAT(content, IsOk()) << "an acknowledged paper is lost";
      LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto reader, life.content->Read(*content));
      std::string bytes(static_cast<size_t>(reader->size_bytes()) + 1, '\0');
      const auto got = reader->Read(bytes.data(), bytes.size());
      ASSERT_THAT(got, IsOk());
      bytes.resize(*got);
      ASSERT_EQ(core::HexSha256(bytes), digest);
    }
    int64_t files = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(folder_.PathOf("files"))) {
      files += entry.is_regular_file() ? 1 : 0;
    }
    EXPECT_EQ(files,
              life.store->Count({.table = store::Table::kContent, .limit_rows = 100'000}).value())
        << "a file without a row, or half a paper, is left";
  }

  const lienthong::testing::TemporaryFolder folder_;
  std::set<std::string> acknowledged_;
};

TEST_F(ContentKillTest, EveryAcknowledgedPaperSurvivesKillsAndNothingElseDoes) {
  const auto random = Random::Seeded(7);
  for (int round = 0; round < kRounds; ++round) {
    // Anywhere in the next paper: a paper takes a few milliseconds.
    RunAndKill(round, 2 + random->Below(10),
               absl::Microseconds(static_cast<int64_t>(random->Below(12'000))));
    ASSERT_NO_FATAL_FAILURE(ExpectWhole());
  }
  EXPECT_GE(acknowledged_.size(), 2u * kRounds);
}

}  // namespace
}  // namespace lienthong::files
