// A comparison from its beginning to its repairs, with whatever comes between.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/reconcile/own_records.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/reconcile/mirror_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;
using Counts = std::map<std::string, int64_t>;

TEST_F(MirrorTest, EqualSidesAreToldBySumsAlone) {
  for (const char* subject : {"A", "B", "C"}) PushSubject(subject);
  const std::string theirs = BeginThere("TP-own");
  EXPECT_EQ(Compare(), (Counts{{"equal", 4}}));
  EXPECT_EQ(mirror_.looked_up, 0);
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
  EXPECT_TRUE(RunNow().has_ended());
  EXPECT_GT(RunNow().answer_bytes(), 0);
}

TEST_F(MirrorTest, WithoutDigestsEachRecordIsLookedUp) {
  mirror_.can().set_inventory_digests(false);
  for (const char* subject : {"A", "B", "C", "D"}) PushSubject(subject);
  EXPECT_EQ(Compare(), (Counts{{"equal", 4}}));
  EXPECT_EQ(RunNow().looked_up(), 4);
}

class DamagedTest : public MirrorTest, public ::testing::WithParamInterface<bool> {
 protected:
  void SetUp() override {
    mirror_.can().set_inventory_digests(GetParam());
    sound_ = PushSubject("không sao");
    lost_ = PushSubject("một");
    altered_ = PushSubject("hai");
    gone_ = PushSubject("ba");
    void_ = PushSubject("bốn");
    own_ = BeginThere("TP-own");
    mirror_.forgets = 1;
    Change(lost_, "subject", "một mới");
    mirror_.Of(altered_).set_subject("lạ");
    mirror_.records.erase(mirror_.KeyOf(gone_));
    mirror_.Of(own_).set_note("viết ở quầy");
    dossier::v1::VoidDossierRequest request;
    request.set_request_id(random_->Uuid());
    request.set_code(void_);
    request.set_reason("nhầm");
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
    core::Dossiers(engine_).Void(context, request,
                                 [](const auto& response) { ASSERT_THAT(response, IsOk()); });
    RunAll();
    mirror_.records.erase(mirror_.KeyOf(void_));
  }
  std::set<std::string> AllFindings() const {
    return {lost_ + " subject STALE", altered_ + " subject ALTERED", gone_ + " MISSING_THERE",
            own_ + " note THEIRS"};
  }
  void ExpectMended() {
    for (const std::string& code : {sound_, lost_, altered_, gone_, own_}) {
      EXPECT_TRUE(IsMirrored(code)) << code;
    }
    EXPECT_EQ(Stored(lost_).subject(), "một mới");
    EXPECT_EQ(Stored(altered_).subject(), "hai");
    EXPECT_EQ(Stored(own_).note(), "viết ở quầy");
    EXPECT_TRUE(Stored(void_).has_voiding());
    EXPECT_EQ(mirror_.KeyOf(void_), "") << "what is void is not made again";
  }

  std::string sound_, lost_, altered_, gone_, void_, own_;
};

TEST_P(DamagedTest, NamesExactlyWhatIsDamagedAndMendsIt) {
  EXPECT_EQ(Compare()["equal"], 2);
  EXPECT_EQ(FoundFields(), AllFindings());
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED);
  const int delivered = mirror_.delivered;
  RunAll();
  EXPECT_EQ(mirror_.delivered, delivered) << "comparing changes nothing";
  ApproveAll();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
  EXPECT_EQ(Found(v1::Finding::STATE_REPAIRED).size(), 4U);
  ExpectMended();
  ASSERT_THAT(Start(false, "018f0000-0000-4000-8000-000000000002"), IsOk());
  RunAll(200);
  EXPECT_THAT(RunNow("018f0000-0000-4000-8000-000000000002").counts(),
              UnorderedElementsAre(Pair("equal", 6)));
}

