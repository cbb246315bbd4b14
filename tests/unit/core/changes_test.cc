#include "gateway/core/changes.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/core/tokens.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::google::protobuf::util::MessageDifferencer;
using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using dossier::v1::Change;
using dossier::v1::ListChangesRequest;
using dossier::v1::ListChangesResponse;
using status::v1::PullStatusesRequest;
using status::v1::PullStatusesResponse;

class ChangesTest : public CoreTest {
 protected:
  absl::StatusOr<ListChangesResponse> List(const RequestContext& context, const std::string& token,
                                           int rows) {
    ListChangesRequest request;
    request.set_resume_token(token);
    request.set_page_size(rows);
    return changes_.List(context, request);
  }
  absl::StatusOr<PullStatusesResponse> Pull(const RequestContext& context, const std::string& token,
                                            int rows) {
    PullStatusesRequest request;
    request.set_resume_token(token);
    request.set_page_size(rows);
    return changes_.PullStatuses(context, request);
  }
  // All pages of a size, as a careful caller reads them.
  std::vector<Change> All(const RequestContext& context, int rows) {
    std::vector<Change> all;
    std::string token;
    for (bool more = true; more;) {
      const auto page = List(context, token, rows);
      EXPECT_THAT(page, IsOk());
      if (!page.ok()) return all;
      EXPECT_LE(page->changes_size(), rows);
      all.insert(all.end(), page->changes().begin(), page->changes().end());
      token = page->resume_token();
      more = page->more();
    }
    return all;
  }
  // Two agencies, several dossiers, changes in turns.
  void MakeTraffic() {
    for (int i = 0; i < 4; ++i) codes_.push_back(Create(i % 2 == 0 ? "H29.X05" : "H29.X01"));
    for (int i = 0; i < 12; ++i) {
      const std::string agency = i % 2 == 0 ? "H29.X05" : "H29.X01";
      ASSERT_THAT(PushField(Agency(agency), codes_[i % 4], "note", absl::StrCat("note ", i)),
                  IsOk());
    }
  }

  std::vector<std::string> codes_;
};

TEST_F(ChangesTest, SmallPagesEqualOneBigPage) {
  MakeTraffic();
  for (const RequestContext& context : {Agency("H29.X05"), Agency("H29.X01"), Operator()}) {
    const std::vector<Change> big = All(context, 500);
    EXPECT_EQ(big.size(), context.caller.kind == CallerKind::kOperator ? 16U : 8U);
    for (const int rows : {1, 2, 3, 7}) {
      const std::vector<Change> small = All(context, rows);
      ASSERT_EQ(small.size(), big.size()) << rows;
      for (size_t i = 0; i < big.size(); ++i) {
        EXPECT_TRUE(MessageDifferencer::Equals(small[i], big[i])) << rows;
      }
    }
    for (size_t i = 1; i < big.size(); ++i) EXPECT_LT(big[i - 1].sequence(), big[i].sequence());
  }
}

TEST_F(ChangesTest, AChangeSaysWhatChangedAndNothingElse) {
  const std::string code = Create("H29.X05");
  clock_.Advance(absl::Minutes(1));
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "contact.phone", "0900000002"), IsOk());
  const std::vector<Change> all = All(Agency("H29.X05"), 500);
  ASSERT_EQ(all.size(), 2U);
  const Change& change = all.back();
  EXPECT_EQ(change.sequence(), 2);
  EXPECT_EQ(change.code(), code);
  EXPECT_EQ(change.revision(), 2);
  EXPECT_EQ(change.actor(), "agency/H29.X05");
  EXPECT_THAT(change.paths(), ElementsAre("contact.phone"));
  dossier::v1::Dossier expected;
  expected.mutable_contact()->set_phone("0900000002");
  EXPECT_TRUE(MessageDifferencer::Equals(change.after(), expected))
      << change.after().ShortDebugString();
  EXPECT_EQ(change.commit_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
}

