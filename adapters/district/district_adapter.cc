#include "adapters/district/district_adapter.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "adapters/district/feed_token.h"
#include "adapters/district/record.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::district {
namespace {

namespace pb = sdk::pb;

constexpr int kBatchItemsMax = 64;
constexpr int kConnectionsMax = 32;
constexpr int kPageItemsMax = 1000;
// Calls that wait for a thread. The gateway keeps to the declared limits; this is a bound, not a
// plan.
constexpr size_t kWaitingCallsMax = 64;
// Threads beside the writers: one pulls, one probes.
constexpr int kReaderThreads = 2;

constexpr int64_t kTimeoutMs = 5'000;
constexpr int64_t kPollIntervalMs = 1'000;
constexpr int64_t kPageItems = 200;
constexpr int64_t kConnections = 4;

pb::Capabilities MakeCapabilities(const sdk::Mapping& mapping, int connections) {
  pb::Capabilities capabilities;
  capabilities.set_paper_content(pb::PAPER_CONTENT_URL);
  for (const std::string& path : mapping.fields()) capabilities.add_fields(path);
  capabilities.set_patch(true);
  capabilities.set_idempotent_delivery(true);
  capabilities.set_feed_versions(true);
  capabilities.set_reports_echoes(true);
  capabilities.set_batch_items_max(kBatchItemsMax);
  capabilities.set_parallel_calls_max(connections);
  return capabilities;
}

pb::ItemOutcome Rejected(const std::string& delivery_id, const pb::ItemError& error) {
  pb::ItemOutcome outcome;
  outcome.set_delivery_id(delivery_id);
  outcome.set_outcome(pb::OUTCOME_REJECTED);
  outcome.set_field(error.field());
  outcome.set_reason(error.reason());
  return outcome;
}

absl::Status TooLate() { return absl::UnavailableError("the deadline passed before it began"); }

}  // namespace

DistrictAdapter::Config DistrictAdapter::ReadConfig(const sdk::Settings& settings) {
  Config config;
  config.connection.dsn = settings.Text("dsn").value_or("");
  if (const auto problem = PgConnection::CheckDsn(config.connection.dsn)) {
    settings.AddProblem("dsn", *problem);
  }
  if (!settings.Text("password_file", "").value_or("").empty()) {
    config.connection.password = settings.Secret("password_file").value_or("");
  }
  config.outbox = ReadOutboxTable(settings);
  config.inbox = ReadInboxTable(settings);
  config.notice_table = ReadNoticeTable(settings);
  config.timeout = settings.Milliseconds("timeout_ms", kTimeoutMs).value_or(absl::ZeroDuration());
  config.connection.statement_timeout = config.timeout;
  config.page_items =
      static_cast<int>(settings.Integer("page_items", kPageItems, 1, kPageItemsMax).value_or(0));
  config.connections = static_cast<int>(
      settings.Integer("connections", kConnections, 1, kConnectionsMax).value_or(0));
  settings.Milliseconds("poll_interval_ms", kPollIntervalMs).IgnoreError();  // the gateway's
  return config;
}

absl::StatusOr<std::unique_ptr<DistrictAdapter>> DistrictAdapter::Make(
    const sdk::Settings& settings, const sdk::AdapterContext& context) {
  Config config = ReadConfig(settings);
  absl::StatusOr<sdk::Mapping> mapping = sdk::Mapping::Load(settings, "mapping_file");
  LIENTHONG_RETURN_IF_ERROR(settings.CheckAllUsed());
  if (!mapping.ok()) return mapping.status();
  return std::unique_ptr<DistrictAdapter>(
      new DistrictAdapter(std::move(config), *std::move(mapping), context));
}

DistrictAdapter::DistrictAdapter(Config config, sdk::Mapping mapping,
                                 const sdk::AdapterContext& context)
    : config_(std::move(config)),
      mapping_(std::move(mapping)),
      papers_(context.files, context.party),
      clock_(context.clock),
      capabilities_(MakeCapabilities(mapping_, config_.connections)),
      reader_(config_.outbox, context.clock),
      errors_(config_.inbox, mapping_.names()),
      writer_(config_.inbox),
      notices_(config_.notice_table),
      pool_(config_.connection, config_.connections + 1, context.clock) {
  capabilities_.set_notices(notices_.has_table());
}

absl::Status DistrictAdapter::Start() {
  const std::lock_guard lock(mutex_);
  if (executor_ != nullptr) return absl::FailedPreconditionError("started already");
  stopping_ = false;
  executor_ = std::make_shared<Executor>(
      Executor::Options{config_.connections + kReaderThreads, kWaitingCallsMax});
  return absl::OkStatus();
}

void DistrictAdapter::Stop() {
  std::shared_ptr<Executor> executor;
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    executor = std::move(executor_);
  }
  executor.reset();  // joins: what waits is refused, what runs is answered
  pool_.CloseIdle();
}

template <typename Reply>
void DistrictAdapter::Run(absl::Time deadline, sdk::Done<Reply> done,
                          std::function<absl::StatusOr<Reply>(absl::Time deadline)> work) {
  deadline = std::min(deadline, clock_.Now() + config_.timeout);
  auto run = [this, deadline, done, work = std::move(work)] {
    if (stopping_) return done(absl::UnavailableError("the adapter is stopping"));
    if (clock_.Now() >= deadline) return done(TooLate());
    done(work(deadline));
  };
  absl::Status refused;
  {
    const std::lock_guard lock(mutex_);
    if (executor_ == nullptr) {
      refused = absl::UnavailableError("the adapter is not running");
    } else if (!executor_->TryRun(std::move(run))) {
      refused = absl::ResourceExhaustedError("more calls at the same time than declared");
    }
  }
  if (!refused.ok()) done(refused);
}

