// What an operator may say over the owners' heads, and what stays whose it is.
#include "gateway/core/overrule.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/fields.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::HasSubstr;

class OverruleTest : public CoreTest {
 protected:
  void SetUp() override {
    code_ = Create("H29.X05");
    HandTo(code_, "H29.X05", "H29.X07");
  }

  // Empty text clears.
  absl::StatusOr<PreparedEdit> Overrule(const std::string& path, const std::string& value) {
    domain::Change change;
    if (value.empty()) {
      change.clear.push_back(path);
    } else {
      EXPECT_THAT(domain::SetField(change.dossier, path, value), IsOk()) << path;
      change.set.push_back(path);
    }
    return PrepareOverrule(engine_, LoadDossier(engine_, 1).value(), std::move(change),
                           "operator/lan", "a mistake (invented)");
  }
  absl::Status Do(const std::string& path, const std::string& value) {
    absl::StatusOr<PreparedEdit> edit = Overrule(path, value);
    if (!edit.ok()) return edit.status();
    absl::Status status;
    SubmitEdit(engine_, *std::move(edit), [&](const auto& result) { status = result.status(); });
    return status;
  }
  dossier::v1::Dossier Stored() { return Get(Agency("H29.X05"), code_).value(); }

  std::string code_;
};

struct Field {
  const char* path;
  const char* value;
};

class OverruledField : public OverruleTest, public ::testing::WithParamInterface<Field> {};

TEST_P(OverruledField, IsTheOperatorsToSay) {
  const auto& [path, value] = GetParam();
  ASSERT_THAT(Do(path, value), IsOk());
  EXPECT_EQ(domain::GetField(Stored(), path), value);
}

INSTANTIATE_TEST_SUITE_P(
    OfEachOwner, OverruledField,
    ::testing::Values(Field{"contact.phone", "0900000009"},      // applicant's data
                      Field{"reception.officer", "Cán bộ Mẫu"},  // the receiving unit's
                      Field{"note", "invented"},                 // of the stage
                      Field{"origin.channel", "2"},              // set once
                      Field{"status", "4"}),                     // of a transition
    [](const auto& test) { return "Field" + std::to_string(test.index); });

TEST_F(OverruleTest, AStatusIsJudgedByTheGraph) {
  ASSERT_THAT(Do("status", "4"), IsOk());
  EXPECT_EQ(Stored().defects_size(), 0) << "a regular one";
  ASSERT_THAT(Do("status", "1"), IsOk());
  EXPECT_EQ(Stored().status(), dossier::v1::STATUS_SUBMITTED);
  ASSERT_EQ(Stored().defects_size(), 1) << "no way leads back";
}

TEST_F(OverruleTest, ATerminalStatusStays) {
  ASSERT_THAT(Do("status", "3"), IsOk());  // refused
  const absl::Status status = Do("status", "4");
  EXPECT_EQ(ReasonOf(status), "FIELD_INVALID");
  EXPECT_THAT(std::string(status.message()), HasSubstr("dossier.status"));
}

TEST_F(OverruleTest, TheGatewaysOwnAndAnIssuersStay) {
  EXPECT_EQ(ReasonOf(Overrule("receipt_number", "H29.X05-010101-0001")), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Overrule("revision", "9")), "FIELD_INVALID");
  dossier::v1::Dossier change;
  change.set_code(code_);
  auto& reference = *change.add_codes();
  reference.set_id("c");
  reference.set_issuer("agency/H29.X05");
  reference.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
  reference.set_code("NB-1");
  ASSERT_THAT(Push(Agency("H29.X05"), change), IsOk());
  EXPECT_EQ(ReasonOf(Overrule("codes[c].code", "NB-2")), "FIELD_INVALID");
}

TEST_F(OverruleTest, WhatADossierMayNotHoldIsRefused) {
  EXPECT_EQ(ReasonOf(Overrule("reception.agency", "nowhere")), "FIELD_INVALID");
  EXPECT_EQ(ReasonOf(Overrule("applicant.name", "")), "FIELD_INVALID") << "required";
}

TEST_F(OverruleTest, ItsReasonIsWhyAPromisedDateMoves) {
  ASSERT_THAT(Do("deadline.promised_due", "2026-04-01T10:00:00Z"), IsOk());
  ASSERT_THAT(Do("deadline.promised_due", "2026-04-02T10:00:00Z"), IsOk());
  EXPECT_EQ(Stored().deadline().change_reason(), "a mistake (invented)");
}

TEST_F(OverruleTest, AVoidDossierStaysVoid) {
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(NewUuid());
  request.set_code(code_);
  request.set_reason("filed twice (invented)");
  dossiers_.Void(Agency("H29.X05"), request,
                 [](const auto& answer) { EXPECT_THAT(answer, IsOk()); });
  EXPECT_EQ(ReasonOf(Overrule("note", "invented")), "DOSSIER_VOID");
}

}  // namespace
}  // namespace lienthong::core
