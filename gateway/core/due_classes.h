#ifndef LIENTHONG_GATEWAY_CORE_DUE_CLASSES_H_
#define LIENTHONG_GATEWAY_CORE_DUE_CLASSES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/tokens.h"
#include "gateway/store/store.h"
#include "lienthong/report/v1/report_service.pb.h"

namespace lienthong::core {

// When the warning time ends that begins now, by an agency's calendar: after `soon_hours` working
// hours.
using WarningEnd =
    std::function<absl::Time(const std::string& agency, absl::Time now, int soon_hours)>;

// Rows of one kind whose due time lies in a range, both ends as in store::Scan, are of one class.
struct DueRange {
  report::v1::DueClass due_class;
  storage::v1::DueKind kind;
  std::optional<store::Value> after_us = {};
  std::optional<store::Value> at_most_us = {};
};

// The classes of open dossiers at one moment, by their rows alone: what only looks late is known
// from elsewhere (unsynced.h). What is due at this very moment is in time.
class DueClasses {
 public:
  DueClasses(absl::Time now, int soon_hours, WarningEnd warning_end)
      : now_(now),
        now_us_(absl::ToUnixMicros(now)),
        soon_hours_(soon_hours),
        warning_end_(std::move(warning_end)) {}

  report::v1::DueClass ClassOf(const DueRow& row) const;
  // All classes of an agency's rows; the ranges have no row in common and leave none out.
  std::vector<DueRange> RangesOf(const std::string& agency) const;

  // Of which kind the rows of a class are.
  static storage::v1::DueKind KindOf(report::v1::DueClass due_class);
  // Behind which position the rows of a class begin, in the order of their due times.
  DuePosition BeginOf(report::v1::DueClass due_class) const;
  // Whether a row of its kind lies behind all rows of the class.
  bool IsBehind(const DueRow& row, report::v1::DueClass due_class) const;

 private:
  int64_t SoonUntil(const std::string& agency) const;

  const absl::Time now_;
  const int64_t now_us_;
  const int soon_hours_;
  const WarningEnd warning_end_;
  mutable std::map<std::string, int64_t> soon_until_us_;  // by agency; one thread uses this
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DUE_CLASSES_H_
