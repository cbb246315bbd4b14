#include "gateway/sync/letter_list.h"

#include <algorithm>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/core/timed_pages.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"

namespace lienthong::sync {
namespace {

using storage::v1::DeadLetterRecord;
using store::Row;
using store::Table;

constexpr int kByLink = 1;  // indexes, as in tables.cc
constexpr int kByTime = 2;
constexpr size_t kTimeColumn = 2;
constexpr int32_t kPageItems = 500;

core::TimedList ListOf(std::string_view link) {
  core::TimedList list{
      .table = Table::kDeadLetter, .index = kByTime, .prefix = {}, .time_column = kTimeColumn};
  if (link.empty()) return list;
  list.index = kByLink;
  list.prefix = {std::string(link)};
  return list;
}

}  // namespace

v1::DeadLetter ToPublic(const StoredLetter& stored, bool with_raw) {
  const DeadLetterRecord& record = stored.record;
  v1::DeadLetter letter;
  letter.set_id(stored.id);
  letter.set_link(record.link());
  letter.set_direction(static_cast<v1::DeadLetter::Direction>(record.direction()));
  letter.set_code(record.code());
  letter.set_key(record.key());
  letter.set_field(record.field());
  letter.set_reason(record.reason());
  if (with_raw) letter.set_raw(record.raw());
  *letter.mutable_time() = record.time();
  // One that was kept before these were counted was met once.
  *letter.mutable_last_time() = record.has_last_time() ? record.last_time() : record.time();
  letter.set_times(std::max(1, record.times()));
  return letter;
}

absl::StatusOr<LetterFilter> LetterFilter::Of(const core::Engine& engine,
                                              const v1::DeadLetterFilter& wanted) {
  LetterFilter filter;
  filter.filter_ = wanted;
  if (wanted.code().empty()) return filter;
  filter.folded_code_ = domain::FoldCode(wanted.code());
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<core::Alias> aliases,
                             core::FindAliases(engine, wanted.code()));
  for (const core::Alias& alias : aliases) {
    if (alias.dossier_id != 0) filter.dossiers_.insert(alias.dossier_id);
  }
  return filter;
}

bool LetterFilter::Matches(const DeadLetterRecord& record) const {
  const auto is = [](const std::string& wanted, const std::string& value) {
    return wanted.empty() || wanted == value;
  };
  if (!is(filter_.link(), record.link()) || !is(filter_.field(), record.field())) return false;
  if (filter_.direction() != v1::DeadLetter::DIRECTION_UNSPECIFIED &&
      filter_.direction() != record.direction()) {
    return false;
  }
  if (record.reason().find(filter_.reason_contains()) == std::string::npos) return false;
  if (filter_.has_before() &&
      domain::FromProto(record.time()) >= domain::FromProto(filter_.before())) {
    return false;
  }
  return folded_code_.empty() || folded_code_ == domain::FoldCode(record.code()) ||
         dossiers_.contains(record.dossier_id());
}

absl::StatusOr<LetterPage> ListLetters(const core::Engine& engine, const LetterFilter& filter,
                                       int32_t page_size, std::string_view page_token) {
  LetterPage page;
  const auto is_wanted = [&](const Row& row) -> absl::StatusOr<bool> {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredLetter letter, ReadLetter(engine, row));
    return filter.Matches(letter.record);
  };
  LIENTHONG_ASSIGN_OR_RETURN(
      core::TimedPage rows,
      core::ReadTimedPage(engine, ListOf(filter.link()), page_size, page_token, is_wanted));
  for (const Row& row : rows.rows) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredLetter letter, ReadLetter(engine, row));
    page.letters.push_back(std::move(letter));
  }
  page.next_token = std::move(rows.next_token);
  return page;
}

absl::StatusOr<FoundIds> FindLetterIds(const core::Engine& engine, const LetterFilter& filter,
                                       size_t items_max) {
  FoundIds found;
  std::string token;
  do {
    LIENTHONG_ASSIGN_OR_RETURN(const LetterPage page,
                               ListLetters(engine, filter, kPageItems, token));
    for (const StoredLetter& letter : page.letters) {
      if (found.ids.size() == items_max) {
        found.more = true;
        return found;
      }
      found.ids.push_back(letter.id);
    }
    token = page.next_token;
  } while (!token.empty());
  return found;
}

absl::StatusOr<bool> HasLetters(const core::Engine& engine, std::string_view link) {
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t letters,
                             engine.store.Count({.table = Table::kDeadLetter,
                                                 .index = kByLink,
                                                 .prefix = {std::string(link)},
                                                 .after = {},
                                                 .at_most = {},
                                                 .limit_rows = 1}));
  return letters > 0;
}

}  // namespace lienthong::sync
