#ifndef LIENTHONG_GATEWAY_METRICS_COLLECT_H_
#define LIENTHONG_GATEWAY_METRICS_COLLECT_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "gateway/metrics/samples.h"
#include "gateway/store/store.h"
#include "lienthong/report/v1/report_service.pb.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

// What other parts know, as samples: pure translation.
namespace lienthong::metrics {

void AddLink(const sync::v1::Link& link, Samples& samples);
void AddLanes(const std::string& link, storage::v1::LaneState::Phase phase, int64_t lanes,
              Samples& samples);
void AddStore(const store::StoreInfo& info, const store::StoreStats& stats, Samples& samples);
// By agency; officers' units are added up.
void AddDeadlines(const report::v1::DeadlineReport& report, Samples& samples);
void AddDefects(const report::v1::DefectReport& report, Samples& samples);
// Start and memory of this process.
void AddProcess(absl::Time start, Samples& samples);

}  // namespace lienthong::metrics

#endif  // LIENTHONG_GATEWAY_METRICS_COLLECT_H_
