// What the applicant does after handing in: withdraws, replies to a supplement round, pays; where
// the dossier began or at another channel.
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "tests/support/filled_message.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

using dossier::v1::Dossier;
using dossier::v1::RequestEvent;

Dossier Parsed(const std::string& text) {
  Dossier dossier;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &dossier));
  return dossier;
}

Dossier Withdrawal(const std::string& reason = "invented") {
  Dossier wanted = Parsed(R"(requests { id: "rut-1" kind: KIND_WITHDRAW
                                        time { seconds: 1772490000 } })");
  wanted.mutable_requests(0)->set_content(reason);
  return wanted;
}

TEST(WithdrawalTest, IsAppendedByItsChannelAtEveryStageAndMovesNoStatus) {
  for (const Stage stage : kStages) {
    const Dossier current = DossierAt(stage);
    const MergeResult result = MergeAll(current, Withdrawal(), WriterFor(Part::kOrigin));
    EXPECT_THAT(result.proposals, IsEmpty()) << NameOf(stage);
    ASSERT_EQ(result.next.requests_size(), 1) << NameOf(stage);
    EXPECT_EQ(result.next.requests(0).kind(), RequestEvent::KIND_WITHDRAW);
    EXPECT_EQ(result.next.requests(0).author(), "online");
    EXPECT_EQ(result.next.status(), current.status());
    EXPECT_FALSE(result.status_changed);
  }
}

TEST(WithdrawalTest, TheSameCallTwiceIsOne) {
  const Dossier first =
      MergeAll(DossierAt(Stage::kLed), Withdrawal(), WriterFor(Part::kOrigin)).next;
  const MergeResult again = MergeAll(first, Withdrawal(), WriterFor(Part::kOrigin));
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(again.proposals, IsEmpty());
}

TEST(WithdrawalTest, IsNotRewritten) {
  const Dossier first =
      MergeAll(DossierAt(Stage::kLed), Withdrawal(), WriterFor(Part::kOrigin)).next;
  const MergeResult again = MergeAll(first, Withdrawal("another"), WriterFor(Part::kOrigin));
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(PathsOf(again.proposals), ElementsAre("requests[rut-1].content"));
}

TEST(WithdrawalTest, TheOwnerOfTheStageDecidesTheStatus) {
  for (const Stage stage : kStages) {
    const Dossier asked = MergeAll(DossierAt(stage), Withdrawal(), WriterFor(Part::kOrigin)).next;
    const MergeResult applicant = MergeField(asked, "status", "7", WriterFor(Part::kOrigin));
    EXPECT_FALSE(applicant.status_changed) << NameOf(stage);
    EXPECT_THAT(PathsOf(applicant.proposals), ElementsAre("status"));
    const Part owner = stage >= Stage::kLed ? Part::kLead : Part::kReceiving;
    EXPECT_EQ(MergeField(asked, "status", "7", WriterFor(owner)).next.status(),
              dossier::v1::STATUS_WITHDRAWN)
        << NameOf(stage);
  }
}

