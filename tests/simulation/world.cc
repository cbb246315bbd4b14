#include "tests/simulation/world.h"

#include <algorithm>

#include "gateway/base/text.h"
#include "tests/simulation/caller.h"
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
constexpr double kDeath = 0.04;
constexpr double kStoreFails = 0.03;
constexpr int kCommitsMax = 12;  // so many commits later at the latest
constexpr double kAtOnce = 0.25;

// Two of so many seeds, of either kind, hold unanswered elements for a person.
constexpr uint64_t kHolds = 8;
constexpr int kRoundsOfLettersMax = 5;

class World {
 public:
  explicit World(const RunOptions& options)
      : options_(options),
        disciplined_(options.seed % 2 == 0),
        trace_(options.keep_trace),
        dice_(options.seed, Dice::Of::kPlan),
        schedule_(clock_),
        faults_(options.left_out),
        city_way_(systems_.city, schedule_, clock_, faults_, WayDice(0), trace_),
        district_way_(systems_.district, schedule_, clock_, faults_, WayDice(1), trace_),
        portal_way_(systems_.portal, schedule_, clock_, faults_, WayDice(2), trace_),
        gateway_(schedule_, clock_, trace_, {city_way_, district_way_, portal_way_},
                 Dice(options.seed, Dice::Of::kGateway).Next(),
                 {.bugs = options.bugs, .hold_unanswered_appends = options.seed % kHolds < 2}),
        caller_(gateway_, schedule_, faults_, Dice(options.seed, Dice::Of::kCaller), trace_,
                clock_),
        people_(gateway_, systems_, caller_, oracle_, dice_, clock_, trace_, disciplined_) {}

  Outcome Run() {
    gateway_.Start();
    const int acts = kActsMin + dice_.Below(kActsMore);
    for (int i = 0; i < std::min(acts, options_.acts_max) && !Runaway(); ++i) Act(i);
    outcome_.acts = acts;
    dice_ = Dice(options_.seed, Dice::Of::kAct, static_cast<uint64_t>(acts));
    ComeToRest();
    Judge();
    return std::move(outcome_);
  }

 private:
  Dice WayDice(uint64_t index) const { return {options_.seed, Dice::Of::kWay, index}; }

