#include "gateway/core/act_log.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/derived.h"

namespace lienthong::core {
namespace {

using storage::v1::ActRecord;
using store::Row;
using store::Table;

constexpr int kByDossier = 1;  // indexes, as in tables.cc
constexpr int kByTime = 2;
constexpr size_t kDossierColumn = 1;
constexpr size_t kTimeColumn = 2;

std::string RequestPrefix(std::string_view actor, std::string_view request_id) {
  return StrCat(actor, "/", request_id, "/");
}

absl::StatusOr<ActRecord> ReadAct(const Engine& engine, const Row& row) {
  ActRecord record;
  const int64_t dossier_id = std::get<int64_t>(row.columns[kDossierColumn]);
  LIENTHONG_RETURN_IF_ERROR(Unseal(engine, dossier_id, row.body, record));
  return record;
}

}  // namespace

void PutAct(const Engine& engine, const ActRecord& record, store::WriteSet& set) {
  const std::string id =
      StrCat(RequestPrefix(record.actor(), record.request_id()), record.target());
  set.conditions.push_back({Table::kAct, {id}, 0});
  Row row{
      .columns = {id, record.dossier_id(), absl::ToUnixMicros(domain::FromProto(record.time()))},
      .version = 0,
      .body = Seal(engine, record.dossier_id(), record)};
  set.mutations.push_back({store::Mutation::Kind::kPut, Table::kAct, std::move(row)});
}

absl::StatusOr<std::optional<ActRecord>> FindAct(const Engine& engine, std::string_view actor,
                                                 std::string_view request_id,
                                                 std::string_view target) {
  const std::string id = StrCat(RequestPrefix(actor, request_id), target);
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kAct, {id}));
  if (row.version == 0) return std::nullopt;
  return ReadAct(engine, row);
}

absl::StatusOr<std::vector<ActRecord>> ActsOfRequest(const Engine& engine, std::string_view actor,
                                                     std::string_view request_id) {
  const std::string prefix = RequestPrefix(actor, request_id);
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine.store.Read({.table = Table::kAct,
                                                .prefix = {},
                                                .after = prefix,
                                                .at_most = StrCat(prefix, "\x7f"),
                                                .limit_rows = kRequestActsMax}));
  std::vector<ActRecord> acts;
  acts.reserve(rows.size());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(ActRecord act, ReadAct(engine, row));
    acts.push_back(std::move(act));
  }
  return acts;
}

absl::StatusOr<std::optional<ActRecord>> NewestActOn(const Engine& engine, int64_t dossier_id,
                                                     std::string_view target) {
  store::Scan scan{.table = Table::kAct,
                   .index = kByTime,
                   .prefix = {},
                   .after = {},
                   .at_most = {},
                   .limit_rows = kActsLookedAtMax,
                   .descending = true};
  if (dossier_id != 0) {
    scan.index = kByDossier;
    scan.prefix = {dossier_id};
  }
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine.store.Read(scan));
  for (const Row& row : rows) {
    if (!std::get<std::string>(row.columns[0]).ends_with(StrCat("/", target))) continue;
    LIENTHONG_ASSIGN_OR_RETURN(ActRecord act, ReadAct(engine, row));
    if (act.target() == target) return act;
  }
  return std::nullopt;
}

absl::StatusOr<ActPage> ListActs(const Engine& engine, int64_t dossier_id, int32_t page_size,
                                 std::string_view page_token, bool newest_first) {
  TimedList list{.table = Table::kAct,
                 .index = kByTime,
                 .prefix = {},
                 .time_column = kTimeColumn,
                 .newest_first = newest_first};
  if (dossier_id != 0) {
    list.index = kByDossier;
    list.prefix = {dossier_id};
  }
  LIENTHONG_ASSIGN_OR_RETURN(TimedPage page, ReadTimedPage(engine, list, page_size, page_token));
  ActPage acts{.acts = {}, .next_token = std::move(page.next_token)};
  acts.acts.reserve(page.rows.size());
  for (const Row& row : page.rows) {
    LIENTHONG_ASSIGN_OR_RETURN(ActRecord act, ReadAct(engine, row));
    acts.acts.push_back(std::move(act));
  }
  return acts;
}

}  // namespace lienthong::core
