// A gateway is killed in the middle of its writes, again and again: whatever it acknowledged is
// there when the file is opened again.
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gateway/evidence/merkle.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_sets.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOk;

constexpr int kRounds = 8;
constexpr int kWriters = 4;
constexpr int kBodyBytes = 3000;

// An acknowledgement as the child reports it.
struct Acknowledged {
  int64_t round;
  int64_t number;  // of the set, names its row
  int64_t sequence;
};

std::string NameOf(int64_t round, int64_t number) { return absl::StrCat(round, "/", number); }

WriteSet SetOf(int64_t round, int64_t number) {
  WriteSet set = testing::JournalOf({NameOf(round, number)}, number + 1);
  const std::string body(kBodyBytes, static_cast<char>('a' + number % 26));
  set.mutations.push_back(testing::PutOf(Table::kLink, {NameOf(round, number)}, body));
  set.conditions.push_back({Table::kLink, {NameOf(round, number)}, 0});
  return set;
}

// Never returns: writes until it is killed.
[[noreturn]] void WriteForEver(const std::string& path, int64_t round, int out) {
  auto store = OpenSqliteStore({.path = path}).value();
  std::atomic<int64_t> next = 0;
  const auto write = [&] {
    while (true) {
      const int64_t number = next++;
      const auto result = store->CommitAndWait(SetOf(round, number), absl::InfiniteFuture());
      if (!result.ok()) _exit(3);
      const Acknowledged line{round, number, result->first_sequence};
      if (::write(out, &line, sizeof(line)) != sizeof(line)) _exit(4);
    }
  };
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) writers.emplace_back(write);
  for (std::thread& writer : writers) writer.join();
  _exit(5);
}

class SqliteKillTest : public ::testing::Test {
 protected:
  // Lets a child write, kills it after `acknowledgements`, and gives all that it reported.
  std::vector<Acknowledged> RunAndKill(int64_t round, size_t acknowledgements) {
    int pipe_ends[2];
    EXPECT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) WriteForEver(path(), round, pipe_ends[1]);
    close(pipe_ends[1]);
    std::vector<Acknowledged> lines;
    Acknowledged line;
    // After the kill the pipe still holds what was reported before it.
    while (read(pipe_ends[0], &line, sizeof(line)) == sizeof(line)) {
      lines.push_back(line);
      if (lines.size() == acknowledgements) kill(child, SIGKILL);
    }
    close(pipe_ends[0]);
    int status = 0;
    EXPECT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "status " << status;
    return lines;
  }

  std::string path() const { return folder_.PathOf("gateway.db"); }

  const lienthong::testing::TemporaryFolder folder_;
};

std::vector<Row> JournalOf(const Store& store) {
  std::vector<Row> journal;
  Scan page{.table = Table::kJournal, .after = Value(int64_t{0}), .limit_rows = 1000};
  for (auto rows = store.Read(page).value(); !rows.empty(); rows = store.Read(page).value()) {
    page.after = rows.back().columns[0];
    for (Row& row : rows) journal.push_back(std::move(row));
  }
  return journal;
}

void ExpectSound(const Store& store, const std::vector<Row>& journal) {
  evidence::Frontier frontier;
  for (const Row& row : journal) {
    frontier.Append(evidence::LeafHash(row.body));
    ASSERT_EQ(row.columns[0], Value(frontier.leaves())) << "a gap in the journal";
    // State and journal are of one transaction.
    ASSERT_EQ(store.Get(Table::kLink, {row.body})->version, 1) << row.body;
  }
  EXPECT_EQ(store.Info().root, evidence::ToBytes(frontier.Root()));
  EXPECT_EQ(store.Count({.table = Table::kLink, .limit_rows = INT64_MAX}).value(),
            static_cast<int64_t>(journal.size()));
}

TEST_F(SqliteKillTest, EveryAcknowledgedSetSurvivesKills) {
  std::vector<Acknowledged> acknowledged;
  for (int64_t round = 0; round < kRounds; ++round) {
    const auto lines = RunAndKill(round, 50 + 137 * static_cast<size_t>(round));
    ASSERT_GE(lines.size(), 50u);
    acknowledged.insert(acknowledged.end(), lines.begin(), lines.end());
    const auto store = OpenSqliteStore({.path = path()});
    ASSERT_THAT(store, IsOk());
    const std::vector<Row> journal = JournalOf(**store);
    ExpectSound(**store, journal);
    for (const Acknowledged& line : acknowledged) {
      ASSERT_LE(line.sequence, static_cast<int64_t>(journal.size()))
          << "an acknowledged set is lost";
      ASSERT_EQ(journal[line.sequence - 1].body, NameOf(line.round, line.number));
    }
  }
}

}  // namespace
}  // namespace lienthong::store
