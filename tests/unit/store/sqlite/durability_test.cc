#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/evidence/merkle.h"
#include "gateway/store/backed_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/support/write_sets.h"
#include "tests/unit/store/sqlite/faulty_vfs.h"
#include "tests/unit/store/sqlite/sqlite_fixture.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::FaultyVfs;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::JournalOf;
using ::lienthong::testing::MetaAt;
using ::lienthong::testing::PutOf;
using ::lienthong::testing::SetOf;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class DurabilityTest : public SqliteTest {
 protected:
  ~DurabilityTest() override { store_.reset(); }

  // The journal of the store that stands in `folder`, after checking that it is whole.
  int64_t SequenceIn(const std::string& folder) {
    const auto store = OpenAt(folder + "/gateway.db").value();
    evidence::Frontier frontier;
    int64_t sequence = 0;
    Scan page{.table = Table::kJournal, .after = Value(sequence)};
    for (auto rows = store->Read(page).value(); !rows.empty(); rows = store->Read(page).value()) {
      for (const Row& row : rows) {
        EXPECT_EQ(row.columns[0], Value(++sequence));
        frontier.Append(evidence::LeafHash(row.body));
      }
      page.after = Value(sequence);
    }
    EXPECT_EQ(store->Info().root, evidence::ToBytes(frontier.Root()));
    return sequence;
  }

  FaultyVfs disk_;  // outlives the store, see the destructor
};

TEST_F(DurabilityTest, APowerCutAfterAnAcknowledgementLosesNothing) {
  Open();
  const std::string image = folder_.PathOf("image");
  std::filesystem::create_directory(image);
  std::filesystem::copy_file(path_, image + "/gateway.db");
  std::filesystem::copy_file(path_ + "-wal", image + "/gateway.db-wal");
  disk_.KeepImage(folder_.path(), image);
  // Large bodies, so that checkpoints and a log that starts over are among what is cut.
  for (int i = 1; i <= 300; ++i) {
    ASSERT_THAT(Commit(JournalOf({std::to_string(i) + std::string(30'000, 'x')})), IsOk());
    if (i % 20 != 0) continue;
    const std::string cut = folder_.PathOf("cut");
    disk_.CopyImage(cut);
    EXPECT_EQ(SequenceIn(cut), i);
    std::filesystem::remove_all(cut);
  }
}

TEST_F(DurabilityTest, AFailedSyncIsNeverTriedAgain) {
  auto backend = OpenSqliteBackend({.path = path_}).value();
  CommitterOptions options;
  std::vector<absl::Status> fatal;
  options.fatal = [&](const absl::Status& failure) { fatal.push_back(failure); };
  store_ = OpenBackedStore("sqlite", std::move(backend), std::move(options)).value();
  ASSERT_THAT(Commit(JournalOf({"kept"})), IsOk());
  disk_.FailSync(1);
  EXPECT_THAT(Commit(JournalOf({"lost"})), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT(fatal, SizeIs(1));
  EXPECT_THAT(fatal[0], StatusIs(absl::StatusCode::kInternal, HasSubstr("disk I/O error")));
  const int syncs = disk_.syncs();
  EXPECT_THAT(Commit(JournalOf({"refused"})), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(disk_.syncs(), syncs);
  EXPECT_EQ(store_->Info().last_sequence, 1);
}

TEST_F(DurabilityTest, EveryAcknowledgementComesAfterASync) {
  Open();
  for (int i = 0; i < 20; ++i) {
    const int before = disk_.syncs();
    ASSERT_THAT(Commit(MetaAt(std::to_string(i), 0, "")), IsOk());
    EXPECT_GT(disk_.syncs(), before);
  }
}

TEST_F(DurabilityTest, AFullDiskRefusesWritesKeepsReadsAndRecovers) {
  Open();
  ASSERT_THAT(Commit(MetaAt("x", 0, "before")), IsOk());
  disk_.SetFull(true);
  const auto refused = Commit(JournalOf({std::string(100'000, 'x')}));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("full")));
  EXPECT_EQ(DetailsOf(refused.status()).reason, "BUSY");
  EXPECT_EQ(store_->Get(Table::kMeta, {std::string("x")})->body, "before");
  EXPECT_THAT(Commit(MetaAt("x", 1, "full")), StatusIs(absl::StatusCode::kResourceExhausted));
  disk_.SetFull(false);
  EXPECT_THAT(Commit(MetaAt("x", 1, "after")), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const CommitResult next, Commit(JournalOf({"entry"})));
  EXPECT_EQ(next.first_sequence, 1);
  store_.reset();
  EXPECT_EQ(SequenceIn(folder_.path()), 1);
}

TEST_F(DurabilityTest, AFileAtItsLimitIsAFullDisk) {
  SqliteOptions options{.path = path_};
  options.pages_max = 200;
  store_ = OpenSqliteStore(options).value();
  int64_t written = 0;
  absl::Status status;
  while (status.ok() && written < 1000) {
    status =
        Commit(SetOf({PutOf(Table::kLink, {std::to_string(written)}, std::string(20'000, 'x'))}))
            .status();
    if (status.ok()) ++written;
  }
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_GT(written, 10);
  EXPECT_EQ(store_->Count({.table = Table::kLink, .limit_rows = 1000}).value(), written);
  ASSERT_THAT(Commit(SetOf({testing::DeleteOf(Table::kLink, {std::string("0")})})), IsOk());
  EXPECT_THAT(Commit(SetOf({PutOf(Table::kLink, {std::string("0")}, std::string(19'000, 'x'))})),
              IsOk());
}

TEST_F(DurabilityTest, TheLogStaysSmallWhileOthersRead) {
  Open();
  std::atomic<bool> stop = false;
  std::vector<std::thread> readers;
  for (int t = 0; t < 2; ++t) {
    readers.emplace_back([&] {
      while (!stop) EXPECT_THAT(store_->Read({.table = Table::kLink, .limit_rows = 20}), IsOk());
    });
  }
  uintmax_t largest = 0;
  for (int i = 0; i < 120; ++i) {
    ASSERT_THAT(
        Commit(SetOf({PutOf(Table::kLink, {std::to_string(i % 30)},
                            std::string(size_t{1} << 20, static_cast<char>('a' + i % 26)))})),
        IsOk());
    largest = std::max(largest, std::filesystem::file_size(path_ + "-wal"));
  }
  stop = true;
  for (std::thread& reader : readers) reader.join();
  // 120 MiB were written. 20,000 pages are 80 MiB: from there readers wait for the writer.
  EXPECT_LT(largest, uintmax_t{100} << 20);
  EXPECT_GT(std::filesystem::file_size(path_), uintmax_t{25} << 20) << "nothing was checkpointed";
  const auto before = std::filesystem::file_size(path_);
  store_.reset();
  EXPECT_FALSE(std::filesystem::exists(path_ + "-wal")) << "closing leaves one whole file";
  EXPECT_GE(std::filesystem::file_size(path_), before);
}

}  // namespace
}  // namespace lienthong::store
