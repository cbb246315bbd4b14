// What a citizen does at the portal with a dossier that began elsewhere.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

class OtherChannelTest : public EngineTest {
 protected:
  OtherChannelTest() { Begin(); }

  // Of agency/H29.X05, which asks for a fee and a supplement; given to an agency that the portal
  // serves, or not.
  std::string PushWaiting(const std::string& given_to) {
    dossier::v1::Dossier dossier = NewDossier("H29.X05", "5");
    dossier.MergeFrom(DossierWith({{"fees[f1].code", "LP01"},
                                   {"fees[f1].name", "invented"},
                                   {"fees[f1].amount_vnd", "5000"},
                                   {"supplements[r1].content", "invented"},
                                   {"assignments[a1].agency", given_to},
                                   {"assignments[a1].role", "2"}}));
    return Push(std::move(dossier));
  }
  // As the portal names things: by its number of the dossier, the code of the fee, the open round.
  void Report(const std::string& code) {
    pb::InboundItem item;
    item.set_key(code);
    auto& said = *item.mutable_dossier();
    said.set_code(code);
    auto& line = *said.add_fees();
    line.set_code("LP01");
    line.set_paid_vnd(5000);
    line.set_payment_reference("GD-1");
    line.set_payment_channel(dossier::v1::ONLINE_PAYMENT_PORTAL);
    auto& reply = *said.add_supplements();
    reply.set_reply_note("invented");
    reply.set_answered(true);
    reply.add_paper_ids("p9");
    said.MergeFrom(DossierWith({{"papers[p9].name", "invented"},
                                {"requests[w1].kind", "1"},
                                {"requests[w1].content", "invented"}}));
    *adapter_.report.add_items() = std::move(item);
    RunLater();
  }
};

TEST_F(OtherChannelTest, WhatItTakesFromTheApplicantStands) {
  const std::string code = PushWaiting("H29.X01");
  ASSERT_EQ(Stored(code).finance_state(), dossier::v1::FINANCE_STATE_DUE);
  Report(code);
  const dossier::v1::Dossier stored = Stored(code);
  EXPECT_EQ(stored.fees(0).paid_vnd(), 5000);
  EXPECT_EQ(stored.fees(0).collector(), "portal");
  EXPECT_EQ(stored.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_TRUE(stored.supplements(0).answered());
  ASSERT_EQ(stored.papers_size(), 1);
  EXPECT_EQ(stored.papers(0).id(), "p9");
  ASSERT_EQ(stored.requests_size(), 1);
  EXPECT_EQ(stored.requests(0).author(), "portal");
  EXPECT_EQ(stored.status(), dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  EXPECT_TRUE(store_.Read({.table = store::Table::kConflict}).value().empty());
}

TEST_F(OtherChannelTest, OfOtherAgenciesItTakesNothing) {
  const std::string code = PushWaiting("H29.X06");
  const int64_t revision = Stored(code).revision();
  Report(code);
  EXPECT_EQ(Stored(code).revision(), revision);
  EXPECT_FALSE(store_.Read({.table = store::Table::kConflict}).value().empty());
}

}  // namespace
}  // namespace lienthong::sync