TEST_P(DamagedTest, AloneItMendsWhatNeedsNoJudgement) {
  Compare(/*automatic=*/true);
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED);
  ASSERT_EQ(Found(v1::Finding::STATE_OPEN).size(), 1U);
  EXPECT_EQ(Found(v1::Finding::STATE_OPEN)[0].record.code(), altered_);
  EXPECT_EQ(mirror_.Of(altered_).subject(), "lạ");
  EXPECT_TRUE(IsMirrored(lost_));
  EXPECT_TRUE(IsMirrored(gone_));
  EXPECT_EQ(Stored(own_).note(), "viết ở quầy");
}

// The process ends right after its first commit, its second, and so on; another one goes on.
TEST_P(DamagedTest, EndsAlikeWhereverTheProcessDies) {
  ASSERT_THAT(Start(), IsOk());
  for (int commits = 1; commits <= 12; ++commits) {
    store_.DieAfter(commits);
    RunAll(200);
    if (RunNow().state() == v1::Reconciliation::STATE_COMPARED) ApproveAll();
    store_.Revive();
    BeginMirror();
  }
  RunAll(200);
  EXPECT_EQ(FoundFields(), AllFindings());
  ApproveAll();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
  ExpectMended();
}

INSTANTIATE_TEST_SUITE_P(Digests, DamagedTest, ::testing::Bool());

TEST_F(MirrorTest, ADossierOnItsWayIsNotCompared) {
  const std::string code = PushSubject("một");
  PushSubject("hai");
  mirror_.is_silent = true;
  Change(code, "subject", "một mới");
  EXPECT_EQ(Compare(), (Counts{{"equal", 1}, {"in_motion", 1}}));
  EXPECT_THAT(Found(), IsEmpty());
}

TEST_F(MirrorTest, WhatWaitsForAPersonIsCountedApartFromWhatIsOnItsWay) {
  mirror_.refuses = "không nhận";
  PushSubject("không nhận");
  const std::string code = PushSubject("một");
  mirror_.is_silent = true;
  Change(code, "subject", "một mới");
  EXPECT_EQ(Compare(), (Counts{{"dead_lettered", 1}, {"in_motion", 1}}));
}

class GivenUpTest : public MirrorTest, public ::testing::WithParamInterface<bool> {
 protected:
  // A dossier that the counterpart never had, and an operator has discarded its dead letter.
  void SetUp() override {
    mirror_.can().set_inventory_digests(GetParam());
    mirror_.refuses = "không nhận";
    code_ = PushSubject("không nhận");
    PushSubject("một");
    DiscardLetters();
    ASSERT_EQ(mirror_.KeyOf(code_), "");
  }
  std::string code_;
};

TEST_P(GivenUpTest, ADossierThatWasGivenUpThereIsMissingThere) {
  EXPECT_EQ(Compare(), (Counts{{"equal", 1}, {"missing_there", 1}}));
  EXPECT_EQ(FoundFields(), std::set<std::string>{code_ + " MISSING_THERE"});
  mirror_.refuses.clear();
  ApproveAll();
  EXPECT_TRUE(IsMirrored(code_)) << "a repair delivers it again";
  EXPECT_EQ(LaneStore(engine_, "city").Load(IdOf(code_))->state.losses_size(), 0);
}

TEST_P(GivenUpTest, WhoApprovesTooLateIsToldWhoDid) {
  Compare();
  ASSERT_EQ(Found().size(), 1U);
  const std::string id = Found()[0].id;
  ApproveAll();
  const absl::Status late =
      link_->ApproveFinding(kRun, id, {"operator/mai", "ticket 89", random_->Uuid()});
  EXPECT_THAT(std::string(late.message()), HasSubstr("REPAIRED, approve by operator/lan at"));
}

TEST_P(GivenUpTest, OnlyAPersonSaysThatItGoesThereAfterAll) {
  mirror_.refuses.clear();
  Compare(/*automatic=*/true);
  ASSERT_EQ(Found(v1::Finding::STATE_OPEN).size(), 1U);
  EXPECT_THAT(Found(v1::Finding::STATE_OPEN)[0].record.note(), HasSubstr("given it up"));
  EXPECT_EQ(mirror_.KeyOf(code_), "");
}

