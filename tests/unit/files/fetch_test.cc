// Single fetches from a source on this machine: what comes of them, and when they are tried again.
#include "gateway/files/fetch_task.h"

#include <filesystem>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "tests/unit/files/fetch_fixture.h"

namespace lienthong::files {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using sdk::Ok;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(FetchTest, FetchesVerifiesAndSaysSo) {
  const std::string bytes = Bytes(300'000);
  Answer("/papers/a.pdf?x=1", Ok(bytes, "Content-Type: application/pdf; x=y\r\n"));
  const std::string code = Push({Url("/papers/a.pdf?x=1")});
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(FileNow(code).author(), "agency/H29.X05");
  EXPECT_EQ(RunDue(), 1);

  const FileReference file = FileNow(code);
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(file.sha256(), core::HexSha256(bytes));
  EXPECT_EQ(file.size_bytes(), 300'000);
  EXPECT_EQ(file.media_type(), "application/pdf");
  EXPECT_EQ(file.source(), Url("/papers/a.pdf?x=1")) << "it stays its owner's";
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content kept, content_->FindById(file.id()));
  EXPECT_TRUE(Read(kept).value() == bytes);
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_THAT(Now(code).defects(), IsEmpty());
  EXPECT_EQ(task_.counters().verified, 1);

  const storage::v1::JournalEntry entry = Journal().back();
  EXPECT_EQ(entry.actor(), "gateway");
  EXPECT_EQ(entry.revision(), 2);
  EXPECT_EQ(RunDue(), 0) << "its own change is nothing to fetch";
}

TEST_F(FetchTest, ResultsAreFetchedToo) {
  Answer("/papers/r", Ok("the result"));
  Dossier dossier = NewDossier(kAgency);
  auto& result = *dossier.add_results();
  result.set_id("r1");
  result.mutable_file()->set_source(Url("/papers/r"));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto pushed, CoreTest::Push(Agency(kAgency), dossier));
  RunDue();
  EXPECT_EQ(Now(pushed.code()).results(0).file().sha256(), core::HexSha256("the result"));
}

TEST_F(FetchTest, ARedirectIsNotFollowed) {
  Answer("/papers/a", StrCat("HTTP/1.1 302 Found\r\nLocation: ", Url("/papers/b"),
                             "\r\nContent-Length: 4\r\n\r\nbody"));
  Answer("/papers/b", Ok("elsewhere"));
  const std::string code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_THAT(asked(), ElementsAre("/papers/a"));
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_THAT(Queue(), SizeIs(1));
}

TEST_F(FetchTest, APaperThatIsTooLargeIsRefused) {
  Answer("/papers/a", Ok(Bytes(kBytesMax + 1)));
  const std::string code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFUSED);
  EXPECT_THAT(Names(), IsEmpty());
}

