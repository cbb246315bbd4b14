#include <gtest/gtest.h>

#include <map>
#include <string>
#include <thread>

#include "lienthong/status/v1/status_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using dossier::v1::PushDossiersResponse;
using dossier::v1::WatchChangesRequest;
using dossier::v1::WatchChangesResponse;
using grpc::StatusCode;

class StreamsTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    if (HasFatalFailure()) return;
    x05_ = Dossiers("agency-X05");
  }
  std::string PushOne() {
    PushDossierResponse response;
    EXPECT_TRUE(x05_->PushDossier(Context().get(), NewDossier(), &response).ok());
    return response.code();
  }
  static PushDossierRequest Change(const std::string& code, const std::string& note) {
    PushDossierRequest request;
    request.set_request_id(NewUuid());
    request.mutable_dossier()->set_code(code);
    request.mutable_dossier()->set_note(note);
    return request;
  }

  std::unique_ptr<dossier::v1::DossierService::Stub> x05_;
};

TEST_F(StreamsTest, OneAcknowledgementPerItemAndABadOneStopsNoOther) {
  constexpr int kItems = 600;  // more than the window
  const auto context = Context(absl::Seconds(60));
  const auto stream = x05_->PushDossiers(context.get());
  std::string bad_id;
  std::thread writer([&] {
    for (int i = 0; i < kItems; ++i) {
      PushDossierRequest request = NewDossier();
      if (i == 7) {
        request.mutable_dossier()->clear_reception();
        bad_id = request.request_id();
      }
      ASSERT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  std::map<std::string, int> seen;
  int refused = 0;
  PushDossiersResponse response;
  while (stream->Read(&response)) {
    ++seen[response.request_id()];
    if (!response.has_refused()) continue;
    ++refused;
    EXPECT_EQ(response.request_id(), bad_id);
    EXPECT_EQ(response.refused().code(), static_cast<int>(StatusCode::INVALID_ARGUMENT));
    EXPECT_EQ(Reason(response.refused()), "FIELD_INVALID");
  }
  writer.join();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(seen.size(), static_cast<size_t>(kItems));
  for (const auto& [id, count] : seen) EXPECT_EQ(count, 1) << id;
  EXPECT_EQ(refused, 1);
}

TEST_F(StreamsTest, ChangesOfOneDossierAreAppliedInTheOrderSent) {
  constexpr int kChanges = 100;
  const std::string code = PushOne();
  const auto context = Context(absl::Seconds(60));
  const auto stream = x05_->PushDossiers(context.get());
  for (int i = 0; i < kChanges; ++i) {
    ASSERT_TRUE(stream->Write(Change(code, "note " + std::to_string(i))));
  }
  stream->WritesDone();
  PushDossiersResponse response;
  int64_t revision = 1;
  while (stream->Read(&response)) {
    ASSERT_TRUE(response.has_acknowledged()) << response.refused().message();
    EXPECT_EQ(response.acknowledged().revision(), ++revision);
  }
  EXPECT_TRUE(stream->Finish().ok());
  dossier::v1::GetDossierRequest get;
  get.set_code(code);
  dossier::v1::Dossier dossier;
  ASSERT_TRUE(x05_->GetDossier(Context().get(), get, &dossier).ok());
  EXPECT_EQ(dossier.note(), "note " + std::to_string(kChanges - 1));
}

TEST_F(StreamsTest, APusherThatGoesAwayHarmsNobody) {
  for (int i = 0; i < 20; ++i) {
    const auto context = Context();
    const auto stream = x05_->PushDossiers(context.get());
    for (int j = 0; j < 10; ++j) {
      if (!stream->Write(NewDossier())) break;
    }
    context->TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), StatusCode::CANCELLED);
  }
  PushOne();
}

TEST_F(StreamsTest, AWatchGoesOnFromItsTokenWithoutLossOrRepeat) {
  const std::string before = PushOne();
  std::string token;
  {
    const auto context = Context();
    const auto watch = x05_->WatchChanges(context.get(), WatchChangesRequest());
    WatchChangesResponse message;
    ASSERT_TRUE(watch->Read(&message));
    ASSERT_EQ(message.changes_size(), 1);
    EXPECT_EQ(message.changes(0).code(), before);
    const std::string live = PushOne();
    ASSERT_TRUE(watch->Read(&message));
    ASSERT_EQ(message.changes_size(), 1);
    EXPECT_EQ(message.changes(0).code(), live);
    token = message.resume_token();
    context->TryCancel();
  }
  const std::string after = PushOne();
  WatchChangesRequest request;
  request.set_resume_token(token);
  const auto context = Context();
  const auto watch = x05_->WatchChanges(context.get(), request);
  WatchChangesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  ASSERT_EQ(message.changes_size(), 1);
  EXPECT_EQ(message.changes(0).code(), after);
  // The unary twin reads the same after the same token.
  dossier::v1::ListChangesRequest list;
  list.set_resume_token(token);
  dossier::v1::ListChangesResponse listed;
  ASSERT_TRUE(x05_->ListChanges(Context().get(), list, &listed).ok());
  ASSERT_EQ(listed.changes_size(), 1);
  EXPECT_EQ(listed.changes(0).SerializeAsString(), message.changes(0).SerializeAsString());
  EXPECT_EQ(listed.resume_token(), message.resume_token());
}

TEST_F(StreamsTest, AWatcherSeesNothingOfOthersButItsTokenMoves) {
  WatchChangesRequest request;
  request.mutable_heartbeat()->set_seconds(1);
  const auto context = Context();
  const auto x06 = Dossiers("agency-X06");
  const auto watch = x06->WatchChanges(context.get(), request);
  WatchChangesResponse greeting;
  ASSERT_TRUE(watch->Read(&greeting));
  EXPECT_TRUE(greeting.changes().empty());
  PushOne();
  WatchChangesResponse heartbeat;
  ASSERT_TRUE(watch->Read(&heartbeat));
  EXPECT_TRUE(heartbeat.changes().empty());
  if (heartbeat.resume_token() == greeting.resume_token()) {
    ASSERT_TRUE(watch->Read(&heartbeat));
  }
  EXPECT_NE(heartbeat.resume_token(), greeting.resume_token());
}

TEST_F(StreamsTest, ABadTokenEndsAWatchWithTheReason) {
  WatchChangesRequest request;
  request.set_resume_token("no token of ours");
  const auto context = Context();
  const auto watch = x05_->WatchChanges(context.get(), request);
  WatchChangesResponse message;
  EXPECT_FALSE(watch->Read(&message));
  const grpc::Status status = watch->Finish();
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << status.error_message();
}

TEST_F(StreamsTest, ThePortalFollowsThePublicView) {
  const auto statuses = status::v1::StatusService::NewStub(ToServer("portal"));
  const auto context = Context();
  const auto watch = statuses->WatchStatuses(context.get(), status::v1::WatchStatusesRequest());
  status::v1::WatchStatusesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  const std::string code = PushOne();
  ASSERT_TRUE(watch->Read(&message));
  ASSERT_EQ(message.statuses_size(), 1);
  EXPECT_EQ(message.statuses(0).code(), code);
  EXPECT_EQ(message.statuses(0).status(), dossier::v1::STATUS_ACCEPTED);
}

TEST_F(StreamsTest, StoppingAnswersWhatWasReadAndEndsEachStreamToComeAgain) {
  const auto push_context = Context();
  const auto push = x05_->PushDossiers(push_context.get());
  ASSERT_TRUE(push->Write(NewDossier()));
  PushDossiersResponse acknowledgement;
  ASSERT_TRUE(push->Read(&acknowledgement));
  EXPECT_TRUE(acknowledgement.has_acknowledged());
  const auto watch_context = Context();
  const auto watch = x05_->WatchChanges(watch_context.get(), WatchChangesRequest());
  WatchChangesResponse message;
  ASSERT_TRUE(watch->Read(&message));
  std::thread stopping([this] { server().Stop(absl::Seconds(10)); });
  while (push->Read(&acknowledgement)) {
  }
  const grpc::Status push_end = push->Finish();
  EXPECT_EQ(push_end.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_EQ(Reason(push_end), "DRAINING");
  EXPECT_TRUE(HasRetryInfo(push_end));
  while (watch->Read(&message)) {
  }
  const grpc::Status watch_end = watch->Finish();
  EXPECT_EQ(watch_end.error_code(), StatusCode::UNAVAILABLE);
  EXPECT_TRUE(HasRetryInfo(watch_end));
  stopping.join();
}

}  // namespace
}  // namespace lienthong::testing
