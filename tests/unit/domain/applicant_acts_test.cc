// What the applicant does after handing in: withdraws, replies to a supplement round.
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/domain/stages.h"

namespace lienthong::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

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

}  // namespace
}  // namespace lienthong::domain
