// Traces that go through a link, and those that begin at it.
#include <future>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/history.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

constexpr char kFirst[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSecond[] = "0af7651916cd43dd8448eb211c80319c";

class LinkTraceTest : public EngineTest {
 protected:
  // As Push, in a trace.
  std::string PushIn(const std::string& trace_id, dossier::v1::Dossier dossier) {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(random_->Uuid());
    *request.mutable_dossier() = std::move(dossier);
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
    context.trace_id = trace_id;
    std::string code;
    core::Dossiers(engine_).Push(context, request, [&code](auto response) {
      ASSERT_TRUE(response.ok()) << response.status();
      code = response->code();
    });
    return code;
  }
  // Of each change, oldest first.
  std::vector<std::string> TracesOf(const std::string& code) const {
    std::vector<std::string> traces;
    const absl::Status read = core::ForEachEntry(
        engine_, IdOf(code),
        [&traces](const storage::v1::JournalEntry& entry) { traces.push_back(entry.trace_id()); });
    EXPECT_TRUE(read.ok()) << read;
    return traces;
  }
  std::string SentTrace() const { return TraceIdOf(adapter_.sent.back().traceparent()); }
};

TEST_F(LinkTraceTest, ADeliveryBelongsToTheTraceOfItsChange) {
  const std::string code = PushIn(kFirst, NewDossier("H29.X05", "2"));
  Begin();
  ASSERT_TRUE(adapter_.is_called());
  EXPECT_EQ(SentTrace(), kFirst);
  Answer(pb::OUTCOME_APPLIED);
  PushIn(kSecond, DossierWith({{"code", code}, {"subject", "B"}}));
  Run();
  EXPECT_EQ(SentTrace(), kSecond);
}

TEST_F(LinkTraceTest, WhatIsThereAlreadyLendsNoTrace) {
  const std::string code = Push(NewDossier("H29.X05", "1"));
  PushIn(kFirst, DossierWith({{"code", code},
                              {"status", "2"},
                              {"steps[a].time", "2026-03-03T01:00:00Z"},
                              {"steps[a].content", "done"}}));
  // In none. A second change of the status goes by itself.
  Push(DossierWith({{"code", code}, {"status", "4"}, {"subject", "C"}}));
  Begin();
  EXPECT_EQ(SentTrace(), kFirst);
  Answer(pb::OUTCOME_APPLIED);
  ASSERT_EQ(adapter_.sent.size(), 2U);
  EXPECT_EQ(SentTrace(), "");
}

TEST_F(LinkTraceTest, OfSeveralChangesTheNewestCounts) {
  const std::string code = PushIn(kFirst, NewDossier("H29.X05", "2"));
  PushIn(kSecond, DossierWith({{"code", code}, {"subject", "B"}}));
  Push(DossierWith({{"code", code}, {"subject", "C"}}));  // in none
  Begin();
  EXPECT_EQ(SentTrace(), kSecond);
}

TEST_F(LinkTraceTest, WhatIsDeliveredAgainKeepsItsHeader) {
  PushIn(kFirst, NewDossier("H29.X05", "2"));
  Begin();
  const std::string header = adapter_.sent.back().traceparent();
  adapter_.Fail(absl::UnavailableError("no answer"));
  Run();
  RunLater();
  ASSERT_EQ(adapter_.sent.size(), 2U);
  EXPECT_EQ(adapter_.sent.back().traceparent(), header);
  Begin();  // the process starts again
  RunLater();
  ASSERT_GE(adapter_.sent.size(), 3U);
  EXPECT_EQ(adapter_.sent.back().traceparent(), header);
}

TEST_F(LinkTraceTest, ADeliveryOfNoTraceSaysNone) {
  PushNew();
  Begin();
  EXPECT_EQ(adapter_.sent.back().traceparent(), "");
}

TEST_F(LinkTraceTest, WhatTheCounterpartReportsBeginsATrace) {
  Begin();
  for (const char* key : {"DVC.1", "DVC.2"}) {
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key(key);
    item.set_version(adapter_.report.items_size());
    *item.mutable_dossier() = NewDossier("H29.X01", "1");
  }
  RunLater();
  const std::string trace = TracesOf("DVC.1").back();
  EXPECT_THAT(trace, MatchesRegex("[0-9a-f]{32}"));
  EXPECT_THAT(TracesOf("DVC.2").back(), MatchesRegex("[0-9a-f]{32}"));
  EXPECT_NE(TracesOf("DVC.2").back(), trace) << "each dossier has its own";
}

TEST_F(LinkTraceTest, ACallOfTheCounterpartGoesOnWithItsTrace) {
  Begin();
  pb::ReceiveReply meaning;
  pb::InboundItem& item = *meaning.add_items();
  item.set_key("DVC.1");
  *item.mutable_dossier() = NewDossier("H29.X01", "1");
  pb::ReceiveRequest request;
  request.set_body(meaning.SerializeAsString());
  std::string code;
  {
    const TraceScope trace(TraceparentOf(kFirst, "call"));
    link_->Receive(request, clock_.Now() + absl::Seconds(5),
                   [&code](absl::StatusOr<pb::ReceiveReply> reply) {
                     ASSERT_TRUE(reply.ok()) << reply.status();
                     pb::ReceiveRequest results;
                     results.ParseFromString(reply->body());
                     code = results.results(0).dossier().code();
                   });
  }
  Run();
  ASSERT_FALSE(code.empty());
  EXPECT_EQ(TracesOf(code).back(), kFirst);
}

TEST_F(LinkTraceTest, TheLogFollowsADossierWithoutItsCodeOrValues) {
  SetLogLevel(LogLevel::kDebug);
  ::testing::internal::CaptureStderr();
  const std::string code = PushIn(kFirst, NewDossier("H29.X05", "2"));
  Begin();
  Answer(pb::OUTCOME_REJECTED);
  const std::string log = ::testing::internal::GetCapturedStderr();
  SetLogLevel(LogLevel::kInfo);
  const std::string name = StrCat("\"trace_id\":\"", kFirst, "\"");
  for (const char* event :
       {"change_committed", "delivery_sent", "delivery_answered", "dead_letter"}) {
    EXPECT_THAT(log, HasSubstr(StrCat("\"event\":\"", event, "\",", name))) << event;
  }
  EXPECT_THAT(log, HasSubstr(StrCat("\"dossier\":\"", PseudonymOf(code), "\"")));
  EXPECT_THAT(log, Not(HasSubstr(code)));
  EXPECT_THAT(log, Not(HasSubstr("Người Thử")));
}

}  // namespace
}  // namespace lienthong::sync
