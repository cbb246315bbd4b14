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

// What an item means that could not be read.
sdk::pb::InboundItem Ungarbled(const sdk::pb::InboundItem& item);

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

  // For a time nothing gets there: calls fail at once, or hang.
  void GoAway(absl::Duration time, bool hangs);
  void ComeBack() { away_until_ = {}; }
  void Cut();
  void Open() { open_ = true; }
  // What was asked of the counterpart.
  struct Calls {
    int64_t pulls = 0;
    int64_t deliveries = 0;  // calls, whatever number of items each
    int64_t look_ups = 0;
    int64_t parts = 0;  // of the deliveries, those that another one has to follow
  };
  const Calls& calls() const { return calls_; }
  int64_t writes() const { return calls_.deliveries + calls_.look_ups; }
  // After it the gateway may send again what it has forgotten that it sent.
  void ForgetOrder() { revisions_.clear(); }
  // Asked before each delivery, by its deadline: why none should go out now, or nothing.
  void Watch(std::function<std::string(absl::Time)> objection) {
    objection_ = std::move(objection);
  }
  // What the gateway should never have sent. Of some dossiers a person may have given something up.
  using IsGivenUp = std::function<bool(const std::string& code)>;
  std::vector<std::string> complaints(const IsGivenUp& is_given_up) const;
  // Whether a token of the feed covers all that there is, or all that there was at another.
  bool Covers(const std::string& token) const { return Covers(token, TokenNow()); }
  static bool Covers(const std::string& token, const std::string& other);
  std::string TokenNow() const;

  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const sdk::pb::Capabilities& capabilities() const override { return capabilities_; }
  std::string Digest(const dossier::v1::Dossier& represented) const override;
  sdk::pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    return counterpart_.Represent(dossier);
  }
  void Pull(const sdk::pb::PullRequest& request, absl::Time deadline,
            sdk::Done<sdk::pb::PullReply> done) override;
  void Receive(const sdk::pb::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::ReceiveReply> done) override;
  void Deliver(const sdk::pb::DeliverRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::DeliverReply> done) override;
  absl::StatusOr<sdk::pb::InboundItem> Interpret(
      const sdk::pb::InterpretRequest& request) const override;
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
  int64_t RefusedLater() const;
  absl::StatusOr<sdk::pb::DeliverReply> Take(const sdk::pb::DeliverRequest& request);
  void NoteOrder(const sdk::pb::OutboundItem& item, const sdk::pb::ItemOutcome& outcome);

  absl::Duration Latency() {
    return dice_.Between(absl::Milliseconds(1), counterpart_.traits().latency_max);
  }

  Counterpart& counterpart_;
  Schedule& schedule_;
  SimulatedClock& clock_;
  const Faults& faults_;
  Dice dice_;
  Trace& trace_;
  sdk::pb::Capabilities capabilities_;
  Parts parts_;
  bool open_ = true;
  absl::Duration away_until_;  // on the clock that does not jump
  bool hangs_ = false;
  std::map<std::string, int64_t> revisions_;  // the newest that was taken, by lane
  std::vector<std::string> complaints_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Calls calls_;
  std::function<std::string(absl::Time)> objection_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_WAY_H_
