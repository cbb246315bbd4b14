// What a link makes of the items in a counterpart's feed.
#include "gateway/sync/inbound.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/shadow.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class InboundTest : public EngineTest {
 protected:
  InboundTest() { Begin(); }

  void Report(const std::string& key, int64_t version, dossier::v1::Dossier dossier) {
    pb::InboundItem& item = *adapter_.report.add_items();
    item.set_key(key);
    item.set_version(version);
    *item.mutable_dossier() = std::move(dossier);
    RunLater();
  }
  // Submitted through the feed; returns the shared code.
  std::string Begun(const std::string& key) {
    Report(key, 1, NewDossier("H29.X01", "1"));
    const int64_t id = IdOf(key);
    EXPECT_NE(id, 0);
    return core::LoadDossier(engine_, id).value().dossier.code();
  }
};

TEST_F(InboundTest, OnlyWhoMayBeginADossierBeginsOne) {
  Report("DVC.1", 1, NewDossier("H29.X05", "1"));
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].field(), "reception.agency");
  Report("DVC.2", 1, NewDossier("H29.X01", "4"));
  ASSERT_EQ(DeadLetters().size(), 2U) << "what is handed in begins as submitted";
}

TEST_F(InboundTest, ASubmissionDoesNotReceiveItself) {
  dossier::v1::Dossier received = NewDossier("H29.X01", "1");
  received.mutable_reception()->mutable_received_time()->set_seconds(1772500000);
  Report("DVC.1", 1, received);
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].field(), "reception.received_time");
}

TEST_F(InboundTest, WhatHasNotHappenedYetIsADeadLetterAndStopsNoOther) {
  const std::string code = Begun("DVC.1");
  Report("DVC.1", 2,
         DossierWith({{"requests[r1].kind", "1"}, {"requests[r1].time", "2036-03-03T01:00:00Z"}}));
  const auto letters = DeadLetters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].field(), "requests[0].time");
  EXPECT_THAT(letters[0].reason(), HasSubstr("is 2036-03-03T01:00:00Z, but it is only 2026-03-03"));
  EXPECT_THAT(Stored(code).requests(), IsEmpty());
  Report("DVC.2", 1, NewDossier("H29.X01", "1"));
  EXPECT_NE(IdOf("DVC.2"), 0);
}

// No counterpart's contract has a place for the reason, and its date is what the citizen was told.
TEST_F(InboundTest, AFeedMovesThePromisedDateWithoutAWord) {
  const std::string code = Begun("DVC.1");
  EditAs("city", code, {{"status", "2"}, {"deadline.promised_due", "2026-03-10T09:30:00Z"}});
  EXPECT_THAT(Stored(code).defects(), IsEmpty());
  EditAs("city", code, {{"deadline.promised_due", "2026-03-17T09:30:00Z"}});
  EXPECT_EQ(domain::GetField(Stored(code), "deadline.promised_due"), "2026-03-17T09:30:00Z");
  ASSERT_EQ(Stored(code).defects_size(), 1);
  EXPECT_EQ(Stored(code).defects(0).kind(), dossier::v1::Defect::KIND_MISSING_REASON);
}

TEST_F(InboundTest, ANumberThatTwoIssuersUseIsTheCounterpartsOwn) {
  dossier::v1::Dossier submitted = NewDossier("H29.X01", "1");
  submitted.set_code("123/2026");  // no legal shape: one of the portal's codes
  Report("DVC.1", 1, submitted);
  const std::string code = core::LoadDossier(engine_, IdOf("123/2026"))->dossier.code();
  dossier::v1::Dossier other = NewDossier("H29.X05", "2");
  auto& number = *other.add_codes();
  number.set_issuer(kAgency);
  number.set_kind(dossier::v1::CodeReference::KIND_LOCAL_ID);
  number.set_code("123/2026");
  Push(other);
  ASSERT_EQ(IdOf("123/2026"), 0) << "two mean different dossiers by it";
  Report("DVC.1", 2, DossierWith({{"code", "123/2026"}, {"subject", "B"}}));
  EXPECT_THAT(DeadLetters(), IsEmpty());
  EXPECT_EQ(Stored(code).subject(), "B");
}

TEST_F(InboundTest, ADeadLetterCarriesTheSharedCode) {
  const std::string code = Begun("DVC.1");
  Report("DVC.1", 2, DossierWith({{"contact.email", std::string(200, 'x')}}));
  pb::InboundItem item;
  item.set_key("DVC.1");
  item.mutable_error()->set_field("TrangThaiHoSo");
  item.mutable_error()->set_reason("has no code 77");
  *adapter_.report.add_items() = item;
  RunLater();
  Report("DVC.7", 1, DossierWith({{"code", "H29.X01-260303-7777"}}));
  RunLater();  // it has waited for its dossier
  for (const auto& letter : DeadLetters()) {
    EXPECT_EQ(letter.code(), letter.key() == "DVC.1" ? code : "H29.X01-260303-7777");
  }
  EXPECT_EQ(DeadLetters().size(), 3U);
}

TEST_F(InboundTest, AnElementThatWasRefusedIsTakenInWholeLater) {
  const std::string code = Begun("DVC.1");
  EditAs("city", code, {{"status", "2"}});
  Report("DVC.1", 2, DossierWith({{"papers[p9].name", "Đơn"}}));
  EXPECT_EQ(Stored(code).papers_size(), 0) << "since the acceptance papers are the city's";
  EditAs("city", code, {{"status", "5"}});  // now the applicant is asked for more
  Report("DVC.1", 3, DossierWith({{"papers[p9].name", "Đơn"}, {"papers[p9].quantity", "1"}}));
  EXPECT_THAT(DeadLetters(), IsEmpty());
  ASSERT_EQ(Stored(code).papers_size(), 1);
  EXPECT_EQ(Stored(code).papers(0).name(), "Đơn") << "though it said so before already";
}

TEST_F(InboundTest, AFeedWithoutVersionsMaySayTheSameTwice) {
  const std::string code = Begun("DVC.1");
  for (const char* subject : {"B", "C", "B"}) {
    Report("DVC.1", 0, DossierWith({{"subject", subject}}));
    EXPECT_EQ(Stored(code).subject(), subject);
  }
}

TEST_F(InboundTest, ARecordUnderASecondKeyIsADeadLetter) {
  const std::string code = Begun("DVC.1");
  Report("DVC.2", 1, DossierWith({{"code", code}, {"subject", "B"}}));
  ASSERT_EQ(DeadLetters().size(), 1U);
  EXPECT_EQ(DeadLetters()[0].code(), code);
  EXPECT_THAT(DeadLetters()[0].reason(), HasSubstr("twice"));
}

}  // namespace
}  // namespace lienthong::sync
