#include "gateway/service/push_session.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/status_matchers.h"

namespace lienthong::service {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using Actions = PushSession::Actions;

dossier::v1::PushDossierRequest Request(const std::string& id, const std::string& code = "") {
  dossier::v1::PushDossierRequest request;
  request.set_request_id(id);
  if (!code.empty()) request.mutable_dossier()->set_code(code);
  return request;
}

PushSession::Response Ack(const std::string& id) {
  PushSession::Response response;
  response.set_request_id(id);
  return response;
}

TEST(PushSession, AcknowledgesEachItemAndEndsAfterTheLast) {
  PushSession session;
  EXPECT_TRUE(session.OnStart().read);
  Actions read = session.OnRead(true, Request("1"));
  ASSERT_EQ(read.run.size(), 1u);
  EXPECT_TRUE(read.read);
  EXPECT_FALSE(session.OnRead(false, {}).finish);
  const Actions outcome = session.OnOutcome("", Ack("1"));
  EXPECT_TRUE(outcome.write);
  EXPECT_FALSE(outcome.finish);
  EXPECT_EQ(session.acknowledgement().request_id(), "1");
  EXPECT_TRUE(session.OnWritten(true).finish);
  EXPECT_THAT(session.status(), IsOk());
}

TEST(PushSession, AnEmptyStreamEndsWell) {
  PushSession session;
  ASSERT_TRUE(session.OnStart().read);
  EXPECT_TRUE(session.OnRead(false, {}).finish);
}

TEST(PushSession, StopsReadingWhenTheWindowIsFull) {
  PushSession session;
  bool reading = session.OnStart().read;
  int items = 0;
  while (reading) {
    ASSERT_LE(++items, kStreamItemsMax);
    reading = session.OnRead(true, Request(std::to_string(items))).read;
  }
  EXPECT_EQ(items, kStreamItemsMax);
  const Actions outcome = session.OnOutcome("", Ack("1"));
  EXPECT_TRUE(outcome.write);
  EXPECT_FALSE(outcome.read) << "not written yet: it still takes room";
  EXPECT_TRUE(session.OnWritten(true).read);
}

TEST(PushSession, WritesOneAcknowledgementAtATime) {
  PushSession session;
  session.OnStart();
  session.OnRead(true, Request("1"));
  session.OnRead(true, Request("2"));
  EXPECT_TRUE(session.OnOutcome("", Ack("2")).write);
  EXPECT_FALSE(session.OnOutcome("", Ack("1")).write);
  EXPECT_EQ(session.acknowledgement().request_id(), "2");
  EXPECT_TRUE(session.OnWritten(true).write);
  EXPECT_EQ(session.acknowledgement().request_id(), "1");
}

TEST(PushSession, WorksOnItemsOfOneDossierInTheOrderSent) {
  PushSession session;
  session.OnStart();
  Actions first = session.OnRead(true, Request("1", "h29-1"));
  ASSERT_EQ(first.run.size(), 1u);
  EXPECT_TRUE(session.OnRead(true, Request("2", "H29-1")).run.empty());
  EXPECT_TRUE(session.OnRead(true, Request("3", "H29-1")).run.empty());
  EXPECT_EQ(session.OnRead(true, Request("4", "H29-2")).run.size(), 1u);
  const Actions second = session.OnOutcome(first.run[0].key, Ack("1"));
  ASSERT_EQ(second.run.size(), 1u);
  EXPECT_EQ(second.run[0].request.request_id(), "2");
  const Actions third = session.OnOutcome(second.run[0].key, Ack("2"));
  ASSERT_EQ(third.run.size(), 1u);
  EXPECT_EQ(third.run[0].request.request_id(), "3");
  EXPECT_TRUE(session.OnOutcome(third.run[0].key, Ack("3")).run.empty());
  EXPECT_EQ(session.OnRead(true, Request("5", "H29-1")).run.size(), 1u);
}

TEST(PushSession, DrainingAnswersWhatWasReadAndTakesNoMore) {
  PushSession session;
  session.OnStart();
  session.OnRead(true, Request("1"));
  EXPECT_FALSE(session.OnDrain(absl::UnavailableError("draining")).finish);
  EXPECT_TRUE(session.OnRead(true, Request("2")).run.empty()) << "came too late";
  EXPECT_TRUE(session.OnOutcome("", Ack("1")).write);
  EXPECT_TRUE(session.OnWritten(true).finish);
  EXPECT_THAT(session.status(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST(PushSession, DrainingAnIdleStreamEndsItAtOnce) {
  PushSession session;
  session.OnStart();
  EXPECT_TRUE(session.OnDrain(absl::UnavailableError("draining")).finish);
  EXPECT_FALSE(session.OnRead(false, {}).finish) << "ends once";
  EXPECT_FALSE(session.OnCancel().finish);
}

TEST(PushSession, ACallerThatWentAwayIsWaitedForByNobody) {
  PushSession session;
  session.OnStart();
  session.OnRead(true, Request("1", "A"));
  session.OnRead(true, Request("2", "A"));
  EXPECT_FALSE(session.OnCancel().finish) << "item 1 is being worked on";
  const Actions outcome = session.OnOutcome("A", Ack("1"));
  EXPECT_TRUE(outcome.run.empty());
  EXPECT_FALSE(outcome.write);
  EXPECT_TRUE(outcome.finish);
}

TEST(PushSession, ABrokenWriteEndsIt) {
  PushSession session;
  session.OnStart();
  session.OnRead(true, Request("1"));
  session.OnRead(true, Request("2"));
  session.OnOutcome("", Ack("1"));
  EXPECT_FALSE(session.OnWritten(false).finish) << "item 2 is being worked on";
  EXPECT_TRUE(session.OnOutcome("", Ack("2")).finish);
  EXPECT_THAT(session.status(), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace lienthong::service
