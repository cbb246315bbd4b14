// Reasoned acts over gRPC, with a counterpart that has no place for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gateway/base/text.h"
#include "lienthong/sync/v1/sync_service.grpc.pb.h"
#include "nlohmann/json.hpp"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using grpc::StatusCode;
using nlohmann::json;
using sync::v1::JoinDossiersRequest;
using sync::v1::JoinDossiersResponse;
using sync::v1::PartDossiersRequest;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(15);

// The link `desk` keeps one JSON file for each dossier that its counterpart has.
class ActsTest : public GatewayTest {
 protected:
  std::string MoreConfig() const override {
    return StrCat("parties: [{name: desk, roles: [origin], agencies: [H29.X05]}]\n",
                  "links: [{name: desk, adapter: folder, party: desk, scope: all, ",
                  "settings: {directory: \"", file("desk"), "\"}}]\n");
  }
  void SetUp() override {
    GatewayTest::SetUp();
    if (HasFailure()) return;
    agency_ = Dossiers("agency-X05");
    sync_ = sync::v1::SyncService::NewStub(ToAdmin("operator"));
  }

  std::string Push() {
    dossier::v1::PushDossierResponse pushed;
    EXPECT_TRUE(agency_->PushDossier(Context().get(), NewDossier(), &pushed).ok());
    return pushed.code();
  }
  // What the counterpart has under a key; null while there is nothing.
  json Held(const std::string& key) const {
    std::ifstream in(file(StrCat("desk/out/", key, ".json")));
    return in ? json::parse(in, nullptr, /*allow_exceptions=*/false) : json();
  }
  template <typename Condition>
  static bool Wait(Condition is_so) {
    for (const absl::Time end = absl::Now() + kPatience; absl::Now() < end;) {
      if (is_so()) return true;
      absl::SleepFor(absl::Milliseconds(20));
    }
    return is_so();
  }
  std::vector<sync::v1::Task> Tasks() {
    sync::v1::ListTasksResponse response;
    EXPECT_TRUE(sync_->ListTasks(Context().get(), {}, &response).ok());
    return {response.tasks().begin(), response.tasks().end()};
  }
  template <typename Request>
  static Request Reasoned() {
    Request request;
    request.set_request_id(NewUuid());
    request.set_reason("filed twice (invented)");
    return request;
  }
  grpc::Status Join(const std::string& survivor, const std::string& other,
                    JoinDossiersResponse& response) {
    auto request = Reasoned<JoinDossiersRequest>();
    request.set_survivor(survivor);
    request.set_alias(other);
    return sync_->JoinDossiers(Context().get(), request, &response);
  }
  std::string CodeOf(const std::string& code) {
    dossier::v1::GetDossierRequest request;
    request.set_code(code);
    dossier::v1::Dossier dossier;
    EXPECT_TRUE(agency_->GetDossier(Context().get(), request, &dossier).ok());
    return dossier.code();
  }

  std::unique_ptr<dossier::v1::DossierService::Stub> agency_;
  std::unique_ptr<sync::v1::SyncService::Stub> sync_;
};

TEST_F(ActsTest, AVoidDossierIsAnOperatorsTaskAndAnotherProcedureIsNot) {
  const std::string code = Push();
  ASSERT_TRUE(Wait([&] { return Held(code).is_object(); }));
  auto replace = Reasoned<dossier::v1::ReplaceProcedureRequest>();
  replace.set_code(code);
  replace.mutable_procedure()->set_code("1.004227");
  replace.mutable_procedure()->set_name("Thủ tục Mẫu");
  dossier::v1::PushDossierResponse done;
  ASSERT_TRUE(agency_->ReplaceProcedure(Context().get(), replace, &done).ok());
  EXPECT_TRUE(Wait([&] { return Held(code).value("procedure", "") == "1.004227"; }));
  EXPECT_TRUE(Tasks().empty());
  auto voiding = Reasoned<dossier::v1::VoidDossierRequest>();
  voiding.set_code(code);
  ASSERT_TRUE(agency_->VoidDossier(Context().get(), voiding, &done).ok());
  ASSERT_TRUE(Wait([&] { return !Tasks().empty(); }));
  const sync::v1::Task task = Tasks().at(0);
  EXPECT_EQ(task.act(), "void");
  EXPECT_EQ(task.link(), "desk");
  EXPECT_EQ(task.key(), code);
  auto close = Reasoned<sync::v1::CloseTasksRequest>();
  close.add_ids(task.id());
  sync::v1::BulkResult closed;
  ASSERT_TRUE(sync_->CloseTasks(Context().get(), close, &closed).ok());
  EXPECT_EQ(closed.done(), 1);
  EXPECT_TRUE(Tasks().empty());
}

TEST_F(ActsTest, TwoDossiersAreJoinedAndPartedWhileTheLinkRuns) {
  const std::string survivor = Push(), other = Push();
  ASSERT_TRUE(Wait([&] { return Held(survivor).is_object() && Held(other).is_object(); }));
  JoinDossiersResponse joined;
  ASSERT_TRUE(Wait([&] { return Join(survivor, other, joined).ok(); }));
  EXPECT_EQ(joined.tasks_size(), 1) << "the desk has both";
  EXPECT_EQ(CodeOf(other), survivor);
  auto part = Reasoned<PartDossiersRequest>();
  part.set_alias(other);
  JoinDossiersResponse parted;
  ASSERT_TRUE(sync_->PartDossiers(Context().get(), part, &parted).ok());
  EXPECT_EQ(CodeOf(other), other);
  dossier::v1::PushDossierRequest change;
  change.set_request_id(NewUuid());
  change.mutable_dossier()->set_code(other);
  change.mutable_dossier()->mutable_contact()->set_phone("0900000009");
  dossier::v1::PushDossierResponse pushed;
  ASSERT_TRUE(agency_->PushDossier(Context().get(), change, &pushed).ok());
  EXPECT_TRUE(Wait([&] { return Held(other).dump().find("0900000009") != std::string::npos; }));
}

TEST_F(ActsTest, JoiningAndTasksAreForOperatorsAndActsForAgencies) {
  for (const char* name : {"agency-X05", "portal"}) {
    const auto sync = sync::v1::SyncService::NewStub(ToAdmin(name));
    JoinDossiersResponse response;
    sync::v1::ListTasksResponse tasks;
    sync::v1::BulkResult closed;
    EXPECT_FALSE(sync->JoinDossiers(Context().get(), {}, &response).ok());
    EXPECT_FALSE(sync->PartDossiers(Context().get(), {}, &response).ok());
    EXPECT_FALSE(sync->ListTasks(Context().get(), {}, &tasks).ok());
    EXPECT_FALSE(sync->CloseTasks(Context().get(), {}, &closed).ok());
  }
  dossier::v1::PushDossierResponse done;
  EXPECT_EQ(Dossiers("operator")->ReplaceProcedure(Context().get(), {}, &done).error_code(),
            StatusCode::PERMISSION_DENIED);
  JoinDossiersResponse response;
  EXPECT_EQ(Join("moon", "sun", response).error_code(), StatusCode::PERMISSION_DENIED);
  const std::string code = Push();
  const grpc::Status same = Join(code, code, response);
  EXPECT_EQ(same.error_code(), StatusCode::FAILED_PRECONDITION);
  EXPECT_THAT(same.error_message(), HasSubstr("the same dossier"));
}

}  // namespace
}  // namespace lienthong::testing
