#include "gateway/core/parties.h"

#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/digest.h"
#include "gateway/core/requests.h"
#include "gateway/domain/fields.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/receipt/v1/receipt_service.pb.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PartiesTest, EachHasANameOfItsOwnAndAnAgency) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "city", .agencies = {"H29.C01"}}), IsOk());
  EXPECT_THAT(parties.Add({.name = "city", .agencies = {"H29.C02"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("city is there twice")));
  EXPECT_THAT(parties.Add({.name = "district", .agencies = {}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("no agency")));
  EXPECT_THAT(parties.Add({.name = "", .agencies = {"H29.C01"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  EXPECT_EQ(parties.all().size(), 1U);
  EXPECT_NE(parties.Find("city"), nullptr);
  EXPECT_EQ(parties.Find("district"), nullptr);
}

TEST(PartiesTest, AgenciesAndLinksSpeakForTheirParty) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "agency/H29.X05", .agencies = {"H29.X05"}}), IsOk());
  const auto find = [&](CallerKind kind, const char* name) {
    return parties.ForCaller({kind, name, {}});
  };
  EXPECT_EQ(find(CallerKind::kAgency, "agency/H29.X05").value(), parties.Find("agency/H29.X05"));
  EXPECT_EQ(find(CallerKind::kLink, "agency/H29.X05").value(), parties.Find("agency/H29.X05"));
  for (const auto& refused :
       {find(CallerKind::kPortal, "agency/H29.X05"), find(CallerKind::kOperator, "agency/H29.X05"),
        find(CallerKind::kAgency, "agency/H29.X99")}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
    EXPECT_EQ(ReasonOf(refused), "CALL_NOT_ALLOWED");
  }
}

dossier::v1::Dossier Begun(const char* agency, dossier::v1::Status status,
                           dossier::v1::Channel channel) {
  dossier::v1::Dossier dossier;
  dossier.mutable_reception()->set_agency(agency);
  dossier.mutable_origin()->set_channel(channel);
  dossier.set_status(status);
  return dossier;
}

std::vector<std::string> FaultsOf(const Party& party, const dossier::v1::Dossier& dossier) {
  std::vector<std::string> fields;
  for (const FieldViolation& violation : CheckCreate(party, dossier, "dossier.")) {
    fields.push_back(violation.field);
  }
  EXPECT_EQ(MayCreate(party, dossier), fields.empty());
  return fields;
}

TEST(CheckCreateTest, WhoSubmitsDoesNothingOfWhatOthersDoLater) {
  const Party portal = {.name = "online", .submits = true, .agencies = {"H29.C01"}};
  const Party counter = {.name = "city", .receives = true, .agencies = {"H29.C01"}};
  const dossier::v1::Dossier submitted =
      Begun("H29.C01", dossier::v1::STATUS_SUBMITTED, dossier::v1::CHANNEL_ONLINE);
  for (const char* path :
       {"reception.received_time", "reception.refused_time", "deadline.promised_due",
        "outcome.finished_time", "outcome.returned_time"}) {
    dossier::v1::Dossier done = submitted;
    ASSERT_THAT(domain::SetField(done, path, "2026-03-03T01:00:00Z"), IsOk());
    EXPECT_THAT(FaultsOf(portal, done), ElementsAre(std::string("dossier.") + path));
    EXPECT_THAT(FaultsOf(counter, done), IsEmpty());
  }
}

TEST(CheckCreateTest, WhoReceivesBeginsADossierAtAnyState) {
  const Party counter = {.name = "city", .receives = true, .agencies = {"H29.C01"}};
  for (int status = 1; status <= 10; ++status) {
    EXPECT_THAT(FaultsOf(counter, Begun("H29.C01", static_cast<dossier::v1::Status>(status),
                                        dossier::v1::CHANNEL_COUNTER)),
                IsEmpty());
  }
  EXPECT_THAT(FaultsOf(counter, Begun("H29.C02", dossier::v1::STATUS_ACCEPTED,
                                      dossier::v1::CHANNEL_COUNTER)),
              ElementsAre("dossier.reception.agency"));
}

TEST(CheckCreateTest, AChannelOfOriginSubmitsOnlineAndNothingElse) {
  const Party channel = {.name = "online", .submits = true, .agencies = {"H29.C01"}};
  EXPECT_THAT(FaultsOf(channel, Begun("H29.C01", dossier::v1::STATUS_SUBMITTED,
                                      dossier::v1::CHANNEL_ONLINE)),
              IsEmpty());
  for (int status = 2; status <= 10; ++status) {
    EXPECT_THAT(FaultsOf(channel, Begun("H29.C01", static_cast<dossier::v1::Status>(status),
                                        dossier::v1::CHANNEL_COUNTER)),
                ElementsAre("dossier.status", "dossier.origin.channel"));
  }
  EXPECT_THAT(FaultsOf(channel, Begun("H29.X05", dossier::v1::STATUS_SUBMITTED,
                                      dossier::v1::CHANNEL_ONLINE)),
              ElementsAre("dossier.reception.agency"));
}

TEST(CheckCreateTest, WhoOnlyLeadsBeginsNone) {
  const Party software = {.name = "district", .leads = true, .agencies = {"H29.X05"}};
  EXPECT_THAT(FaultsOf(software, Begun("H29.X05", dossier::v1::STATUS_SUBMITTED,
                                       dossier::v1::CHANNEL_ONLINE)),
              ElementsAre("dossier.reception.agency"));
}

TEST(PartiesTest, TheReceiverOfAnAgencyIsTheOneThatReceivesForIt) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "city", .receives = true, .agencies = {"H29.C01", "H29.C02"}}),
              IsOk());
  ASSERT_THAT(parties.Add({.name = "agency/H29.C02", .receives = true, .agencies = {"H29.C02"}}),
              IsOk());
  ASSERT_THAT(parties.Add({.name = "district", .leads = true, .agencies = {"H29.C01"}}), IsOk());
  ASSERT_NE(parties.ReceiverFor("H29.C01"), nullptr);
  EXPECT_EQ(parties.ReceiverFor("H29.C01")->name, "city");
  EXPECT_EQ(parties.ReceiverFor("H29.C02"), nullptr) << "two";
  EXPECT_EQ(parties.ReceiverFor("H29.C03"), nullptr) << "none";
}

