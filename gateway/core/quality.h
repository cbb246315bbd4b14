#ifndef LIENTHONG_GATEWAY_CORE_QUALITY_H_
#define LIENTHONG_GATEWAY_CORE_QUALITY_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/core/report_scope.h"
#include "gateway/domain/indicators.h"
#include "lienthong/report/v1/quality.pb.h"

namespace lienthong::core {

inline constexpr int kQualityPageRows = 500;  // of dossiers, or of the journal, in one step

// Components of QĐ 766 (domain/indicators.h) over all dossiers. What each dossier says to them is
// kept in memory, 40 bytes a dossier: read from the store after the start, then kept true by the
// journal, so that a report of any period asks the store for nothing but what waits to be
// delivered. Thread-safe.
class Quality {
 public:
  // The engine outlives it. `portal_links`: the links of which indicator 1.4 speaks.
  Quality(const Engine& engine, std::set<std::string> portal_links)
      : engine_(engine), portal_links_(std::move(portal_links)) {}

  // Reads the next page; whether there is more at once. One call at a time. Errors of the store.
  absl::StatusOr<bool> Step();

  absl::StatusOr<report::v1::QualityReport> Report(
      const RequestContext& context, const report::v1::GetQualityReportRequest& request) const;
  absl::StatusOr<report::v1::ListQualityDossiersResponse> List(
      const RequestContext& context, const report::v1::ListQualityDossiersRequest& request) const;

 private:
  struct Row {
    int64_t dossier_id;
    int64_t received_s;
    int64_t ended_s;  // kNone: it has not
    int64_t due_s;    // kNone: none is known
    uint32_t agency;  // of agencies_
    uint16_t counted;
    uint16_t fulfilled;
  };
  // What is asked for, and what is known of the moment.
  struct Period {
    std::string from_day;
    std::string to_day;
    int64_t from_s = 0;
    int64_t until_s = 0;  // the first second after it
    int64_t now_s = 0;
    ReportScope scope;
    std::set<int64_t> waiting;  // dossiers of which a portal link has not delivered all
  };
  struct Sum {
    int64_t numerator = 0;
    int64_t denominator = 0;
  };

  bool IsCounting() const;
  absl::StatusOr<bool> ReadDossiers();
  absl::StatusOr<bool> FollowJournal();
  absl::Status Look(int64_t dossier_id);
  void Put(int64_t id, const dossier::v1::Dossier& dossier);
  uint32_t NumberOf(const std::string& agency);
  absl::StatusOr<Period> PeriodOf(
      const RequestContext& context, const std::string& from_day, const std::string& to_day,
      const google::protobuf::RepeatedPtrField<std::string>& agencies) const;
  absl::StatusOr<std::set<int64_t>> WaitingAtPortals() const;
  bool Has(const Period& period, const Row& row) const;
  static bool Fulfils(const Period& period, const Row& row, domain::Indicator indicator);
  static bool IsCounted(const Row& row, domain::Indicator indicator) {
    return (row.counted & domain::BitOf(indicator)) != 0;
  }
  absl::StatusOr<report::v1::QualityDossier> Shown(const Row& row,
                                                   domain::Indicator indicator) const;

  const Engine& engine_;
  const std::set<std::string> portal_links_;

  // Of Step alone.
  bool begun_ = false;
  int64_t after_ = 0;   // the last dossier that was read
  int64_t cursor_ = 0;  // the last entry of the journal

  mutable std::mutex mutex_;
  bool counting_ = true;
  std::vector<Row> rows_;  // by dossier_id
  std::vector<std::string> agencies_;
  std::map<std::string, uint32_t, std::less<>> numbers_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_QUALITY_H_
