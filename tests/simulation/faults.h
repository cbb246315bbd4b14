#ifndef LIENTHONG_TESTS_SIMULATION_FAULTS_H_
#define LIENTHONG_TESTS_SIMULATION_FAULTS_H_

#include <bitset>
#include <cstddef>
#include <string_view>

#include "tests/simulation/dice.h"

namespace lienthong::simulation {

// What can go wrong.
enum class Fault {
  kLostRequest,
  kLostReply,
  kThrottled,
  kSlowReply,
  kCutBatch,
  kMissingOutcome,
  kRepeatedItems,
  kClockJump,  // forward, or back
  kCrash,      // between two events
  kDeath,      // the process ends at a commit, before or after it took effect
  kRefused,    // the store does not take a commit
  kUnsaid,     // the store takes a commit, and does not say so
  kStall,      // the process stands still at a commit, for longer than a lease
  kDisaster,   // the store is lost, but for an older copy
  kGarbled,    // an item of a feed cannot be understood, until somebody looks at it again
  kDropped,    // a system says that it took a delivery, and does not keep it
  kOutage,     // a system cannot be reached for a time
  kAltered,    // a field of a record becomes another, and the system's feed does not tell
};
// As they are called on the command line, in the same order.
inline constexpr std::string_view kFaultNames[] = {
    "request", "reply",   "throttle", "slow",  "cut",      "missing", "repeat", "jump",   "crash",
    "death",   "refused", "unsaid",   "stall", "disaster", "garbled", "drop",   "outage", "alter"};
using FaultSet = std::bitset<std::size(kFaultNames)>;

// The faults of one run: all but those that are left out, until they end. Dice are thrown in any
// case, so that a kind that is left out changes no other throw.
class Faults {
 public:
  explicit Faults(const FaultSet& left_out) : left_out_(left_out) {}

  void End() { ended_ = true; }
  bool Strikes(Fault kind, double probability, Dice& dice) const {
    const bool thrown = dice.Happens(probability);
    return thrown && !ended_ && !left_out_.test(static_cast<size_t>(kind));
  }

 private:
  const FaultSet left_out_;
  bool ended_ = false;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_FAULTS_H_
