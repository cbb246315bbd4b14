#ifndef LIENTHONG_TESTS_SIMULATION_CALLER_H_
#define LIENTHONG_TESTS_SIMULATION_CALLER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "tests/simulation/counterpart.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"

namespace lienthong::simulation {

// The side of a counterpart that calls the gateway with what its own people did. A call is repeated
// until it is answered; those about one record go one after the other. Requests and answers get
// lost while faults are on, also after the gateway has committed.
class Caller {
 public:
  // All outlive it.
  Caller(Side side, Gateway& gateway, Schedule& schedule, const Faults& faults, Dice dice,
         Trace& trace, SimulatedClock& clock)
      : side_(side),
        gateway_(gateway),
        schedule_(schedule),
        faults_(faults),
        dice_(dice),
        trace_(trace),
        clock_(clock) {}

  // Tells of fields of one record; the empty text clears.
  void Tell(const std::string& key, const Fields& fields);
  bool IsIdle() const { return waiting_.empty(); }
  // Whether it has yet to be answered for what it tells of a field.
  bool Tells(const std::string& key, const std::string& path, const std::string& value) const;
  // The gateway has forgotten keys that it was given: until it has looked the records up again it
  // knows no dossier by them, and what it is told of those is left to a person.
  void NoteRestore() { is_forgotten_ = true; }
  // Whether it was told of a field, and knew no such dossier.
  bool WasUnheard(const std::string& key, const std::string& path, const std::string& value) const {
    const auto fields = unheard_.find(key);
    return fields != unheard_.end() && fields->second.contains({path, value});
  }
  // The shared code that the gateway answered for a record; empty before it did.
  std::string CodeOf(const std::string& key) const;
  // Answers that should never have been given.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  using Reply = absl::StatusOr<adapter::v1::ReceiveReply>;

  void Try(const std::string& key);
  void Answered(const std::string& key, int64_t attempt, const Reply& reply);
  bool IsExcused(const std::string& key, const adapter::v1::ReceiveRequest::Result& result);
  void Read(const std::string& key, const adapter::v1::ReceiveReply& reply);

  const Side side_;
  Gateway& gateway_;
  Schedule& schedule_;
  const Faults& faults_;
  Dice dice_;
  Trace& trace_;
  SimulatedClock& clock_;
  int64_t told_ = 0;
  std::map<std::string, std::deque<adapter::v1::ReceiveRequest>> waiting_;  // by key
  std::map<std::string, int64_t> attempts_;                                 // the newest, by key
  std::map<std::string, std::string> codes_;                                // by key
  bool is_forgotten_ = false;
  std::map<std::string, std::set<std::pair<std::string, std::string>>> unheard_;  // by key
  std::vector<std::string> complaints_;
};

// Those of the systems that call, by side.
using Callers = std::map<Side, Caller>;

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_CALLER_H_
