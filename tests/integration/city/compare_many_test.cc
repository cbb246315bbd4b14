// Many records that are equal on both sides are compared by sums: seconds and bytes, printed. By
// itself with few records; LIENTHONG_COMPARE_RECORDS=100000 is the measurement.
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "adapters/city/mapping.yaml.h"
#include "gateway/base/text.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/link_engine.h"
#include "gateway/sync/reconcile/run_store.h"
#include "tests/integration/city/city_fixture.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::city {
namespace {

using dossier::v1::Dossier;

constexpr const char* kRun = "018f0000-0000-4000-8000-000000000001";
constexpr int kRecordsDefault = 3'000;
constexpr int kSetRows = 500;
constexpr double kSecondsMax = 30;
constexpr int64_t kAnswerBytesMax = 5'000'000;

int Records() {
  const char* wanted = std::getenv("LIENTHONG_COMPARE_RECORDS");
  int records = kRecordsDefault;
  if (wanted == nullptr) return records;
  EXPECT_TRUE(absl::SimpleAtoi(wanted, &records)) << wanted;
  return records;
}

class CompareManyTest : public CityFixture {
 protected:
  // Over 90 days, ten agencies.
  static Dossier DossierOf(int number) {
    Dossier dossier = NewDossier(StrCat("H29.X01-260302-", 100000 + number));
    dossier.mutable_reception()->set_agency(StrCat("H29.X", 10 + number % 10));
    dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1767600000 +
                                                                    number / 10 % 90 * 86'400);
    dossier.set_subject(StrCat("Nội dung hồ sơ số ", number, " (mẫu)"));
    for (int i = 0; i < 3; ++i) {
      dossier::v1::Step& step = *dossier.add_steps();
      step.set_id(StrCat("b", i));
      step.set_content(StrCat("Bước ", i, " (mẫu)"));
      step.mutable_time()->set_seconds(1767700000 + i);
    }
    dossier.set_revision(1);
    return dossier;
  }
};

TEST_F(CompareManyTest, SumsTellInLittleTimeThatBothSidesAreEqual) {
  const int records = Records();
  store::SqliteOptions options;
  options.path = folder_->PathOf("many.db");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const std::unique_ptr<store::Store> store,
                                 store::OpenSqliteStore(options));
  core::Parties parties;
  ASSERT_TRUE(parties.Add({.name = "city", .receives = true, .agencies = {"H29.X10"}}).ok());
  const std::unique_ptr<Random> random = Random::Seeded(1);
  core::Engine engine{*store,  store::Sealer::Identity(),     Clock::Real(), *random,
                      parties, domain::StatusGraph::Shipped()};
  sync::LinkOptions link;
  link.name = link.party = link.adapter = "city";
  link.all_dossiers = true;
  const sync::LaneStore lanes(engine, "city");
  const sdk::Mapping mapping =
      *sdk::Mapping::Parse(embedded::kMappingYaml, "adapters/city/mapping.yaml");
  std::ofstream state(folder_->PathOf("many.state"));
  store::WriteSet set;
  for (int i = 0; i < records; ++i) {
    const Dossier dossier = DossierOf(i);
    set.mutations.push_back(core::PutDossier(engine, i + 1, dossier));
    storage::v1::LaneState lane;
    lane.set_key(StrCat("TP-", i));
    lane.set_confirmed_revision(1);
    lanes.Put({.dossier_id = i + 1, .version = 0, .state = {}}, lane, set);
    state << nlohmann::json{{"op", "insert"},
                            {"record", i},
                            {"time_ms", 1767600000000},
                            {"HoSo", mapping.Encode(dossier, {}).record},
                            {"remove", nlohmann::json::array()}}
          << "\n";
    if (i % kSetRows != kSetRows - 1 && i + 1 != records) continue;
    ASSERT_TRUE(store->CommitAndWait(std::exchange(set, {}), absl::InfiniteFuture()).ok());
  }
  state.close();
  StartCity({"--state", folder_->PathOf("many.state")});

  sync::LinkEngine engine_of_link(engine, link, *parties.Find("city"), *adapter_, [] {});
  ASSERT_TRUE(engine_of_link.Recover().ok());
  ASSERT_TRUE(engine_of_link.SetPaused(true, {"operator/lan", "", random->Uuid()})
                  .ok());  // only the comparison is measured
  storage::v1::RunRecord wanted;
  wanted.set_actor("operator/bench");
  wanted.set_reason("measured");
  wanted.set_request_id(kRun);
  const absl::Time begun = absl::Now();
  ASSERT_TRUE(engine_of_link.StartComparison(wanted).ok());
  storage::v1::RunRecord run;
  while (absl::Now() - begun < absl::Minutes(2)) {
    const auto next = engine_of_link.Tick();
    ASSERT_TRUE(next.ok()) << next.status();
    run = sync::FindRun(engine, kRun)->value().record;
    if (sync::HasEnded(run)) break;
    if (*next > absl::Now()) absl::SleepFor(absl::Milliseconds(1));
  }
  const double seconds = absl::ToDoubleSeconds(absl::Now() - begun);
  std::cout << "compared: " << records << " records, " << seconds << " s, " << run.answer_bytes()
            << " bytes of answers, " << run.looked_up() << " looked up\n";
  EXPECT_EQ(run.state(), sync::v1::Reconciliation::STATE_DONE) << run.error();
  EXPECT_EQ(run.counts().at("equal"), records);
  EXPECT_EQ(run.looked_up(), 0);
  EXPECT_LT(seconds, kSecondsMax);
  EXPECT_LT(run.answer_bytes(), kAnswerBytesMax);
}

}  // namespace
}  // namespace lienthong::adapters::city
