#ifndef LIENTHONG_GATEWAY_CORE_DUE_ROWS_H_
#define LIENTHONG_GATEWAY_CORE_DUE_ROWS_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "gateway/core/engine.h"
#include "gateway/domain/timetable.h"
#include "gateway/store/store.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/due.pb.h"

// What reports read beside the dossiers: what is due next of each open one (Table::kDue), and what
// is missing or odd of each (Table::kDefect).
namespace lienthong::core {

inline constexpr int64_t kNeverMicros = std::numeric_limits<int64_t>::max();

// A row of Table::kDue.
struct DueRow {
  int64_t dossier_id = 0;
  storage::v1::DueKind kind = storage::v1::DUE_KIND_UNSPECIFIED;
  std::string agency;  // who leads, before that who receives
  std::string unit;    // of its officers
  int64_t due_us = kNeverMicros;
  int64_t since_us = 0;
  bool apologised = false;  // the citizen was told that this date is not kept
  bool operator==(const DueRow&) const = default;
};
DueRow ReadDueRow(const store::Row& row);

// What an open dossier waits for; none of one that has ended, is void or joined. Without a
// timetable the end of the time to receive it is not known.
std::optional<DueRow> DueRowOf(int64_t id, const dossier::v1::Dossier& dossier,
                               const domain::Timetable* timetable);

// The agency that has a dossier: who leads, before that who receives.
std::string AgencyInCharge(const dossier::v1::Dossier& dossier);

// Adds to an edit what changes of both tables. What is written is what follows from the dossier, so
// that it is right whatever stood there.
void NoteDue(int64_t id, const dossier::v1::Dossier& before, const dossier::v1::Dossier& next,
             const domain::Timetable* timetable, store::WriteSet& set);

// Adds what mends the rows of a dossier that are stored, under the condition that it is as it was
// read (`version`). Nothing where they are right.
absl::Status MendDue(const Engine& engine, int64_t id, int64_t version,
                     const dossier::v1::Dossier& dossier, const domain::Timetable* timetable,
                     store::WriteSet& set);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DUE_ROWS_H_
