#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "absl/strings/str_replace.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using dossier::v1::Dossier;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using grpc::StatusCode;
using ::testing::Contains;

class PushTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    if (HasFatalFailure()) return;
    x05_ = Dossiers("agency-X05");
    x06_ = Dossiers("agency-X06");
  }
  grpc::Status Push(const PushDossierRequest& request) {
    response_.Clear();
    return x05_->PushDossier(Context().get(), request, &response_);
  }
  static grpc::Status Get(dossier::v1::DossierService::Stub& stub, const std::string& code,
                          Dossier& dossier) {
    dossier::v1::GetDossierRequest request;
    request.set_code(code);
    return stub.GetDossier(Context().get(), request, &dossier);
  }

  std::unique_ptr<dossier::v1::DossierService::Stub> x05_, x06_;
  PushDossierResponse response_;
};

TEST_F(PushTest, WhatWasPushedCanBeRead) {
  const PushDossierRequest request = NewDossier();
  ASSERT_TRUE(Push(request).ok());
  EXPECT_EQ(response_.revision(), 1);
  EXPECT_EQ(response_.sequence(), 1);
  EXPECT_FALSE(response_.duplicate());
  Dossier dossier;
  ASSERT_TRUE(Get(*x05_, response_.code(), dossier).ok());
  EXPECT_EQ(dossier.applicant().name(), request.dossier().applicant().name());
  EXPECT_EQ(dossier.receipt_number(), response_.receipt_number());
}

TEST_F(PushTest, TheSameRequestIsAppliedOnceAndAnsweredTheSame) {
  const PushDossierRequest request = NewDossier();
  ASSERT_TRUE(Push(request).ok());
  const PushDossierResponse first = response_;
  ASSERT_TRUE(Push(request).ok());
  EXPECT_TRUE(response_.duplicate());
  EXPECT_EQ(response_.code(), first.code());
  EXPECT_EQ(response_.revision(), first.revision());
  EXPECT_EQ(response_.sequence(), first.sequence());
}

TEST_F(PushTest, ARequestIdIsNotForTwoBodies) {
  PushDossierRequest request = NewDossier();
  ASSERT_TRUE(Push(request).ok());
  request.mutable_dossier()->set_subject("khác");
  const grpc::Status status = Push(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(status), "REQUEST_ID_REUSED");
}

TEST_F(PushTest, AStaleRevisionIsRefused) {
  ASSERT_TRUE(Push(NewDossier()).ok());
  PushDossierRequest change;
  change.set_request_id(NewUuid());
  change.mutable_dossier()->set_code(response_.code());
  change.mutable_dossier()->set_subject("một");
  change.set_expected_revision(1);
  ASSERT_TRUE(Push(change).ok());
  change.set_request_id(NewUuid());
  change.mutable_dossier()->set_subject("hai");
  const grpc::Status status = Push(change);
  EXPECT_EQ(status.error_code(), StatusCode::ABORTED);
  EXPECT_EQ(Reason(status), "REVISION_STALE");
}

TEST_F(PushTest, EveryBadFieldIsNamedAtOnce) {
  PushDossierRequest request = NewDossier();
  request.mutable_dossier()->mutable_procedure()->set_code("?");
  request.mutable_dossier()->clear_applicant();
  request.mutable_dossier()->add_steps()->set_id("bad id!");
  const grpc::Status status = Push(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  std::set<std::string> fields;
  google::rpc::BadRequest bad;
  const google::rpc::Status error = Details(status);
  for (const auto& any : error.details()) {
    if (!any.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) fields.insert(violation.field());
  }
  EXPECT_THAT(fields, Contains("dossier.procedure.code"));
  EXPECT_THAT(fields, Contains("dossier.applicant.name"));
  EXPECT_THAT(fields, Contains(::testing::StartsWith("dossier.steps[")));
}

TEST_F(PushTest, ARequestIdMustBeAUuid) {
  PushDossierRequest request = NewDossier();
  request.set_request_id("not a uuid");
  const grpc::Status status = Push(request);
  EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Reason(status), "FIELD_INVALID");
  EXPECT_THAT(status.error_message(), ::testing::HasSubstr("request_id"));
}

TEST_F(PushTest, AForeignDossierAnswersLikeAMissingOne) {
  ASSERT_TRUE(Push(NewDossier()).ok());
  const std::string there = response_.code();
  const std::string not_there = "H29.X05-990101-9999";
  Dossier dossier;
  const grpc::Status foreign = Get(*x06_, there, dossier);
  const grpc::Status missing = Get(*x06_, not_there, dossier);
  EXPECT_EQ(foreign.error_code(), StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(Reason(foreign), "NOT_SHARED");
  const auto neutral = [](const std::string& text, const std::string& code) {
    return absl::StrReplaceAll(text, {{code, "CODE"}});
  };
  EXPECT_EQ(foreign.error_code(), missing.error_code());
  EXPECT_EQ(neutral(foreign.error_message(), there), neutral(missing.error_message(), not_there));
  EXPECT_EQ(neutral(Details(foreign).Utf8DebugString(), there),
            neutral(Details(missing).Utf8DebugString(), not_there));
}

TEST_F(PushTest, ChangingAForeignDossierAnswersLikeAMissingOne) {
  ASSERT_TRUE(Push(NewDossier()).ok());
  grpc::Status answers[2];
  const std::string codes[2] = {response_.code(), "H29.X05-990101-9999"};
  for (int i = 0; i < 2; ++i) {
    PushDossierRequest change;
    change.set_request_id(NewUuid());
    change.mutable_dossier()->set_code(codes[i]);
    change.mutable_dossier()->set_subject("x");
    PushDossierResponse response;
    answers[i] = x06_->PushDossier(Context().get(), change, &response);
    EXPECT_EQ(answers[i].error_code(), StatusCode::PERMISSION_DENIED) << codes[i];
    EXPECT_EQ(Reason(answers[i]), "NOT_SHARED") << codes[i];
  }
}

TEST_F(PushTest, AMessageOverTheLimitIsRefused) {
  PushDossierRequest request = NewDossier();
  request.mutable_dossier()->set_note(std::string(2 << 20, 'x'));
  EXPECT_EQ(Push(request).error_code(), StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(PushTest, CompressedMessagesAreRefused) {
  const auto context = Context();
  context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  PushDossierRequest request = NewDossier();
  request.mutable_dossier()->set_note(std::string(1000, 'x'));
  EXPECT_EQ(x05_->PushDossier(context.get(), request, &response_).error_code(),
            StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace lienthong::testing
