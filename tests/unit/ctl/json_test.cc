#include "gateway/ctl/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/ctl/json_check.h"
#include "tests/support/status_matchers.h"

namespace lienthong::ctl {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

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

std::vector<std::string> Violations(const std::string& text) {
  const auto request = ParsePush(text);
  std::vector<std::string> all;
  for (const auto& [field, description] : DetailsOf(request.status()).fields) {
    all.push_back(StrCat(field, ": ", description));
  }
  return all;
}

TEST(ParsePush, NamesAllThatIsWrongAtOnceInOurWords) {
  EXPECT_THAT(
      Violations(R"({"request_id": 7, "update_mask": 3, "dosier": {}, "dossier": {
        "status": "STATUS_DONE", "contact": {"fone": "0900"}, "applicant": "Nguyễn Thị Mẫu",
        "deadline": {"promisedDue": "30/02/2026"}, "has_digitized_papers": "yes",
        "fees": [{"id": "f1", "amount_vnd": "a lot"}, 5],
        "steps": [{"id": "nv-7", "time": 12, "returned": "Nguyễn Thị Mẫu"}], "papers": {}}})"),
      ElementsAre(
          "update_mask: expected paths in one text, with commas between them",
          "request_id: expected a text, found a number", "dosier: no such field; is dossier meant?",
          StartsWith("dossier.status: expected one of STATUS_UNSPECIFIED, STATUS_SUBMITTED, "),
          "dossier.contact.fone: no such field; is phone meant?",
          "dossier.applicant: expected an object, found a text",
          "dossier.deadline.promised_due: expected a time with its zone, like "
          "2026-11-21T08:30:00+07:00, found another text",
          "dossier.has_digitized_papers: expected true or false, found a text",
          "dossier.fees[f1].amount_vnd: expected a whole number, found another text",
          "dossier.fees[1]: expected an object, found a number",
          "dossier.steps[nv-7].time: expected a time with its zone, like "
          "2026-11-21T08:30:00+07:00, found a number",
          "dossier.steps[nv-7].returned: expected true or false, found a text",
          "dossier.papers: expected a list, found an object"));
}

TEST(ParsePush, ShowsCodesButNoOtherText) {
  const std::vector<std::string> found =
      Violations(R"({"status": "STATUS_DONE", "subject": {"a": "Nguyễn Thị Mẫu"}, "kontact": {}})");
  ASSERT_EQ(found.size(), 3u);
  EXPECT_THAT(found[0], EndsWith("found \"STATUS_DONE\""));
  EXPECT_EQ(found[1], "subject: expected a text, found an object");
  EXPECT_EQ(found[2], "kontact: no such field; is contact meant?");
  EXPECT_THAT(Violations(R"({"contact": {"facebook": "x"}})"),
              ElementsAre("contact.facebook: no such field; Contact has email, fax, phone"));
}

TEST(ParsePush, WhatProtobufReadsIsNoMistake) {
  for (const char* text :
       {R"({"status": 2, "revision": "7", "subject": null})", R"({"revision": 7, "steps": []})",
        R"({"deadline": {"promisedDue": "2026-11-21T08:30:00+07:00"}})",
        R"({"fees": [{"id": "f1", "amountVnd": "25000"}]})"}) {
    EXPECT_THAT(ParsePush(text), IsOk()) << text;
    EXPECT_THAT(CheckJson(nlohmann::ordered_json::parse(text), *dossier::v1::Dossier::descriptor()),
                IsEmpty())
        << text;
  }
}

TEST(ParsePush, SaysWhereATextStopsBeingJson) {
  EXPECT_THAT(ParsePush("{\n  \"code\": \"C\",\n  \"note\": 'x'\n}").status().message(),
              HasSubstr("not JSON: look at line 3, column 11"));
  EXPECT_THAT(ParsePush("{\"code\": \"C\"").status().message(), HasSubstr("ends too early"));
  EXPECT_THAT(ParsePush("").status().message(), HasSubstr("look at column 1"));
}

TEST(BadLine, SaysWhichLineOfStandardInput) {
  const auto broken = std::string(BadLine(2, ParsePush("{ \"code\":").status()).message());
  EXPECT_THAT(broken, HasSubstr("standard input, line 2: not JSON: look at column 10"));
  EXPECT_THAT(broken, HasSubstr("with --stream each line is one whole object"));
  const absl::Status wrong = BadLine(3, ParsePush(R"({"statu": 2})").status());
  EXPECT_EQ(wrong.message(), "standard input, line 3: statu: no such field; is status meant?");
  EXPECT_EQ(DetailsOf(wrong).fields.size(), 1U);
}

TEST(LetterJson, LeavesOutAnItemThatIsNotShown) {
  sync::v1::DeadLetter letter;
  letter.set_id("l");
  letter.set_direction(sync::v1::DeadLetter::DIRECTION_INBOUND);
  EXPECT_FALSE(LetterJson(letter).contains("raw"));
  EXPECT_EQ(LetterJson(letter)["direction"], "INBOUND");
  EXPECT_TRUE(LetterJson(letter).contains("code")) << "only the item is left out";
  letter.set_raw("{}");
  EXPECT_EQ(LetterJson(letter)["raw"], "{}");
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
