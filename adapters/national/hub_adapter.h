#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_ADAPTER_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_ADAPTER_H_

#include <memory>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/national/hub_client.h"
#include "adapters/national/hub_packets.h"
#include "adapters/national/hub_state.h"
#include "adapters/national/life_sign.h"
#include "adapters/national/receiver.h"
#include "adapters/sdk/blocking.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/paper_links.h"
#include "adapters/sdk/portal/procedures.h"

namespace lienthong::adapters::national {

// The ministry hub, generation 2. The hub issues the dossier's code, takes the papers' bytes, then
// the dossier, and after that only its status and its progress lines.
//
// A dossier is made in several calls, and after each that left something there the gateway is asked
// to keep what it was (OUTCOME_CONTINUE): the code before the dossier is sent under it, so that a
// lost answer is found out by the code and never makes a second dossier. A code that was lost on
// its way is burned. A code that could not become the dossier's is never asked for: it is of an
// agency that the counterpart's party acts for.
class HubAdapter final : public sdk::BlockingAdapter {
 public:
  struct Options {
    HubClient::Options client;
    int parallel_calls_max = 0;
    absl::Duration probe_interval;
    // How long a dossier or a status waits for the content of its papers.
    absl::Duration papers_wait;
    // Names of the procedures that the hub tells by their codes alone.
    sdk::portal::Procedures procedures;
  };

  HubAdapter(Options options, std::unique_ptr<sdk::HttpClient> http,
             const sdk::AdapterContext& context);

  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override;
  absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& request) const override;
  pb::MappingDescription DescribeMapping() const override;

 private:
  // A part of a delivery: what became of it, and what is to be kept then.
  struct Part {
    pb::ItemOutcome outcome;
    HubState state;
    absl::Status hub = absl::OkStatus();  // UnavailabilityOf its call
  };

  absl::Status StartNow() override;
  void Interrupt() override;
  absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest& request,
                                        absl::Time deadline) override;
  absl::StatusOr<pb::ReceiveReply> ReceiveNow(const pb::ReceiveRequest& request,
                                              absl::Time deadline) override;
  absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                              absl::Time deadline) override;
  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time deadline) override;

  // Says in `reply`, too, when the hub was not there for the item.
  pb::ItemOutcome DeliverItem(const pb::OutboundItem& item, absl::Time deadline,
                              pb::DeliverReply& reply);
  // What became of the item is what was answered to its call.
  static Part PartOf(const pb::OutboundItem& item, const Answer& answer, HubState state);
  // The next part of making the dossier.
  Part Create(const pb::OutboundItem& item, HubState state, absl::Time deadline);
  // Whether a code of this agency that the hub issued may become a dossier's.
  bool NumbersFor(const std::string& agency) const;
  // Whose code to ask for: the receiving agency's; when another system numbers its dossiers, that
  // of the hub's only agency. Empty when there is none to ask for.
  std::string NumbererOf(const std::string& receiver) const;
  Part IssueCode(const pb::OutboundItem& item, HubState state, absl::Time deadline);
  Part MakeDossier(const pb::OutboundItem& item, HubState state, absl::Time deadline);
  Part SetStatus(const pb::OutboundItem& item, HubState state, absl::Time deadline);
  Part AddSteps(const pb::OutboundItem& item, HubState state, absl::Time deadline);
  // Whether the item says that content is still being fetched that its packets could carry, and it
  // was not waited for long enough yet.
  bool MustWait(const pb::OutboundItem& item, const HubState& state) const;
  Part Wait(const pb::OutboundItem& item, HubState state) const;
  // Uploads the first paper whose bytes are here and not there. Nothing when there is none.
  template <typename Papers>
  std::optional<Part> BringPapers(const Papers& papers, const pb::OutboundItem& item,
                                  const HubState& state, absl::Time deadline);
  Part Upload(const std::string& sha256, const pb::OutboundItem& item, HubState state,
              absl::Time deadline);
  Answer Call(const char* service, const nlohmann::json& body, absl::Time deadline);

  const absl::Duration papers_wait_;
  const std::set<std::string> agencies_;
  const sdk::Files& files_;
  const sdk::PaperLinks papers_;
  HubClient client_;
  LifeSign life_;
  const Receiver receiver_;
  pb::Capabilities capabilities_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_ADAPTER_H_