TEST_F(ChangesTest, TheFirstChangeCarriesTheCode) {
  const std::string code = Create("H29.X05");
  const std::vector<Change> all = All(Agency("H29.X05"), 500);
  ASSERT_EQ(all.size(), 1U);
  const Change& first = all.front();
  EXPECT_EQ(first.after().code(), code);
  EXPECT_EQ(first.after().receipt_number(), code);
  EXPECT_THAT(first.paths(), ::testing::Contains("code"));
}

TEST_F(ChangesTest, ATokenGoesOnWhereItWasMade) {
  MakeTraffic();
  const auto first = List(Operator(), "", 500);
  ASSERT_THAT(first, IsOk());
  EXPECT_FALSE(first->more());
  EXPECT_THAT(List(Operator(), first->resume_token(), 500)->changes(), IsEmpty());
  ASSERT_THAT(PushField(Agency("H29.X05"), codes_[0], "note", "new"), IsOk());
  const auto next = List(Operator(), first->resume_token(), 500);
  ASSERT_EQ(next->changes_size(), 1);
  EXPECT_EQ(next->changes(0).after().note(), "new");
}

TEST_F(ChangesTest, NowMeansOnlyWhatComesFromNowOn) {
  MakeTraffic();
  const auto first = List(Agency("H29.X05"), "now", 100);
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(first->changes(), IsEmpty());
  EXPECT_FALSE(first->more());
  ASSERT_THAT(PushField(Agency("H29.X05"), codes_[0], "note", "later"), IsOk());
  const auto next = List(Agency("H29.X05"), first->resume_token(), 100);
  ASSERT_THAT(next, IsOk());
  ASSERT_EQ(next->changes_size(), 1);
  EXPECT_EQ(next->changes(0).after().note(), "later");
}

TEST_F(ChangesTest, TheTokenMovesPastWhatTheCallerMayNotSee) {
  MakeTraffic();
  const auto page = List(Agency("H29.X07"), "", 500);
  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->changes(), IsEmpty());
  EXPECT_EQ(ReadToken("changes", page->resume_token(), store_.Info().epoch).value(), 16);
}

TEST_F(ChangesTest, AnAgencyFollowsWhatItReceivedAndWhatIsAssignedFromThenOn) {
  const std::string code = Create("H29.X05");
  EXPECT_THAT(All(Agency("H29.X07"), 500), IsEmpty());
  HandTo(code, "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "after"), IsOk());
  EXPECT_EQ(All(Agency("H29.X07"), 500).size(), 3U)
      << "the assignment, its answer, and what came after";
  EXPECT_THAT(All(Agency("H29.X01"), 500), IsEmpty());
}

TEST_F(ChangesTest, WhoIsAssignedLaterGetsTheWholeDossierFirst) {
  dossier::v1::Dossier begun = NewDossier("H29.X05");
  for (const char* id : {"b", "a"}) {
    auto& step = *begun.add_steps();
    step.set_id(id);
    step.mutable_time()->set_seconds(absl::ToUnixSeconds(clock_.Now()));
    step.set_content("invented");
  }
  const std::string code = Push(Agency("H29.X05"), begun)->code();
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "contact.phone", "0900000002"), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "before"), IsOk());
  HandTo(code, "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "after"), IsOk());
  HandTo(code, "H29.X07", "H29.X01");
  for (const auto& [agency, first] : std::vector<std::pair<std::string, int64_t>>{
           {"H29.X05", 1}, {"H29.X07", 4}, {"H29.X01", 7}}) {
    dossier::v1::Dossier built;
    for (const Change& change : All(Agency(agency), 2)) {
      EXPECT_EQ(change.whole(), change.revision() == first) << agency << change.revision();
      const std::vector<std::string> paths(change.paths().begin(), change.paths().end());
      domain::Overlay(change.after(), paths, built);
      EXPECT_GE(change.revision(), first);
      if (change.whole()) built = change.after();  // with the order of its lists
    }
    LIENTHONG_ASSERT_OK_AND_ASSIGN(dossier::v1::Dossier stored, Get(Agency("H29.X05"), code));
    stored.clear_revision();
    EXPECT_TRUE(MessageDifferencer::Equals(built, stored)) << agency << "\n"
                                                           << built.DebugString() << "\n"
                                                           << stored.DebugString();
  }
  for (const Change& change : All(Operator(), 500)) {
    EXPECT_EQ(change.whole(), change.revision() == 1) << "an operator saw it from the beginning";
  }
}

