#include "tests/simulation/world.h"

#include "gateway/base/text.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/people.h"

namespace lienthong::simulation {
namespace {

constexpr int kActsMin = 25;
constexpr int kActsMore = 60;
constexpr absl::Duration kBetweenActsMax = absl::Seconds(2);
constexpr absl::Duration kDrainMax = absl::Minutes(15);
constexpr absl::Duration kDrainLook = absl::Seconds(5);
constexpr absl::Duration kQuiet = absl::Seconds(60);
// Far above what any seed needs; more is an endless exchange.
constexpr int64_t kEventsMax = 60'000;

// Of the acts.
constexpr double kCrash = 0.02;
constexpr double kJump = 0.02;
constexpr double kAtOnce = 0.25;

class World {
 public:
  World(uint64_t seed, const sync::PlantedBugs& bugs, bool keep_trace)
      : disciplined_(seed % 2 == 0),
        trace_(keep_trace),
        dice_(seed * 2 + 1),
        schedule_(clock_),
        city_way_(city_, schedule_, clock_, dice_, trace_),
        district_way_(district_, schedule_, clock_, dice_, trace_),
        gateway_(schedule_, clock_, trace_, city_way_, district_way_, seed * 2, bugs),
        people_(gateway_, city_, district_, oracle_, dice_, clock_, trace_, disciplined_) {}

  Outcome Run() {
    gateway_.Start();
    const int acts = kActsMin + dice_.Below(kActsMore);
    for (int i = 0; i < acts && !Runaway(); ++i) {
      const bool at_once = dice_.Happens(kAtOnce);
      PassTime(at_once ? absl::ZeroDuration()
                       : dice_.Between(absl::ZeroDuration(), kBetweenActsMax));
      Disturb();
      people_.Act();
      gateway_.Look();
    }
    outcome_.acts = acts;
    ComeToRest();
    Judge();
    return std::move(outcome_);
  }

 private:
  bool Runaway() const { return schedule_.done() > kEventsMax; }

  void PassTime(absl::Duration time) {
    const absl::Duration until = clock_.elapsed() + time;
    while (schedule_.Next() <= until && !Runaway()) {
      schedule_.RunNext();
      gateway_.Look();
      LearnCodes();
    }
    clock_.Advance(until);
  }

  void LearnCodes() {
    for (Case& work : oracle_.cases()) {
      if (work.code.empty()) work.code = ValueAt(city_.FindByKey(work.city_key)->fields, "code");
    }
  }

  void Disturb() {
    if (dice_.Happens(kJump)) {
      clock_.Jump(dice_.Between(absl::Seconds(1), absl::Minutes(3)));
      trace_.Add(clock_.elapsed(), "the clock jumps");
      gateway_.WakeAll();
    }
    if (!gateway_.running() || !dice_.Happens(kCrash)) return;
    trace_.Add(clock_.elapsed(), "the gateway ends");
    gateway_.Crash();
    schedule_.After(dice_.Between(absl::Milliseconds(200), absl::Seconds(6)), [this] {
      trace_.Add(clock_.elapsed(), "the gateway begins");
      gateway_.Start();
    });
  }

  void ComeToRest() {
    city_way_.SetFaults(false);
    district_way_.SetFaults(false);
    Findings findings;
    const absl::Duration last = clock_.elapsed() + kDrainMax;
    do {
      PassTime(kDrainLook);
    } while (!gateway_.IsSettled(city_, district_) && clock_.elapsed() < last && !Runaway());
    findings.Check(gateway_.IsSettled(city_, district_),
                   "it does not come to rest: " + gateway_.DescribeLinks());
    const int64_t writes = city_way_.writes() + district_way_.writes();
    const size_t commits = gateway_.journal().size();
    const int64_t reports = city_.FeedEnd() + district_.FeedEnd();
    PassTime(kQuiet);
    findings.Check(city_way_.writes() + district_way_.writes() == writes,
                   "calls to the counterparts although nothing changed");
    findings.Check(gateway_.journal().size() == commits, "commits although nothing changed");
    findings.Check(city_.FeedEnd() + district_.FeedEnd() == reports,
                   "reports although nothing changed");
    outcome_.broken = std::move(findings.broken);
  }

  void Judge() {
    Findings findings;
    CheckCopies(gateway_, city_, district_, findings);
    CheckJournal(gateway_, findings);
    CheckSteps(gateway_, oracle_, city_, district_, findings);
    CheckStatuses(gateway_, oracle_, city_, district_, disciplined_, findings);
    CheckEdits(gateway_, oracle_, findings);
    if (disciplined_) CheckOwnersWords(gateway_, oracle_, city_, findings);
    findings.Check(gateway_.CountDeadLetters() == 0,
                   StrCat(gateway_.CountDeadLetters(), " dead letters"));
    for (const std::vector<std::string>& list :
         {people_.complaints(), gateway_.errors(), findings.broken}) {
      outcome_.broken.insert(outcome_.broken.end(), list.begin(), list.end());
    }
    for (const std::string& line : outcome_.broken) trace_.Add(clock_.elapsed(), line);
    outcome_.conflicts = static_cast<int64_t>(gateway_.Conflicts().size());
    outcome_.trace = trace_.lines();
    outcome_.trace_hash = trace_.hash();
    outcome_.events = schedule_.done() + outcome_.acts;
  }

  const bool disciplined_;
  SimulatedClock clock_;
  Trace trace_;
  Dice dice_;
  Schedule schedule_;
  Counterpart city_{City()};
  Counterpart district_{District()};
  Way city_way_;
  Way district_way_;
  Gateway gateway_;
  Oracle oracle_;
  People people_;
  Outcome outcome_;
};

}  // namespace

Outcome RunSeed(uint64_t seed, const sync::PlantedBugs& bugs, bool keep_trace) {
  return World(seed, bugs, keep_trace).Run();
}

}  // namespace lienthong::simulation
