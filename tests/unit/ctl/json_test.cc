#include "gateway/ctl/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/status_matchers.h"

namespace lienthong::ctl {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(ParsePush, ReadsARequest) {
  const auto request = ParsePush(
      R"({"request_id":"r","expected_revision":"3","dossier":{"code":"C","subject":"đất"}})");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->request_id(), "r");
  EXPECT_EQ(request->expected_revision(), 3);
  EXPECT_EQ(request->dossier().subject(), "đất");
}

TEST(ParsePush, ReadsABareDossier) {
  const auto request = ParsePush(R"({"code":"C","contact":{"phone":"1"}})");
  ASSERT_THAT(request, IsOk());
  EXPECT_EQ(request->dossier().code(), "C");
  EXPECT_EQ(request->dossier().contact().phone(), "1");
  EXPECT_TRUE(request->request_id().empty());
}

TEST(ParsePush, ReadsMasksInBothSpellingsAndOfElements) {
  const auto request = ParsePush(
      R"({"dossier":{"code":"C"},)"
      R"("update_mask":"contact.phone, deadline.promised_due,deadline.promisedDue,steps[Nv-7].toUnit"})");
  ASSERT_THAT(request, IsOk());
  EXPECT_THAT(request->update_mask().paths(),
              ElementsAre("contact.phone", "deadline.promised_due", "deadline.promised_due",
                          "steps[Nv-7].to_unit"));
}

TEST(ParsePush, SaysWhatIsWrong) {
  EXPECT_THAT(ParsePush("{"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParsePush("[]"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParsePush(R"({"dossier":{"contact":{"fone":"1"}}})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fone")));
  EXPECT_THAT(ParsePush(R"({"dossier":{},"update_mask":["a"]})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("update_mask")));
}

TEST(RequestIdIn, FindsItInARefusedLine) {
  EXPECT_EQ(RequestIdIn(R"({"request_id":"r","dosier":{}})"), "r");
  EXPECT_EQ(RequestIdIn("{"), "");
}

TEST(AcknowledgementJson, IsWhatProgramsReadPerLine) {
  dossier::v1::PushDossierResponse response;
  response.set_code("C");
  response.set_receipt_number("N");
  response.set_revision(2);
  EXPECT_EQ(Dump(AcknowledgementJson("r", response)),
            R"({"request_id":"r","code":"C","receipt_number":"N","revision":"2",)"
            R"("sequence":"0","duplicate":false})");
}

TEST(ToJson, KeepsTheNamesOfTheSchemaAndWhatIsSetToNothing) {
  dossier::v1::Dossier dossier;
  dossier.set_receipt_number("");
  dossier.set_revision(7);
  EXPECT_EQ(ToJson(dossier), R"({"receipt_number":"","revision":"7"})");
}

}  // namespace
}  // namespace lienthong::ctl
