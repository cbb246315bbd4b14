#include "tests/simulation/shrink.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "gateway/base/text.h"
#include "tests/simulation/planted.h"

namespace lienthong::simulation {
namespace {

constexpr int kRunsMax = 300;

class Shrinker {
 public:
  Shrinker(const RunOptions& failing, int acts) : best_(failing) {
    best_.keep_trace = false;
    best_.acts_max = std::min(best_.acts_max, acts);
  }

  RunOptions Run() {
    CutTheEnd();
    for (int size = best_.acts_max / 2; size >= 1; size /= 2) LeaveOut(size);
    for (size_t kind = 0; kind < best_.left_out.size(); ++kind) {
      RunOptions fewer = best_;
      fewer.left_out.set(kind);
      Try(std::move(fewer));
    }
    return best_;
  }

 private:
  bool Try(RunOptions fewer) {
    if (runs_ >= kRunsMax) return false;
    ++runs_;
    if (RunSeed(fewer).broken.empty()) return false;
    best_ = std::move(fewer);
    return true;
  }

  // A bisection, as if every longer run failed too.
  void CutTheEnd() {
    for (int least = 0; least < best_.acts_max;) {
      RunOptions fewer = best_;
      fewer.acts_max = (least + best_.acts_max) / 2;
      if (!Try(fewer)) least = fewer.acts_max + 1;
    }
  }

  // So many acts at a time, the last ones first: the others do not build on them.
  void LeaveOut(int size) {
    for (int end = best_.acts_max; end > 0; end -= size) {
      RunOptions fewer = best_;
      for (int act = std::max(0, end - size); act < end; ++act) fewer.skip.insert(act);
      if (fewer.skip.size() > best_.skip.size()) Try(std::move(fewer));
    }
  }

  RunOptions best_;
  int runs_ = 0;
};

}  // namespace

RunOptions Shrink(const RunOptions& failing, int acts) { return Shrinker(failing, acts).Run(); }

std::string ArgumentsOf(const RunOptions& options) {
  std::string text = StrCat("--seed ", options.seed);
  const bool all = options.acts_max == std::numeric_limits<int>::max();
  if (!all) StrAppend(text, " --acts ", options.acts_max);
  std::string skip, faults;
  for (const int act : options.skip) StrAppend(skip, skip.empty() ? " --skip " : ",", act);
  for (size_t kind = 0; kind < options.left_out.size(); ++kind) {
    if (!options.left_out.test(kind)) continue;
    StrAppend(faults, faults.empty() ? " --no-fault " : ",", kFaultNames[kind]);
  }
  StrAppend(text, skip, faults, options.wide ? " --wide" : "");
  for (const Planted& planted : kPlantedBugs) {
    if (options.bugs.*planted.bug) StrAppend(text, " --bug ", planted.name);
  }
  return text;
}

}  // namespace lienthong::simulation