pb::Representation DistrictAdapter::Represent(const dossier::v1::Dossier& dossier) const {
  return mapping_.Represent(papers_.Outward(dossier));
}

absl::StatusOr<pb::InboundItem> DistrictAdapter::Interpret(
    const pb::InterpretRequest& request) const {
  return InterpretRow(request, config_.outbox, mapping_);
}

void DistrictAdapter::Pull(const pb::PullRequest& request, absl::Time deadline,
                           sdk::Done<pb::PullReply> done) {
  Run<pb::PullReply>(deadline, std::move(done),
                     [this, request](absl::Time until) { return PullNow(request, until); });
}

absl::StatusOr<pb::PullReply> DistrictAdapter::PullNow(const pb::PullRequest& request,
                                                       absl::Time deadline) {
  LIENTHONG_ASSIGN_OR_RETURN(const FeedToken token, FeedToken::Parse(request.token()));
  const int wanted = request.items_max() > 0 ? request.items_max() : config_.page_items;
  const PgPool::Lease connection = pool_.Borrow(deadline);
  if (!connection) return TooLate();
  if (const auto fault = connection->Open(deadline)) return ToStatus(*fault, "connecting");
  LIENTHONG_ASSIGN_OR_RETURN(
      const OutboxPage page,
      reader_.Read(*connection, token.outbox, std::min(wanted, config_.page_items), deadline));
  LIENTHONG_ASSIGN_OR_RETURN(ErrorPage errors,
                             errors_.Read(*connection, token.errors, config_.page_items, deadline));
  pb::PullReply reply;
  for (const OutboxRow& row : page.rows) {
    *reply.add_items() = ToInboundItem(row, config_.outbox, mapping_);
  }
  for (pb::ItemOutcome& outcome : errors.outcomes) *reply.add_outcomes() = std::move(outcome);
  reply.set_token(FeedToken{page.next, errors.next}.ToText());
  reply.set_more(page.more || errors.more);
  return reply;
}

void DistrictAdapter::Receive(const pb::ReceiveRequest& /*request*/, absl::Time /*deadline*/,
                              sdk::Done<pb::ReceiveReply> done) {
  done(absl::NotFoundError("the district's software never calls the gateway"));
}

void DistrictAdapter::Deliver(const pb::DeliverRequest& request, absl::Time deadline,
                              sdk::Done<pb::DeliverReply> done) {
  Run<pb::DeliverReply>(deadline, std::move(done),
                        [this, request](absl::Time until) { return DeliverNow(request, until); });
}

absl::StatusOr<pb::DeliverReply> DistrictAdapter::DeliverNow(const pb::DeliverRequest& request,
                                                             absl::Time deadline) {
  if (request.items_size() > kBatchItemsMax) {
    return absl::InvalidArgumentError(
        StrCat(request.items_size(), " items; at most ", kBatchItemsMax, " are taken at once"));
  }
  pb::DeliverReply refused;
  std::vector<InboxMessage> messages;
  std::vector<const pb::OutboundItem*> notices;
  for (const pb::OutboundItem& item : request.items()) {
    InboxMessage message;
    if (item.notices_size() > 0) {
      notices.push_back(&item);
    } else if (const auto error = ToInboxMessage(item, config_.inbox, mapping_, message)) {
      *refused.add_outcomes() = Rejected(item.delivery_id(), *error);
    } else {
      messages.push_back(std::move(message));
    }
  }
  const PgPool::Lease connection = pool_.Borrow(deadline);
  if (!connection) return TooLate();
  LIENTHONG_ASSIGN_OR_RETURN(pb::DeliverReply reply,
                             writer_.Write(*connection, messages, deadline));
  reply.mutable_outcomes()->MergeFrom(refused.outcomes());
  for (const pb::OutboundItem* item : notices) {
    *reply.add_outcomes() = notices_.Write(*connection, *item, deadline);
  }
  return reply;
}

void DistrictAdapter::LookUp(const pb::LookUpRequest& /*request*/, absl::Time /*deadline*/,
                             sdk::Done<pb::LookUpReply> done) {
  done(absl::UnimplementedError("the district's software cannot be asked for a record"));
}

void DistrictAdapter::Inventory(const pb::InventoryRequest& /*request*/, absl::Time /*deadline*/,
                                sdk::Done<pb::InventoryReply> done) {
  done(absl::UnimplementedError("the district's software cannot list its records"));
}

void DistrictAdapter::Probe(absl::Time deadline, sdk::Done<pb::ProbeReply> done) {
  Run<pb::ProbeReply>(deadline, std::move(done),
                      [this](absl::Time until) { return ProbeNow(until); });
}

absl::StatusOr<pb::ProbeReply> DistrictAdapter::ProbeNow(absl::Time deadline) {
  const PgPool::Lease connection = pool_.Borrow(deadline);
  if (!connection) return TooLate();
  if (const auto fault = connection->Open(deadline)) return ToStatus(*fault, "connecting");
  if (const auto fault = connection->Run("SELECT 1", {}, deadline).fault) {
    return ToStatus(*fault, "probing");
  }
  return pb::ProbeReply();
}

void Register(sdk::AdapterCatalogue& catalogue) {
  catalogue.Add({"district", sdk::Maturity::kStable, /*trusts_far_side=*/false,
                 [](const sdk::Settings& settings, const sdk::AdapterContext& context)
                     -> absl::StatusOr<std::unique_ptr<sdk::Adapter>> {
                   return DistrictAdapter::Make(settings, context);
                 }});
}

}  // namespace lienthong::adapters::district
