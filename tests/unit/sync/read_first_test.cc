// A link whose counterpart only calls, and whose store was restored from a backup: what it has told
// since is gone here, and stands in its records.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/core/conflicts.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr const char* kKey = "DVC.1";

class ReadFirstTest : public EngineTest {
 protected:
  ReadFirstTest() {
    adapter_.can().set_patch(false);
    adapter_.can().set_read_back(true);
    adapter_.can().set_calls_only(true);
    Begin();
    Call(ItemWith(NewDossier("H29.X01", "1")));
    if (adapter_.is_called()) Answer(pb::OUTCOME_APPLIED);
    code_ = Stored(kKey).code();
  }

  static pb::InboundItem ItemWith(dossier::v1::Dossier dossier) {
    pb::InboundItem item;
    item.set_key(kKey);
    *item.mutable_dossier() = std::move(dossier);
    return item;
  }
  void Call(const pb::InboundItem& item) {
    pb::ReceiveReply meaning;
    *meaning.add_items() = item;
    pb::ReceiveRequest request;
    request.set_body(meaning.SerializeAsString());
    bool answered = false;
    link_->Receive(request, clock_.Now() + absl::Seconds(5),
                   [&answered](const auto& reply) { answered = reply.ok(); });
    Run();
    EXPECT_TRUE(answered);
  }
  // As it stands there when it is looked up.
  void Hold(const Fields& fields) {
    adapter_.record.set_found(true);
    *adapter_.record.mutable_item() = ItemWith(DossierWith(fields));
  }
  void Restore() {
    store_.SetEpoch(2);
    Begin();
  }
  std::vector<storage::v1::ConflictRecord> Conflicts() const {
    std::vector<storage::v1::ConflictRecord> conflicts;
    const std::vector<store::Row> rows = store_.Read({.table = store::Table::kConflict}).value();
    for (const store::Row& row : rows) {
      conflicts.push_back(core::ReadConflict(engine_, row).value().record);
    }
    return conflicts;
  }
  std::vector<std::string> Subjects() const {
    std::vector<std::string> subjects;
    for (const pb::OutboundItem& item : adapter_.sent) subjects.push_back(item.dossier().subject());
    return subjects;
  }

  std::string code_;
};

TEST_F(ReadFirstTest, WhatACitizenToldSinceTheBackupIsTakenIn) {
  Hold({{"subject", "told by call"}});
  Restore();
  EXPECT_EQ(Stored(code_).subject(), "told by call");
  EXPECT_FALSE(Lane(code_).look_up_first());
}

// The gateway's word is older than what stands there, and would have gone out over it.
TEST_F(ReadFirstTest, BeforeTheFirstRecordGoesOut) {
  Hold({{"subject", "told by call"}});
  EditAs("city", code_, {{"status", "2"}});
  EditAs("city", code_, {{"subject", "the city's"}});
  adapter_.sent.clear();
  Restore();
  ASSERT_THAT(Conflicts(), SizeIs(1));
  EXPECT_EQ(Conflicts()[0].proposed_value(), "told by call");
  EXPECT_EQ(Subjects(), std::vector<std::string>{"the city's"});
}

// Sent again, it would put an old record in the place of the one that was read.
TEST_F(ReadFirstTest, ADeliveryThatTheBackupWasAtIsLeftBehind) {
  EditAs("city", code_, {{"status", "2"}});
  EditAs("city", code_, {{"subject", "old"}});
  Run();
  ASSERT_TRUE(adapter_.is_called());
  EditAs("city", code_, {{"subject", "new"}});
  Hold({{"subject", "new"}, {"status", "2"}});
  adapter_.sent.clear();
  Restore();
  EXPECT_THAT(Subjects(), Not(Contains("old")));
}

TEST_F(ReadFirstTest, WhatBothSidesHoldAlikeIsNoNews) {
  Hold({{"subject", "the city's"}});
  EditAs("city", code_, {{"status", "2"}});
  EditAs("city", code_, {{"subject", "the city's"}});
  adapter_.sent.clear();
  Restore();
  EXPECT_THAT(Conflicts(), IsEmpty());
  EXPECT_THAT(adapter_.sent, IsEmpty()) << "it stands there since before the restore";
}

// Absence is never deletion, and what is absent is delivered again.
TEST_F(ReadFirstTest, WhatIsNotThereGoesOutAgain) {
  Hold({{"note", "x"}});
  adapter_.sent.clear();
  Restore();
  EXPECT_EQ(Stored(code_).subject(), "A");
  EXPECT_EQ(Subjects(), std::vector<std::string>{"A"});
}

TEST_F(ReadFirstTest, ALookUpThatFailsIsTriedAgainAndNeverSkipped) {
  adapter_.look_up_status = absl::UnavailableError("down");
  Restore();
  EditAs("city", code_, {{"status", "2"}});
  const size_t sent = adapter_.sent.size();
  const size_t asked = adapter_.looked_up.size();
  EXPECT_GE(asked, 1U);
  RunLater();
  EXPECT_GT(adapter_.looked_up.size(), asked);
  EXPECT_LT(adapter_.looked_up.size(), asked + 5) << "it backs off";
  EXPECT_EQ(adapter_.sent.size(), sent);
  Hold({{"subject", "told by call"}});
  adapter_.look_up_status = absl::OkStatus();
  RunLater();
  EXPECT_THAT(Conflicts(), SizeIs(1)) << "it is the city's by now";
}

