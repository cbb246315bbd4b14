#include "tests/simulation/world.h"

#include <algorithm>
#include <deque>
#include <map>

#include "gateway/base/text.h"
#include "tests/simulation/caller.h"
#include "tests/simulation/cast.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/operators.h"
#include "tests/simulation/people.h"
#include "tests/simulation/reviews.h"
#include "tests/simulation/seed_plan.h"

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
constexpr double kSetBack = 0.3;  // of the jumps
constexpr double kOutage = 0.02;
constexpr double kDeath = 0.04;
constexpr double kStoreFails = 0.03;
constexpr double kOperates = 0.12;
constexpr double kCompares = 0.10;
constexpr double kAltered = 0.04;
constexpr double kConnects = 0.05;
constexpr double kLoadFails = 0.5;
constexpr int kCommitsOfALoad = 3;
constexpr double kBackup = 0.05;
constexpr double kDisaster = 0.015;
constexpr double kLooksAtHealth = 0.3;
constexpr int kCommitsMax = 12;  // so many commits later at the latest
constexpr double kAtOnce = 0.25;

// Of the seeds.
constexpr double kConnectedLate = 0.25;
// Where the clock was set back, a lease of the process before may last until it has caught up, and
// nobody can do anything to its link.
constexpr int kRoundsMax = 100;

class World {
 public:
  explicit World(const RunOptions& options)
      : options_(options),
        plan_(PlanOf(options.seed, options.wide)),
        trace_(options.keep_trace),
        dice_(options.seed, Dice::Of::kPlan),
        cast_(Dice(options.seed, Dice::Of::kCast), plan_.owners_only),
        schedule_(clock_),
        faults_(LeftOut()),
        systems_(cast_),
        gateway_(schedule_, clock_, trace_, cast_, MakeWays(),
                 Dice(options.seed, Dice::Of::kGateway).Next(),
                 {.bugs = options.bugs,
                  .hold_unanswered_appends = plan_.holds_unanswered,
                  .shares_store = plan_.shares_store}),
        people_(gateway_, cast_, systems_, callers_, oracle_, dice_, clock_, trace_,
                plan_.owners_only),
        operators_(gateway_, cast_, systems_, oracle_, dice_, clock_, trace_),
        reviews_(gateway_, cast_, systems_, oracle_, operators_, dice_, clock_, trace_) {
    for (Side side = 0; side < cast_.size(); ++side) {
      if (!cast_.system(side).calls) continue;
      callers_.try_emplace(side, side, gateway_, schedule_, faults_,
                           Dice(options.seed, Dice::Of::kCaller, side), trace_, clock_);
    }
    // One of them is connected only when there are dossiers already.
    late_ = 1 + static_cast<Side>(dice_.Below(static_cast<int>(cast_.size()) - 1));
    if (dice_.Happens(kConnectedLate)) gateway_.LeaveOut(late_);
  }

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
  // A disaster comes only where nobody keeps to the rules, and where every system has a feed that
  // tells its own again, or can be read back.
  FaultSet LeftOut() const {
    const auto& systems = cast_.systems();
    const bool all_tell = std::all_of(systems.begin(), systems.end(), [](const Traits& traits) {
      return !traits.calls || traits.reads_back;
    });
    FaultSet left_out = options_.left_out;
    if (plan_.owners_only || !all_tell) left_out.set(static_cast<size_t>(Fault::kDisaster));
    if (!plan_.garbles) left_out.set(static_cast<size_t>(Fault::kGarbled));
    if (!plan_.damages) left_out.set(static_cast<size_t>(Fault::kDropped));
    if (!plan_.damages) left_out.set(static_cast<size_t>(Fault::kAltered));
    return left_out;
  }

