#ifndef LIENTHONG_ADAPTERS_NATIONAL_PORTAL_ADAPTER_H_
#define LIENTHONG_ADAPTERS_NATIONAL_PORTAL_ADAPTER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/national/life_sign.h"
#include "adapters/national/portal_client.h"
#include "adapters/national/receiver.h"
#include "adapters/sdk/blocking.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/paper_links.h"

namespace lienthong::adapters::national {

// The national portal, generation 1: whole records by DongBoHoSoMC, progress lines by
// CapNhatTienDoHoSoMC, and the portal's own calls to us.
//
// A record may be sent any number of times. A progress line may not: the portal shows twice what
// comes twice, so lines travel apart, and only an answer that tells nothing leaves one in doubt.
class PortalAdapter final : public sdk::BlockingAdapter {
 public:
  struct Options {
    PortalClient::Options client;
    int parallel_calls_max = 0;
    absl::Duration probe_interval;
  };

  PortalAdapter(Options options, std::unique_ptr<sdk::HttpClient> http,
                const sdk::AdapterContext& context);

  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override;
  absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& request) const override;
  pb::MappingDescription DescribeMapping() const override;

 private:
  absl::Status StartNow() override;
  void Interrupt() override;
  absl::StatusOr<pb::PullReply> PullNow(const pb::PullRequest& request,
                                        absl::Time deadline) override;
  absl::StatusOr<pb::ReceiveReply> ReceiveNow(const pb::ReceiveRequest& request,
                                              absl::Time deadline) override;
  absl::StatusOr<pb::DeliverReply> DeliverNow(const pb::DeliverRequest& request,
                                              absl::Time deadline) override;
  absl::StatusOr<pb::LookUpReply> LookUpNow(const pb::LookUpRequest& request,
                                            absl::Time deadline) override;
  absl::StatusOr<pb::ProbeReply> ProbeNow(absl::Time deadline) override;

  // Both say in `reply`, too, when the portal was not there for the item.
  pb::ItemOutcome DeliverRecord(const pb::OutboundItem& item, absl::Time deadline,
                                pb::DeliverReply& reply);
  pb::ItemOutcome DeliverSteps(const pb::OutboundItem& item, absl::Time deadline,
                               pb::DeliverReply& reply);
  // Creates or replaces, by what is remembered, and the other way round once when the portal knows
  // better.
  Answer Write(const nlohmann::json& record, bool known, absl::Time deadline);
  Answer WriteOnce(const nlohmann::json& record, bool known, absl::Time deadline);
  Answer Find(const std::string& code, absl::Time deadline);
  absl::StatusOr<pb::LookUpReply::Record> LookUpOne(const pb::LookUpRequest::Key& key,
                                                    absl::Time deadline);

  const sdk::PaperLinks papers_;
  PortalClient client_;
  LifeSign life_;
  const Receiver receiver_;
  pb::Capabilities capabilities_;
};

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_PORTAL_ADAPTER_H_
