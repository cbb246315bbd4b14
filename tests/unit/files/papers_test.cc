// A gateway's papers as a whole, with their threads and a real clock.
#include "gateway/files/papers.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <map>
#include <mutex>

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/records.h"
#include "gateway/store/memory/memory_store.h"
#include "tests/unit/files/files_fixture.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::files {
namespace {

using dossier::v1::FileReference;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using sdk::Ok;
using sdk::RawServer;

constexpr absl::Duration kPatience = absl::Seconds(20);

class PapersTest : public FilesTest {
 protected:
  PapersTest()
      : threaded_(store::OpenMemoryStore()),
        real_{.store = *threaded_,
              .sealer = store::Sealer::Identity(),
              .clock = Clock::Real(),
              .random = *random_,
              .parties = parties_,
              .graph = domain::StatusGraph::Shipped()} {}

  void Start(const std::string& source) {
    auto made =
        Papers::Make({.directory = folder_.path(),
                      .public_url = "https://lienthong.example",
                      .sources = {{.url_prefix = source, .retry_min = absl::Milliseconds(1)}}},
                     Clock::Real());
    ASSERT_THAT(made, IsOk());
    papers_ = *std::move(made);
    real_.papers = papers_.get();
    ASSERT_THAT(papers_->Start(real_), IsOk());
  }
  void Stop() {
    papers_->Stop();
    real_.papers = nullptr;
    papers_.reset();
  }

  // Waits until its first paper is as wanted.
  FileReference WaitFor(int64_t dossier, FileReference::FetchState state) {
    const absl::Time until = Clock::Real().Now() + kPatience;
    FileReference file;
    for (int64_t sequence = 0; Clock::Real().Now() < until;) {
      file = core::LoadDossier(real_, dossier).value().dossier.papers(0).file();
      if (file.fetch_state() == state) break;
      sequence = threaded_->Info().last_sequence;
      threaded_->WaitForJournal(sequence, Clock::Real().Now() + absl::Milliseconds(100));
    }
    EXPECT_EQ(file.fetch_state(), state);
    return file;
  }
  int64_t PushPaper(const std::string& source) {
    dossier::v1::Dossier dossier = NewDossier("H29.X05");
    auto& paper = *dossier.add_papers();
    paper.set_id("p0");
    paper.set_name("Giấy tờ (mẫu)");
    paper.mutable_file()->set_source(source);
    std::promise<absl::StatusOr<dossier::v1::PushDossierResponse>> answer;
    core::Dossiers(real_).Push(Agency("H29.X05"), RequestOf(dossier),
                               [&](auto response) { answer.set_value(std::move(response)); });
    const auto response = answer.get_future().get();
    EXPECT_THAT(response, IsOk());
    return core::FindDossier(real_, response->code()).value();
  }