TEST_P(GivenUpTest, ARepairThatIsRefusedAgainIsADeadLetter) {
  Compare();
  ApproveAll();
  EXPECT_EQ(DeadLetters().size(), 1U);
}

// Somebody has entered it there by hand.
TEST_P(GivenUpTest, WhatStandsThereAllTheSameIsCompared) {
  mirror_.records["TP-hand"] = {.dossier = MirrorAdapter::Held(Stored(code_)), .version = 1};
  EXPECT_EQ(Compare(), (Counts{{"equal", 2}}));
  mirror_.Of(code_).set_subject("khác");
  const std::string again = "018f0000-0000-4000-8000-000000000002";
  ASSERT_THAT(Start(false, again), IsOk());
  RunAll(200);
  ASSERT_EQ(RunNow(again).counts().at("diverged"), 1);
}

INSTANTIATE_TEST_SUITE_P(Digests, GivenUpTest, ::testing::Bool());

TEST_F(MirrorTest, WhatChangesWhileItIsLookedAtIsNotCompared) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  mirror_.holds_look_ups = true;
  ASSERT_THAT(Start(), IsOk());
  RunAll(20);
  ASSERT_TRUE(mirror_.held_answer);
  Change(code, "subject", "mới");
  ASSERT_TRUE(IsMirrored(code));
  mirror_.holds_look_ups = false;
  mirror_.held_answer();
  RunAll(100);
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
}

// Its feed may tell of it in a moment.
TEST_F(MirrorTest, WhatChangedSinceTheFeedWasReadIsNotCompared) {
  const std::string code = PushSubject("một");
  MirrorAdapter::Record& record = mirror_.records.at(mirror_.KeyOf(code));
  record.dossier.set_subject("lạ");
  record.version += 10;
  ASSERT_THAT(Start(), IsOk());
  for (int i = 0; i < 20 && mirror_.looked_up == 0; ++i) RunAll(1);
  ASSERT_EQ(mirror_.looked_up, 1);
  record.dossier.set_note("vừa viết");
  ++record.version;
  RunAll(200);
  EXPECT_THAT(Found(), IsEmpty());
  EXPECT_EQ(RunNow().counts().at("in_motion"), 1);
}

// It repairs what was seen when it was approved, and nothing that came since.
TEST_F(MirrorTest, WhatWasSaidSinceStays) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  Compare();
  ASSERT_EQ(FoundFields(), std::set<std::string>{code + " subject ALTERED"});
  mirror_.Of(code).set_subject("lại khác");
  ApproveAll();
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_VANISHED);
  EXPECT_EQ(mirror_.Of(code).subject(), "lại khác");
}

// Its feed is yet to tell of the other field, and would be taken for old news.
TEST_F(MirrorTest, ARecordThatChangedElsewhereIsNotRepaired) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  Compare();
  mirror_.Of(code).set_note("vừa viết");
  ApproveAll();
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_VANISHED);
  EXPECT_EQ(mirror_.Of(code).subject(), "lạ");
  EXPECT_EQ(mirror_.Of(code).note(), "vừa viết");
}

TEST_F(MirrorTest, ARecordThatNobodyKnowsIsTakenInWhereItCanBe) {
  PushSubject("một");
  dossier::v1::Dossier whole = NewDossier("H29.X01", "2");
  whole.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  whole.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000);
  mirror_.records["TP-new"] = {.dossier = whole, .version = 1};
  mirror_.records["TP-bare"] = {.dossier = DossierWith({{"subject", "không rõ"}}), .version = 1};
  Compare();
  EXPECT_EQ(FoundFields(), (std::set<std::string>{"TP-new MISSING_HERE", "TP-bare MISSING_HERE"}));
  EXPECT_EQ(Found(v1::Finding::STATE_MANUAL).size(), 1U);
  ApproveAll();
  ASSERT_EQ(Found(v1::Finding::STATE_REPAIRED).size(), 1U);
  EXPECT_NE(IdOf("TP-new"), 0);
}

