// Comparisons with counterparts that do not answer for a record, list without an end or hold a
// dossier twice; and of links that were never told of a dossier.
#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

#include "gateway/sync/reconcile/words.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/sync/reconcile/mirror_fixture.h"

namespace lienthong::sync {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using Counts = std::map<std::string, int64_t>;

class OddCounterpartTest : public MirrorTest {
 protected:
  static constexpr const char* kLater = "018f0000-0000-4000-8000-000000000002";

  // As RunAll, on a clock that also passes what a link waits for.
  void RunLong(const std::string& run = kRun) {
    for (int i = 0; i < 300 && RunNow(run).state() == v1::Reconciliation::STATE_RUNNING; ++i) {
      RunAll(5);
      clock_.Advance(absl::Seconds(30));
    }
  }
  // So many dossiers, each of them altered there.
  std::vector<std::string> PushAltered(int count) {
    std::vector<std::string> codes;
    for (int i = 0; i < count; ++i) {
      codes.push_back(PushSubject(StrCat("số ", i)));
      mirror_.Of(codes.back()).set_subject("lạ");
    }
    return codes;
  }
  std::string NoteOf(const std::string& code) const {
    for (const StoredFinding& finding : Found()) {
      if (finding.record.code() == code) return finding.record.note();
    }
    return "";
  }
};

class OnePoisonedTest : public OddCounterpartTest, public ::testing::WithParamInterface<size_t> {};

TEST_P(OnePoisonedTest, IsLeftToAPersonAndTheOthersAreCompared) {
  mirror_.can().set_look_up_keys_max(200);
  const std::vector<std::string> codes = PushAltered(13);
  const std::string& odd = codes[GetParam()];
  mirror_.poisoned = {mirror_.KeyOf(odd)};
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED) << RunNow().error();
  EXPECT_EQ(Found(v1::Finding::STATE_OPEN).size(), 12U);
  ASSERT_EQ(Found(v1::Finding::STATE_MANUAL).size(), 1U);
  EXPECT_EQ(Found(v1::Finding::STATE_MANUAL)[0].record.code(), odd);
  EXPECT_THAT(NoteOf(odd), AllOf(HasSubstr("could not be looked up"), HasSubstr("error 500"),
                                 Not(HasSubstr("Thử")), Not(HasSubstr("0790"))));
}

INSTANTIATE_TEST_SUITE_P(Positions, OnePoisonedTest, ::testing::Values(0, 6, 12));

TEST_F(OddCounterpartTest, AlsoManyOfThemOneAfterTheOther) {
  mirror_.can().set_look_up_keys_max(200);
  const std::vector<std::string> codes = PushAltered(30);
  for (size_t i = 8; i < 20; ++i) mirror_.poisoned.insert(mirror_.KeyOf(codes[i]));
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED) << RunNow().error();
  EXPECT_EQ(Found(v1::Finding::STATE_OPEN).size(), 18U);
  EXPECT_EQ(Found(v1::Finding::STATE_MANUAL).size(), 12U);
}

TEST_F(OddCounterpartTest, OneThatOnlyItHoldsTooAndTheOnlyOneToLookAt) {
  RunAll();
  mirror_.records["TP-odd"] = {.dossier = DossierWith({{"subject", "không rõ"}}), .version = 1};
  mirror_.poisoned = {"TP-odd"};
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE) << RunNow().error();
  EXPECT_EQ(FoundFields(), std::set<std::string>{"TP-odd MISSING_HERE"});
  EXPECT_EQ(Found(v1::Finding::STATE_MANUAL).size(), 1U);
  EXPECT_LE(mirror_.poisoned_calls, 5);
}

TEST_F(OddCounterpartTest, WhenItShowsNothingAtAllTheRecordsAreNotAtFault) {
  for (const std::string& code : PushAltered(40)) mirror_.poisoned.insert(mirror_.KeyOf(code));
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_FAILED);
  EXPECT_THAT(RunNow().error(), HasSubstr("shows none of 20 records"));
}

TEST_F(OddCounterpartTest, ARepairThatCannotBeLookedUpEndsNoOther) {
  const std::vector<std::string> codes = PushAltered(3);
  Compare();
  mirror_.poisoned = {mirror_.KeyOf(codes[1])};
  ApproveAll();
  for (int i = 0; i < 100; ++i) {
    RunAll(5);
    clock_.Advance(absl::Seconds(30));
  }
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE) << RunNow().error();
  EXPECT_EQ(Found(v1::Finding::STATE_REPAIRED).size(), 2U);
  EXPECT_EQ(Found(v1::Finding::STATE_MANUAL).size(), 1U);
  EXPECT_THAT(NoteOf(codes[1]), HasSubstr("could not be looked up"));
  EXPECT_TRUE(IsMirrored(codes[0]));
  EXPECT_TRUE(IsMirrored(codes[2]));
}

TEST(WordsTest, NamesAndNumbersOfPeopleAreLeftOut) {
  EXPECT_EQ(WordsOf("no row for \"Người Thử\" of 079090001234: error 500"),
            "no row for ... of ...: error 500");
  EXPECT_EQ(WordsOf("Key (cccd)=(079090001234) is 'held"), "Key ...=... is ...");
  const std::string cut = WordsOf("x" + std::string(StrCat("ườ", std::string(300, 'x'))));
  EXPECT_LE(cut.size(), 200U);
  std::string many;
  for (int i = 0; i < 150; ++i) many += "ư";
  EXPECT_EQ(WordsOf("x" + many).size(), 199U) << "not within a character";
}

