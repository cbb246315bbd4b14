// Which papers the journal brings into the queue, and from which sources.
#include "gateway/files/journal_scan.h"

#include "tests/unit/files/failing_store.h"
#include "tests/unit/files/fetch_fixture.h"

namespace lienthong::files {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

// Committed, and the process ended before it was read.
TEST_F(FetchTest, APaperThatNobodySearchedForIsFoundAfterARestart) {
  Push({Url("/papers/a")});
  ScanAll();
  Push({Url("/papers/b")});
  JournalScan restarted(engine_, queue_, sources_);
  ASSERT_THAT(restarted.Recover(), IsOk());
  EXPECT_THAT(restarted.Step(), IsOkAndHolds(JournalScan::Found::kPapers));
  EXPECT_THAT(Queue(), SizeIs(2));
}

TEST_F(FetchTest, WhatIsQueuedAndHowFarTheSearchCameAreOneCommit) {
  Push({Url("/papers/a")});
  FailingStore failing(store_);
  core::Engine engine{.store = failing,
                      .sealer = engine_.sealer,
                      .clock = clock_,
                      .random = *random_,
                      .parties = parties_,
                      .graph = engine_.graph};
  // As often as the process ends before or between its commits, the next finds the paper.
  for (const int good_before : {0, 1, 2}) {
    FetchQueue queue(engine);
    ASSERT_THAT(queue.TakeLease(), IsOk());
    failing.FailNextCommit(absl::UnavailableError("the process ends"), good_before);
    JournalScan scan(engine, queue, sources_);
    ASSERT_THAT(scan.Recover(), IsOk());
    scan.Step().IgnoreError();
  }
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
