#include "gateway/metrics/collect.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "gateway/base/text.h"

namespace lienthong::metrics {
namespace {

namespace report_pb = report::v1;
namespace sync_pb = sync::v1;

// STATE_OK as "ok": a label has no need of the enum's own name in it.
std::string Short(std::string name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  absl::AsciiStrToLower(&name);
  return name;
}

double SecondsOf(const google::protobuf::Timestamp& time) {
  constexpr double kNanos = 1e-9;
  return static_cast<double>(time.seconds()) + kNanos * time.nanos();
}

template <size_t kBounds>
Distribution Of(const store::Distribution<kBounds>& kept) {
  return {kept.bounds, kept.counts, kept.sum};
}

void AddHistogram(Metric metric, std::string_view link, const sync_pb::Histogram& kept,
                  Samples& samples) {
  samples.Add(
      metric, {link},
      Distribution{{kept.bounds_seconds().data(), static_cast<size_t>(kept.bounds_seconds_size())},
                   {kept.counts().data(), static_cast<size_t>(kept.counts_size())},
                   kept.sum_seconds()});
}

void AddState(const sync_pb::Link& link, Samples& samples) {
  const auto& states = *sync_pb::Link::State_descriptor();
  for (int i = 0; i < states.value_count(); ++i) {
    const int number = states.value(i)->number();
    if (number == sync_pb::Link::STATE_UNSPECIFIED) continue;
    samples.Add(Metric::kLinkState, {link.name(), Short(states.value(i)->name(), "STATE_")},
                number == link.state() ? 1 : 0);
  }
}

}  // namespace

void AddLink(const sync_pb::Link& link, Samples& samples) {
  AddState(link, samples);
  for (const auto& [metric, value] : {
           std::pair(Metric::kLinkOldestPending, link.oldest_pending_seconds()),
           std::pair(Metric::kLinkObjective, link.objective_seconds()),
           std::pair(Metric::kLinkPending, link.pending()),
           std::pair(Metric::kLinkDeadLetters, link.dead_letters()),
           std::pair(Metric::kLinkConflicts, link.conflicts()),
           std::pair(Metric::kLinkEarly, link.early()),
           std::pair(Metric::kLinkTasks, link.tasks()),
           std::pair(Metric::kLinkDelivered, link.delivered()),
           std::pair(Metric::kLinkReceived, link.received()),
           std::pair(Metric::kLinkEchoes, link.echoes()),
       }) {
    samples.Add(metric, {link.name()}, static_cast<double>(value));
  }
  for (const auto& [error_class, count] : link.errors()) {
    samples.Add(Metric::kLinkErrors, {link.name(), error_class}, static_cast<double>(count));
  }
  if (link.has_last_success_time()) {
    samples.Add(Metric::kLinkLastSuccess, {link.name()}, SecondsOf(link.last_success_time()));
  }
  if (link.has_next_retry_time()) {
    samples.Add(Metric::kLinkNextRetry, {link.name()}, SecondsOf(link.next_retry_time()));
  }
  AddHistogram(Metric::kLinkDelaySeconds, link.name(), link.delay(), samples);
  AddHistogram(Metric::kLinkCallSeconds, link.name(), link.call(), samples);
}

void AddLanes(const std::string& link, storage::v1::LaneState::Phase phase, int64_t lanes,
              Samples& samples) {
  const std::string name = Short(storage::v1::LaneState::Phase_Name(phase), "PHASE_");
  samples.Add(Metric::kLinkLanes, {link, name}, static_cast<double>(lanes));
}

void AddStore(const store::StoreInfo& info, const store::StoreStats& stats, Samples& samples) {
  const auto add = [&samples](Metric metric, const LabelValues& values, int64_t value) {
    samples.Add(metric, values, static_cast<double>(value));
  };
  add(Metric::kStoreJournalSequence, {}, info.last_sequence);
  add(Metric::kStoreEpoch, {}, info.epoch);
  add(Metric::kStoreSets, {"committed"}, stats.sets_committed);
  add(Metric::kStoreSets, {"stale"}, stats.sets_stale);
  add(Metric::kStoreSets, {"refused"}, stats.sets_refused);
  add(Metric::kStoreWaitingSets, {}, stats.waiting_sets);
  add(Metric::kStoreWaitingBytes, {}, stats.waiting_bytes);
  add(Metric::kStoreSize, {}, stats.size.used_bytes);
  if (stats.size.free_bytes.has_value()) add(Metric::kStoreFree, {}, *stats.size.free_bytes);
  samples.Add(Metric::kStoreBatchSets, {}, Of(stats.batch_sets));
  samples.Add(Metric::kStoreBatchSeconds, {}, Of(stats.batch_seconds));
  samples.Add(Metric::kStoreDurableSeconds, {}, Of(stats.durable_seconds));
}

namespace {

int64_t LateOf(const report_pb::DeadlineCounts& unit) {
  return unit.overdue() + unit.overdue_unsynced() + unit.not_received() + unit.due_soon();
}

// Those with most first: what is beyond the bound of a label loses its name.
void AddUnits(const report_pb::DeadlineReport& report, Samples& samples) {
  std::vector<const report_pb::DeadlineCounts*> units;
  for (const report_pb::DeadlineCounts& unit : report.units()) {
    if (!unit.unit().empty() && LateOf(unit) > 0) units.push_back(&unit);
  }
  std::stable_sort(units.begin(), units.end(), [](const auto* one, const auto* other) {
    return LateOf(*one) > LateOf(*other);
  });
  for (const auto* unit : units) {
    const std::string name = StrCat(unit->agency(), " ", unit->unit());
    for (const auto& [due_class, count] : {
             std::pair("due_soon", unit->due_soon()),
             std::pair("overdue", unit->overdue()),
             std::pair("overdue_unsynced", unit->overdue_unsynced()),
             std::pair("not_received", unit->not_received()),
         }) {
      if (count == 0) continue;
      samples.Add(Metric::kUnitDossiersLate, {name, due_class}, static_cast<double>(count));
    }
  }
}

}  // namespace

void AddDeadlines(const report_pb::DeadlineReport& report, Samples& samples) {
  for (const report_pb::DeadlineCounts& unit : report.units()) {
    for (const auto& [due_class, count] : {
             std::pair("on_time", unit.on_time()),
             std::pair("due_soon", unit.due_soon()),
             std::pair("overdue", unit.overdue()),
             std::pair("overdue_unsynced", unit.overdue_unsynced()),
             std::pair("not_received", unit.not_received()),
             std::pair("paused", unit.paused()),
             std::pair("no_date", unit.no_date()),
             std::pair("to_receive", unit.to_receive()),
         }) {
      samples.Add(Metric::kDossiersDue, {unit.agency(), due_class}, static_cast<double>(count));
    }
  }
  AddUnits(report, samples);
  samples.Add(Metric::kReportTime, {}, SecondsOf(report.time()));
}

void AddDefects(const report_pb::DefectReport& report, Samples& samples) {
  for (const report_pb::DefectCount& count : report.counts()) {
    const std::string kind = Short(dossier::v1::Defect::Kind_Name(count.kind()), "KIND_");
    samples.Add(Metric::kDossierDefects, {count.agency(), kind},
                static_cast<double>(count.dossiers()));
  }
}

void AddProcess(absl::Time start, Samples& samples) {
  samples.Add(Metric::kStartTime, {}, absl::ToDoubleSeconds(start - absl::UnixEpoch()));
  std::ifstream memory("/proc/self/statm");
  int64_t pages = 0;
  int64_t resident = 0;
  if (memory >> pages >> resident) {
    samples.Add(Metric::kResidentMemory, {}, static_cast<double>(resident * sysconf(_SC_PAGESIZE)));
  }
}

}  // namespace lienthong::metrics
