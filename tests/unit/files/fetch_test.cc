// Papers from a source on this machine into a dossier: the journal's search, single fetches, and
// the threads that run them.
#include "gateway/files/fetch_task.h"

#include <filesystem>
#include <functional>
#include <map>
#include <mutex>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/files/journal_scan.h"
#include "tests/unit/files/files_fixture.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::files {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using sdk::Ok;
using sdk::RawServer;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kAgency[] = "H29.X05";

class FetchTest : public FilesTest {
 protected:
  FetchTest()
      : server_([this](const std::string& request) { return Serve(request); }),
        sources_(*Sources::Make({SourceAt(server_.url() + "/papers/")}, clock_)),
        queue_(engine_),
        scan_(engine_, queue_, sources_),
        task_(engine_, *content_, queue_, sources_) {
    EXPECT_THAT(queue_.TakeLease(), IsOk());
    EXPECT_THAT(scan_.Recover(), IsOk());
  }

  static SourceOptions SourceAt(std::string prefix) {
    return {.url_prefix = std::move(prefix),
            .ca_file = "",
            .retry_min = absl::Seconds(1),
            .retry_max = absl::Minutes(1),
            .dead_after = absl::Hours(1)};
  }

  std::optional<std::string> Serve(const std::string& request) {
    const std::string path = request.substr(4, request.find(' ', 4) - 4);
    std::function<std::optional<std::string>()> answer;
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(path);
      const auto found = answers_.find(path);
      if (found == answers_.end()) return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      answer = found->second;
    }
    return answer();
  }
  void Answer(const std::string& path, std::string reply) {
    AnswerBy(path, [reply = std::move(reply)] { return reply; });
  }
  void AnswerBy(const std::string& path, std::function<std::optional<std::string>()> answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = std::move(answer);
  }
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::string Url(const std::string& path) const { return server_.url() + path; }

  // A dossier with papers p0, p1, ... from these sources.
  std::string Push(const std::vector<std::string>& sources,
                   const std::function<void(FileReference&)>& also = {}) {
    Dossier dossier = NewDossier(kAgency);
    for (const std::string& source : sources) {
      auto& paper = *dossier.add_papers();
      paper.set_id(StrCat("p", dossier.papers_size() - 1));
      paper.set_name("Giấy tờ (mẫu)");
      paper.mutable_file()->set_source(source);
      if (also) also(*paper.mutable_file());
    }
    const auto response = CoreTest::Push(Agency(kAgency), dossier);
    EXPECT_THAT(response, IsOk());
    return response.ok() ? response->code() : "";
  }
  Dossier Now(const std::string& code) { return Get(Agency(kAgency), code).value(); }
  FileReference FileNow(const std::string& code, int paper = 0) {
    return Now(code).papers(paper).file();
  }

  void ScanAll() {
    while (true) {
      const auto found = scan_.Step();
      ASSERT_THAT(found, IsOk());
      if (*found == JournalScan::Found::kNoEntries) return;
    }
  }
  std::vector<FetchItem> Queue() { return queue_.First(100).value(); }
  // Runs what is due now, once each; how many those were.
  int RunDue() {
    ScanAll();
    int runs = 0;
    for (const FetchItem& item : Queue()) {
      if (item.due > clock_.Now()) continue;
      EXPECT_THAT(task_.Run(item), IsOk());
      ++runs;
    }
    return runs;
  }

  std::mutex mutex_;
  std::map<std::string, std::function<std::optional<std::string>()>> answers_;
  std::vector<std::string> asked_;
  RawServer server_;
  Sources sources_;
  FetchQueue queue_;
  JournalScan scan_;
  FetchTask task_;
};

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

