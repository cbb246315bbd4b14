#ifndef LIENTHONG_TESTS_UNIT_FILES_FETCH_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_FILES_FETCH_FIXTURE_H_

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/files/fetch_queue.h"
#include "gateway/files/fetch_task.h"
#include "gateway/files/journal_scan.h"
#include "gateway/files/sources.h"
#include "tests/unit/files/files_fixture.h"
#include "tests/unit/sdk/raw_server.h"

namespace lienthong::files {

// A source of papers on this machine, the queue, and one fetch at a time, without the threads that
// run them in life.
class FetchTest : public FilesTest {
 protected:
  FetchTest()
      : server_([this](const std::string& request) { return Serve(request); }),
        sources_(*Sources::Make({SourceAt(server_.url() + "/papers/")}, clock_)),
        queue_(engine_),
        scan_(engine_, queue_, sources_),
        task_(engine_, *content_, queue_, sources_) {
    EXPECT_THAT(queue_.TakeLease(), ::lienthong::testing::IsOk());
    EXPECT_THAT(scan_.Recover(), ::lienthong::testing::IsOk());
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
                   const std::function<void(dossier::v1::FileReference&)>& also = {}) {
    dossier::v1::Dossier dossier = NewDossier(kAgency);
    for (const std::string& source : sources) {
      auto& paper = *dossier.add_papers();
      paper.set_id(StrCat("p", dossier.papers_size() - 1));
      paper.set_name("Giấy tờ (mẫu)");
      paper.mutable_file()->set_source(source);
      if (also) also(*paper.mutable_file());
    }
    const auto response = CoreTest::Push(Agency(kAgency), dossier);
    EXPECT_THAT(response, ::lienthong::testing::IsOk());
    return response.ok() ? response->code() : "";
  }
  dossier::v1::Dossier Now(const std::string& code) { return Get(Agency(kAgency), code).value(); }
  dossier::v1::FileReference FileNow(const std::string& code, int paper = 0) {
    return Now(code).papers(paper).file();
  }

  void ScanAll() {
    while (true) {
      const auto found = scan_.Step();
      ASSERT_THAT(found, ::lienthong::testing::IsOk());
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
      EXPECT_THAT(task_.Run(item), ::lienthong::testing::IsOk());
      ++runs;
    }
    return runs;
  }

  std::mutex mutex_;
  std::map<std::string, std::function<std::optional<std::string>()>> answers_;
  std::vector<std::string> asked_;
  sdk::RawServer server_;
  Sources sources_;
  FetchQueue queue_;
  JournalScan scan_;
  FetchTask task_;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_TESTS_UNIT_FILES_FETCH_FIXTURE_H_