TEST_F(ChangesTest, TheWholeIsThatOfItsRevisionAndHasAllPaths) {
  const std::string code = Create("H29.X05");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "at hand-over"), IsOk());
  HandTo(code, "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "later"), IsOk());
  const std::vector<Change> seen = All(Agency("H29.X07"), 500);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].after().note(), "at hand-over");
  EXPECT_EQ(seen[0].after().code(), code);
  std::vector<std::string> paths;
  for (const auto& [path, value] : domain::Flatten(seen[0].after())) paths.push_back(path);
  EXPECT_THAT(seen[0].paths(), ::testing::ElementsAreArray(paths));
  EXPECT_THAT(paths, ::testing::IsSupersetOf({"applicant.name", "assignments[to-H29.X07].agency"}));
}

TEST_F(ChangesTest, AnAgencyOnceAssignedStillFollows) {
  const std::string code = Create("H29.X05");
  HandTo(code, "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X07"), code, "assignments[to-H29.X07].answer", "2"), IsOk());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "note", "after"), IsOk());
  const std::vector<Change> followed = All(Agency("H29.X07"), 500);
  ASSERT_FALSE(followed.empty());
  EXPECT_EQ(followed.back().after().note(), "after");
}

TEST_F(ChangesTest, TokensThatAreNotOursAreRefused) {
  MakeTraffic();
  const int64_t epoch = store_.Info().epoch;
  EXPECT_EQ(ReasonOf(List(Operator(), MakeToken("dossiers", epoch, 1), 1)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(List(Operator(), "garbage!", 1)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(List(Operator(), MakeToken("changes", epoch, 17), 1)), "PAGE_TOKEN_INVALID")
      << "ahead";
  EXPECT_THAT(List(Operator(), MakeToken("changes", epoch, 16), 1), IsOk());
  EXPECT_EQ(ReasonOf(Pull(Portal(), MakeToken("statuses", epoch, 17), 1)), "PAGE_TOKEN_INVALID");
  EXPECT_THAT(Pull(Portal(), MakeToken("statuses", epoch, 16), 1), IsOk());
  EXPECT_EQ(ReasonOf(Pull(Portal(), MakeToken("changes", epoch, 16), 1)), "PAGE_TOKEN_INVALID")
      << "another service";
  EXPECT_EQ(ReasonOf(List(Operator(), MakeToken("statuses", epoch, 16), 1)), "PAGE_TOKEN_INVALID");
  EXPECT_EQ(ReasonOf(List(Operator(), "", -1)), "FIELD_INVALID");
}

TEST_F(ChangesTest, TokensFromBeforeARestoreAreOutOfRange) {
  MakeTraffic();
  const std::string token = List(Operator(), "", 3)->resume_token();
  store_.Restore();
  const std::string statuses = MakeToken(kStatusesToken, store_.Info().epoch - 1, 3);
  for (const absl::Status& status :
       {List(Operator(), token, 3).status(), Pull(Portal(), statuses, 3).status()}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kOutOfRange));
    EXPECT_EQ(ReasonOf(status), "STORE_RESTORED");
  }
  EXPECT_THAT(List(Operator(), "", 3), IsOk()) << "from the beginning again";
}

TEST_F(ChangesTest, AnOperatorSaysWhyItReadsChanges) {
  EXPECT_EQ(ReasonOf(List(Operator(""), "", 1)), "FIELD_INVALID");
}

