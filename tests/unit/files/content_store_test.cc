#include "gateway/files/content_store.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "tests/unit/files/failing_store.h"
#include "tests/unit/files/files_fixture.h"

namespace lienthong::files {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class ContentStoreTest : public FilesTest {
 protected:
  void Damage(const Content& content, int64_t at, int from_end = 0) {
    std::fstream file(PathOf(content.sha256), std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(from_end > 0 ? -from_end : at, from_end > 0 ? std::ios::end : std::ios::beg);
    const auto place = file.tellg();
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(place);
    file.put(byte);
  }
};

TEST_F(ContentStoreTest, GivesBackWhatItTookWhateverTheSize) {
  for (const size_t size : {size_t{0}, size_t{1}, kPartBytesMax - 1, kPartBytesMax,
                            kPartBytesMax + 1, 3 * kPartBytesMax, size_t{700'001}}) {
    const std::string bytes = Bytes(size, size);
    LIENTHONG_ASSERT_OK_AND_ASSIGN(ContentWriter writer, content_->Begin());
    for (size_t done = 0, step = 1; done < size; step = step * 3 + 1) {
      const std::string_view part = std::string_view(bytes).substr(done, step);
      ASSERT_THAT(writer.Append(part), IsOk());
      done += part.size();
    }
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, writer.Finish(""));
    EXPECT_EQ(kept.sha256, core::HexSha256(bytes));
    EXPECT_EQ(kept.record.size_bytes(), static_cast<int64_t>(size));
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content found, content_->FindBySha256(kept.sha256));
    LIENTHONG_ASSERT_OK_AND_ASSIGN(auto reader, content_->Read(found));
    EXPECT_EQ(reader->size_bytes(), static_cast<int64_t>(size));
    EXPECT_TRUE(ReadAll(std::move(reader)).value() == bytes) << size;
  }
}

TEST_F(ContentStoreTest, TheSameContentIsKeptOnceUnderOneName) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content first, Keep("the same", "application/pdf"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content second, Keep("the same", "image/png"));
  EXPECT_EQ(second.record.id(), first.record.id());
  EXPECT_EQ(second.record.media_type(), "application/pdf");
  EXPECT_THAT(Names(), SizeIs(1));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content other, Keep("another"));
  EXPECT_NE(other.record.id(), first.record.id());
  EXPECT_THAT(Names(), SizeIs(2));
}

TEST_F(ContentStoreTest, IsFoundByItsIdAndByNothingElse) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("bytes"));
  const std::string id = kept.record.id();
  EXPECT_THAT(id, SizeIs(32)) << "128 bits";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content found, content_->FindById(id));
  EXPECT_EQ(found.sha256, kept.sha256);
  for (const std::string& wrong :
       {std::string(), id.substr(1), id + "0", kept.sha256, std::string(32, '0')}) {
    EXPECT_THAT(content_->FindById(wrong), StatusIs(absl::StatusCode::kNotFound)) << wrong;
  }
  for (const std::string& wrong : {std::string(), id, std::string("../x"), std::string(64, '0')}) {
    EXPECT_THAT(content_->FindBySha256(wrong), StatusIs(absl::StatusCode::kNotFound)) << wrong;
  }
  // The id is a secret: no column shows it.
  const auto rows = store_.Read({.table = store::Table::kContent});
  ASSERT_THAT(rows, IsOk());
  for (const store::Row& row : *rows) {
    EXPECT_NE(std::get<std::string>(row.columns[1]), id);
  }
}

