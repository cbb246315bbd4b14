#include "tests/simulation/program.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "gateway/base/text.h"
#include "tests/simulation/planted.h"
#include "tests/simulation/quiet_log.h"
#include "tests/simulation/shrink.h"

namespace lienthong::simulation {
namespace {

constexpr int kFailuresShownMax = 10;
constexpr int kFailuresShrunkMax = 2;
constexpr size_t kShownMax = 240;
constexpr int kActMax = 1'000'000;

constexpr char kHelp[] = R"(simulation --seeds N [--first N] [--shard I/N] [--wide] [--bug NAME]
    runs N seeds from the first on (1), or part I of N of them, and shrinks those that fail
simulation --seed N [--acts N] [--skip 3,9] [--no-fault cut,crash] [--wide] [--bug NAME]
           [--trace]
    runs one, only its first acts, without some acts and kinds of faults; --trace prints all of it
    --wide: operators act, and items are unreadable, also where others than owners edit
simulation [--gtest_...]
    runs the tests: that the same seed does the same, that every planted bug is caught
)";

absl::Status Expected(std::string_view name, std::string_view what) {
  return absl::InvalidArgumentError(StrCat(name, ": expected ", what, "; see --help"));
}

template <typename Number>
absl::Status Parse(std::string_view name, std::string_view text, Number& number) {
  const bool good = absl::SimpleAtoi(ToAbsl(text), &number);
  return good ? absl::OkStatus() : Expected(name, "a number");
}

absl::Status ParseShard(std::string_view text, Command& command) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(ToAbsl(text), '/');
  const bool good = absl::SimpleAtoi(parts.first, &command.shard) &&
                    absl::SimpleAtoi(parts.second, &command.shards) && command.shard >= 1 &&
                    command.shard <= command.shards;
  return good ? absl::OkStatus() : Expected("--shard", "e.g. 1/4");
}

absl::Status ParseSkip(std::string_view text, std::set<int>& skip) {
  for (const absl::string_view part : absl::StrSplit(ToAbsl(text), ',')) {
    int act = 0;
    if (!absl::SimpleAtoi(part, &act) || act < 0 || act > kActMax) {
      return Expected("--skip", "numbers of acts with commas between them");
    }
    skip.insert(act);
  }
  return absl::OkStatus();
}

absl::Status ParseFaults(std::string_view text, FaultSet& left_out) {
  for (const absl::string_view part : absl::StrSplit(ToAbsl(text), ',')) {
    const auto* const found =
        std::find(std::begin(kFaultNames), std::end(kFaultNames), ToStd(part));
    if (found == std::end(kFaultNames)) {
      std::string names;
      for (const std::string_view name : kFaultNames) StrAppend(names, " ", name);
      return Expected("--no-fault", StrCat("some of", names));
    }
    left_out.set(static_cast<size_t>(found - std::begin(kFaultNames)));
  }
  return absl::OkStatus();
}

absl::Status ParseBug(std::string_view text, sync::PlantedBugs& bugs) {
  for (const Planted& planted : kPlantedBugs) {
    if (planted.name != text) continue;
    bugs.*planted.bug = true;
    return absl::OkStatus();
  }
  return Expected("--bug", "the name of a planted bug");
}

absl::Status ParseArgument(std::string_view name, std::string_view value, Command& command) {
  if (name == "--seeds") return Parse(name, value, command.seeds);
  if (name == "--first") return Parse(name, value, command.first);
  if (name == "--shard") return ParseShard(value, command);
  if (name == "--seed") return Parse(name, value, command.run.seed);
  if (name == "--acts") return Parse(name, value, command.run.acts_max);
  if (name == "--skip") return ParseSkip(value, command.run.skip);
  if (name == "--no-fault") return ParseFaults(value, command.run.left_out);
  if (name == "--bug") return ParseBug(value, command.run.bugs);
  return Expected(name, "another argument");
}

// What did not hold first, short enough for one line.
std::string FirstLine(const Outcome& outcome) { return outcome.broken[0].substr(0, kShownMax); }

void PrintTrace(RunOptions options) {
  options.keep_trace = true;
  for (const std::string& line : RunSeed(options).trace) std::printf("  %s\n", line.c_str());
}

void PrintAgain(const RunOptions& options, const Outcome& outcome) {
  std::printf("seed %llu: %s; again: build/tests/bin/simulation %s --trace\n",
              static_cast<unsigned long long>(options.seed), FirstLine(outcome).c_str(),
              ArgumentsOf(options).c_str());
}

void Report(const RunOptions& failing, const Outcome& outcome, int failed) {
  if (failed > kFailuresShownMax) return;
  if (failed > kFailuresShrunkMax) return PrintAgain(failing, outcome);
  // Said before it is shrunk: what ends the process while shrinking must not hide which seed it
  // was.
  std::printf("seed %llu fails\n", static_cast<unsigned long long>(failing.seed));
  std::fflush(stdout);
  const RunOptions shrunk = Shrink(failing, outcome.acts);
  PrintAgain(shrunk, RunSeed(shrunk));
  PrintTrace(shrunk);
}

int RunOne(const Command& command) {
  RunOptions options = command.run;
  const Outcome outcome = RunSeed(options);
  if (options.keep_trace) PrintTrace(options);
  for (const std::string& line : outcome.broken) std::printf("%s\n", line.c_str());
  std::printf("seed %llu: %d acts, %lld events, %lld conflicts, trace %016llx, %zu broken\n",
              static_cast<unsigned long long>(options.seed), outcome.acts,
              static_cast<long long>(outcome.events), static_cast<long long>(outcome.conflicts),
              static_cast<unsigned long long>(outcome.trace_hash), outcome.broken.size());
  return outcome.broken.empty() ? 0 : 1;
}

int RunMany(const Command& command) {
  const auto begin = std::chrono::steady_clock::now();
  const uint64_t from = command.first + command.seeds * (command.shard - 1) / command.shards;
  const uint64_t until = command.first + command.seeds * command.shard / command.shards;
  int64_t events = 0, conflicts = 0;
  int failed = 0;
  RunOptions options = command.run;
  for (options.seed = from; options.seed < until; ++options.seed) {
    const Outcome outcome = RunSeed(options);
    events += outcome.events;
    conflicts += outcome.conflicts;
    if (!outcome.broken.empty()) Report(options, outcome, ++failed);
  }
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("simulation: seeds %llu, events %lld, seconds %.1f, conflicts %lld, failed %d\n",
              static_cast<unsigned long long>(until - from), static_cast<long long>(events),
              seconds, static_cast<long long>(conflicts), failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace

absl::StatusOr<Command> ParseCommand(const std::vector<std::string_view>& arguments) {
  Command command;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--help") {
      command.help = true;
    } else if (name == "--trace") {
      command.run.keep_trace = true;
    } else if (name == "--wide") {
      command.run.wide = true;
    } else if (i + 1 == arguments.size()) {
      return Expected(name, "a value after it");
    } else {
      const absl::Status status = ParseArgument(name, arguments[++i], command);
      if (!status.ok()) return status;
    }
  }
  return command;
}

int RunCommand(const Command& command) {
  if (command.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  const QuietLog quiet;
  return command.seeds == 0 ? RunOne(command) : RunMany(command);
}

}  // namespace lienthong::simulation