TEST_F(FetchTest, NothingIsFetchedFromElsewhere) {
  const std::string host = server_.url().substr(7);
  Push({Url("/other/a"), Url("/papers"), Url("/papers/"), Url("/papers/../other/a"),
        Url("/papers/%2e%2E/other/a"), Url("/papers/x/..%2f..%2fother"), Url("/papers/./a"),
        Url("/papers/..\\other"), Url("/papers/a\r\nHost: x"), Url("/papers/a#b"),
        "https://" + host + "/papers/a", "http://user@" + host + "/papers/a",
        "http://" + host + ".example.org/papers/a", "file:///etc/passwd", "/etc/passwd",
        "\\\\server\\share\\a.pdf", "https://files.example.vn/papers/a"});
  ScanAll();
  EXPECT_THAT(Queue(), IsEmpty());
  const std::string code = Push({Url("/papers/a b/ệ.pdf")});
  RunDue();
  EXPECT_THAT(asked(), ElementsAre("/papers/a%20b/%E1%BB%87.pdf"));
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

TEST_F(FetchTest, WhatTheOwnerSaysOfTheContentIsChecked) {
  Answer("/papers/a", Ok("content"));
  const std::string good = core::HexSha256("content");
  const std::string declared = Push({Url("/papers/a")}, [&](FileReference& file) {
    file.set_sha256(good);
    file.set_media_type("text/plain");
    file.set_size_bytes(99);  // the digest says more
  });
  const std::string digest = Push({Url("/papers/a")}, [](FileReference& file) {
    file.set_sha256(core::HexSha256("something else"));
  });
  const std::string size =
      Push({Url("/papers/a")}, [](FileReference& file) { file.set_size_bytes(8); });
  RunDue();
  EXPECT_EQ(FileNow(declared).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(FileNow(declared).media_type(), "text/plain");
  EXPECT_EQ(FileNow(declared).size_bytes(), 7);
  for (const std::string& code : {digest, size}) {
    const Dossier dossier = Now(code);
    EXPECT_EQ(dossier.papers(0).file().fetch_state(), FileReference::FETCH_STATE_REFUSED);
    EXPECT_FALSE(dossier.papers(0).file().has_id()) << "it is not served";
    ASSERT_THAT(dossier.defects(), SizeIs(1));
    EXPECT_EQ(dossier.defects(0).kind(), Defect::KIND_UNVERIFIED_PAPER);
    EXPECT_EQ(dossier.defects(0).detail(), "papers[p0]: FETCH_STATE_REFUSED");
  }
  EXPECT_EQ(FileNow(digest).sha256(), core::HexSha256("something else")) << "the owner's word";
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_EQ(task_.counters().refused, 2);

  // The owner puts it right: fetched again, and the defect goes.
  ASSERT_THAT(PushField(Agency(kAgency), digest, "papers[p0].file.sha256", good), IsOk());
  RunDue();
  EXPECT_EQ(FileNow(digest).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
  EXPECT_THAT(Now(digest).defects(), IsEmpty());
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

TEST_F(FetchTest, AnOwnerWhoMovesThePaperMeanwhileIsNotOverwritten) {
  Answer("/papers/new", Ok("new content"));
  std::string code;
  AnswerBy("/papers/old", [this, &code] {
    EXPECT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", Url("/papers/new")),
                IsOk());
    return Ok("old content");
  });
  code = Push({Url("/papers/old")});
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(FileNow(code).has_sha256());
  RunDue();
  EXPECT_EQ(FileNow(code).sha256(), core::HexSha256("new content"));
  EXPECT_THAT(Queue(), IsEmpty());
}

TEST_F(FetchTest, AnOwnerWhoMovesThePaperThereAndBackHasItFetchedAgain) {
  std::string code;
  bool moved = false;
  AnswerBy("/papers/a", [this, &code, &moved] {
    for (const char* path : {"/papers/b", "/papers/a"}) {
      if (moved) break;
      EXPECT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", Url(path)), IsOk());
      ScanAll();
    }
    moved = true;
    return Ok("content");
  });
  code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  ASSERT_THAT(Queue(), SizeIs(1));
  EXPECT_EQ(Queue()[0].record.source(), Url("/papers/a"));
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, AnotherChangeMeanwhileIsKept) {
  std::string code;
  AnswerBy("/papers/a", [this, &code] {
    EXPECT_THAT(PushField(Agency(kAgency), code, "contact.phone", "0900000009"), IsOk());
    return Ok("content");
  });
  code = Push({Url("/papers/a")});
  RunDue();
  EXPECT_EQ(Now(code).contact().phone(), "0900000009");
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, AChangedSourceForgetsTheFormerContent) {
  Answer("/papers/a", Ok("first"));
  const std::string code = Push({Url("/papers/a")});
  RunDue();
  const std::string first = FileNow(code).id();
  ASSERT_THAT(PushField(Agency(kAgency), code, "papers[p0].file.source", "https://else.vn/b"),
              IsOk());
  const FileReference file = FileNow(code);
  EXPECT_EQ(file.fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(file.has_sha256() || file.has_size_bytes() || file.has_media_type() ||
               file.has_id());
  EXPECT_THAT(content_->FindById(first), IsOk()) << "others may hold that address";
}

TEST_F(FetchTest, AnOwnerCannotClaimThatAPaperWasVerified) {
  const std::string code = Push({"https://else.vn/a"}, [](FileReference& file) {
    file.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
    file.set_id("00000000000000000000000000000000");
    file.set_author("city");
  });
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_REFERENCED);
  EXPECT_FALSE(FileNow(code).has_id());
  EXPECT_EQ(FileNow(code).author(), "agency/H29.X05");
}

TEST_F(FetchTest, WhatIsNoLongerWantedIsDropped) {
  const std::string voided = Push({Url("/papers/a")});
  const std::string removed = Push({Url("/papers/b")});
  ScanAll();
  EXPECT_THAT(Queue(), SizeIs(2));
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(NewUuid());
  request.set_code(voided);
  request.set_reason("a mistake");
  dossiers_.Void(Agency(kAgency), request,
                 [](const auto& response) { EXPECT_THAT(response, IsOk()); });
  ASSERT_THAT(PushField(Agency(kAgency), removed, "papers[p0].removed", "true"), IsOk());
  RunDue();
  EXPECT_THAT(Queue(), IsEmpty());
  EXPECT_THAT(asked(), IsEmpty());
  ASSERT_THAT(PushField(Agency(kAgency), removed, "papers[p0].removed", "false"), IsOk());
  ScanAll();
  EXPECT_THAT(Queue(), SizeIs(1)) << "back again";
}

TEST_F(FetchTest, AFullDiskIsNotTheSourcesFault) {
  Answer("/papers/a", Ok("content"));
  const std::string code = Push({Url("/papers/a")});
  std::filesystem::permissions(folder_ + "/tmp", std::filesystem::perms::none);
  std::filesystem::rename(folder_ + "/tmp", folder_ + "/away");
  RunDue();
  ASSERT_THAT(Queue(), SizeIs(1));
  EXPECT_FALSE(Queue()[0].record.has_failing_since());
  std::filesystem::rename(folder_ + "/away", folder_ + "/tmp");
  std::filesystem::permissions(folder_ + "/tmp", std::filesystem::perms::owner_all);
  clock_.Advance(absl::Minutes(2));
  RunDue();
  EXPECT_EQ(FileNow(code).fetch_state(), FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(FetchTest, TheSearchGoesOnWhereItStoppedAndBeginsAgainWithOtherSources) {
  Push({Url("/papers/a")});
  Push({Url("/other/b")});
  ScanAll();
  EXPECT_THAT(Queue(), SizeIs(1));
  const int64_t end = scan_.cursor();
  JournalScan same(engine_, queue_, sources_);
  ASSERT_THAT(same.Recover(), IsOk());
  EXPECT_GE(same.cursor(), 1);
  EXPECT_LE(same.cursor(), end);

  const Sources more =
      *Sources::Make({SourceAt(Url("/papers/")), SourceAt(Url("/other/"))}, clock_);
  JournalScan again(engine_, queue_, more);
  ASSERT_THAT(again.Recover(), IsOk());
  EXPECT_EQ(again.cursor(), 0);
  EXPECT_THAT(again.Step(), IsOkAndHolds(JournalScan::Found::kPapers));
  EXPECT_THAT(Queue(), SizeIs(2));
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

TEST(SourcesTest, APrefixEndsItsHost) {
  for (const char* prefix : {"https://files.example.vn", "files", "", "http://files.example.vn/"}) {
    EXPECT_THAT(Sources::Make({{.url_prefix = prefix}}, Clock::Real()).status(),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << prefix;
  }
  const auto sources = Sources::Make(
      {{.url_prefix = "https://a.vn/"}, {.url_prefix = "https://a.vn/x/"}}, Clock::Real());
  ASSERT_THAT(sources, IsOk());
  EXPECT_EQ(sources->Find("https://a.vn/x/1")->options().url_prefix, "https://a.vn/x/");
  EXPECT_EQ(sources->Find("https://a.vn/y")->options().url_prefix, "https://a.vn/");
  EXPECT_EQ(sources->Find("https://a.vn.example.org/y"), nullptr);
}

}  // namespace
}  // namespace lienthong::files
