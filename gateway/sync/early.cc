#include "gateway/sync/early.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"

namespace lienthong::sync {
namespace {

using store::Mutation;
using store::Row;
using store::Table;

constexpr int kEarlyByDue = 1;  // as described in tables.cc
// Far more than wait: what waits behind others may go beyond the limit.
constexpr int64_t kCountedMax = 10'000'000;

}  // namespace

absl::Status EarlyItems::Recover() {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t count, engine_.store.Count({.table = Table::kEarly,
                                                                       .prefix = {link_},
                                                                       .after = {},
                                                                       .at_most = {},
                                                                       .limit_rows = kCountedMax}));
  count_ = count;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> newest,
                             engine_.store.Read({.table = Table::kEarly,
                                                 .index = kEarlyByDue,
                                                 .prefix = {link_},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1,
                                                 .descending = true}));
  if (!newest.empty()) last_number_ = std::get<int64_t>(newest[0].columns[2]);
  return absl::OkStatus();
}

absl::StatusOr<bool> EarlyItems::Holds(std::string_view key) const {
  if (count_ == 0) return false;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kEarly,
                                                 .prefix = {link_, std::string(key)},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  return !rows.empty();
}

void EarlyItems::Put(const adapter::v1::InboundItem& item, store::WriteSet& set) {
  const absl::Time now = engine_.clock.Now();
  last_number_ = std::max(absl::ToUnixMicros(now), last_number_ + 1);  // no two are the same
  const int64_t due = last_number_ + absl::ToInt64Microseconds(wait_);
  storage::v1::EarlyItemRecord record;
  *record.mutable_item() = item;
  *record.mutable_since() = domain::ToProto(now);
  *record.mutable_give_up_time() = domain::ToProto(now + wait_);
  const store::Values key = {link_, item.key(), last_number_};
  Row row{.columns = {link_, item.key(), last_number_, due},
          .version = 0,
          .body = core::Seal(engine_, 0, record)};
  set.conditions.push_back({Table::kEarly, key, 0});
  set.mutations.push_back({Mutation::Kind::kPut, Table::kEarly, std::move(row)});
}

absl::StatusOr<std::vector<EarlyItems::Waiting>> EarlyItems::After(int64_t position,
                                                                   int64_t limit_rows) const {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine_.store.Read({.table = Table::kEarly,
                                                 .index = kEarlyByDue,
                                                 .prefix = {link_},
                                                 .after = position,
                                                 .at_most = {},
                                                 .limit_rows = limit_rows}));
  std::vector<Waiting> waiting;
  for (const Row& row : rows) {
    Waiting& one = waiting.emplace_back();
    one.key = {row.columns[0], row.columns[1], row.columns[2]};
    one.version = row.version;
    one.position = std::get<int64_t>(row.columns[3]);
    LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, one.record));
  }
  return waiting;
}

absl::StatusOr<std::string> EarlyItems::CauseOf(const Waiting& waiting) const {
  const adapter::v1::InboundItem& item = waiting.record.item();
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> first,
                             engine_.store.Read({.table = Table::kEarly,
                                                 .prefix = {link_, item.key()},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  const bool is_first = first.empty() || first[0].columns[2] == waiting.key[2];
  if (!is_first) return "an earlier item of its key waits";
  const std::string& code = item.dossier().code();
  return StrCat("no dossier is known here by the key ", item.key(),
                code.empty() ? "" : " or the code ", code, "; it is taken in as soon as one is");
}

absl::StatusOr<absl::Time> EarlyItems::OldestSince() const {
  if (count_ == 0) return absl::InfiniteFuture();
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Waiting> first, After(0, 1));
  return first.empty() ? absl::InfiniteFuture() : domain::FromProto(first[0].record.since());
}

void EarlyItems::Remove(const Waiting& waiting, store::WriteSet& set) const {
  set.conditions.push_back({Table::kEarly, waiting.key, waiting.version});
  Row row{.columns = waiting.key, .version = 0, .body = ""};
  row.columns.emplace_back(int64_t{0});
  set.mutations.push_back({Mutation::Kind::kDelete, Table::kEarly, std::move(row)});
}

}  // namespace lienthong::sync