TEST_F(ChangesTest, StatusesEachOnceAndAsTheyAreNow) {
  MakeTraffic();
  HandTo(codes_[0], "H29.X05", "H29.X07");
  ASSERT_THAT(PushField(Agency("H29.X07"), codes_[0], "status", "4"), IsOk());
  const auto page = Pull(Portal(), "", 500);
  ASSERT_THAT(page, IsOk());
  std::vector<std::string> codes;
  for (const auto& status : page->statuses()) codes.push_back(status.code());
  EXPECT_EQ(codes, codes_) << "each once, oldest change first";
  EXPECT_EQ(page->statuses(0).status(), dossier::v1::STATUS_PROCESSING);
  EXPECT_EQ(page->statuses(1).status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_EQ(page->statuses(0).revision(), 7);
  EXPECT_FALSE(page->more());
  EXPECT_THAT(Pull(Portal(), page->resume_token(), 500)->statuses(), IsEmpty());
}

TEST_F(ChangesTest, StatusesBySmallPagesEndAtTheSameStates) {
  MakeTraffic();
  std::set<std::string> seen;
  std::string token;
  for (bool more = true; more;) {
    const auto page = Pull(Portal(), token, 1);
    ASSERT_THAT(page, IsOk());
    EXPECT_LE(page->statuses_size(), 1);
    for (const auto& status : page->statuses()) seen.insert(status.code());
    token = page->resume_token();
    more = page->more();
  }
  EXPECT_THAT(seen, ::testing::UnorderedElementsAreArray(codes_));
}

TEST_F(ChangesTest, AStatusIsFoundByAnyCode) {
  const std::string code = Create("H29.X05");
  status::v1::GetStatusRequest request;
  request.set_code("h29.x05-260302-0001");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto status, changes_.GetStatus(Portal(), request));
  EXPECT_EQ(status.code(), code);
  EXPECT_EQ(status.receiving_agency(), "H29.X05");
  EXPECT_EQ(status.procedure_code(), "1.001193");
  EXPECT_EQ(status.status(), dossier::v1::STATUS_ACCEPTED);
  EXPECT_FALSE(status.paused());
  EXPECT_FALSE(status.is_void());
  request.set_code("H29.X05-260302-0099");
  EXPECT_EQ(ReasonOf(changes_.GetStatus(Portal(), request)), "NOT_SHARED");
}

TEST_F(ChangesTest, TheClockStandsInFiveAndSixAndInAnOpenPause) {
  const std::string code = Create("H29.X05");
  status::v1::GetStatusRequest request;
  request.set_code(code);
  const auto paused = [&] { return changes_.GetStatus(Portal(), request)->paused(); };
  for (const char* status : {"5", "6"}) {
    ASSERT_THAT(PushField(Agency("H29.X05"), code, "status", status), IsOk());
    EXPECT_TRUE(paused()) << status;
  }
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "status", "4"), IsOk());
  EXPECT_FALSE(paused());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "pauses[p].start_time", "2026-03-02T01:00:00Z"),
              IsOk());
  EXPECT_TRUE(paused());
  ASSERT_THAT(PushField(Agency("H29.X05"), code, "pauses[p].end_time", "2026-03-02T02:00:00Z"),
              IsOk());
  EXPECT_FALSE(paused());
}

TEST_F(ChangesTest, ABatchAnswersInTheOrderAskedAndNamesWhatIsMissing) {
  MakeTraffic();
  status::v1::BatchGetStatusesRequest request;
  for (const std::string& code : {codes_[2], std::string("nope"), codes_[0]})
    request.add_codes(code);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const auto response, changes_.BatchGetStatuses(Portal(), request));
  ASSERT_EQ(response.statuses_size(), 2);
  EXPECT_EQ(response.statuses(0).code(), codes_[2]);
  EXPECT_EQ(response.statuses(1).code(), codes_[0]);
  EXPECT_THAT(response.missing(), ElementsAre("nope"));
  for (int i = 0; i < 500; ++i) request.add_codes("x");
  EXPECT_EQ(ReasonOf(changes_.BatchGetStatuses(Portal(), request)), "FIELD_INVALID");
}

}  // namespace
}  // namespace lienthong::core
