#include "gateway/sync/lane_store.h"

#include <limits>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/records.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"

namespace lienthong::sync {
namespace {

using storage::v1::LaneState;
using store::Mutation;
using store::Row;
using store::Table;

// Indexes of Table::kLane and the others, as described in tables.cc.
constexpr int kLaneByDue = 1;
constexpr int kLaneByPending = 2;
constexpr int kLaneByKey = 3;
constexpr int kByOwner = 1;

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr int64_t kCountRowsMax = 1000000;
constexpr size_t kIdCharacters = 32;

// Bytes that are no UTF-8 could be written and never read again.
std::string Readable(const std::string& raw) {
  return domain::CountCharacters(raw) < 0 ? absl::CHexEscape(raw) : raw;
}

}  // namespace

absl::StatusOr<StoredLane> LaneStore::Read(const Row& row) const {
  StoredLane lane{
      .dossier_id = std::get<int64_t>(row.columns[1]), .version = row.version, .state = {}};
  LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, lane.dossier_id, row.body, lane.state));
  return lane;
}

absl::StatusOr<StoredLane> LaneStore::Load(int64_t dossier_id) const {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kLane, {link_, dossier_id}));
  if (row.version == 0) return StoredLane{.dossier_id = dossier_id, .version = 0, .state = {}};
  return Read(row);
}

absl::StatusOr<StoredLane> LaneStore::LoadByKey(std::string_view key) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kLane,
                                                 .index = kLaneByKey,
                                                 .prefix = {link_, std::string(key)},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  if (rows.empty()) return StoredLane{};
  return Read(rows[0]);
}

absl::StatusOr<std::vector<StoredLane>> LaneStore::ReadAll(const store::Scan& scan) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, engine_.store.Read(scan));
  std::vector<StoredLane> lanes;
  lanes.reserve(rows.size());
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane, Read(row));
    lanes.push_back(std::move(lane));
  }
  return lanes;
}

absl::StatusOr<std::vector<StoredLane>> LaneStore::Due(LaneState::Phase phase, absl::Time now,
                                                       int64_t limit_rows) const {
  return ReadAll({.table = Table::kLane,
                  .index = kLaneByDue,
                  .prefix = {link_, static_cast<int64_t>(phase)},
                  .after = {},
                  .at_most = absl::ToUnixMicros(now),
                  .limit_rows = limit_rows});
}

absl::StatusOr<int64_t> LaneStore::CountWaiting(absl::Time now, int64_t limit_rows) const {
  return engine_.store.Count({.table = Table::kLane,
                              .index = kLaneByDue,
                              .prefix = {link_, static_cast<int64_t>(LaneState::PHASE_READY)},
                              .after = {},
                              .at_most = absl::ToUnixMicros(now),
                              .limit_rows = limit_rows});
}

absl::StatusOr<int64_t> LaneStore::CountInPhase(LaneState::Phase phase) const {
  return engine_.store.Count({.table = Table::kLane,
                              .index = kLaneByDue,
                              .prefix = {link_, static_cast<int64_t>(phase)},
                              .after = {},
                              .at_most = {},
                              .limit_rows = kCountRowsMax});
}

absl::StatusOr<std::vector<StoredLane>> LaneStore::After(int64_t dossier_id,
                                                         int64_t limit_rows) const {
  return ReadAll({.table = Table::kLane,
                  .prefix = {link_},
                  .after = dossier_id,
                  .at_most = {},
                  .limit_rows = limit_rows});
}

absl::StatusOr<absl::Time> LaneStore::NextDue(LaneState::Phase phase) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kLane,
                                                 .index = kLaneByDue,
                                                 .prefix = {link_, static_cast<int64_t>(phase)},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  if (rows.empty()) return absl::InfiniteFuture();
  return absl::FromUnixMicros(std::get<int64_t>(rows[0].columns[3]));
}

void LaneStore::Put(const StoredLane& loaded, const LaneState& next, store::WriteSet& set) const {
  const int64_t due = next.has_next_attempt_time()
                          ? absl::ToUnixMicros(domain::FromProto(next.next_attempt_time()))
                          : next.pending_sequence();
  const bool waits = next.has_pending_since() && next.phase() != LaneState::PHASE_DEAD;
  const int64_t pending =
      waits ? absl::ToUnixMicros(domain::FromProto(next.pending_since())) : kNever;
  Row row;
  row.columns = {link_, loaded.dossier_id, static_cast<int64_t>(next.phase()),
                 due,   pending,           next.key()};
  row.body = core::Seal(engine_, loaded.dossier_id, next);
  set.conditions.push_back({Table::kLane, {link_, loaded.dossier_id}, loaded.version});
  set.mutations.push_back({Mutation::Kind::kPut, Table::kLane, std::move(row)});
}

