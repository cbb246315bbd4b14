#ifndef LIENTHONG_ADAPTERS_DISTRICT_DISTRICT_ADAPTER_H_
#define LIENTHONG_ADAPTERS_DISTRICT_DISTRICT_ADAPTER_H_

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/district/exchange_tables.h"
#include "adapters/district/inbox_errors.h"
#include "adapters/district/inbox_writer.h"
#include "adapters/district/notice_writer.h"
#include "adapters/district/outbox_reader.h"
#include "adapters/district/pg_pool.h"
#include "adapters/sdk/adapter.h"
#include "adapters/sdk/catalogue.h"
#include "adapters/sdk/mapping.h"
#include "adapters/sdk/paper_links.h"
#include "adapters/sdk/settings.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"

namespace lienthong::adapters::district {

// A district's specialty software, reached through two tables of its own PostgreSQL database. The
// folder's README.md tells the protocol; outbox_reader.h and inbox_writer.h say why it is safe.
//
// Settings (* = required): dsn* (no password in it), password_file, mapping_file*, outbox_table,
// inbox_table and their columns (exchange_tables.h), notice_table, timeout_ms (of one call, 5000),
// page_items (200), connections (writers at the same time, 4; one more connection reads),
// poll_interval_ms (the sync engine's).
//
// It blocks in threads of its own, never longer than the deadline of a call or timeout_ms,
// whichever comes first. Stop takes as long, so that a COMMIT under way is answered.
class DistrictAdapter final : public sdk::Adapter {
 public:
  // InvalidArgument names the setting or the place in the mapping file.
  static absl::StatusOr<std::unique_ptr<DistrictAdapter>> Make(const sdk::Settings& settings,
                                                               const sdk::AdapterContext& context);
  ~DistrictAdapter() override { Stop(); }

  absl::Status Start() override;
  void Stop() override;

  const sdk::pb::Capabilities& capabilities() const override { return capabilities_; }
  sdk::pb::Representation Represent(const dossier::v1::Dossier& dossier) const override;
  absl::StatusOr<sdk::pb::InboundItem> Interpret(
      const sdk::pb::InterpretRequest& request) const override;
  sdk::pb::MappingDescription DescribeMapping() const override { return mapping_.Describe(); }

  void Pull(const sdk::pb::PullRequest& request, absl::Time deadline,
            sdk::Done<sdk::pb::PullReply> done) override;
  // NotFound: the software never calls us.
  void Receive(const sdk::pb::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::ReceiveReply> done) override;
  void Deliver(const sdk::pb::DeliverRequest& request, absl::Time deadline,
               sdk::Done<sdk::pb::DeliverReply> done) override;
  // Unimplemented, as the capabilities say: the gateway may read nothing but the outbox.
  void LookUp(const sdk::pb::LookUpRequest& request, absl::Time deadline,
              sdk::Done<sdk::pb::LookUpReply> done) override;
  void Inventory(const sdk::pb::InventoryRequest& request, absl::Time deadline,
                 sdk::Done<sdk::pb::InventoryReply> done) override;
  void Probe(absl::Time deadline, sdk::Done<sdk::pb::ProbeReply> done) override;

 private:
  struct Config {
    PgConnection::Options connection;
    OutboxTable outbox;
    InboxTable inbox;
    std::string notice_table;
    int connections = 0;
    int page_items = 0;
    absl::Duration timeout;
  };
  // What is wrong with it stands in the settings.
  static Config ReadConfig(const sdk::Settings& settings);

  DistrictAdapter(Config config, sdk::Mapping mapping, const sdk::AdapterContext& context);

  // Runs `work` in a thread of ours with a deadline within timeout_ms, and answers with its result.
  template <typename Reply>
  void Run(absl::Time deadline, sdk::Done<Reply> done,
           std::function<absl::StatusOr<Reply>(absl::Time deadline)> work);
  absl::StatusOr<sdk::pb::PullReply> PullNow(const sdk::pb::PullRequest& request,
                                             absl::Time deadline);
  absl::StatusOr<sdk::pb::DeliverReply> DeliverNow(const sdk::pb::DeliverRequest& request,
                                                   absl::Time deadline);
  absl::StatusOr<sdk::pb::ProbeReply> ProbeNow(absl::Time deadline);

  const Config config_;
  const sdk::Mapping mapping_;
  const sdk::PaperLinks papers_;
  const Clock& clock_;
  sdk::pb::Capabilities capabilities_;
  OutboxReader reader_;
  const InboxErrors errors_;
  const InboxWriter writer_;
  const NoticeWriter notices_;
  PgPool pool_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::shared_ptr<Executor> executor_;  // while started
};

// Adds the kind `district`.
void Register(sdk::AdapterCatalogue& catalogue);

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_DISTRICT_ADAPTER_H_
