#include "gateway/metrics/collect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lienthong::metrics {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

double ValueOf(const Samples& samples, Metric metric, const std::vector<std::string>& values) {
  const auto found = samples.Of(metric).find(values);
  EXPECT_NE(found, samples.Of(metric).end()) << Describe(metric).name;
  return found == samples.Of(metric).end() ? -1 : found->second.value;
}

sync::v1::Link LateLink() {
  sync::v1::Link link;
  link.set_name("city");
  link.set_state(sync::v1::Link::STATE_LATE);
  link.set_oldest_pending_seconds(90);
  link.set_dead_letters(2);
  (*link.mutable_errors())["data"] = 2;
  link.mutable_last_success_time()->set_seconds(1'700'000'000);
  link.mutable_delay()->add_bounds_seconds(1);
  link.mutable_delay()->add_counts(3);
  link.mutable_delay()->add_counts(4);
  link.mutable_delay()->set_sum_seconds(50);
  return link;
}

TEST(CollectedLink, IsInOneStateAndInNoOther) {
  Samples samples;
  AddLink(LateLink(), samples);
  const auto& states = samples.Of(Metric::kLinkState);
  EXPECT_THAT(states, SizeIs(6));
  for (const auto& [values, sample] : states) {
    EXPECT_EQ(sample.value, values[1] == "late" ? 1 : 0) << values[1];
  }
}

TEST(CollectedLink, TellsWhatItsStatusTells) {
  Samples samples;
  AddLink(LateLink(), samples);
  EXPECT_EQ(ValueOf(samples, Metric::kLinkOldestPending, {"city"}), 90);
  EXPECT_EQ(ValueOf(samples, Metric::kLinkDeadLetters, {"city"}), 2);
  EXPECT_EQ(ValueOf(samples, Metric::kLinkErrors, {"city", "data"}), 2);
  EXPECT_EQ(ValueOf(samples, Metric::kLinkLastSuccess, {"city"}), 1'700'000'000);
  EXPECT_THAT(samples.Of(Metric::kLinkNextRetry), SizeIs(0)) << "it is not stopped";
  EXPECT_THAT(samples.Of(Metric::kLinkDelaySeconds).at({"city"}).counts, ElementsAre(3, 4));
  EXPECT_EQ(ValueOf(samples, Metric::kLinkDelaySeconds, {"city"}), 50);
}

TEST(CollectedLanes, AreNamedByTheirPhase) {
  Samples samples;
  AddLanes("city", storage::v1::LaneState::PHASE_IN_FLIGHT, 3, samples);
  EXPECT_EQ(ValueOf(samples, Metric::kLinkLanes, {"city", "in_flight"}), 3);
}

TEST(CollectedDeadlines, AddUnitsUpByAgency) {
  report::v1::DeadlineReport report;
  for (const auto& [unit, overdue] : {std::pair("a", 2), std::pair("b", 3)}) {
    auto& counts = *report.add_units();
    counts.set_agency("H29.X01");
    counts.set_unit(unit);
    counts.set_overdue(overdue);
  }
  Samples samples;
  AddDeadlines(report, samples);
  EXPECT_EQ(ValueOf(samples, Metric::kDossiersDue, {"H29.X01", "overdue"}), 5);
  EXPECT_EQ(ValueOf(samples, Metric::kDossiersDue, {"H29.X01", "on_time"}), 0);
  EXPECT_EQ(ValueOf(samples, Metric::kUnitDossiersLate, {"H29.X01 a", "overdue"}), 2);
  EXPECT_EQ(ValueOf(samples, Metric::kUnitDossiersLate, {"H29.X01 b", "overdue"}), 3);
}

TEST(CollectedDefects, AreCountedByKind) {
  report::v1::DefectReport report;
  auto& count = *report.add_counts();
  count.set_agency("H29.X01");
  count.set_kind(dossier::v1::Defect::KIND_MISSING_REASON);
  count.set_dossiers(4);
  count.add_examples("H29.X01-260101-0001");
  Samples samples;
  AddDefects(report, samples);
  EXPECT_EQ(ValueOf(samples, Metric::kDossierDefects, {"H29.X01", "missing_reason"}), 4);
}

TEST(CollectedStore, SaysNothingOfADiskThatItDoesNotHave) {
  store::StoreStats stats;
  stats.sets_committed = 7;
  stats.batch_sets.Note(3);
  Samples samples;
  AddStore({}, stats, samples);
  EXPECT_EQ(ValueOf(samples, Metric::kStoreSets, {"committed"}), 7);
  EXPECT_EQ(ValueOf(samples, Metric::kStoreBatchSets, {}), 3);
  EXPECT_THAT(samples.Of(Metric::kStoreFree), SizeIs(0));
}

}  // namespace
}  // namespace lienthong::metrics
