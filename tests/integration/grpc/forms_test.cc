#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "gateway/base/text.h"
#include "lienthong/form/v1/form_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using form::v1::Form;
using form::v1::FormService;
using form::v1::GetFormRequest;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FormsTest : public GatewayTest {
 protected:
  void SetUp() override {
    GatewayTest::SetUp();
    dossier::v1::PushDossierResponse pushed;
    auto request = NewDossier();
    request.mutable_dossier()->mutable_deadline()->mutable_promised_due()->set_seconds(1794218400);
    const grpc::Status status =
        Dossiers("agency-X05")->PushDossier(Context().get(), request, &pushed);
    ASSERT_TRUE(status.ok()) << status.error_message();
    code_ = pushed.code();
    number_ = pushed.receipt_number();
  }

  grpc::Status Get(const std::string& who, GetFormRequest request, Form& form) {
    request.set_code(code_);
    return FormService::NewStub(ToServer(who))->GetForm(Context().get(), request, &form);
  }

  static GetFormRequest Receipt(const std::string& purpose = "") {
    GetFormRequest request;
    request.set_kind(form::v1::FORM_KIND_RECEIPT);
    request.set_pdf(true);
    request.set_purpose(purpose);
    return request;
  }

  std::string code_;
  std::string number_;
};

TEST_F(FormsTest, AnAgencyPrintsTheReceiptOfItsDossier) {
  Form form;
  const grpc::Status status = Get("agency-X05", Receipt(), form);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(form.pdf(), StartsWith("%PDF-"));
  EXPECT_EQ(form.qr_text(), number_);
  EXPECT_EQ(form.revision(), 1);
}

TEST_F(FormsTest, OnlyWhoMaySeeTheDossierGetsItsForms) {
  Form form;
  EXPECT_EQ(Reason(Get("agency-X06", Receipt(), form)), "NOT_SHARED");
  EXPECT_EQ(Reason(Get("portal", Receipt(), form)), "CALL_NOT_ALLOWED");
  EXPECT_EQ(Get("operator", Receipt(), form).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(form.ByteSizeLong(), 0u);
  EXPECT_TRUE(Get("operator", Receipt("a test"), form).ok());
}

TEST_F(FormsTest, WhatTheDossierLacksIsNamed) {
  Form form;
  GetFormRequest request;
  request.set_kind(form::v1::FORM_KIND_REFUSAL);
  const grpc::Status status = Get("agency-X05", request, form);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Reason(status), "FORM_NOT_READY");
  EXPECT_THAT(status.error_message(), HasSubstr("reception.refusal_legal_basis"));
  EXPECT_THAT(status.error_message(), Not(HasSubstr("Nguyễn")));
  request.set_pdf(true);
  EXPECT_EQ(Reason(Get("agency-X05", request, form)), "FIELD_INVALID");
}

}  // namespace
}  // namespace lienthong::testing