TEST_F(MirrorTest, ATwinIsForAPerson) {
  const std::string code = PushSubject("một");
  mirror_.records["TP-twin"] = mirror_.records.at(mirror_.KeyOf(code));
  EXPECT_EQ(Compare(), (Counts{{"equal", 1}, {"twice_there", 1}}));
  ASSERT_EQ(Found().size(), 1U);
  EXPECT_EQ(Found()[0].record.key(), "TP-twin");
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(Found()[0].record.note(), HasSubstr("also as TP-1"));
}

TEST_F(MirrorTest, OnlyTheDaysAndTheAgencyThatWereAskedFor) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  storage::v1::RunRecord wanted;
  wanted.set_actor("operator/lan");
  wanted.set_reason("ticket 88");
  wanted.set_request_id(kRun);
  wanted.set_from_day("20260303");  // it was submitted on the 2nd
  ASSERT_THAT(link_->StartComparison(wanted), IsOk());
  RunAll(100);
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
  wanted.set_request_id("018f0000-0000-4000-8000-000000000002");
  wanted.set_from_day("20260302");
  wanted.set_to_day("20260302");
  wanted.set_agency("H29.X05");
  ASSERT_THAT(link_->StartComparison(wanted), IsOk());
  RunAll(100);
  EXPECT_EQ(RunNow(wanted.request_id()).counts().at("diverged"), 1);
}

TEST_F(MirrorTest, OneAtATimeAndTheSameRequestIsTheSameRun) {
  PushSubject("một");
  ASSERT_THAT(Start(), IsOk());
  EXPECT_THAT(Start(), IsOk());
  EXPECT_THAT(Start(/*automatic=*/true), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Start(false, "018f0000-0000-4000-8000-000000000002"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(kRun)));
  const OperatorAct cancel{"operator/lan", "nhầm", "018f0000-0000-4000-8000-000000000009"};
  ASSERT_THAT(link_->CancelComparison(kRun, cancel), IsOk());
  EXPECT_THAT(link_->CancelComparison(kRun, cancel), IsOk());
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_CANCELLED);
  EXPECT_THAT(Start(false, "018f0000-0000-4000-8000-000000000002"), IsOk());
}

TEST_F(MirrorTest, ACounterpartThatShowsNothingCannotBeCompared) {
  mirror_.can().set_read_back(false);
  EXPECT_THAT(Start(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                HasSubstr("neither lists nor shows")));
}

TEST_F(MirrorTest, CallsThatFailAreMadeAgainUntilItIsHopeless) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  mirror_.failures = 3;
  ASSERT_THAT(Start(), IsOk());
  for (int i = 0; i < 30; ++i) {
    RunAll(10);
    clock_.Advance(absl::Minutes(1));
  }
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED);
  ASSERT_THAT(link_->CancelComparison(kRun, {"operator/lan", "lại", random_->Uuid()}), IsOk());
  mirror_.is_down = true;
  const std::string second = "018f0000-0000-4000-8000-000000000002";
  ASSERT_THAT(Start(false, second), IsOk());
  for (int i = 0; i < 60; ++i) {
    RunAll(10);
    clock_.Advance(absl::Minutes(10));
  }
  EXPECT_EQ(RunNow(second).state(), v1::Reconciliation::STATE_FAILED);
  EXPECT_THAT(RunNow(second).error(), HasSubstr("down"));
}

TEST_F(MirrorTest, APausedLinkComparesToo) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  ASSERT_THAT(link_->SetPaused(true, ByOperator()), IsOk());
  Compare();
  EXPECT_EQ(FoundFields(), std::set<std::string>{code + " subject ALTERED"});
  ApproveAll();
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_APPROVED) << "it repairs nothing";
  ASSERT_THAT(link_->SetPaused(false, ByOperator()), IsOk());
  RunAll(200);
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_REPAIRED);
}