TEST_F(ReadFirstTest, ARestartDoesNotForgetIt) {
  adapter_.is_look_up_silent = true;
  Restore();
  EXPECT_TRUE(Lane(code_).look_up_first());
  adapter_.is_look_up_silent = false;
  Hold({{"subject", "told by call"}});
  Begin();
  EXPECT_EQ(Stored(code_).subject(), "told by call");
}

TEST_F(ReadFirstTest, AStoreThatRefusesDoesNotForgetIt) {
  adapter_.is_look_up_silent = true;
  Restore();
  Hold({{"subject", "told by call"}});
  store_.Refuse(true);
  adapter_.AnswerLookUp();
  EXPECT_FALSE(link_->Tick().ok());
  store_.Refuse(false);
  Run();
  EXPECT_EQ(Stored(code_).subject(), "told by call");
}

// The record was read before the call was made: it would put the newer word back.
TEST_F(ReadFirstTest, WhatIsToldMeanwhileIsNewerThanWhatWasRead) {
  adapter_.is_look_up_silent = true;
  Restore();
  Call(ItemWith(DossierWith({{"subject", "newer"}})));
  Hold({{"subject", "older"}});
  adapter_.is_look_up_silent = false;
  adapter_.AnswerLookUp();
  Hold({{"subject", "newer"}});
  Run();
  EXPECT_EQ(Stored(code_).subject(), "newer");
  EXPECT_THAT(adapter_.looked_up, SizeIs(2));
  EXPECT_FALSE(Lane(code_).look_up_first());
}

TEST_F(ReadFirstTest, WithoutARecordThereTheLaneGoesOn) {
  Restore();
  EXPECT_FALSE(Lane(code_).look_up_first());
  EXPECT_EQ(Stored(code_).subject(), "A");
}

TEST_F(ReadFirstTest, WhatCannotBeReadIsLeftToAPersonAndTheLaneGoesOn) {
  Hold({{"subject", "told by call"}});
  adapter_.record.mutable_item()->mutable_error()->set_field("body");
  adapter_.record.mutable_item()->mutable_error()->set_reason("cannot be read");
  Restore();
  EXPECT_FALSE(Lane(code_).look_up_first());
  ASSERT_THAT(DeadLetters(), SizeIs(1));
  EXPECT_EQ(DeadLetters()[0].direction(), v1::DeadLetter::DIRECTION_INBOUND);
}

TEST_F(ReadFirstTest, WhatHasAFeedOrCannotBeReadBackIsNotLookedUp) {
  adapter_.can().set_calls_only(false);
  Restore();
  adapter_.can().set_calls_only(true);
  adapter_.can().set_read_back(false);
  store_.SetEpoch(3);
  Begin();
  EXPECT_THAT(adapter_.looked_up, IsEmpty());
}

// It was, when the store was restored.
TEST_F(ReadFirstTest, WhatCannotBeReadBackAnyMoreIsDeliveredAsItIs) {
  adapter_.look_up_status = absl::UnavailableError("down");
  EditAs("city", code_, {{"status", "2"}});
  EditAs("city", code_, {{"subject", "the city's"}});
  adapter_.sent.clear();
  Restore();
  EXPECT_THAT(adapter_.sent, IsEmpty());
  adapter_.can().set_read_back(false);
  RunLater();
  EXPECT_EQ(Subjects(), std::vector<std::string>{"the city's"});
}

// Which of ours an element without our id is nobody can tell.
TEST_F(ReadFirstTest, ElementsWithoutOurIdsAreLeftOut) {
  adapter_.can().add_unnamed_elements("papers");
  adapter_.can().add_unnamed_elements("fees");
  Hold({{"subject", "A"}, {"papers[1].name", "a paper"}});
  adapter_.record.mutable_item()->mutable_dossier()->add_fees()->set_code("nobody's");
  Restore();
  EXPECT_EQ(Stored(code_).papers_size() + Stored(code_).fees_size(), 0);
  EXPECT_THAT(Conflicts(), IsEmpty());
  EXPECT_THAT(DeadLetters(), IsEmpty());
}

// What was read is a newer revision, and takes elements along from before the backup.
TEST_F(ReadFirstTest, StepsThatMayStandThereAreStillSaidToBe) {
  adapter_.can().add_append_only("steps");
  Hold({{"subject", "told by call"}});
  EditAs("city", code_,
         {{"status", "2"},
          {"steps[tp-1].time", "2026-03-03T01:00:00Z"},
          {"steps[tp-1].content", "done"}});
  Restore();
  for (int i = 0; i < 4 && adapter_.is_called(); ++i) Answer(pb::OUTCOME_APPLIED);
  EXPECT_THAT(Lane(code_).possible_duplicates(), ElementsAre("steps[tp-1]"));
}

}  // namespace
}  // namespace lienthong::sync
