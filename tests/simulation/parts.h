#ifndef LIENTHONG_TESTS_SIMULATION_PARTS_H_
#define LIENTHONG_TESTS_SIMULATION_PARTS_H_

#include <string>
#include <vector>

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "tests/simulation/counterpart.h"
#include "tests/simulation/dice.h"

namespace lienthong::simulation {

// An adapter's way to bring an item to a system in several calls: first a key for a new record,
// then the record; elements one by one; sometimes a call that only prepares the next. Between them
// it answers CONTINUE and has the gateway keep how far it came.
class Parts {
 public:
  Parts(Counterpart& counterpart, Dice& dice) : counterpart_(counterpart), dice_(dice) {}

  adapter::v1::ItemOutcome Deliver(const adapter::v1::OutboundItem& item);
  // What the gateway should never have sent, unless somebody has given up what was there in part.
  struct Complaint {
    std::string code;  // of the dossier
    std::string text;
  };
  const std::vector<Complaint>& complaints() const { return complaints_; }

 private:
  adapter::v1::ItemOutcome MakeRecord(const adapter::v1::OutboundItem& item);
  int DoneOf(const adapter::v1::OutboundItem& item);

  Counterpart& counterpart_;
  Dice& dice_;
  std::vector<Complaint> complaints_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_PARTS_H_