TEST_F(ContentStoreTest, OnlyTheGatewaysUserMayReadIt) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("bytes"));
  struct stat facts = {};
  ASSERT_EQ(stat(PathOf(kept.sha256).c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  ASSERT_EQ(stat(std::filesystem::path(PathOf(kept.sha256)).parent_path().c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0700u);
}

TEST_F(ContentStoreTest, WhatIsTooLargeLeavesNothing) {
  {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(ContentWriter writer, content_->Begin());
    const std::string most = Bytes(kBytesMax);
    EXPECT_THAT(writer.Append(most), IsOk());
    EXPECT_THAT(writer.Append("x"), StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("1048576")));
  }
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_THAT(Keep(Bytes(kBytesMax)), IsOk());
}

TEST_F(ContentStoreTest, WhatIsNotFinishedLeavesNothing) {
  {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(ContentWriter writer, content_->Begin());
    EXPECT_THAT(writer.Append(Bytes(200'000)), IsOk());
    EXPECT_THAT(Names(), SizeIs(1));
  }
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(RowsOf(store::Table::kContent), 0);
}

TEST_F(ContentStoreTest, AFullDiskIsToldAndLeavesNothing) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before = {};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full = {.rlim_cur = 100'000, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto kept = Keep(Bytes(500'000));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_THAT(kept, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("no room")));
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_EQ(RowsOf(store::Table::kContent), 0);
  EXPECT_THAT(Keep(Bytes(500'000)), IsOk()) << "it recovers by itself";
}

TEST_F(ContentStoreTest, ARowThatIsNotWrittenLeavesNoFile) {
  FailingStore failing(store_);
  core::Engine engine{.store = failing,
                      .sealer = engine_.sealer,
                      .clock = clock_,
                      .random = *random_,
                      .parties = parties_,
                      .graph = engine_.graph};
  LIENTHONG_ASSERT_OK_AND_ASSIGN(content_,
                                 ContentStore::Open({.directory = folder_.path()}, engine));
  failing.FailNextCommit(absl::ResourceExhaustedError("full"));
  EXPECT_THAT(Keep("bytes"), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(Names(), IsEmpty());
  // Whether this one was written is not known: the file stays, and the next start decides.
  failing.FailNextCommit(absl::DeadlineExceededError("no answer"));
  EXPECT_THAT(Keep("bytes"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Names(), SizeIs(2));
  Open();
  EXPECT_THAT(Names(), IsEmpty());
  EXPECT_THAT(Keep("bytes"), IsOk());
  content_.reset();
}

TEST_F(ContentStoreTest, WhatACrashLeftIsRemovedAtTheStart) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("kept"));
  const std::string lost = core::HexSha256("lost");
  std::ofstream(folder_.PathOf("tmp/0123456789abcdef0123456789abcdef")) << "half a paper";
  // Cut short between its place and its row; and between its row and the end.
  std::filesystem::create_directories(std::filesystem::path(PathOf(lost)).parent_path());
  std::ofstream(folder_.PathOf("tmp/" + lost)) << "lost";
  std::filesystem::create_hard_link(folder_.PathOf("tmp/" + lost), PathOf(lost));
  std::filesystem::create_hard_link(PathOf(kept.sha256), folder_.PathOf("tmp/" + kept.sha256));
  Open();
  EXPECT_THAT(Names(), ElementsAre(std::filesystem::relative(PathOf(kept.sha256), folder_.path())));
  EXPECT_THAT(Read(kept), IsOkAndHolds(std::string("kept")));
}

TEST_F(ContentStoreTest, DamageIsNoticedWhereverItIs) {
  const std::string bytes = Bytes(3 * kPartBytesMax + 10);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep(bytes));
  for (const int64_t at : {0, 3, 4, 7, 8, 9, 16, 17, 18, 1000, 70'000, 140'000}) {
    Damage(kept, at);
    EXPECT_THAT(Read(kept), StatusIs(absl::StatusCode::kDataLoss)) << at;
    Damage(kept, at);
    EXPECT_THAT(Read(kept), IsOk()) << at;
  }
  Damage(kept, 0, /*from_end=*/1);
  EXPECT_THAT(Read(kept), StatusIs(absl::StatusCode::kDataLoss));
  Damage(kept, 0, /*from_end=*/1);
  std::filesystem::resize_file(PathOf(kept.sha256), bytes.size());
  EXPECT_THAT(content_->Read(kept), StatusIs(absl::StatusCode::kDataLoss)) << "at once";
  std::filesystem::remove(PathOf(kept.sha256));
  EXPECT_THAT(content_->Read(kept), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ContentStoreTest, NothingIsReadAfterDamage) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep(Bytes(2 * kPartBytesMax)));
  Damage(kept, 70'000);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto reader, content_->Read(kept));
  std::string buffer(2 * kPartBytesMax, '\0');
  EXPECT_THAT(reader->Read(buffer.data(), buffer.size()), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(reader->Read(buffer.data(), buffer.size()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ContentStoreTest, FramesThatChangePlacesAreNoticed) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep(std::string(3 * kPartBytesMax, 'x')));
  std::string file;
  {
    std::ifstream in(PathOf(kept.sha256), std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), {});
  }
  const size_t frame = (file.size() - 4) / 3;
  const std::string moved = file.substr(0, 4) + file.substr(4 + frame, frame) +
                            file.substr(4, frame) + file.substr(4 + 2 * frame);
  ASSERT_EQ(moved.size(), file.size());
  std::ofstream(PathOf(kept.sha256), std::ios::binary) << moved;
  EXPECT_THAT(Read(kept), StatusIs(absl::StatusCode::kDataLoss)) << "though the bytes are the same";
}

TEST_F(ContentStoreTest, DamagedContentThatComesAgainIsWholeAgain) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep("precious"));
  std::filesystem::resize_file(PathOf(kept.sha256), 3);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content again, Keep("precious"));
  EXPECT_EQ(again.record.id(), kept.record.id()) << "addresses that were given out stay good";
  EXPECT_THAT(Read(again), IsOkAndHolds(std::string("precious")));
  EXPECT_THAT(Names(), SizeIs(1));
}

TEST_F(ContentStoreTest, TheMediaTypeIsWhatTheSourceSaysOrTheBytesShow) {
  const std::pair<std::string, std::string> cases[] = {
      {"Application/PDF; charset=binary", "application/pdf"},
      {"text/html", "text/html"},
      {"", "application/octet-stream"},
      {"nonsense", "application/octet-stream"},
      {"application/x\r\nSet-Cookie: a", "application/octet-stream"},
      {"a/" + std::string(200, 'b'), "application/octet-stream"}};
  int n = 0;
  for (const auto& [declared, expected] : cases) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, Keep(StrCat("bytes ", ++n), declared));
    EXPECT_EQ(kept.record.media_type(), expected) << declared;
  }
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content pdf, Keep("%PDF-1.7 (sample)"));
  EXPECT_EQ(pdf.record.media_type(), "application/pdf");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content png,
                                 Keep("\x89PNG\r\n\x1a\n (sample)", "application/octet-stream"));
  EXPECT_EQ(png.record.media_type(), "image/png");
}

TEST_F(ContentStoreTest, AFolderThatCannotBeMadeIsAnError) {
  EXPECT_THAT(ContentStore::Open({.directory = folder_.PathOf("a/b")}, engine_),
              StatusIs(absl::StatusCode::kNotFound));
  std::ofstream(folder_.PathOf("file")) << "x";
  EXPECT_THAT(ContentStore::Open({.directory = folder_.PathOf("file")}, engine_), Not(IsOk()));
}

}  // namespace
}  // namespace lienthong::files