  std::vector<Way*> MakeWays() {
    std::vector<Way*> ways;
    for (Side side = 0; side < cast_.size(); ++side) {
      ways.push_back(&ways_.emplace_back(systems_[side], schedule_, clock_, faults_,
                                         Dice(options_.seed, Dice::Of::kWay, side), trace_));
    }
    return ways;
  }

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
    Manage(number);
    gateway_.Look();
    if (dice_.Happens(kLooksAtHealth)) LookAtHealth();
  }

  // What those do who run the gateway. A disaster takes no whole dossier with it.
  void Manage(int number) {
    if (dice_.Happens(kOperates) && plan_.operators) operators_.Act(number);
    if (faults_.Strikes(Fault::kAltered, kAltered, dice_)) reviews_.Damage(number);
    if (dice_.Happens(kCompares) && plan_.compares) reviews_.Act();
    Connect();
    const bool backs_up = dice_.Happens(kBackup) && AllAreKnown();
    const absl::Duration down = dice_.Between(absl::Milliseconds(200), absl::Seconds(6));
    const bool loses = faults_.Strikes(Fault::kDisaster, kDisaster, dice_);
    if (!gateway_.running()) return;
    if (backs_up) {
      gateway_.Backup();
      operators_.NoteBackup();
      cases_in_backup_ = oracle_.cases().size();
    } else if (loses && gateway_.HasBackup() && cases_in_backup_ == oracle_.cases().size()) {
      Restore(down);
    }
  }

  // What a new link begins with may fail like anything else.
  void Connect() {
    const bool connects = dice_.Happens(kConnects);
    const int commit = 1 + dice_.Below(kCommitsOfALoad);
    const bool refused = faults_.Strikes(Fault::kRefused, kLoadFails, dice_);
    if (!connects || gateway_.IsConnected(late_)) return;
    gateway_.Connect(late_);
    if (refused) gateway_.FailSoon(commit, CommitFault::kRefused, absl::ZeroDuration());
  }

  // A dossier that begins again gets another number.
  bool AllAreKnown() const {
    return gateway_.running() &&
           std::all_of(oracle_.cases().begin(), oracle_.cases().end(), [this](const Case& work) {
             return gateway_.Find(work.code, "").has_value();
           });
  }

  void Restore(absl::Duration down) {
    trace_.Add(clock_.elapsed(), "an older copy of the store is restored");
    restored_ = true;
    gateway_.Restore();
    operators_.NoteRestore();
    for (auto& [side, caller] : callers_) caller.NoteRestore();
    schedule_.After(down, [this] {
      // What was on its way has come.
      for (Way& way : ways_) way.ForgetOrder();
      for (Side side = 0; side < cast_.size(); ++side) systems_[side].NoteRestore();
      gateway_.Start();
      ForgetLost();
    });
  }

  // What only the gateway had is gone; what another system will tell of, or be found to hold, is
  // not.
  void ForgetLost() {
    if (!gateway_.running()) return;
    std::map<std::string, std::set<std::pair<std::string, std::string>>> kept;
    for (const storage::v1::JournalEntry& entry : gateway_.journal()) {
      const Fields after = domain::Flatten(entry.after());
      for (const std::string& path : entry.paths()) {
        kept[entry.code()].emplace(path, ValueAt(after, path));
      }
    }
    for (Case& work : oracle_.cases()) {
      for (Edit& edit : work.edits) {
        edit.is_lost = !IsTold(work, edit) && !kept[work.code].contains({edit.path, edit.value});
        // Who only calls can overwrite it before it is read back.
        if (edit.is_lost && !IsHeld(work, edit, /*calls=*/false)) edit.is_untold = true;
      }
      Oracle::Forget(
          [&](const Edit& edit) {
            return edit.is_lost && !IsHeld(work, edit, /*calls=*/false) &&
                   !IsHeld(work, edit, /*calls=*/true);
          },
          work);
    }
  }

  // Whether its system tells of it from now on: in its feed, or in a call that was not answered.
  bool IsTold(const Case& work, const Edit& edit) const {
    if (edit.side >= cast_.size()) return false;
    if (!cast_.system(edit.side).calls) return true;
    const std::string key = KeyOf(work, edit.side);
    return !key.empty() && callers_.at(edit.side).Tells(key, edit.path, edit.value);
  }

  // A system's own key of a dossier; empty: it has none.
  std::string KeyOf(const Case& work, Side side) const {
    const Counterpart::Record* record = side == work.origin ? systems_[side].FindByKey(work.key)
                                                            : systems_[side].FindByCode(work.code);
    return record == nullptr ? "" : record->key;
  }

  // What was told by call of a dossier that the restored gateway did not know by that key stands in
  // the record, unless its people have written something else there since.
  void NoteUnheard() {
    for (Case& work : oracle_.cases()) {
      for (Edit& edit : work.edits) {
        const auto caller = callers_.find(edit.side);
        if (caller == callers_.end()) continue;
        const std::string key = KeyOf(work, edit.side);
        if (caller->second.WasUnheard(key, edit.path, edit.value)) edit.is_untold = true;
      }
    }
  }

  // Whether a system that calls, or one that does not, holds it.
  bool IsHeld(const Case& work, const Edit& edit, bool calls) const {
    return std::any_of(systems_.begin(), systems_.end(), [&](const Counterpart& system) {
      const Counterpart::Record* record = system.FindByCode(work.code);
      return system.traits().calls == calls && record != nullptr &&
             ValueAt(record->fields, edit.path) == edit.value;
    });
  }

  // What waited when the clock was set back is younger by that.
  void LookAtHealth() {
    if (clock_.elapsed() < looks_at_health_from_) return;
    CheckHealth(gateway_, systems_, clock_.elapsed(), standing_);
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
      const auto caller = callers_.find(work.origin);
      work.code = caller == callers_.end()
                      ? ValueAt(systems_[work.origin].FindByKey(work.key)->fields, "code")
                      : caller->second.CodeOf(work.key);
    }
  }

  void Disturb() {
    const absl::Duration jump = dice_.Between(absl::Seconds(1), absl::Minutes(3));
    const bool is_set_back = dice_.Happens(kSetBack);
    if (faults_.Strikes(Fault::kClockJump, kJump, dice_)) {
      clock_.Jump(is_set_back ? -jump : jump);
      trace_.Add(clock_.elapsed(), is_set_back ? "the clock is set back" : "the clock jumps");
      if (is_set_back) {
        looks_at_health_from_ = std::max(looks_at_health_from_, clock_.elapsed()) + jump +
                                2 * gateway_.objective(late_);
      }
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
    const absl::Duration stall = dice_.Between(absl::Seconds(5), absl::Seconds(40));
    if (faults_.Strikes(Fault::kStall, kStoreFails, dice_)) gateway_.StallSoon(commit, stall);
    const Side away = static_cast<Side>(dice_.Below(static_cast<int>(cast_.size())));
    const absl::Duration outage = dice_.Between(absl::Seconds(5), absl::Minutes(2));
    const bool hangs = dice_.Happens(0.5);
    if (faults_.Strikes(Fault::kOutage, kOutage, dice_)) ways_[away].GoAway(outage, hangs);
    const bool crash = faults_.Strikes(Fault::kCrash, kCrash, dice_);
    if (!gateway_.running() || !crash) return;
    trace_.Add(clock_.elapsed(), "the gateway ends");
    gateway_.Crash();
    schedule_.After(down, [this] {
      trace_.Add(clock_.elapsed(), "the gateway begins");
      gateway_.Start();
    });
  }

  bool IsAtRest() const {
    const bool idle = std::all_of(callers_.begin(), callers_.end(),
                                  [](const auto& entry) { return entry.second.IsIdle(); });
    return idle && gateway_.IsSettled(systems_) && reviews_.IsIdle();
  }

  void Drain() {
    const absl::Duration last = clock_.elapsed() + kDrainMax;
    do {
      PassTime(kDrainLook);
      LookAtHealth();
    } while (!IsAtRest() && clock_.elapsed() < last && !Runaway());
  }

  // What has got stuck waits for a person.
  void WorkOffDeadLetters() {
    for (int round = 0; round < kRoundsMax; ++round) {
      for (const sync::StoredLetter& letter : gateway_.DeadLetters()) {
        standing_.Check(IsExplained(letter.record), Summary(letter.record));
      }
      if (!operators_.SeeToLetters()) return;
      gateway_.Look();
      Drain();
    }
  }

  // Nobody knows whether the elements are there, or what an item says; a text was too long; or a
  // system tells only of the edit of what it was not allowed to add, or told in an item that cannot
  // be read.
  bool IsExplained(const storage::v1::DeadLetterRecord& letter) const {
    if (plan_.needs_nobody) return false;
    if (letter.reason().find("had no answer") != std::string::npos) return true;
    if (letter.reason().find("cannot be read") != std::string::npos) return true;
    if (letter.reason().ends_with("is required for a new element")) return true;
    if (plan_.owners_only) return false;
    return letter.reason() == "is too long" || restored_;
  }

  static std::string Summary(const storage::v1::DeadLetterRecord& letter) {
    return StrCat("dead letter: ", letter.link(), " ", letter.code(), " ", letter.field(), ": ",
                  letter.reason());
  }

  int64_t Writes() const {
    int64_t writes = 0;
    for (const Way& way : ways_) writes += way.writes();
    return writes;
  }
  int64_t Reports() const {
    int64_t reports = 0;
    for (const Counterpart& system : systems_) reports += system.FeedEnd();
    return reports;
  }

  Scene SceneNow() const {
    return {.gateway = gateway_,
            .cast = cast_,
            .systems = systems_,
            .oracle = oracle_,
            .operators = operators_,
            .disciplined = plan_.owners_only,
            .restored = restored_};
  }

  void ComeToRest() {
    faults_.End();
    for (Way& way : ways_) way.ComeBack();
    gateway_.EndFaults();
    Findings findings;
    gateway_.Connect(late_);
    for (int i = 0; i < kRoundsMax && !operators_.ResumeAll(); ++i) PassTime(kDrainLook);
    Drain();
    WorkOffDeadLetters();
    // A comparison would mend what should never have been wrong.
    if (!plan_.damages) CheckCopies(SceneNow(), findings);
    // After a restore some have what they are not told of any more.
    if (plan_.compares && IsAtRest() && !restored_) {
      reviews_.Settle([this] { Drain(); }, findings);
      WorkOffDeadLetters();
    }
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
    NoteUnheard();
    Findings findings;
    const Scene scene = SceneNow();
    CheckCopies(scene, findings);
    CheckJournal(scene, findings);
    CheckSteps(scene, findings);
    CheckAppended(scene, findings);
    CheckCodes(scene, findings);
    CheckReports(scene, findings);
    CheckStatuses(scene, findings);
    CheckEdits(scene, findings);
    CheckConflicts(scene, findings);
    CheckActs(scene, findings);
    if (plan_.owners_only) CheckOwnersWords(scene, findings);
    if (plan_.owners_only) reviews_.CheckFound(findings);
    for (const sync::StoredLetter& letter : gateway_.DeadLetters()) {
      findings.Check(false, Summary(letter.record));
    }
    AddBroken(people_.complaints());
    for (const auto& [side, caller] : callers_) AddBroken(caller.complaints());
    for (Side side = 0; side < ways_.size(); ++side) {
      AddBroken(ways_[side].complaints(
          [this, side](const std::string& code) { return operators_.HasGivenUp(side, code); }));
    }
    AddBroken(gateway_.errors());
    AddBroken(standing_.broken);
    AddBroken(findings.broken);
    for (const std::string& line : outcome_.broken) trace_.Add(clock_.elapsed(), line);
    outcome_.conflicts = static_cast<int64_t>(gateway_.Conflicts().size());
    outcome_.trace = trace_.lines();
    outcome_.trace_hash = trace_.hash();
    outcome_.events = schedule_.done() + outcome_.acts;
  }

  void AddBroken(const std::vector<std::string>& lines) {
    outcome_.broken.insert(outcome_.broken.end(), lines.begin(), lines.end());
  }

  const RunOptions& options_;
  const SeedPlan plan_;
  SimulatedClock clock_;
  Trace trace_;
  Dice dice_;
  const Cast cast_;
  Schedule schedule_;
  Faults faults_;
  Systems systems_;
  std::deque<Way> ways_;
  Gateway gateway_;
  Callers callers_;
  Oracle oracle_;
  People people_;
  Operators operators_;
  Reviews reviews_;
  Side late_ = 0;
  size_t cases_in_backup_ = 0;
  bool restored_ = false;
  absl::Duration looks_at_health_from_;
  Findings standing_;  // of checks that hold at any time
  Outcome outcome_;
};

}  // namespace

Outcome RunSeed(const RunOptions& options) { return World(options).Run(); }

}  // namespace lienthong::simulation