  // What is left out still takes its time.
  void Act(int number) {
    dice_ = Dice(options_.seed, Dice::Of::kAct, static_cast<uint64_t>(number));
    const bool at_once = dice_.Happens(kAtOnce);
    const absl::Duration pause = dice_.Between(absl::ZeroDuration(), kBetweenActsMax);
    PassTime(at_once ? absl::ZeroDuration() : pause);
    if (options_.skip.contains(number)) return;
    Disturb();
    people_.Act(number);
    gateway_.Look();
  }

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
      if (!work.code.empty()) continue;
      work.code = work.portal_key.empty()
                      ? ValueAt(systems_.city.FindByKey(work.city_key)->fields, "code")
                      : caller_.CodeOf(work.portal_key);
    }
  }

  void Disturb() {
    const absl::Duration jump = dice_.Between(absl::Seconds(1), absl::Minutes(3));
    if (faults_.Strikes(Fault::kClockJump, kJump, dice_)) {
      clock_.Jump(jump);
      trace_.Add(clock_.elapsed(), "the clock jumps");
      gateway_.WakeAll();
    }
    const absl::Duration down = dice_.Between(absl::Milliseconds(200), absl::Seconds(6));
    const int commit = 1 + dice_.Below(kCommitsMax);
    const bool done = dice_.Happens(0.5);
    if (faults_.Strikes(Fault::kDeath, kDeath, dice_)) {
      gateway_.FailSoon(commit, done ? CommitFault::kDiesAfter : CommitFault::kDiesBefore, down);
    }
    if (faults_.Strikes(Fault::kRefused, kStoreFails, dice_)) {
      gateway_.FailSoon(commit, CommitFault::kRefused, down);
    }
    if (faults_.Strikes(Fault::kUnsaid, kStoreFails, dice_)) {
      gateway_.FailSoon(commit, CommitFault::kAnswerLost, down);
    }
    const bool crash = faults_.Strikes(Fault::kCrash, kCrash, dice_);
    if (!gateway_.running() || !crash) return;
    trace_.Add(clock_.elapsed(), "the gateway ends");
    gateway_.Crash();
    schedule_.After(down, [this] {
      trace_.Add(clock_.elapsed(), "the gateway begins");
      gateway_.Start();
    });
  }

  bool IsAtRest() const { return caller_.IsIdle() && gateway_.IsSettled(systems_); }

  void Drain() {
    const absl::Duration last = clock_.elapsed() + kDrainMax;
    do {
      PassTime(kDrainLook);
    } while (!IsAtRest() && clock_.elapsed() < last && !Runaway());
  }

  // What stopped without an answer waits for a person: somebody looks, and changes something.
  void WorkOffDeadLetters() {
    for (int round = 0; round < kRoundsOfLettersMax; ++round) {
      auto letters = gateway_.DeadLetters();
      std::erase_if(letters, [this](const auto& letter) { return IsOfRefusedElement(letter); });
      if (letters.empty()) return;
      for (Case& work : oracle_.cases()) {
        const bool concerned =
            std::any_of(letters.begin(), letters.end(),
                        [&work](const auto& letter) { return letter.code() == work.code; });
        if (concerned) people_.Touch(work);
      }
      gateway_.Look();
      Drain();
    }
  }

  // A system edits what it was not allowed to add, and tells only of the edit.
  bool IsOfRefusedElement(const storage::v1::DeadLetterRecord& letter) const {
    return !disciplined_ && letter.reason().ends_with("is required for a new element");
  }

  int64_t Writes() const {
    return city_way_.writes() + district_way_.writes() + portal_way_.writes();
  }
  int64_t Reports() const {
    int64_t reports = 0;
    for (const Counterpart* system : systems_.all()) reports += system->FeedEnd();
    return reports;
  }

  void ComeToRest() {
    faults_.End();
    gateway_.EndFaults();
    Findings findings;
    Drain();
    WorkOffDeadLetters();
    findings.Check(IsAtRest(), "it does not come to rest: " + gateway_.DescribeLinks());
    const int64_t writes = Writes();
    const size_t commits = gateway_.journal().size();
    const int64_t reports = Reports();
    PassTime(kQuiet);
    findings.Check(Writes() == writes, "calls to the counterparts although nothing changed");
    findings.Check(gateway_.journal().size() == commits, "commits although nothing changed");
    findings.Check(Reports() == reports, "reports although nothing changed");
    outcome_.broken = std::move(findings.broken);
  }

  void Judge() {
    Findings findings;
    CheckCopies(gateway_, systems_, findings);
    CheckJournal(gateway_, findings);
    CheckSteps(gateway_, oracle_, systems_, findings);
    CheckAppended(gateway_, systems_, findings);
    CheckCodes(gateway_, systems_, findings);
    CheckStatuses(gateway_, oracle_, systems_, disciplined_, findings);
    CheckEdits(gateway_, oracle_, findings);
    if (disciplined_) CheckOwnersWords(gateway_, oracle_, systems_, findings);
    for (const auto& letter : gateway_.DeadLetters()) {
      findings.Check(IsOfRefusedElement(letter),
                     StrCat("dead letter: ", letter.link(), " ", letter.code(), " ", letter.field(),
                            ": ", letter.reason()));
    }
    for (const std::vector<std::string>& list :
         {people_.complaints(), caller_.complaints(), city_way_.complaints(),
          district_way_.complaints(), portal_way_.complaints(), gateway_.errors(),
          findings.broken}) {
      outcome_.broken.insert(outcome_.broken.end(), list.begin(), list.end());
    }
    for (const std::string& line : outcome_.broken) trace_.Add(clock_.elapsed(), line);
    outcome_.conflicts = static_cast<int64_t>(gateway_.Conflicts().size());
    outcome_.trace = trace_.lines();
    outcome_.trace_hash = trace_.hash();
    outcome_.events = schedule_.done() + outcome_.acts;
  }

  const RunOptions& options_;
  const bool disciplined_;
  SimulatedClock clock_;
  Trace trace_;
  Dice dice_;
  Schedule schedule_;
  Faults faults_;
  Systems systems_;
  Way city_way_;
  Way district_way_;
  Way portal_way_;
  Gateway gateway_;
  Oracle oracle_;
  Caller caller_;
  People people_;
  Outcome outcome_;
};

}  // namespace

Outcome RunSeed(const RunOptions& options) { return World(options).Run(); }

}  // namespace lienthong::simulation