TEST_F(MirrorTest, TheConfigurationComparesEverySoOften) {
  const std::string code = PushSubject("một");
  options_.reconcile_every = absl::Hours(24);
  options_.repairs_automatically = true;
  BeginMirror();
  RunAll(100);
  ASSERT_EQ(NewestRuns(engine_, "city", 10)->size(), 1U);
  mirror_.forgets = 1;
  Change(code, "subject", "một mới");
  clock_.Advance(absl::Hours(25));
  RunAll(200);
  const auto runs = NewestRuns(engine_, "city", 10).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].record.actor(), "gateway");
  EXPECT_EQ(runs[0].record.state(), v1::Reconciliation::STATE_DONE);
  EXPECT_TRUE(IsMirrored(code));
}

TEST_F(MirrorTest, OnlySoManyComparisonsAreKept) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  std::vector<std::string> ids;
  for (int64_t i = 0; i < kRunsKept + 2; ++i) {
    ids.push_back(random_->Uuid());
    clock_.Advance(absl::Minutes(1));
    ASSERT_THAT(Start(false, ids.back()), IsOk());
    RunAll(20);
    link_->CancelComparison(ids.back(), {"operator/lan", "xem xong", random_->Uuid()})
        .IgnoreError();
  }
  RunAll();
  EXPECT_EQ(NewestRuns(engine_, "city", 1000)->size(), static_cast<size_t>(kRunsKept));
  EXPECT_EQ(NewestRuns(engine_, "city", 1)->front().id, ids.back());
  const auto found = [&](const std::string& run) {
    return FindingsAfter(engine_, run, v1::Finding::STATE_UNSPECIFIED, "", 10)->size();
  };
  EXPECT_EQ(found(ids[0]), 0U);
  EXPECT_EQ(found(ids[1]), 0U);
  EXPECT_EQ(found(ids[2]), 1U) << "what is kept, is kept with its findings";
  EXPECT_THAT(Start(false, ids[0]),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("not kept any more")));
}

TEST(OwnRecordsTest, ManyRecordsAreSummedUpInLittleTime) {
  constexpr int kRecords = 100'000;
  OwnRecords own;
  std::map<BucketName, OwnRecords::Bucket> theirs;
  for (int i = 0; i < kRecords; ++i) {
    const BucketName name{.agency = StrCat("H29.X", i % 10), .day = StrCat(20260100 + i % 90)};
    own.Add(i + 1, name, StrCat("H29-", i), "0123456789abcdef");
    OwnRecords::Bucket& bucket = theirs[name];
    bucket.set_agency(name.agency);
    bucket.set_day(name.day);
    bucket.set_count(bucket.count() + 1);
    // One record of the last bucket says otherwise there.
    const std::string digest = i == kRecords - 1 ? "fedcba9876543210" : "0123456789abcdef";
    const std::string share = core::Sha256(StrCat("H29-", i, "\n", digest));
    std::string& sum = *bucket.mutable_digest();
    sum.resize(16);
    for (size_t k = 0; k < 16; ++k) sum[k] = static_cast<char>(sum[k] ^ share[k]);
  }
  for (const auto& [name, bucket] : theirs) own.AddTheirs(bucket);
  int64_t equal = 0;
  std::vector<int64_t> missing;
  const std::vector<BucketName> differing = own.TakeDiffering(&equal, &missing);
  ASSERT_EQ(differing.size(), 1U);
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_EQ(equal, kRecords - theirs[differing[0]].count());
  for (int i = 0; i < kRecords - 1; ++i) {
    own.TakeEqual(differing[0], StrCat("H29-", i), "0123456789abcdef");
  }
  EXPECT_THAT(own.TakeLeft(differing[0]), ElementsAre(kRecords));
}

}  // namespace
}  // namespace lienthong::sync
