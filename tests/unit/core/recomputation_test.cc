#include "gateway/core/recomputation.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/base/text.h"
#include "gateway/core/catalogue.h"
#include "gateway/domain/derived.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::IsOkAndHolds;

using catalogue::v1::ImportCatalogueRequest;
using dossier::v1::Dossier;

constexpr char kProcedure[] = "1.001193";
constexpr std::string_view kThreeDays =
    "code,valid_from,name,counter_limit,source\n1.001193,2025-07-01,a,3 working days,s\n";
constexpr std::string_view kFiveDays =
    "code,valid_from,name,counter_limit,source\n1.001193,2025-07-01,a,5 working days,s\n";

// Dossiers are received on Monday, 2 March 2026, at eight: three working days are over on Thursday,
// five on Monday.
class RecomputationTest : public CoreTest {
 protected:
  RecomputationTest() {
    engine_.timetables = &timetables_;
    EXPECT_THAT(Import(kThreeDays), IsOk());
    RunThrough();
  }

  absl::StatusOr<catalogue::v1::ImportCatalogueResponse> Import(std::string_view text,
                                                                bool dry_run = false) {
    ImportCatalogueRequest request;
    request.set_request_id(NewUuid());
    request.set_content(ImportCatalogueRequest::CONTENT_PROCEDURES);
    request.set_text(std::string(text));
    request.set_reason("a test");
    request.set_dry_run(dry_run);
    return catalogue_.Import(Operator(), request);
  }
  void RunThrough() {
    absl::StatusOr<bool> more = true;
    for (int steps = 0; more.value_or(false) && steps < 1000; ++steps) more = recomputer_.Step();
    EXPECT_THAT(more, IsOkAndHolds(false));
  }
  std::string Received(bool promised = true) {
    Dossier dossier = NewDossier("H29.X05");
    dossier.mutable_procedure()->set_code(kProcedure);
    dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
    *dossier.mutable_reception()->mutable_received_time() = domain::ToProto(clock_.Now());
    dossier.set_status(dossier::v1::STATUS_PROCESSING);
    dossier.mutable_deadline()->clear_promised_due();
    if (promised) {
      *dossier.mutable_deadline()->mutable_promised_due() =
          domain::ToProto(clock_.Now() + absl::Hours(24 * 3 + 9));
    }
    const auto pushed = Push(Agency("H29.X05"), dossier);
    EXPECT_THAT(pushed, IsOk());
    return pushed.ok() ? pushed->code() : "";
  }
  dossier::v1::Deadline DeadlineOf(const std::string& code) {
    return Get(Agency("H29.X05"), code)->deadline();
  }
  static std::string Day(const google::protobuf::Timestamp& time) {
    return absl::FormatTime("%Y-%m-%d %H:%M", domain::FromProto(time),
                            absl::FixedTimeZone(7 * 3600));
  }

  Catalogue catalogue_{engine_};
  CatalogueTimetables timetables_{catalogue_};
  Recomputer recomputer_{engine_};
};

TEST_F(RecomputationTest, AnEditComputesTheDateThatTheLawAllows) {
  const dossier::v1::Deadline deadline = DeadlineOf(Received());
  EXPECT_EQ(Day(deadline.statutory_due()), "2026-03-05 17:00");
  EXPECT_EQ(deadline.statutory_basis(), "3 working days, 1.001193 of 2025-07-01, calendar vn");
  EXPECT_TRUE(deadline.superseded().empty());
}

TEST_F(RecomputationTest, AChangeOfTheCatalogueMovesTheDateOfOpenDossiersAndKeepsTheOneBefore) {
  const std::string code = Received();
  const auto promised = DeadlineOf(code).promised_due();
  clock_.Advance(absl::Hours(1));
  ASSERT_THAT(Import(kFiveDays), IsOk());
  EXPECT_FALSE(GetRecomputation(engine_)->done());
  RunThrough();
  const dossier::v1::Deadline deadline = DeadlineOf(code);
  EXPECT_EQ(Day(deadline.statutory_due()), "2026-03-09 17:00");
  ASSERT_EQ(deadline.superseded_size(), 1);
  EXPECT_EQ(Day(deadline.superseded(0).due()), "2026-03-05 17:00");
  EXPECT_EQ(Day(deadline.promised_due()), Day(promised)) << "a promise is its owner's to move";
  EXPECT_EQ(Day(deadline.proposed_due()), "2026-03-09 17:00");
  EXPECT_EQ(Journal().back().actor(), "gateway");
  const auto told = GetRecomputation(engine_);
  ASSERT_THAT(told, IsOk());
  EXPECT_TRUE(told->done());
  EXPECT_EQ(told->catalogue_version(), 2);
  EXPECT_EQ(told->examined(), 1);
  EXPECT_EQ(told->moved(), 1);
  EXPECT_EQ(told->proposed(), 1);
}

