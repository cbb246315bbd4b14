#include "gateway/core/due_classes.h"

#include <algorithm>

namespace lienthong::core {

using report::v1::DueClass;
using storage::v1::DueKind;

int64_t DueClasses::SoonUntil(const std::string& agency) const {
  const auto known = soon_until_us_.find(agency);
  if (known != soon_until_us_.end()) return known->second;
  const int64_t until =
      std::max(now_us_, absl::ToUnixMicros(warning_end_(agency, now_, soon_hours_)));
  soon_until_us_.emplace(agency, until);
  return until;
}

DueClass DueClasses::ClassOf(const DueRow& row) const {
  switch (row.kind) {
    case storage::v1::DUE_KIND_RESULT:
      if (row.due_us < now_us_) return report::v1::DUE_CLASS_OVERDUE;
      return row.due_us <= SoonUntil(row.agency) ? report::v1::DUE_CLASS_DUE_SOON
                                                 : report::v1::DUE_CLASS_ON_TIME;
    case storage::v1::DUE_KIND_RECEPTION:
      return row.due_us < now_us_ ? report::v1::DUE_CLASS_NOT_RECEIVED
                                  : report::v1::DUE_CLASS_TO_RECEIVE;
    case storage::v1::DUE_KIND_PAUSED:
      return report::v1::DUE_CLASS_PAUSED;
    default:
      return report::v1::DUE_CLASS_NO_DATE;
  }
}

std::vector<DueRange> DueClasses::RangesOf(const std::string& agency) const {
  const store::Value late = now_us_ - 1;
  const store::Value soon = SoonUntil(agency);
  return {
      {.due_class = report::v1::DUE_CLASS_OVERDUE,
       .kind = storage::v1::DUE_KIND_RESULT,
       .at_most_us = late},
      {.due_class = report::v1::DUE_CLASS_DUE_SOON,
       .kind = storage::v1::DUE_KIND_RESULT,
       .after_us = late,
       .at_most_us = soon},
      {.due_class = report::v1::DUE_CLASS_ON_TIME,
       .kind = storage::v1::DUE_KIND_RESULT,
       .after_us = soon},
      {.due_class = report::v1::DUE_CLASS_NOT_RECEIVED,
       .kind = storage::v1::DUE_KIND_RECEPTION,
       .at_most_us = late},
      {.due_class = report::v1::DUE_CLASS_TO_RECEIVE,
       .kind = storage::v1::DUE_KIND_RECEPTION,
       .after_us = late},
      {.due_class = report::v1::DUE_CLASS_PAUSED, .kind = storage::v1::DUE_KIND_PAUSED},
      {.due_class = report::v1::DUE_CLASS_NO_DATE, .kind = storage::v1::DUE_KIND_NO_DATE},
  };
}

DueKind DueClasses::KindOf(DueClass due_class) {
  switch (due_class) {
    case report::v1::DUE_CLASS_NOT_RECEIVED:
    case report::v1::DUE_CLASS_TO_RECEIVE:
      return storage::v1::DUE_KIND_RECEPTION;
    case report::v1::DUE_CLASS_PAUSED:
      return storage::v1::DUE_KIND_PAUSED;
    case report::v1::DUE_CLASS_NO_DATE:
      return storage::v1::DUE_KIND_NO_DATE;
    default:
      return storage::v1::DUE_KIND_RESULT;
  }
}

DuePosition DueClasses::BeginOf(DueClass due_class) const {
  switch (due_class) {
    case report::v1::DUE_CLASS_ON_TIME:
    case report::v1::DUE_CLASS_DUE_SOON:
    case report::v1::DUE_CLASS_TO_RECEIVE:
      return {.due_us = now_us_ - 1, .dossier_id = kNeverMicros};
    default:
      return {};
  }
}

bool DueClasses::IsBehind(const DueRow& row, DueClass due_class) const {
  switch (due_class) {
    case report::v1::DUE_CLASS_OVERDUE:
    case report::v1::DUE_CLASS_NOT_RECEIVED:
      return row.due_us >= now_us_;
    default:
      return false;
  }
}

}  // namespace lienthong::core