TEST(PartiesTest, ACodeIsOfTheSeriesOfTheAgencyThatItNames) {
  Parties parties;
  ASSERT_THAT(parties.Add({.name = "city", .receives = true, .agencies = {"H29.C01"}}), IsOk());
  ASSERT_THAT(parties.Add({.name = "agency/H29.X05", .leads = true, .agencies = {"H29.X05"}}),
              IsOk());
  const std::set<std::string> own = {"H29.X05"};
  for (const char* code : {"H29.X05-260302-0001", "h29.x05-20260302-0000001", "G09.20-260302-0001",
                           "DVC.2026.0000123", "H29.C01", "H29.C01-260302-1", ""}) {
    EXPECT_EQ(parties.SeriesProblem(own, code), "") << code;
  }
  for (const char* code : {"H29.C01-260302-0001", " h29.c01-20260302-0000001"}) {
    EXPECT_THAT(parties.SeriesProblem(own, code),
                AllOf(HasSubstr("H29.C01"), HasSubstr("leave it out")))
        << code;
  }
}

TEST(DigestTest, OfARequestHoldsItsMethodAndNotItsId) {
  receipt::v1::CommitReceiptRequest commit;
  commit.set_request_id("one");
  commit.set_reservation_id("H29.X05");
  receipt::v1::ReserveReceiptRequest reserve;
  reserve.set_agency("H29.X05");
  ASSERT_NE(DigestOfRequest(commit), DigestOfRequest(reserve)) << "though they look alike";
  receipt::v1::CommitReceiptRequest again = commit;
  again.set_request_id("two");
  EXPECT_EQ(DigestOfRequest(again), DigestOfRequest(commit));
  again.set_reservation_id("another");
  EXPECT_NE(DigestOfRequest(again), DigestOfRequest(commit));
}

TEST(DigestTest, IsSha256) {
  EXPECT_EQ(HexSha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Sha256("").size(), 32U);
}

TEST(DigestTest, EqualMessagesHaveEqualDigests) {
  dossier::v1::Dossier one, other;
  one.set_note("a");
  one.mutable_contact()->set_phone("1");
  other.mutable_contact()->set_phone("1");
  other.set_note("a");
  EXPECT_EQ(DigestOf(one), DigestOf(other));
  other.mutable_contact()->set_email("");
  EXPECT_NE(DigestOf(one), DigestOf(other)) << "presence counts";
}

}  // namespace
}  // namespace lienthong::core