absl::StatusOr<LaneStore::Pending> LaneStore::CountPending() const {
  store::Scan scan{.table = Table::kLane,
                   .index = kLaneByPending,
                   .prefix = {link_},
                   .after = {},
                   .at_most = kNever - 1,
                   .limit_rows = kCountRowsMax};
  Pending pending;
  LIENTHONG_ASSIGN_OR_RETURN(pending.lanes, engine_.store.Count(scan));
  scan.limit_rows = 1;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> oldest, engine_.store.Read(scan));
  if (!oldest.empty()) {
    pending.oldest = absl::FromUnixMicros(std::get<int64_t>(oldest[0].columns[4]));
  }
  return pending;
}

absl::StatusOr<storage::v1::LinkRecord> LaneStore::LoadLink() const {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kLink, {link_}));
  storage::v1::LinkRecord record;
  if (row.version > 0) LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, record));
  return record;
}

void LaneStore::PutLink(const storage::v1::LinkRecord& record, store::WriteSet& set) const {
  Row row{.columns = {link_}, .version = 0, .body = core::Seal(engine_, 0, record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kLink, std::move(row)});
}

std::string LaneStore::LetterId(std::string_view identity) const {
  return core::HexSha256(StrCat(link_, "\n", identity)).substr(0, kIdCharacters);
}

// Empty when it was not. One that cannot be read now counts as new: it is kept all the same.
storage::v1::DeadLetterRecord LaneStore::LetterMetBefore(const std::string& id) const {
  storage::v1::DeadLetterRecord record;
  const absl::StatusOr<Row> row = engine_.store.Get(Table::kDeadLetter, {id});
  if (!row.ok() || row->version == 0) return {};
  return core::Unseal(engine_, 0, row->body, record).ok() ? record
                                                          : storage::v1::DeadLetterRecord();
}

std::string LaneStore::PutDeadLetter(const Letter& letter, store::WriteSet& set) const {
  const absl::Time now = engine_.clock.Now();
  storage::v1::DeadLetterRecord record;
  record.set_link(link_);
  record.set_direction(letter.direction);
  record.set_code(letter.code);
  record.set_key(letter.key);
  record.set_field(letter.stop.field);
  record.set_reason(letter.stop.reason);
  record.set_raw(Readable(letter.raw));
  record.set_dossier_id(letter.dossier_id);
  record.set_revision(letter.stop.revision);
  if (letter.item != nullptr) {
    *record.mutable_item() = *letter.item;
    record.mutable_item()->set_raw(record.raw());
  }
  record.set_taken(letter.taken);
  if (letter.sent != nullptr) {
    *record.mutable_sent() = *letter.sent;
    record.set_revision(letter.sent->revision());
  }
  const std::string id = LetterId(letter.identity);
  const storage::v1::DeadLetterRecord known = LetterMetBefore(id);
  const bool is_row_again = known.has_time() && record.item().version() > 0;
  if (is_row_again) record.set_taken(known.taken());  // it says nothing newer
  *record.mutable_time() = known.has_time() ? known.time() : domain::ToProto(now);
  *record.mutable_last_time() = domain::ToProto(now);
  record.set_times(known.times() + 1);
  Row row{.columns = {id, link_, absl::ToUnixMicros(domain::FromProto(record.time()))},
          .version = 0,
          .body = core::Seal(engine_, 0, record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kDeadLetter, std::move(row)});
  LogWarning("dead_letter", {{"link", link_},
                             {"dossier", PseudonymOf(letter.code)},
                             {"letter", id},
                             {"field", letter.stop.field}});
  return id;
}

void LaneStore::RemoveDeadLetter(std::string_view id, store::WriteSet& set) const {
  Row row{.columns = {std::string(id), link_, int64_t{0}}, .version = 0, .body = ""};
  set.mutations.push_back({Mutation::Kind::kDelete, Table::kDeadLetter, std::move(row)});
}

absl::StatusOr<int64_t> LaneStore::CountDeadLetters() const {
  return engine_.store.Count({.table = Table::kDeadLetter,
                              .index = kByOwner,
                              .prefix = {link_},
                              .after = {},
                              .at_most = {},
                              .limit_rows = kCountRowsMax});
}

absl::StatusOr<int64_t> LaneStore::CountConflicts() const {
  return engine_.store.Count({.table = Table::kConflict,
                              .index = kByOwner,
                              .prefix = {StrCat("link/", link_)},
                              .after = {},
                              .at_most = {},
                              .limit_rows = kCountRowsMax});
}

absl::StatusOr<int64_t> LaneStore::CountTasks() const {
  return engine_.store.Count({.table = Table::kTask,
                              .index = kByOwner,
                              .prefix = {link_},
                              .after = {},
                              .at_most = {},
                              .limit_rows = kCountRowsMax});
}

}  // namespace lienthong::sync
