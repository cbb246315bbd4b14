#include "gateway/domain/validate.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"

#include "gateway/domain/fields.h"

namespace lienthong::domain {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

using dossier::v1::Dossier;

constexpr int kTextCharactersDefault = 4000;
constexpr char kLetter[] = "ễ";  // three bytes, one character

// 2026-03-02 08:00 in Viet Nam.
constexpr int64_t kNowSeconds = 1'772'413'200;

std::vector<FieldViolation> Validate(const Dossier& dossier, bool complete,
                                     std::string_view prefix) {
  return domain::Validate(dossier, complete, absl::FromUnixSeconds(kNowSeconds), prefix);
}

auto Violation(const std::string& field, const std::string& part) {
  return AllOf(Field(&FieldViolation::field, field),
               Field(&FieldViolation::description, HasSubstr(part)));
}

std::string Letters(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += kLetter;
  return text;
}

// `steps[].content` -> `steps[e].content`, and as violations name it, `steps[0].content`.
std::string PathOf(const std::string& schema_path) {
  return absl::StrReplaceAll(schema_path, {{"[]", "[e]"}});
}
std::string ShownPathOf(const std::string& schema_path) {
  return absl::StrReplaceAll(schema_path, {{"[]", "[0]"}});
}

Dossier With(const std::string& schema_path, const std::string& value) {
  Dossier dossier;
  EXPECT_TRUE(SetField(dossier, PathOf(schema_path), value).ok()) << schema_path;
  return dossier;
}

bool IsText(const std::string& schema_path) {
  Dossier dossier;
  return SetField(dossier, PathOf(schema_path), kLetter).ok();
}

bool IsOurs(const std::string& schema_path) {
  return RulesOf(PathOf(schema_path))->owner() == options::v1::OWNER_GATEWAY;
}

bool IsInsideOurs(const std::string& schema_path) {
  for (const char* list : {"owner_history", "unobserved", "defects", "voiding"}) {
    if (schema_path.starts_with(list)) return true;
  }
  return IsOurs(schema_path);
}

Dossier Complete() {
  Dossier dossier;
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_applicant()->set_name("Nguyễn Văn Mẫu");
  dossier.mutable_reception()->set_agency("H29.X01");
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  return dossier;
}

TEST(Validate, TextWithANulAndRequiredTextOfBlanksAreNone) {
  Dossier dossier;
  dossier.mutable_contact()->set_phone(std::string("09\0001", 5));
  dossier.mutable_applicant()->set_name(" \t ");
  EXPECT_THAT(Validate(dossier, false, ""),
              UnorderedElementsAre(Violation("contact.phone", "NUL"),
                                   Violation("applicant.name", "is empty")));
}

TEST(ValidateTest, AGoodDossierHasNoViolation) {
  EXPECT_THAT(Validate(Complete(), true, "dossier."), IsEmpty());
  EXPECT_THAT(Validate(Dossier(), false, "dossier."), IsEmpty());
}

TEST(ValidateTest, ANewDossierMustSayWhatIsRequired) {
  EXPECT_THAT(Validate(Dossier(), true, "dossier."),
              UnorderedElementsAre(Violation("dossier.origin.channel", "required"),
                                   Violation("dossier.procedure.code", "required"),
                                   Violation("dossier.applicant.name", "required"),
                                   Violation("dossier.reception.agency", "required"),
                                   Violation("dossier.status", "required")));
}

TEST(ValidateTest, AnElementOfANewDossierMustSayWhatIsRequiredOfIt) {
  Dossier dossier = Complete();
  dossier.add_steps()->set_id("a");
  dossier.add_assignments()->set_id("b");
  EXPECT_THAT(Validate(dossier, true, ""),
              UnorderedElementsAre(Violation("steps[0].time", "required"),
                                   Violation("assignments[0].agency", "required"),
                                   Violation("assignments[0].role", "required")));
  EXPECT_THAT(Validate(dossier, false, ""), IsEmpty());
}

TEST(ValidateTest, LimitsAreInCharactersForEveryText) {
  int tried = 0;
  for (const std::string& path : SchemaPaths()) {
    const options::v1::FieldRules& rules = *RulesOf(PathOf(path));
    if (!IsText(path) || IsInsideOurs(path) ||
        rules.shape() != options::v1::FIELD_SHAPE_UNSPECIFIED) {
      continue;
    }
    const int most = rules.chars_max() > 0 ? rules.chars_max() : kTextCharactersDefault;
    EXPECT_THAT(Validate(With(path, Letters(most)), false, ""), IsEmpty()) << path;
    const auto bad = Validate(With(path, Letters(most + 1)), false, "");
    ASSERT_EQ(bad.size(), 1U) << path;
    EXPECT_THAT(bad[0].field, ::testing::StartsWith(ShownPathOf(path)));
    EXPECT_THAT(bad[0].description,
                AllOf(HasSubstr(absl::StrCat(most)), HasSubstr(absl::StrCat(most + 1))));
    ++tried;
  }
  EXPECT_GT(tried, 50);
}

TEST(ValidateTest, ATextMustBeUtf8) {
  Dossier dossier;
  dossier.mutable_contact()->set_phone("\xE1\xBB");
  EXPECT_THAT(Validate(dossier, false, ""), ElementsAre(Violation("contact.phone", "UTF-8")));
}

TEST(ValidateTest, EachShapeIsChecked) {
  struct Case {
    std::string path, good, bad, expected;
  };
  const std::vector<Case> cases = {
      {"reception.agency", "000.00.01.H29", "h29", "agency code"},
      {"procedure.code", "1.000656.000.00.00.H29", "1-001193", "procedure code"},
      {"papers[].file.sha256", std::string(64, 'a'), std::string(64, 'A'), "64 lower-case"},
      {"assignments[].agency", "H29.X05", "Phòng Mẫu", "agency code"},
      {"steps[].agency", "H29.X05", "", "agency code"},
  };
  for (const Case& one : cases) {
    EXPECT_THAT(Validate(With(one.path, one.good), false, ""), IsEmpty()) << one.path;
    EXPECT_THAT(Validate(With(one.path, one.bad), false, ""),
                ElementsAre(Violation(ShownPathOf(one.path), one.expected)));
  }
}

TEST(ValidateTest, EveryFieldWithAShapeRefusesAForeignText) {
  for (const std::string& path : SchemaPaths()) {
    const options::v1::FieldRules& rules = *RulesOf(PathOf(path));
    if (rules.shape() == options::v1::FIELD_SHAPE_UNSPECIFIED || IsInsideOurs(path)) continue;
    EXPECT_THAT(Validate(With(path, "không phải"), false, ""),
                ElementsAre(Violation(ShownPathOf(path), "not ")))
        << path;
  }
}

TEST(ValidateTest, ElementsHaveIdsThatAreOneOfAKind) {
  Dossier dossier;
  for (const char* id : {"a", "", "a", "b c"}) {
    auto& step = *dossier.add_steps();
    if (*id != '\0') step.set_id(id);
  }
  EXPECT_THAT(Validate(dossier, false, "dossier."),
              ElementsAre(Violation("dossier.steps[1].id", "missing"),
                          Violation("dossier.steps[2].id", "'a' is there twice"),
                          Violation("dossier.steps[3].id", "element id")));
}

TEST(ValidateTest, TheSameIdMayStandInTwoLists) {
  Dossier dossier;
  dossier.add_steps()->set_id("a");
  dossier.add_pauses()->set_id("a");
  EXPECT_THAT(Validate(dossier, false, ""), IsEmpty());
}

TEST(ValidateTest, AListHasALimit) {
  Dossier dossier;
  for (int i = 0; i < 2000; ++i) dossier.add_steps()->set_id(absl::StrCat(i));
  EXPECT_THAT(Validate(dossier, false, ""), IsEmpty());
  dossier.add_steps()->set_id("one more");
  EXPECT_THAT(Validate(dossier, false, ""),
              ElementsAre(Violation("steps", "2001 elements; the limit is 2000")));
}

TEST(ValidateTest, AnEnumMustBeAKnownValue) {
  for (const std::string value : {"0", "11", "-1"}) {
    EXPECT_THAT(Validate(With("status", value), false, ""),
                ElementsAre(Violation("status", "is " + value)));
  }
  EXPECT_THAT(Validate(With("fees[].collected_at", "3"), false, ""),
              ElementsAre(Violation("fees[0].collected_at", "CollectedAt")))
      << "a hole in the list";
}

TEST(ValidateTest, NoNumberIsNegative) {
  std::vector<std::string> tried;
  for (const std::string& path : SchemaPaths()) {
    Dossier dossier;
    const bool text = IsText(path) || IsInsideOurs(path);
    const bool flag = SetField(dossier, PathOf(path), "true").ok();
    const bool number = !text && !flag && SetField(dossier, PathOf(path), "-1").ok();
    // Enums take numbers too; they are judged by their list.
    if (!number || Validate(dossier, false, "").empty() ||
        Validate(With(path, "1000000000"), false, "").size() == 1) {
      continue;
    }
    tried.push_back(path);
    EXPECT_THAT(Validate(dossier, false, ""),
                ElementsAre(Violation(ShownPathOf(path), "negative")));
    EXPECT_THAT(Validate(With(path, "0"), false, ""), IsEmpty()) << path;
  }
  EXPECT_THAT(tried, IsSupersetOf({"fees[].amount_vnd", "fees[].paid_vnd", "fees[].refunded_vnd",
                                   "papers[].quantity", "papers[].original_quantity",
                                   "papers[].copy_quantity", "papers[].file.size_bytes",
                                   "other_papers[].quantity"}));
}

TEST(ValidateTest, InstantsAreWithinTheRangeOfProtobuf) {
  for (const auto& [seconds, nanos] : std::vector<std::pair<int64_t, int>>{
           {-62'135'596'801, 0}, {253'402'300'800, 0}, {0, -1}, {0, 1'000'000'000}}) {
    Dossier dossier;
    auto& time = *dossier.mutable_deadline()->mutable_promised_due();
    time.set_seconds(seconds);
    time.set_nanos(nanos);
    EXPECT_THAT(Validate(dossier, false, ""),
                ElementsAre(Violation("deadline.promised_due", "instant")));
  }
}

// What the schema says may lie ahead; every other instant tells of what has happened.
TEST(ValidateTest, OnlyPlansAndDueDatesMayLieAhead) {
  std::vector<std::string> planned;
  int happened = 0;
  for (const std::string& path : SchemaPaths()) {
    Dossier dossier;
    if (IsInsideOurs(path) || IsText(path) ||
        !SetField(dossier, PathOf(path), "2036-01-01T00:00:00Z").ok()) {
      continue;
    }
    const auto bad = Validate(dossier, false, "");
    if (bad.empty()) {
      planned.push_back(path);
      continue;
    }
    ++happened;
    EXPECT_THAT(bad, ElementsAre(Violation(
                         ShownPathOf(path),
                         "is 2036-01-01T00:00:00Z, but it is only 2026-03-02T01:00:00Z here")));
  }
  EXPECT_THAT(planned, UnorderedElementsAre("deadline.promised_due", "steps[].start_time",
                                            "steps[].due_time", "pauses[].end_time",
                                            "assignments[].due_time", "supplements[].previous_due",
                                            "supplements[].new_due", "apologies[].original_due",
                                            "apologies[].new_due"));
  EXPECT_GE(happened, 14);
}

TEST(ValidateTest, ClocksMayDifferALittle) {
  EXPECT_THAT(Validate(With("reception.received_time", "2026-03-02T01:10:00Z"), false, ""),
              IsEmpty());
  EXPECT_THAT(Validate(With("reception.received_time", "2026-03-02T01:10:01Z"), false, ""),
              ElementsAre(Violation("reception.received_time", "compare the clocks")));
}

TEST(ValidateTest, NoInstantLiesBeforeTheYear2000) {
  for (const char* path : {"reception.received_time", "deadline.promised_due", "steps[].time"}) {
    EXPECT_THAT(Validate(With(path, "2000-01-01T00:00:00Z"), false, ""), IsEmpty());
    for (const char* early : {"1999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"}) {
      EXPECT_THAT(
          Validate(With(path, early), false, ""),
          ElementsAre(Violation(ShownPathOf(path), absl::StrCat("is ", early, ", before 2000"))));
    }
  }
}

TEST(ValidateTest, AllBadFieldsAreNamedAtOnce) {
  Dossier dossier = Complete();
  dossier.mutable_procedure()->set_code("x");
  dossier.set_status(static_cast<dossier::v1::Status>(77));
  dossier.mutable_contact()->set_phone(Letters(51));
  dossier.add_fees()->set_amount_vnd(-5);
  dossier.mutable_applicant()->set_name("");
  EXPECT_THAT(Validate(dossier, true, "dossier."),
              UnorderedElementsAre(Violation("dossier.procedure.code", "'x'"),
                                   Violation("dossier.status", "77"),
                                   Violation("dossier.contact.phone", "51 characters"),
                                   Violation("dossier.fees[0].id", "missing"),
                                   Violation("dossier.fees[0].amount_vnd", "negative"),
                                   Violation("dossier.applicant.name", "empty")));
}

TEST(ValidateTest, WhatTheGatewayOwnsIsIgnored) {
  for (const std::string& path : SchemaPaths()) {
    if (!IsText(path) || !IsInsideOurs(path)) continue;
    EXPECT_THAT(Validate(With(path, Letters(5000)), false, ""), IsEmpty()) << path;
  }
}

TEST(ValidateTest, PersonalValuesAreNeverShown) {
  const std::string marker = "bí mật 079000000001";
  std::string long_marker;
  while (long_marker.size() < 5000 * sizeof(kLetter)) long_marker += marker;
  int tried = 0;
  for (const std::string& path : SchemaPaths()) {
    const bool inside = path.starts_with("applicant.identities");
    if (!RulesOf(PathOf(path))->sensitive() && !inside) continue;
    ++tried;
    Dossier dossier;
    if (SetField(dossier, PathOf(path), marker + "\xFF").ok()) {
      EXPECT_THAT(Validate(dossier, true, ""), Not(IsEmpty())) << path;
    }
    for (const std::string& value :
         {marker + "\xFF", long_marker, std::string("4207"), std::string("-4207")}) {
      Dossier bad;
      if (!SetField(bad, PathOf(path), value).ok()) continue;
      for (const FieldViolation& violation : Validate(bad, true, "")) {
        EXPECT_THAT(violation.description, Not(HasSubstr("079000000001"))) << path;
        EXPECT_THAT(violation.description, Not(HasSubstr("4207"))) << path;
      }
    }
  }
  EXPECT_GT(tried, 10);
}

TEST(ValidateTest, AnIdentityPapersIdIsNotShownEither) {
  Dossier dossier;
  for (int i = 0; i < 2; ++i)
    dossier.mutable_applicant()->add_identities()->set_id("số 079000000001");
  const auto bad = Validate(dossier, false, "");
  EXPECT_EQ(bad.size(), 3U) << "twice no id by its shape, once there twice";
  for (const FieldViolation& violation : bad) {
    EXPECT_THAT(violation.description, Not(HasSubstr("079000000001")));
  }
}

TEST(ValidateTest, AShownValueIsCutBetweenCharacters) {
  const auto bad = Validate(With("procedure.code", Letters(50)), false, "");
  ASSERT_EQ(bad.size(), 1U);
  EXPECT_THAT(bad[0].description, HasSubstr("'" + Letters(20) + "'"));
}

}  // namespace
}  // namespace lienthong::domain