TEST_F(OddCounterpartTest, MoreRecordsThanAnybodyHasAreRefused) {
  PushSubject("một");
  mirror_.change_inventory = [](const pb::InventoryRequest& request, pb::InventoryReply* reply) {
    if (!request.summary()) return false;
    for (int i = 0; i < 3; ++i) {
      pb::InventoryReply::Bucket& bucket = *reply->add_buckets();
      bucket.set_agency("H29.X05");
      bucket.set_day(StrCat(20260301 + i));
      bucket.set_count(900'000);
    }
    return true;
  };
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_FAILED);
  EXPECT_THAT(RunNow().error(), HasSubstr("more than 2000000 records"));
}

TEST_F(OddCounterpartTest, SumsWithoutAnEndAreRefused) {
  RunAll();
  mirror_.change_inventory = [](const pb::InventoryRequest&, pb::InventoryReply* reply) {
    for (int i = 0; i < 50'000; ++i) reply->add_buckets()->set_day("20260302");
    reply->set_next_page_token("more");
    return true;
  };
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_FAILED);
  EXPECT_THAT(RunNow().error(), HasSubstr("more than 1000000 agencies and days"));
}

TEST_F(OddCounterpartTest, ADayThatIsTooLargeIsSaidAndWhatIsKnownOfItIsCompared) {
  const std::string code = PushSubject("một");
  mirror_.Of(code).set_subject("lạ");
  mirror_.change_inventory = [](const pb::InventoryRequest& request, pb::InventoryReply* reply) {
    if (request.summary()) return false;
    for (int i = 0; i < 50'000; ++i) reply->add_entries()->set_code("none");
    for (auto& entry : *reply->mutable_entries()) entry.set_key("TP-other");
    reply->set_next_page_token("more");
    return true;
  };
  mirror_.can().set_look_up_keys_max(200);
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_COMPARED) << RunNow().error();
  EXPECT_EQ(RunNow().counts().at("diverged"), 1);
  const auto manual = Found(v1::Finding::STATE_MANUAL);
  ASSERT_EQ(manual.size(), 1U);
  EXPECT_EQ(manual[0].id, "group-H29.X05-20260302");
  EXPECT_THAT(manual[0].record.note(), HasSubstr("more than 100000 records"));
}

TEST_F(OddCounterpartTest, ATwinUnderAnotherDayIsFound) {
  const std::string code = PushSubject("một");
  MirrorAdapter::Record twin = mirror_.records.at(mirror_.KeyOf(code));
  twin.dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000 + 86400);
  twin.dossier.mutable_reception()->set_agency("H29.X01");
  mirror_.records["TP-twin"] = twin;
  ASSERT_THAT(Start(), IsOk());
  RunLong();
  ASSERT_EQ(Found().size(), 1U);
  EXPECT_EQ(Found()[0].record.key(), "TP-twin");
  EXPECT_EQ(Found()[0].record.class_(), v1::Finding::CLASS_TWICE_THERE);
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(Found()[0].record.note(), HasSubstr("also as TP-1"));
  EXPECT_EQ(RunNow().counts().at("twice_there"), 1);
}

TEST_F(OddCounterpartTest, ARecordUnderAnotherKeyIsNotMadeAgain) {
  const std::string code = PushSubject("một");
  auto moved = mirror_.records.extract(mirror_.KeyOf(code));
  moved.key() = "TP-moved";
  moved.mapped().dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000 +
                                                                                 86400);
  mirror_.records.insert(std::move(moved));
  ASSERT_THAT(Start(/*automatic=*/true), IsOk());
  RunLong();
  RunAll(200);
  ASSERT_EQ(Found().size(), 1U);
  EXPECT_EQ(Found()[0].record.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(Found()[0].record.note(), HasSubstr("TP-moved"));
  EXPECT_EQ(mirror_.records.size(), 1U);
}

class UntoldTest : public OddCounterpartTest {
 protected:
  // A dossier that concerns the link, of which it has no lane.
  std::string PushUntold() {
    const std::string code = PushSubject("một");
    store::Row lane = engine_.store.Get(store::Table::kLane, {"city", IdOf(code)}).value();
    lane.version = 0;
    store::WriteSet set;
    set.mutations.push_back({store::Mutation::Kind::kDelete, store::Table::kLane, std::move(lane)});
    EXPECT_THAT(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status(), IsOk());
    link_->Forget(IdOf(code));
    RunAll();
    EXPECT_EQ(LaneStore(engine_, "city").Load(IdOf(code)).value().version, 0);
    return code;
  }
};

TEST_F(UntoldTest, WhatTheLinkWasNeverToldOfIsMissingThereAndMadeThere) {
  const std::string code = PushUntold();
  mirror_.records.clear();
  Compare();
  RunLong();
  EXPECT_EQ(FoundFields(), std::set<std::string>{code + " MISSING_THERE"});
  EXPECT_EQ(RunNow().counts().count("in_motion"), 0U);
  ApproveAll();
  EXPECT_EQ(RunNow().state(), v1::Reconciliation::STATE_DONE);
  ASSERT_NE(mirror_.KeyOf(code), "");
  EXPECT_TRUE(IsMirrored(code));
}

TEST_F(UntoldTest, WhatStandsThereAllTheSameIsEqualOrForAPerson) {
  const std::string code = PushUntold();
  mirror_.can().set_inventory_digests(false);
  EXPECT_EQ(Compare(), (Counts{{"equal", 1}}));
  mirror_.Of(code).set_subject("lạ");
  ASSERT_THAT(Start(false, kLater), IsOk());
  RunLong(kLater);
  const auto found = FindingsAfter(engine_, kLater, {}, "", 10).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record.state(), v1::Finding::STATE_MANUAL);
  EXPECT_THAT(found[0].record.note(), HasSubstr("never told"));
}

}  // namespace
}  // namespace lienthong::sync