// Accepted, led by the district, which waits for a supplement.
Dossier Waiting() {
  Dossier dossier = DossierAt(Stage::kLed);
  dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'410'000);
  dossier.mutable_deadline()->mutable_promised_due()->set_seconds(1'772'900'000);
  dossier.set_status(dossier::v1::STATUS_SUPPLEMENT_REQUESTED);
  dossier.MergeFrom(Parsed(R"(
      papers { id: "p1" name: "invented" }
      supplements { id: "bs-1" content: "invented" author: "district" })"));
  return dossier;
}

Dossier Reply(const std::string& paper) {
  Dossier wanted = Parsed(R"(supplements { id: "bs-1" reply_note: "invented" answered: true })");
  wanted.mutable_supplements(0)->add_paper_ids(paper);
  auto& added = *wanted.add_papers();
  added.set_id(paper);
  added.set_name("invented paper");
  return wanted;
}

TEST(ReplyTest, BringsItsPapersWhoeverOwnsTheOthersByThen) {
  for (const Part part : {Part::kOrigin, Part::kReceiving}) {
    const MergeResult result = MergeAll(Waiting(), Reply("p2"), WriterFor(part));
    EXPECT_THAT(result.proposals, IsEmpty()) << NameOf(part);
    ASSERT_EQ(result.next.papers_size(), 2) << NameOf(part);
    EXPECT_EQ(result.next.papers(1).name(), "invented paper");
    EXPECT_TRUE(result.next.supplements(0).answered());
    EXPECT_EQ(result.next.status(), dossier::v1::STATUS_SUPPLEMENT_REQUESTED)
        << "who asked decides what becomes of it";
  }
}

TEST(ReplyTest, TheSameReplyTwiceIsOne) {
  const Dossier first = MergeAll(Waiting(), Reply("p2"), WriterFor(Part::kOrigin)).next;
  const MergeResult again = MergeAll(first, Reply("p2"), WriterFor(Part::kOrigin));
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(again.proposals, IsEmpty());
}

TEST(ReplyTest, OthersBringNoPapers) {
  for (const Part part : {Part::kLead, Part::kCooperating, Part::kStranger}) {
    const MergeResult result = MergeAll(Waiting(), Reply("p2"), WriterFor(part));
    EXPECT_EQ(result.next.papers_size(), 1) << NameOf(part);
    EXPECT_FALSE(result.changed) << NameOf(part);
  }
}

TEST(ReplyTest, ChangesNoPaperThatIsThere) {
  const MergeResult result = MergeAll(Waiting(), Reply("p1"), WriterFor(Part::kOrigin));
  EXPECT_EQ(result.next.papers(0).name(), "invented");
  EXPECT_THAT(PathsOf(result.proposals), ElementsAre("papers[p1].name"));
}

TEST(ReplyTest, OnlyToARoundThatWaits) {
  Dossier answered = Waiting(), removed = Waiting(), none = Waiting();
  answered.mutable_supplements(0)->set_answered(true);
  removed.mutable_supplements(0)->set_removed(true);
  none.clear_supplements();
  for (const Dossier& current : {answered, removed, none}) {
    EXPECT_EQ(MergeAll(current, Reply("p2"), WriterFor(Part::kOrigin)).next.papers_size(), 1);
  }
}

TEST(ReplyTest, APaperThatItDoesNotNameIsNotPartOfIt) {
  Dossier wanted = Reply("p2");
  wanted.mutable_papers(0)->set_id("p3");
  EXPECT_EQ(MergeAll(Waiting(), wanted, WriterFor(Part::kOrigin)).next.papers_size(), 1);
}

// A channel at which the dossier did not begin.
Dossier AtTheCounter() {
  Dossier dossier = Waiting();
  dossier.mutable_origin()->set_system("city");
  dossier.MergeFrom(Parsed(R"(
      finance_state: FINANCE_STATE_DUE
      fees { id: "f" amount_vnd: 5000 author: "district" }
      fees { id: "g" amount_vnd: 7000 paid_vnd: 7000 collector: "city" author: "city" }
      fees { id: "h" amount_vnd: 9000 removed: true author: "city" }
      requests { id: "r-1" kind: KIND_WITHDRAW content: "first" author: "city" })"));
  return dossier;
}

Dossier Payment(const std::string& line) {
  return Parsed("fees { id: \"" + line + R"(" paid_vnd: 5000 paid_time { seconds: 1772450000 }
      payment_reference: "GD-1" payment_channel: ONLINE_PAYMENT_PORTAL })");
}

Writer ElsewheresChannel() {
  Writer writer = OtherChannel();
  writer.agencies = {"H29.X99"};
  return writer;
}

TEST(OtherChannelTest, TakesAWithdrawal) {
  const MergeResult asked = MergeAll(AtTheCounter(), Withdrawal(), OtherChannel());
  EXPECT_THAT(asked.proposals, IsEmpty());
  ASSERT_EQ(asked.next.requests_size(), 2);
  EXPECT_EQ(asked.next.requests(1).author(), "portal");
  EXPECT_EQ(asked.next.status(), AtTheCounter().status());
  EXPECT_FALSE(MergeAll(asked.next, Withdrawal(), OtherChannel()).changed) << "the same again";
  EXPECT_FALSE(MergeField(asked.next, "requests[r-1].content", "other", OtherChannel()).changed)
      << "another's event";
}

TEST(OtherChannelTest, TakesAReplyWithItsPapers) {
  const MergeResult reply = MergeAll(AtTheCounter(), Reply("p2"), OtherChannel());
  EXPECT_THAT(reply.proposals, IsEmpty());
  EXPECT_TRUE(reply.next.supplements(0).answered());
  ASSERT_EQ(reply.next.papers_size(), 2);
  EXPECT_EQ(reply.next.papers(1).name(), "invented paper");
  const MergeResult again = MergeAll(reply.next, Reply("p2"), OtherChannel());
  EXPECT_FALSE(again.changed);
  EXPECT_THAT(again.proposals, IsEmpty());
  EXPECT_FALSE(
      MergeField(reply.next, "supplements[bs-1].reply_note", "other", OtherChannel()).changed)
      << "the round has its reply";
  EXPECT_THAT(PathsOf(MergeAll(AtTheCounter(), Reply("p1"), OtherChannel()).proposals),
              ElementsAre("papers[p1].name"));
}

TEST(OtherChannelTest, RepliesOnlyToARoundThatWaits) {
  Dossier answered = AtTheCounter(), removed = AtTheCounter(), none = AtTheCounter();
  answered.mutable_supplements(0)->set_answered(true);
  removed.mutable_supplements(0)->set_removed(true);
  none.clear_supplements();
  for (const Dossier& current : {answered, removed, none}) {
    const MergeResult result = MergeAll(current, Reply("p2"), OtherChannel());
    EXPECT_FALSE(result.changed) << ::testing::PrintToString(result.paths);
  }
}

TEST(OtherChannelTest, CollectsOnALineThatNobodyCollectedOn) {
  const MergeResult paid = MergeAll(AtTheCounter(), Payment("f"), OtherChannel());
  EXPECT_THAT(paid.proposals, IsEmpty());
  EXPECT_EQ(paid.next.fees(0).paid_vnd(), 5000);
  EXPECT_EQ(paid.next.fees(0).collector(), "portal");
  EXPECT_EQ(paid.next.finance_state(), dossier::v1::FINANCE_STATE_PAID);
  EXPECT_EQ(MergeField(paid.next, "fees[f].refunded_vnd", "5000", OtherChannel())
                .next.fees(0)
                .refunded_vnd(),
            5000)
      << "who collected pays back";
  EXPECT_FALSE(MergeField(paid.next, "fees[f].paid_vnd", "1", WriterFor(Part::kReceiving)).changed);
  for (const char* line : {"g", "h", "new"}) {
    const MergeResult result = MergeAll(AtTheCounter(), Payment(line), OtherChannel());
    EXPECT_FALSE(result.changed) << line << ::testing::PrintToString(result.paths);
  }
}

TEST(OtherChannelTest, OfOtherAgenciesTakesNothing) {
  for (const Dossier& wanted : {Withdrawal(), Reply("p2"), Payment("f")}) {
    const MergeResult result = MergeAll(AtTheCounter(), wanted, ElsewheresChannel());
    EXPECT_FALSE(result.changed) << ::testing::PrintToString(result.paths);
    EXPECT_THAT(result.proposals, Not(IsEmpty()));
  }
}

TEST(OtherChannelTest, ChangesNothingElse) {
  const std::set<std::string> taken = {"fees[f].paid_vnd",
                                       "fees[f].paid_time",
                                       "fees[f].payment_reference",
                                       "fees[f].refunded_vnd",
                                       "fees[f].refunded_time",
                                       "fees[f].payment_channel",
                                       "supplements[bs-1].answered",
                                       "supplements[bs-1].paper_ids",
                                       "supplements[bs-1].received_by",
                                       "supplements[bs-1].received_time",
                                       "supplements[bs-1].reply_note"};
  Dossier filled;
  lienthong::testing::Fill(filled);
  int tried = 0;
  for (const std::string& schema_path : SchemaPaths()) {
    const options::v1::Owner owner = RulesOf(schema_path)->owner();
    if (owner == options::v1::OWNER_GATEWAY || owner == options::v1::OWNER_ISSUER) continue;
    const std::string value =
        schema_path == "status"
            ? "4"
            : *GetField(filled, absl::StrReplaceAll(schema_path, {{"[]", "[e1]"}}));
    for (const char* id : {"[e1]", "[f]", "[g]", "[h]", "[bs-1]", "[p1]", "[r-1]"}) {
      const std::string path = absl::StrReplaceAll(schema_path, {{"[]", id}});
      const bool new_request = path.starts_with("requests[") && !path.starts_with("requests[r-1]");
      if (taken.contains(path) || new_request) continue;
      const MergeResult result = MergeField(AtTheCounter(), path, value, OtherChannel());
      EXPECT_FALSE(result.changed) << path << ::testing::PrintToString(result.paths);
      ++tried;
    }
  }
  EXPECT_GT(tried, 500);
}

}  // namespace
}  // namespace lienthong::domain