TEST_F(RecomputationTest, WhatHasEndedOrIsVoidKeepsItsDate) {
  const std::string ended = Received();
  ASSERT_THAT(PushField(Agency("H29.X05"), ended, "status", "9"), IsOk());
  const std::string closed = Received();
  dossier::v1::VoidDossierRequest request;
  request.set_code(closed);
  request.set_reason("a test");
  request.set_request_id(NewUuid());
  dossiers_.Void(Agency("H29.X05"), request, [](const auto& done) { EXPECT_THAT(done, IsOk()); });
  ASSERT_THAT(Import(kFiveDays), IsOk());
  RunThrough();
  for (const std::string& code : {ended, closed}) {
    EXPECT_EQ(Day(DeadlineOf(code).statutory_due()), "2026-03-05 17:00") << code;
  }
  EXPECT_EQ(GetRecomputation(engine_)->examined(), 0);
}

TEST_F(RecomputationTest, AllPagesAreLookedAtAndNothingIsMovedTwice) {
  std::vector<std::string> codes;
  for (int i = 0; i < 2 * kRecomputationPageRows + 7; ++i) codes.push_back(Received());
  ASSERT_THAT(Import(kFiveDays), IsOk());
  ASSERT_THAT(recomputer_.Step(), IsOkAndHolds(true));
  {
    Recomputer after_a_kill(engine_);  // goes on where the other one stood
    ASSERT_THAT(after_a_kill.Step(), IsOkAndHolds(true));
  }
  RunThrough();
  const int64_t revisions = static_cast<int64_t>(Journal().size());
  for (const std::string& code : codes) {
    EXPECT_EQ(Day(DeadlineOf(code).statutory_due()), "2026-03-09 17:00");
    EXPECT_EQ(DeadlineOf(code).superseded_size(), 1);
  }
  const auto told = GetRecomputation(engine_);
  EXPECT_EQ(told->examined(), static_cast<int64_t>(codes.size()));
  EXPECT_EQ(told->moved(), static_cast<int64_t>(codes.size()));
  RunThrough();
  EXPECT_EQ(static_cast<int64_t>(Journal().size()), revisions);
}

TEST_F(RecomputationTest, AChangeInBetweenBeginsItAgain) {
  for (int i = 0; i < kRecomputationPageRows + 1; ++i) Received();
  ASSERT_THAT(Import(kFiveDays), IsOk());
  ASSERT_THAT(recomputer_.Step(), IsOkAndHolds(true));
  ASSERT_THAT(Import(kThreeDays), IsOk());
  RunThrough();
  const auto told = GetRecomputation(engine_);
  EXPECT_EQ(told->catalogue_version(), 3);
  EXPECT_EQ(told->examined(), kRecomputationPageRows + 1);
  EXPECT_EQ(told->moved(), kRecomputationPageRows)
      << "the last one was not moved by the change before";
}

TEST_F(RecomputationTest, WhatItDidBeforeStaysKnown) {
  Received();
  ASSERT_THAT(Import(kFiveDays), IsOk());
  RunThrough();
  ASSERT_THAT(Import(kThreeDays), IsOk());
  const auto told = GetRecomputation(engine_);
  ASSERT_THAT(told, IsOk());
  EXPECT_FALSE(told->done());
  ASSERT_EQ(told->past_size(), 2);
  EXPECT_EQ(told->past(0).moved(), 1);
  EXPECT_TRUE(told->past(0).done());
  EXPECT_EQ(told->past(1).moved(), 0) << "of the first";
  for (int i = 0; i < 20; ++i) {
    ASSERT_THAT(Import(i % 2 == 0 ? kFiveDays : kThreeDays), IsOk());
  }
  EXPECT_EQ(GetRecomputation(engine_)->past_size(), 10);
}

TEST_F(RecomputationTest, AGrantComputesNothingAgain) {
  const auto before = GetRecomputation(engine_);
  catalogue::v1::PutActingGrantRequest request;
  request.set_request_id(NewUuid());
  request.mutable_grant()->set_agency("H29.X05");
  request.mutable_grant()->set_acts_for("H29.X01");
  request.mutable_grant()->set_valid_from("2026-01-01");
  request.mutable_grant()->set_reason("a test");
  ASSERT_THAT(catalogue_.PutGrant(Operator(), request), IsOk());
  EXPECT_EQ(GetRecomputation(engine_)->catalogue_version(), before->catalogue_version());
}

TEST_F(RecomputationTest, ADryRunSaysHowManyWouldMoveAndMovesNone) {
  const std::string code = Received();
  Received();
  const auto told = Import(kFiveDays, /*dry_run=*/true);
  ASSERT_THAT(told, IsOk());
  EXPECT_EQ(told->deadlines_moved(), 2);
  EXPECT_EQ(Day(DeadlineOf(code).statutory_due()), "2026-03-05 17:00");
  EXPECT_EQ(Import(kThreeDays, /*dry_run=*/true)->deadlines_moved(), 0);
}

TEST_F(RecomputationTest, AStoreThatNeverHadItDoneGetsItDone) {
  engine_.timetables = nullptr;  // as a gateway from before
  const std::string code = Received();
  EXPECT_FALSE(DeadlineOf(code).has_statutory_due());
  engine_.timetables = &timetables_;
  store::WriteSet set;
  set.mutations.push_back(
      {store::Mutation::Kind::kDelete, store::Table::kMeta, {.columns = {"recomputation"}}});
  ASSERT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  RunThrough();
  EXPECT_EQ(Day(DeadlineOf(code).statutory_due()), "2026-03-05 17:00");
  EXPECT_EQ(GetRecomputation(engine_)->moved(), 0) << "none had a date before";
}

}  // namespace
}  // namespace lienthong::core