TEST_F(FetchTest, HalfAnAnswerIsNoPaper) {
  Answer("/papers/a", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 100\r\n\r\nhalf");
  Answer("/papers/b", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nno end is told");
  const std::string half = Push({Url("/papers/a")});
  const std::string open = Push({Url("/papers/b")});
  const std::string known = Push({Url("/papers/b")}, [](FileReference& file) {
    file.set_sha256(core::HexSha256("no end is told"));
  });
  RunDue();
  EXPECT_EQ(FileNow(half).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(FileNow(open).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(FileNow(known).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_THAT(Queue(), SizeIs(2));
  EXPECT_THAT(Names(), SizeIs(1)) << "nothing half is kept";
}

TEST_F(FetchTest, AnErrorThatIsToldWithSuccessIsNoPaper) {
  const std::string message = R"({"error_code": 500})";
  const std::string answer =
      StrCat("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n",
             "Content-Length: ", message.size(), "\r\n\r\n", message);
  Answer("/papers/a", answer);
  Answer("/papers/b", answer);
  const std::string code = Push({Url("/papers/a")});
  const std::string meant = Push(
      {Url("/papers/b")}, [](FileReference& file) { file.set_media_type("application/json"); });
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(FileNow(meant).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_THAT(Queue(), SizeIs(1)) << "it is asked again";
}

TEST_F(FetchTest, ASourceThatStaysAwayIsTriedAgainAndThenDead) {
  const std::string code = Push({Url("/papers/a")});
  int tries = 0;
  const absl::Time start = clock_.Now();
  for (; clock_.Now() - start < absl::Minutes(59); clock_.Advance(absl::Seconds(61))) {
    tries += RunDue();
    ASSERT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  }
  EXPECT_GT(tries, 50) << "at the latest after retry_max";
  clock_.Advance(absl::Minutes(2));
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_DEAD);
  EXPECT_EQ(Now(code).defects(0).detail(), "papers[p0]: FETCH_STATE_DEAD");
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_EQ(task_.counters().dead, 1);

  Answer("/papers/moved", Ok("found"));
  ASSERT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", Url("/papers/moved")),
              IsOk());
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_THAT(Now(code).defects(), IsEmpty());
}

TEST_F(FetchTest, WaitsAsLongAsTheSourceAsks) {
  Answer("/papers/a", "HTTP/1.1 429 Slow\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n");
  Push({Url("/papers/a")});
  RunDue();
  ASSERT_THAT(Queue(), SizeIs(1));
  EXPECT_EQ(Queue()[0].due - clock_.Now(), absl::Seconds(600));
}

TEST_F(FetchTest, ASourceThatDoesNotAnswerIsAskedByOneAtATime) {
  AnswerBy("/papers/a", [] { return std::nullopt; });
  for (int i = 0; i < 10; ++i) Push({Url("/papers/a")});
  EXPECT_EQ(RunDue(), 10);
  EXPECT_THAT(asked(), SizeIs(3)) << "then it counts as away";
  EXPECT_THAT(Queue(), SizeIs(10));
  Answer("/papers/a", Ok("back"));
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Minutes(1));
    RunDue();
  }
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_EQ(task_.counters().verified, 10);
}

TEST_F(FetchTest, OneFetchServesAllPapersOfTheDossierWithThatSource) {
  Answer("/papers/a", Ok("shared"));
  const std::string code = Push({Url("/papers/a"), Url("/papers/a")});
  EXPECT_EQ(RunDue(), 2);
  EXPECT_THAT(asked(), SizeIs(1));
  EXPECT_EQ(FileNow(code, 1).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(FileNow(code, 1).id(), FileNow(code, 0).id());
  EXPECT_THAT(Queue(), IsEmpty());
}

TEST_F(FetchTest, AFullDiskIsNotTheSourcesFault) {
  Answer("/papers/a", Ok("content"));
  const std::string code = Push({Url("/papers/a")});
  std::filesystem::permissions(folder_.PathOf("tmp"), std::filesystem::perms::none);
  std::filesystem::rename(folder_.PathOf("tmp"), folder_.PathOf("away"));
  RunDue();
  ASSERT_THAT(Queue(), SizeIs(1));
  EXPECT_FALSE(Queue()[0].record.has_failing_since());
  std::filesystem::rename(folder_.PathOf("away"), folder_.PathOf("tmp"));
  std::filesystem::permissions(folder_.PathOf("tmp"), std::filesystem::perms::owner_all);
  clock_.Advance(absl::Minutes(2));
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, OnlyTheHolderOfTheLeaseWrites) {
  Answer("/papers/a", Ok("content"));
  const std::string code = Push({Url("/papers/a")});
  ScanAll();
  const FetchItem item = Queue().at(0);
  FetchQueue successor(engine_);
  ASSERT_THAT(successor.TakeLease(), IsOk());
  EXPECT_THAT(task_.Run(item), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_THAT(Queue(), SizeIs(1));
}

}  // namespace
}  // namespace lienthong::files
