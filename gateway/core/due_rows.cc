#include "gateway/core/due_rows.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/roles.h"

namespace lienthong::core {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using store::Mutation;
using store::Row;
using store::Table;

constexpr int64_t kDefectKindsMax = 100;  // of one dossier

int64_t MicrosOf(const google::protobuf::Timestamp& time) {
  return absl::ToUnixMicros(domain::FromProto(time));
}

// It was late before the clock stopped, and stays so.
bool WasLateBefore(const std::optional<absl::Time>& due, absl::Time stopped) {
  return due.has_value() && *due < stopped;
}

// A letter of apology is about the promise that it names.
bool IsApologised(const dossier::v1::Dossier& dossier) {
  const int64_t promised = MicrosOf(dossier.deadline().promised_due());
  return std::any_of(dossier.apologies().begin(), dossier.apologies().end(),
                     [promised](const dossier::v1::Apology& apology) {
                       return MicrosOf(apology.original_due()) == promised;
                     });
}

void SetDue(const Dossier& dossier, const domain::Timetable* timetable, DueRow& row) {
  const auto& deadline = dossier.deadline();
  if (dossier.status() == dossier::v1::STATUS_SUBMITTED &&
      dossier.origin().channel() == dossier::v1::CHANNEL_ONLINE) {
    const auto due = timetable == nullptr ? std::nullopt : timetable->ReceptionDue(dossier);
    row.kind = due.has_value() ? storage::v1::DUE_KIND_RECEPTION : storage::v1::DUE_KIND_NO_DATE;
    if (due.has_value()) row.due_us = absl::ToUnixMicros(*due);
    return;
  }
  const std::optional<absl::Time> stopped = domain::StandsSince(dossier);
  const std::optional<absl::Time> due = domain::DueToKeep(deadline);
  if (stopped.has_value() && !WasLateBefore(due, *stopped)) {
    row.kind = storage::v1::DUE_KIND_PAUSED;
  } else if (due.has_value()) {
    row.kind = storage::v1::DUE_KIND_RESULT;
    row.due_us = absl::ToUnixMicros(*due);
    row.apologised = deadline.has_promised_due() && IsApologised(dossier);
  } else {
    row.kind = storage::v1::DUE_KIND_NO_DATE;
  }
}

std::set<int64_t> DefectKindsOf(const Dossier& dossier) {
  std::set<int64_t> kinds;
  for (const Defect& defect : dossier.defects()) kinds.insert(defect.kind());
  if (dossier.has_voiding() || dossier.has_joined()) kinds.clear();
  return kinds;
}

void Put(const DueRow& row, store::WriteSet& set) {
  set.mutations.push_back(
      {Mutation::Kind::kPut,
       Table::kDue,
       {.columns = {row.dossier_id, static_cast<int64_t>(row.kind), row.agency, row.unit,
                    row.due_us, row.since_us, static_cast<int64_t>(row.apologised ? 1 : 0)},
        .body = ""}});
}

void Delete(Table table, store::Values key, store::WriteSet& set) {
  set.mutations.push_back({Mutation::Kind::kDelete, table, {.columns = std::move(key)}});
}

// Brings the rows of defects from some kinds under an agency to others under another.
void MoveDefects(int64_t id, const std::set<int64_t>& from, const std::string& from_agency,
                 const std::set<int64_t>& to, const std::string& to_agency, store::WriteSet& set) {
  for (const int64_t kind : from) {
    if (!to.contains(kind)) Delete(Table::kDefect, {id, kind}, set);
  }
  for (const int64_t kind : to) {
    if (from.contains(kind) && from_agency == to_agency) continue;
    set.mutations.push_back(
        {Mutation::Kind::kPut, Table::kDefect, {.columns = {id, kind, to_agency}, .body = ""}});
  }
}

}  // namespace

DueRow ReadDueRow(const Row& row) {
  return {.dossier_id = std::get<int64_t>(row.columns[0]),
          .kind = static_cast<storage::v1::DueKind>(std::get<int64_t>(row.columns[1])),
          .agency = std::get<std::string>(row.columns[2]),
          .unit = std::get<std::string>(row.columns[3]),
          .due_us = std::get<int64_t>(row.columns[4]),
          .since_us = std::get<int64_t>(row.columns[5]),
          .apologised = std::get<int64_t>(row.columns[6]) != 0};
}

std::string AgencyInCharge(const Dossier& dossier) {
  const std::string_view lead = domain::LeadAgency(dossier);
  return lead.empty() ? dossier.reception().agency() : std::string(lead);
}

std::optional<DueRow> DueRowOf(int64_t id, const Dossier& dossier,
                               const domain::Timetable* timetable) {
  const bool is_open = dossier.status() != dossier::v1::STATUS_UNSPECIFIED &&
                       !domain::HasEnded(dossier.status()) && !dossier.has_voiding() &&
                       !dossier.has_joined();
  if (!is_open) return std::nullopt;
  DueRow row{
      .dossier_id = id, .agency = AgencyInCharge(dossier), .unit = dossier.processing_unit()};
  SetDue(dossier, timetable, row);
  row.since_us =
      MicrosOf(dossier.reception().has_received_time() ? dossier.reception().received_time()
                                                       : dossier.origin().submitted_time());
  return row;
}

void NoteDue(int64_t id, const Dossier& before, const Dossier& next,
             const domain::Timetable* timetable, store::WriteSet& set) {
  const std::optional<DueRow> was = DueRowOf(id, before, timetable);
  const std::optional<DueRow> is = DueRowOf(id, next, timetable);
  if (is.has_value() && is != was) Put(*is, set);
  if (!is.has_value() && was.has_value()) Delete(Table::kDue, {id}, set);
  MoveDefects(id, DefectKindsOf(before), AgencyInCharge(before), DefectKindsOf(next),
              AgencyInCharge(next), set);
}

absl::Status MendDue(const Engine& engine, int64_t id, int64_t version, const Dossier& dossier,
                     const domain::Timetable* timetable, store::WriteSet& set) {
  const size_t before = set.mutations.size();
  LIENTHONG_ASSIGN_OR_RETURN(const Row stored, engine.store.Get(Table::kDue, {id}));
  const std::optional<DueRow> is = DueRowOf(id, dossier, timetable);
  const bool is_there = stored.version > 0;
  if (is.has_value() && (!is_there || ReadDueRow(stored) != *is)) Put(*is, set);
  if (!is.has_value() && is_there) Delete(Table::kDue, {id}, set);
  LIENTHONG_ASSIGN_OR_RETURN(
      const std::vector<Row> defects,
      engine.store.Read({.table = Table::kDefect, .prefix = {id}, .limit_rows = kDefectKindsMax}));
  const std::string agency = AgencyInCharge(dossier);
  std::set<int64_t> right;
  std::set<int64_t> wrong;
  for (const Row& row : defects) {
    const int64_t kind = std::get<int64_t>(row.columns[1]);
    (std::get<std::string>(row.columns[2]) == agency ? right : wrong).insert(kind);
  }
  const std::set<int64_t> kinds = DefectKindsOf(dossier);
  for (const int64_t kind : wrong) {
    if (!kinds.contains(kind)) Delete(Table::kDefect, {id, kind}, set);
  }
  MoveDefects(id, right, agency, kinds, agency, set);
  if (set.mutations.size() > before) {
    set.conditions.push_back({Table::kDossier, {id}, version});
  }
  return absl::OkStatus();
}

}  // namespace lienthong::core
