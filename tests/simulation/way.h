#ifndef LIENTHONG_TESTS_SIMULATION_WAY_H_
#define LIENTHONG_TESTS_SIMULATION_WAY_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "tests/simulation/counterpart.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/faults.h"
#include "tests/simulation/parts.h"
#include "tests/simulation/schedule.h"
#include "tests/simulation/trace.h"

namespace lienthong::simulation {

// The way to a counterpart: an adapter whose calls take time and, while faults are on, get lost,
// are answered too late, throttled, cut in the middle or answered twice. A request that comes
// through, comes through before its deadline: what arrives later was given up by the transport.
//
// Cut ends the gateway's side of it, as the end of its process would: no answer reaches it any
// more, a request on its way arrives or does not, and nothing leaves until Open.
class Way final : public sdk::Adapter {
 public:
  // All outlive it.
  Way(Counterpart& counterpart, Schedule& schedule, SimulatedClock& clock, const Faults& faults,
      Dice dice, Trace& trace);

  void Cut();
  void Open() { open_ = true; }
  int64_t writes() const { return writes_; }  // Deliver and LookUp
  int calls_open() const { return calls_open_; }
  // What the gateway should never have sent.
  std::vector<std::string> complaints() const;
  // The position in the feed up to which the gateway has stored what it took.
  int64_t stored_token() const { return stored_token_; }

  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const sdk::pb::Capabilities& capabilities() const override { return capabilities_; }
  sdk::pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    return counterpart_.Represent(dossier);
  }
  void Pull(const sdk::pb::PullRequest& request, absl::Time deadline,
            sdk::Done<sdk::pb::PullReply> done) override;
  void Receive(const sdk::pb::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::ReceiveReply> done) override;
  void Deliver(const sdk::pb::DeliverRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::DeliverReply> done) override;
  void LookUp(const sdk::pb::LookUpRequest& request, absl::Time deadline,
              sdk::Done<sdk::pb::LookUpReply> done) override;
  void Inventory(const sdk::pb::InventoryRequest& request, absl::Time deadline,
                 sdk::Done<sdk::pb::InventoryReply> done) override;
  void Probe(absl::Time deadline, sdk::Done<sdk::pb::ProbeReply> done) override;

 private:
  // Carries one call there and back.
  template <typename Reply>
  void Call(std::string_view what, absl::Time deadline, sdk::Done<Reply> done,
            std::function<absl::StatusOr<Reply>()> arrive);
  sdk::pb::PullReply Page(const sdk::pb::PullRequest& request);
  absl::StatusOr<sdk::pb::DeliverReply> Take(const sdk::pb::DeliverRequest& request);
  void CheckOrder(const sdk::pb::OutboundItem& item);

  Counterpart& counterpart_;
  Schedule& schedule_;
  SimulatedClock& clock_;
  const Faults& faults_;
  Dice dice_;
  Trace& trace_;
  sdk::pb::Capabilities capabilities_;
  Parts parts_;
  bool open_ = true;
  std::map<std::string, int64_t> revisions_;  // the newest that was sent, by code
  std::vector<std::string> complaints_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  int64_t writes_ = 0;
  int64_t stored_token_ = 0;
  int calls_open_ = 0;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_WAY_H_
