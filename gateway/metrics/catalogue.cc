#include "gateway/metrics/catalogue.h"

#include "gateway/base/text.h"

namespace lienthong::metrics {
namespace {

constexpr Kind kCounter = Kind::kCounter;
constexpr Kind kGauge = Kind::kGauge;
constexpr Kind kHistogram = Kind::kHistogram;

// clang-format off
const std::vector<MetricSpec>& Table() {
  static const std::vector<MetricSpec> table = {
    {Metric::kBuildInfo, "lienthong_build_info", kGauge, {"version", "store"}, "",
     "Always 1; says which version runs on which kind of store."},
    {Metric::kStartTime, "process_start_time_seconds", kGauge, {}, "s since 1970",
     "When the gateway was started."},
    {Metric::kResidentMemory, "process_resident_memory_bytes", kGauge, {}, "B",
     "Memory that the process takes now."},
    {Metric::kGrpcCalls, "lienthong_grpc_calls_total", kCounter, {"method", "caller", "code"}, "",
     "Ended gRPC calls and streams by method, role of the caller and gRPC status."},
    {Metric::kGrpcCallSeconds, "lienthong_grpc_call_seconds", kHistogram, {"method", "caller"}, "s",
     "Time from a gRPC call's arrival until its answer; of a stream, its life."},
    {Metric::kHttpRequests, "lienthong_http_requests_total", kCounter, {"route", "caller", "status"}, "",
     "Answered HTTPS requests by route, role in the client certificate and HTTP status."},
    {Metric::kHttpRequestSeconds, "lienthong_http_request_seconds", kHistogram, {"route", "caller"}, "s",
     "Time from an HTTPS request's first byte until its answer began."},
    {Metric::kCallsInFlight, "lienthong_calls_in_flight", kGauge, {}, "",
     "gRPC calls and streams, and calls to the facade, that are worked on now."},
    {Metric::kLinkState, "lienthong_link_state", kGauge, {"link", "state"}, "",
     "1 for the state that the link is in, 0 for the others: ok, late, degraded, paused, loading, resync."},
    {Metric::kLinkOldestPending, "lienthong_link_oldest_pending_seconds", kGauge, {"link"}, "s",
     "Age of the oldest change that the counterpart does not have yet; 0 when nothing waits."},
    {Metric::kLinkObjective, "lienthong_link_objective_seconds", kGauge, {"link"}, "s",
     "Longest wait that still counts as OK, as configured."},
    {Metric::kLinkPending, "lienthong_link_pending", kGauge, {"link"}, "",
     "Dossiers with something undelivered, and changes that the link has not looked at yet."},
    {Metric::kLinkLanes, "lienthong_link_lanes", kGauge, {"link", "phase"}, "",
     "Dossiers that are not idle on the link: ready, in_flight, unknown (a call had no answer), dead (a dead letter)."},
    {Metric::kLinkDeadLetters, "lienthong_link_dead_letters", kGauge, {"link"}, "",
     "Lanes that stand at a dead letter, until a person deals with it."},
    {Metric::kLinkConflicts, "lienthong_link_conflicts", kGauge, {"link"}, "",
     "Open conflicts with the counterpart."},
    {Metric::kLinkEarly, "lienthong_link_early", kGauge, {"link"}, "",
     "Items from the counterpart that wait for their dossier."},
    {Metric::kLinkTasks, "lienthong_link_tasks", kGauge, {"link"}, "",
     "Tasks that people have to do at the counterpart by hand."},
    {Metric::kLinkLastSuccess, "lienthong_link_last_success_timestamp_seconds", kGauge, {"link"}, "s since 1970",
     "When the counterpart last answered well; missing until it has."},
    {Metric::kLinkNextRetry, "lienthong_link_next_retry_timestamp_seconds", kGauge, {"link"}, "s since 1970",
     "When a link that has stopped calling tries again; missing while it calls."},
    {Metric::kLinkDelivered, "lienthong_link_delivered_total", kCounter, {"link"}, "",
     "Items that the counterpart took."},
    {Metric::kLinkReceived, "lienthong_link_received_total", kCounter, {"link"}, "",
     "Items taken from the counterpart, echoes included."},
    {Metric::kLinkEchoes, "lienthong_link_echoes_total", kCounter, {"link"}, "",
     "Items from the counterpart that only repeated what we had sent."},
    {Metric::kLinkErrors, "lienthong_link_errors_total", kCounter, {"link", "class"}, "",
     "Failures by class: transient and throttled are tried again by themselves, rights and configuration are "
     "probed, data becomes a dead letter."},
    {Metric::kLinkDelaySeconds, "lienthong_link_delay_seconds", kHistogram, {"link"}, "s",
     "From a change's commit until the counterpart had it."},
    {Metric::kLinkCallSeconds, "lienthong_link_call_seconds", kHistogram, {"link"}, "s",
     "How long calls to the counterpart took."},
    {Metric::kStoreJournalSequence, "lienthong_store_journal_sequence", kGauge, {}, "",
     "Sequence of the newest journal entry: how many changes were ever committed."},
    {Metric::kStoreEpoch, "lienthong_store_epoch", kGauge, {}, "",
     "Raised by each restore of a backup."},
    {Metric::kStoreSets, "lienthong_store_sets_total", kCounter, {"outcome"}, "",
     "Write sets by outcome: committed; stale, prepared again; refused, for want of room."},
    {Metric::kStoreBatchSets, "lienthong_store_batch_sets", kHistogram, {}, "",
     "Write sets that were made durable together."},
    {Metric::kStoreBatchSeconds, "lienthong_store_batch_seconds", kHistogram, {}, "s",
     "Time to write a batch and make it durable."},
    {Metric::kStoreDurableSeconds, "lienthong_store_durable_seconds", kHistogram, {}, "s",
     "Of this, the commit itself: the log's last write and its fsync."},
    {Metric::kStoreWaitingSets, "lienthong_store_waiting_sets", kGauge, {}, "",
     "Write sets in the line before the disk; 4096 is full."},
    {Metric::kStoreWaitingBytes, "lienthong_store_waiting_bytes", kGauge, {}, "B",
     "Their size."},
    {Metric::kStoreSize, "lienthong_store_size_bytes", kGauge, {}, "B",
     "The store's file and its log."},
    {Metric::kStoreFree, "lienthong_store_free_bytes", kGauge, {}, "B",
     "What is left on the disk of the store; missing where it has none."},
    {Metric::kCertificateExpiry, "lienthong_certificate_expiry_timestamp_seconds", kGauge, {"file"}, "s since 1970",
     "When the first certificate in a file of tls ends, of those in use now: certificate, client_ca."},
    {Metric::kDossiersDue, "lienthong_dossiers_due", kGauge, {"agency", "class"}, "",
     "Open dossiers by agency in charge: on_time, due_soon, overdue, overdue_unsynced (only looks late), "
     "not_received, paused, no_date, to_receive. Counted at most once a minute."},
    {Metric::kUnitDossiersLate, "lienthong_unit_dossiers_late", kGauge, {"unit", "class"}, "",
     "Of these, by agency and officers' unit (`H29.X05 Tổ một cửa`): due_soon, overdue, overdue_unsynced, "
     "not_received, where there are any. The units with most of them have their names."},
    {Metric::kDossierDefects, "lienthong_dossier_defects", kGauge, {"agency", "kind"}, "",
     "Dossiers that lack something or are odd, by kind of defect. Counted with lienthong_dossiers_due."},
    {Metric::kReportTime, "lienthong_report_timestamp_seconds", kGauge, {}, "s since 1970",
     "When dossiers were last counted."},
  };
  return table;
}
// clang-format on

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kCounter:
      return "counter";
    case Kind::kGauge:
      return "gauge";
    case Kind::kHistogram:
      break;
  }
  return "histogram";
}

}  // namespace

std::span<const MetricSpec> Catalogue() { return Table(); }

const MetricSpec& Describe(Metric metric) { return Table()[static_cast<size_t>(metric)]; }

std::string CatalogueTable() {
  std::string table = "| metric | kind | labels | unit | what |\n|---|---|---|---|---|\n";
  for (const MetricSpec& spec : Table()) {
    std::string labels;
    for (const std::string_view label : spec.labels) {
      StrAppend(labels, labels.empty() ? "" : ", ", label);
    }
    StrAppend(table, "| `", spec.name, "` | ", NameOf(spec.kind), " | ", labels, " | ", spec.unit,
              " | ", spec.help, " |\n");
  }
  return table;
}

}  // namespace lienthong::metrics
