#include <cstdio>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/text.h"
#include "tests/simulation/cast.h"
#include "tests/simulation/counterpart.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/quiet_log.h"
#include "tests/simulation/way.h"

namespace lienthong::simulation {
namespace {

constexpr absl::Duration kStep = absl::Seconds(1);
constexpr absl::Duration kSettlesWithin = absl::Minutes(2);
constexpr absl::Duration kSilence = absl::Seconds(60);
constexpr int64_t kPollsWhenQuiet = 30;  // an idle feed is asked every two seconds

// How often each system is written to, by its name; those that are not named are not.
using Deliveries = std::map<std::string, int64_t>;

// All six systems and no faults: each change costs the calls that it needs, and none after them.
class Quiet : public ::testing::Test {
 protected:
  Quiet()
      : faults_(FaultSet().set()),
        gateway_(schedule_, clock_, trace_, cast_, MakeWays(), /*seed=*/1, Rules{}) {
    gateway_.Start();
    Drain();
  }

  std::vector<Way*> MakeWays() {
    std::vector<Way*> ways;
    for (Side side = 0; side < cast_.size(); ++side) {
      ways.push_back(&ways_.emplace_back(systems_[side], schedule_, clock_, faults_,
                                         Dice(1, Dice::Of::kWay, side), trace_));
    }
    return ways;
  }

  void Pass(absl::Duration time) {
    const absl::Duration until = clock_.elapsed() + time;
    while (schedule_.Next() <= until) {
      schedule_.RunNext();
      gateway_.Look();
    }
    clock_.Advance(until);
  }

  void Drain() {
    const absl::Duration last = clock_.elapsed() + kSettlesWithin;
    do Pass(kStep);
    while (!gateway_.IsSettled(systems_) && clock_.elapsed() < last);
    ASSERT_TRUE(gateway_.IsSettled(systems_)) << gateway_.DescribeLinks();
  }

  std::vector<Way::Calls> Calls() const {
    std::vector<Way::Calls> calls;
    for (const Way& way : ways_) calls.push_back(way.calls());
    return calls;
  }

  // After what was just done: the calls until all is settled, and none for a minute then.
  void ExpectCalls(const std::string& what, const std::vector<Way::Calls>& before,
                   const Deliveries& expected) {
    Drain();
    const std::vector<Way::Calls> settled = Calls();
    const size_t commits = gateway_.journal().size();
    Pass(kSilence);
    const std::vector<Way::Calls> after = Calls();
    EXPECT_EQ(gateway_.journal().size(), commits) << what;
    std::string said;
    for (Side side = 0; side < cast_.size(); ++side) {
      const std::string& name = cast_.system(side).name;
      const auto wanted = expected.find(name);
      const int64_t deliveries = settled[side].deliveries - before[side].deliveries;
      const int64_t parts = settled[side].parts - before[side].parts;
      EXPECT_EQ(deliveries - parts, wanted == expected.end() ? 0 : wanted->second)
          << what << ": " << name;
      EXPECT_EQ(settled[side].look_ups, before[side].look_ups) << what << ": " << name;
      EXPECT_EQ(after[side].deliveries, settled[side].deliveries) << what << ": " << name;
      EXPECT_EQ(after[side].look_ups, settled[side].look_ups) << what << ": " << name;
      EXPECT_NEAR(after[side].pulls - settled[side].pulls, kPollsWhenQuiet, 2) << what;
      StrAppend(said, " ", name, " ", deliveries);
      if (parts > 0) StrAppend(said, " (", parts, " of them parts)");
    }
    std::printf("quiet: %s: deliveries:%s; then none in 60 s\n", what.c_str(), said.c_str());
  }

  dossier::v1::PushDossierResponse Push(const Fields& fields) {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(gateway_.NewRequestId());
    for (const auto& [path, value] : fields) {
      domain::SetField(*request.mutable_dossier(), path, value).IgnoreError();
    }
    const auto answer = gateway_.Push(request);
    EXPECT_TRUE(answer.ok()) << answer.status();
    gateway_.Look();
    return answer.value_or(dossier::v1::PushDossierResponse());
  }

  std::string Begin() {
    const std::string code = Push({{"reception.agency", kAgencyCode},
                                   {"origin.channel", "1"},
                                   {"procedure.code", "1.001193"},
                                   {"applicant.name", "x05-t1"},
                                   {"contact.phone", "x05-t2"},
                                   {"subject", "x05-t3"},
                                   {"status", "2"}})
                                 .code();
    Drain();
    return code;
  }

  SimulatedClock clock_;
  Trace trace_{/*keep=*/false};
  const Cast cast_ = Cast::Whole();
  Schedule schedule_{clock_};
  Faults faults_;
  Systems systems_{cast_};
  std::deque<Way> ways_;
  Gateway gateway_;
};

TEST_F(Quiet, OneChangeCostsTheCallsItNeeds) {
  const QuietLog quiet;
  const std::string code = Begin();
  std::vector<Way::Calls> before = Calls();
  Push({{"code", code}, {"contact.phone", "x05-t4"}});
  ExpectCalls("the agency changes a field", before,
              {{"city", 1}, {"portal", 1}, {"ward", 1}, {"register", 1}});

  before = Calls();
  Push({{"code", code},
        {"steps[x05-5].time", "2026-03-01T08:00:00Z"},
        {"steps[x05-5].content", "x05-t6"},
        {"steps[x05-5].officer", "x05-t7"}});
  ExpectCalls("the agency adds a step", before,
              {{"city", 1}, {"portal", 1}, {"ward", 1}, {"register", 1}});

  before = Calls();
  Push({{"code", code}, {"assignments[x05-8].agency", "H29.Q1"}, {"assignments[x05-8].role", "1"}});
  ExpectCalls("the agency hands it over", before,
              {{"city", 1}, {"portal", 1}, {"ward", 1}, {"register", 1}, {"district", 1}});

  before = Calls();
  const Counterpart::Record* record = systems_[1].FindByCode(code);
  ASSERT_NE(record, nullptr);
  systems_[1].Edit(record->key, {{"assignments[x05-8].answer", "1"}});
  ExpectCalls("the district accepts it", before,
              {{"city", 1}, {"portal", 1}, {"ward", 1}, {"register", 1}});
}

TEST_F(Quiet, ADossierThatBeginsElsewhereCostsOneCallEach) {
  const QuietLog quiet;
  const std::vector<Way::Calls> before = Calls();
  systems_[0].Intake({{"reception.agency", "H29.X01"},
                      {"origin.channel", "1"},
                      {"procedure.code", "1.001193"},
                      {"applicant.name", "tp-t1"},
                      {"contact.phone", "tp-t2"},
                      {"subject", "tp-t3"},
                      {"status", "2"}});
  ExpectCalls("the city takes one in", before,
              {{"city", 1}, {"portal", 1}, {"ward", 1}, {"register", 1}});
}

}  // namespace
}  // namespace lienthong::simulation
