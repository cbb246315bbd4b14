#include "gateway/sync/reconcile/run_store.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"

namespace lienthong::sync {
namespace {

using store::Mutation;
using store::Row;
using store::Table;

constexpr int kRunByLink = 1;  // indexes, as in tables.cc
constexpr int kRunByTime = 2;
constexpr int kFindingByState = 1;
constexpr int64_t kCountRowsMax = 10'000'000;

absl::StatusOr<StoredRun> ReadRun(const core::Engine& engine, const Row& row) {
  StoredRun run{.id = std::get<std::string>(row.columns[0]),
                .record = {},
                .order = std::get<int64_t>(row.columns[2])};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine, 0, row.body, run.record));
  return run;
}

absl::StatusOr<StoredFinding> ReadFinding(const core::Engine& engine, const Row& row) {
  StoredFinding finding{.id = std::get<std::string>(row.columns[1]), .record = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine, 0, row.body, finding.record));
  return finding;
}

store::Scan ScanOf(const std::string& run, v1::Finding::State state) {
  if (state == v1::Finding::STATE_UNSPECIFIED) return {.table = Table::kFinding, .prefix = {run}};
  return {.table = Table::kFinding,
          .index = kFindingByState,
          .prefix = {run, static_cast<int64_t>(state)}};
}

}  // namespace

absl::StatusOr<std::optional<StoredRun>> FindRun(const core::Engine& engine,
                                                 const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kRun, {id}));
  if (row.version == 0) return std::nullopt;
  return ReadRun(engine, row);
}

// The clock may have been set back since the last one began.
absl::StatusOr<int64_t> NextOrder(const core::Engine& engine) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredRun> newest,
                             NewestRuns(engine, "", /*rows_max=*/1));
  const int64_t now = absl::ToUnixMicros(engine.clock.Now());
  return newest.empty() ? now : std::max(now, newest[0].order + 1);
}

absl::StatusOr<std::vector<StoredRun>> NewestRuns(const core::Engine& engine, std::string_view link,
                                                  int64_t rows_max) {
  store::Scan scan{
      .table = Table::kRun, .index = kRunByTime, .limit_rows = rows_max, .descending = true};
  if (!link.empty()) {
    scan.index = kRunByLink;
    scan.prefix = {std::string(link)};
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine.store.Read(scan));
  std::vector<StoredRun> runs;
  runs.reserve(rows.size());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredRun run, ReadRun(engine, row));
    runs.push_back(std::move(run));
  }
  return runs;
}

absl::StatusOr<std::optional<StoredRun>> RunToDrop(const core::Engine& engine,
                                                   std::string_view link) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine.store.Read({.table = Table::kRun,
                                                .index = kRunByLink,
                                                .prefix = {std::string(link)},
                                                .limit_rows = kRunsKept + 1}));
  if (static_cast<int64_t>(rows.size()) <= kRunsKept) return std::nullopt;
  return ReadRun(engine, rows[0]);
}

void PutRun(const core::Engine& engine, const StoredRun& run, store::WriteSet& set) {
  Row row{.columns = {run.id, run.record.link(), run.order},
          .version = 0,
          .body = core::Seal(engine, 0, run.record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kRun, std::move(row)});
}

void RemoveRun(const StoredRun& run, store::WriteSet& set) {
  set.mutations.push_back(
      {Mutation::Kind::kDelete, Table::kRun, {.columns = {run.id, run.record.link(), int64_t{0}}}});
}

bool HasEnded(const storage::v1::RunRecord& record) {
  return record.state() == v1::Reconciliation::STATE_DONE ||
         record.state() == v1::Reconciliation::STATE_CANCELLED ||
         record.state() == v1::Reconciliation::STATE_FAILED;
}

void Count(const std::string& name, int64_t more, storage::v1::RunRecord& record) {
  if (more > 0) (*record.mutable_counts())[name] += more;
}

absl::StatusOr<std::optional<StoredFinding>> FindFinding(const core::Engine& engine,
                                                         const std::string& run,
                                                         const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kFinding, {run, id}));
  if (row.version == 0) return std::nullopt;
  return ReadFinding(engine, row);
}

absl::StatusOr<std::vector<StoredFinding>> FindingsAfter(const core::Engine& engine,
                                                         const std::string& run,
                                                         v1::Finding::State state,
                                                         const std::string& after,
                                                         int64_t rows_max) {
  store::Scan scan = ScanOf(run, state);
  if (!after.empty()) scan.after = after;
  scan.limit_rows = rows_max;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine.store.Read(scan));
  std::vector<StoredFinding> findings;
  findings.reserve(rows.size());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredFinding finding, ReadFinding(engine, row));
    findings.push_back(std::move(finding));
  }
  return findings;
}

absl::StatusOr<int64_t> CountFindings(const core::Engine& engine, const std::string& run,
                                      v1::Finding::State state) {
  store::Scan scan = ScanOf(run, state);
  scan.limit_rows = kCountRowsMax;
  return engine.store.Count(scan);
}

void PutFinding(const core::Engine& engine, const std::string& run, const StoredFinding& finding,
                store::WriteSet& set) {
  Row row{.columns = {run, finding.id, static_cast<int64_t>(finding.record.state())},
          .version = 0,
          .body = core::Seal(engine, 0, finding.record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kFinding, std::move(row)});
}

void RemoveFinding(const std::string& run, const std::string& id, store::WriteSet& set) {
  Row row{.columns = {run, id, int64_t{0}}, .version = 0, .body = ""};
  set.mutations.push_back({Mutation::Kind::kDelete, Table::kFinding, std::move(row)});
}

}  // namespace lienthong::sync
