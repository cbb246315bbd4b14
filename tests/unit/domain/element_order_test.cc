#include "gateway/domain/element_order.h"

#include <gmock/gmock.h>

#include "gateway/domain/merge.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "tests/support/status_matchers.h"

namespace lienthong::domain {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::ElementsAre;

dossier::v1::Dossier WithSteps(const std::vector<std::string>& ids) {
  dossier::v1::Dossier dossier;
  for (const std::string& id : ids) {
    auto& step = *dossier.add_steps();
    step.set_id(id);
    step.set_content("of " + id);
    step.mutable_time()->set_seconds(1);
  }
  return dossier;
}

std::vector<std::string> StepsOf(const dossier::v1::Dossier& dossier) {
  std::vector<std::string> ids;
  for (const auto& step : dossier.steps()) ids.push_back(step.id());
  return ids;
}

TEST(OrderNewElementsTest, TheNewAsToldBehindTheOld) {
  dossier::v1::Dossier target = WithSteps({"m", "a", "b", "c", "z"});
  OrderNewElements(WithSteps({"m"}), WithSteps({"z", "b", "m", "a", "c"}), target);
  EXPECT_THAT(StepsOf(target), ElementsAre("m", "z", "b", "a", "c"));
  EXPECT_EQ(target.steps(1).content(), "of z");
  OrderNewElements(WithSteps({"m"}), WithSteps({"c"}), target);
  EXPECT_EQ(StepsOf(target).front(), "m");
}

TEST(OrderNewElementsTest, AlsoInGroups) {
  const auto with = [](const std::vector<std::string>& ids) {
    dossier::v1::Dossier dossier;
    for (const std::string& id : ids) dossier.mutable_applicant()->add_identities()->set_id(id);
    return dossier;
  };
  dossier::v1::Dossier target = with({"a", "b"});
  OrderNewElements(dossier::v1::Dossier(), with({"b", "a"}), target);
  EXPECT_EQ(target.applicant().identities(0).id(), "b");
}

// Paths stand in the order of their letters; what came in another order must stay so.
TEST(OrderNewElementsTest, IsKeptByMergesAndByWhatTheJournalKeeps) {
  Writer writer;
  writer.system = "agency/H29.X05";
  writer.receives = writer.leads = true;
  writer.agencies = {"H29.X05"};
  dossier::v1::Dossier begun = WithSteps({"q9", "q1"});
  begun.mutable_reception()->set_agency("H29.X05");
  begun.set_status(dossier::v1::STATUS_ACCEPTED);
  const auto first = Merge({}, ChangeOf(begun), writer, StatusGraph::Shipped(), absl::Now());
  ASSERT_THAT(first, IsOk());
  EXPECT_THAT(StepsOf(first->next), ElementsAre("q9", "q1"));
  dossier::v1::Dossier current = first->next;
  current.set_code("H29.X05-260302-0001");
  current.set_revision(1);
  const auto second = Merge(current, ChangeOf(WithSteps({"q5", "a3", "q9", "b2"})), writer,
                            StatusGraph::Shipped(), absl::Now());
  ASSERT_THAT(second, IsOk());
  EXPECT_THAT(StepsOf(second->next), ElementsAre("q9", "q1", "q5", "a3", "b2"));
  EXPECT_THAT(StepsOf(Extract(second->next, second->paths)), ElementsAre("q5", "a3", "b2"));
}

}  // namespace
}  // namespace lienthong::domain
