// What operators did: once per request, for ever, page by page.
#include "gateway/core/act_log.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "gateway/domain/derived.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using storage::v1::ActRecord;

class ActLogTest : public CoreTest {
 protected:
  absl::Status Put(const std::string& actor, const std::string& request, const std::string& target,
                   int64_t dossier_id = 1) {
    ActRecord record;
    record.set_actor(actor);
    record.set_kind("discard");
    record.set_target(target);
    record.set_request_id(request);
    record.set_dossier_id(dossier_id);
    *record.mutable_time() = domain::ToProto(clock_.Now());
    store::WriteSet set;
    PutAct(engine_, record, set);
    return store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).status();
  }
  static std::vector<std::string> TargetsOf(const std::vector<ActRecord>& acts) {
    std::vector<std::string> targets;
    targets.reserve(acts.size());
    for (const ActRecord& act : acts) targets.push_back(act.target());
    return targets;
  }
};

TEST_F(ActLogTest, AnActIsDoneOnce) {
  ASSERT_THAT(Put("operator/lan", "r1", "7"), IsOk());
  EXPECT_TRUE(absl::IsAborted(Put("operator/lan", "r1", "7")));
  EXPECT_THAT(Put("operator/lan", "r2", "7"), IsOk());
  EXPECT_THAT(Put("operator/minh", "r1", "7"), IsOk());
}

TEST_F(ActLogTest, IsFoundByWhoAskedWhatForAndToWhat) {
  ASSERT_THAT(Put("operator/lan", "r1", "1/note/link/city/ab"), IsOk());
  const auto found = FindAct(engine_, "operator/lan", "r1", "1/note/link/city/ab");
  ASSERT_THAT(found, IsOk());
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->kind(), "discard");
  EXPECT_FALSE(FindAct(engine_, "operator/lan", "r1", "1/note")->has_value());
  EXPECT_FALSE(FindAct(engine_, "operator/lan", "r2", "1/note/link/city/ab")->has_value());
}

TEST_F(ActLogTest, ARequestKnowsAllThatItDid) {
  for (const char* target : {"a", "b", "c"}) ASSERT_THAT(Put("operator/lan", "r1", target), IsOk());
  ASSERT_THAT(Put("operator/lan", "r10", "x"), IsOk());
  ASSERT_THAT(Put("operator/lan2", "r1", "y"), IsOk());
  EXPECT_THAT(TargetsOf(*ActsOfRequest(engine_, "operator/lan", "r1")), ElementsAre("a", "b", "c"));
  EXPECT_THAT(*ActsOfRequest(engine_, "operator/lan", "r"), IsEmpty());
}

TEST_F(ActLogTest, AreReadOldestFirstByPagesThatPartNoInstant) {
  for (const char* target : {"z", "y"}) {
    ASSERT_THAT(Put("operator/lan", "r1", target), IsOk());
    clock_.Advance(absl::Seconds(1));
  }
  for (const char* target : {"a", "b"}) ASSERT_THAT(Put("operator/lan", "r1", target), IsOk());
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(Put("operator/lan", "r1", "c", 2), IsOk());
  std::vector<std::vector<std::string>> pages;
  std::string token;
  do {
    const auto page = ListActs(engine_, 0, 1, token);
    ASSERT_THAT(page, IsOk());
    pages.push_back(TargetsOf(page->acts));
    token = page->next_token;
  } while (!token.empty());
  EXPECT_THAT(pages, ElementsAre(ElementsAre("z"), ElementsAre("y"), ElementsAre("a", "b"),
                                 ElementsAre("c")));
  EXPECT_THAT(TargetsOf(ListActs(engine_, 2, 0, "")->acts), ElementsAre("c"));
  EXPECT_THAT(ListActs(engine_, 3, 0, "")->acts, IsEmpty());
}

TEST_F(ActLogTest, ATokenOfAnotherListIsRefused) {
  ASSERT_THAT(Put("operator/lan", "r1", "a"), IsOk());
  clock_.Advance(absl::Seconds(1));
  ASSERT_THAT(Put("operator/lan", "r1", "b"), IsOk());
  const std::string token = ListActs(engine_, 0, 1, "")->next_token;
  EXPECT_EQ(ReasonOf(ListActs(engine_, 1, 1, token).status()), "PAGE_TOKEN_INVALID");
}

}  // namespace
}  // namespace lienthong::core
