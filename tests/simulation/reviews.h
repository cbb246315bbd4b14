#ifndef LIENTHONG_TESTS_SIMULATION_REVIEWS_H_
#define LIENTHONG_TESTS_SIMULATION_REVIEWS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "gateway/sync/reconcile/run_store.h"
#include "tests/simulation/cast.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/invariants.h"
#include "tests/simulation/operators.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/trace.h"

namespace lienthong::simulation {

// Those who have both sides of links compared, approve what is to be repaired, or give a comparison
// up; and what happens to records without anybody being told.
class Reviews {
 public:
  // All outlive it.
  Reviews(Gateway& gateway, const Cast& cast, Systems& systems, Oracle& oracle,
          Operators& operators, Dice& dice, SimulatedClock& clock, Trace& trace)
      : gateway_(gateway),
        cast_(cast),
        systems_(systems),
        oracle_(oracle),
        operators_(operators),
        dice_(dice),
        clock_(clock),
        trace_(trace) {}

  // Begins a comparison, or sees to one that waits. False when there is nothing to do.
  bool Act();
  // A field of some record becomes another, and no feed tells: where it is its system's own, as if
  // one of its people had written it.
  bool Damage(int number);

  // While a comparison goes on something is always under way.
  bool IsIdle() const;
  // Everything is compared and what is found is made equal, twice at least, and until nothing is to
  // be found any more. `drain` lets everything come to rest.
  void Settle(const std::function<void()>& drain, Findings& findings);
  // In what was damaged alone do both sides ever differ, where only owners write.
  void CheckFound(Findings& findings) const;

 private:
  bool IsComparable(Side side) const {
    return IsComparable(cast_.system(side)) && gateway_.IsConnected(side);
  }
  static bool IsComparable(const Traits& traits) { return traits.reads_back && !traits.calls; }
  std::optional<sync::StoredRun> NewestRun(Side side) const;
  std::vector<sync::StoredFinding> FindingsOf(const sync::StoredRun& run,
                                              sync::v1::Finding::State state) const;
  bool Start(Side side, bool automatic);
  bool Cancel(Side side, const sync::StoredRun& run);
  bool Approve(Side side, const sync::StoredRun& run, const sync::StoredFinding& finding);
  // What the newest comparisons should not say when all is well.
  std::vector<std::string> Complaints() const;
  bool WasWritten(Side side, const std::string& code, const std::string& path,
                  const std::string& value) const;
  // Has all repaired that waits for somebody.
  void Conclude(Side side);

  Gateway& gateway_;
  const Cast& cast_;
  Systems& systems_;
  Oracle& oracle_;
  Operators& operators_;
  Dice& dice_;
  SimulatedClock& clock_;
  Trace& trace_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_REVIEWS_H_