  const std::unique_ptr<store::Store> threaded_;
  core::Engine real_;
  std::unique_ptr<Papers> papers_;
};

TEST_F(PapersTest, FetchesServesAndGivesTheAddress) {
  const std::string bytes = Bytes(200'000);
  RawServer server([&](const std::string&) { return Ok(bytes); });
  Start(server.url() + "/");
  const int64_t dossier = PushPaper(server.url() + "/a");
  const FileReference file = WaitFor(dossier, FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(papers_->UrlOf(file), "https://lienthong.example/papers/" + file.id());
  EXPECT_TRUE(ReadAll(papers_->Open(file.sha256())).value() == bytes);
  PaperAnswer answer = papers_->desk().Get(file.id());
  EXPECT_EQ(answer.http_status, 200);
  EXPECT_EQ(answer.content_type, "application/octet-stream");
  EXPECT_EQ(answer.body->size_bytes(), 200'000);
  EXPECT_TRUE(ReadAll(std::move(answer.body)).value() == bytes);
  EXPECT_EQ(papers_->desk().handed_out(), 1);
  papers_->Stop();
  EXPECT_EQ(papers_->counters().verified, 1);

  FileReference unverified = file;
  unverified.set_fetch_state(FileReference::FETCH_STATE_REFERENCED);
  EXPECT_EQ(papers_->UrlOf(unverified), "");
  EXPECT_EQ(papers_->UrlOf({}), "");
}

TEST_F(PapersTest, TheDeskShowsNothingItShouldNot) {
  Start("http://127.0.0.1:1/");
  const auto keep = [this](std::string_view bytes, std::string_view type) {
    auto writer = papers_->content().Begin();
    EXPECT_THAT(writer->Append(bytes), IsOk());
    return writer->Finish(type).value();
  };
  const Content page = keep("<script>", "text/html");
  const Content pdf = keep("%PDF-1.7", "application/pdf");
  EXPECT_EQ(papers_->desk().Get(page.record.id()).content_type, "application/octet-stream");
  const PaperAnswer answer = papers_->desk().Get(pdf.record.id());
  EXPECT_EQ(answer.content_type, "application/pdf");
  const std::map<std::string, std::string> headers(answer.headers.begin(), answer.headers.end());
  EXPECT_EQ(headers, (std::map<std::string, std::string>{{"Content-Disposition", "attachment"}}));
  for (const std::string& id : {std::string(), std::string("x"), pdf.sha256, std::string(32, 'a'),
                                std::string("../") + pdf.record.id()}) {
    const PaperAnswer none = papers_->desk().Get(id);
    EXPECT_EQ(none.http_status, 404);
    EXPECT_EQ(none.body, nullptr);
  }
  EXPECT_EQ(papers_->desk().unknown(), 5);
  std::filesystem::resize_file(PathOf(pdf.sha256), 1);
  EXPECT_EQ(papers_->desk().Get(pdf.record.id()).http_status, 500);
}

TEST_F(PapersTest, AtMostTwoAreFetchedAtATime) {
  std::mutex mutex;
  std::condition_variable changed;
  int now = 0, most = 0, all = 0;
  RawServer server([&](const std::string&) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++now);
    ++all;
    changed.notify_all();
    // Leaves when another has come too, or has had its chance.
    changed.wait_for(lock, std::chrono::milliseconds(30), [&] { return now > 2; });
    --now;
    return Ok("content");
  });
  Start(server.url() + "/");
  std::vector<int64_t> dossiers;
  for (int i = 0; i < 12; ++i) dossiers.push_back(PushPaper(StrCat(server.url(), "/", i)));
  for (const int64_t id : dossiers) WaitFor(id, FileReference::FETCH_STATE_VERIFIED);
  EXPECT_EQ(most, 2);
  EXPECT_EQ(all, 12);
}

TEST_F(PapersTest, StopEndsAFetchAndTheNextStartBeginsItAgain) {
  std::atomic<int> requests = 0;
  std::promise<void> asked, stopped;
  RawServer server([&](const std::string&) -> std::optional<std::string> {
    if (++requests > 1) return Ok("content");
    asked.set_value();
    stopped.get_future().wait();
    return std::nullopt;
  });
  Start(server.url() + "/");
  const int64_t dossier = PushPaper(server.url() + "/a");
  asked.get_future().wait();
  const absl::Time begin = Clock::Real().Now();
  Stop();
  EXPECT_LT(Clock::Real().Now() - begin, kPatience) << "it does not wait for the source";
  stopped.set_value();
  EXPECT_EQ(threaded_->Count({.table = store::Table::kFetch}).value(), 1);
  Start(server.url() + "/");
  WaitFor(dossier, FileReference::FETCH_STATE_VERIFIED);
}

TEST_F(PapersTest, WithoutAFolderOneIsMadeAndGoesAway) {
  auto made = Papers::Make({.public_url = "", .sources = {}}, Clock::Real());
  ASSERT_THAT(made, IsOk());
  EXPECT_THAT((*made)->Open(core::HexSha256("x")), StatusIs(absl::StatusCode::kUnavailable));
  ASSERT_THAT((*made)->Start(real_), IsOk());
  auto writer = (*made)->content().Begin();
  ASSERT_THAT(writer, IsOk());
  ASSERT_THAT(writer->Append("x"), IsOk());
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const Content content, writer->Finish(""));
  EXPECT_THAT(ReadAll((*made)->Open(content.sha256)), IsOkAndHolds(std::string("x")));
  made->reset();
}

}  // namespace
}  // namespace lienthong::files
