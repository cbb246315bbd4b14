#include "gateway/store/checks.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <variant>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/store/head.h"

namespace lienthong::store {
namespace {

absl::Status Wrong(Table table, std::string_view what) {
  return absl::InvalidArgumentError(StrCat("table ", Describe(table).name, ": ", what));
}

absl::Status CheckValue(Table table, int column, const Value& value) {
  const ColumnDescription& description = Describe(table).columns[column];
  if (std::holds_alternative<std::string>(value) == description.is_text) return absl::OkStatus();
  return Wrong(table, StrCat("column ", description.name, " takes ",
                             description.is_text ? "a text" : "an integer"));
}

absl::Status CheckColumns(Table table, const Values& values, size_t count) {
  if (values.size() < count) {
    return Wrong(table, StrCat(values.size(), " values were given, ", count, " are needed"));
  }
  for (size_t i = 0; i < count; ++i) {
    LIENTHONG_RETURN_IF_ERROR(CheckValue(table, static_cast<int>(i), values[i]));
  }
  return absl::OkStatus();
}

size_t BytesOf(const Values& values) {
  size_t bytes = 0;
  for (const Value& value : values) {
    bytes += sizeof(Value);
    if (const auto* text = std::get_if<std::string>(&value)) bytes += text->size();
  }
  return bytes;
}

}  // namespace

absl::Status CheckKey(Table table, const Values& key) {
  const size_t columns = Describe(table).key_columns;
  if (key.size() != columns) {
    return Wrong(table, StrCat("the key has ", columns, " columns, not ", key.size()));
  }
  return CheckColumns(table, key, columns);
}

std::vector<int> ScanColumns(Table table, int index) {
  const TableDescription& description = Describe(table);
  std::vector<int> columns;
  if (index > 0) {
    const auto& indexed = description.indexes[index - 1].columns;
    columns.assign(indexed.begin(), indexed.end());
  }
  for (int i = 0; i < description.key_columns; ++i) {
    if (std::find(columns.begin(), columns.end(), i) == columns.end()) columns.push_back(i);
  }
  return columns;
}

absl::Status CheckScan(const Scan& scan) {
  const TableDescription& description = Describe(scan.table);
  if (scan.index < 0 || scan.index > static_cast<int>(description.indexes.size())) {
    return Wrong(scan.table, StrCat("there is no index ", scan.index));
  }
  if (scan.limit_rows < 1) return Wrong(scan.table, "limit_rows must be 1 or more");
  const std::vector<int> columns = ScanColumns(scan.table, scan.index);
  const bool ranged = scan.after.has_value() || scan.at_most.has_value();
  if (scan.prefix.size() + (ranged ? 1 : 0) > columns.size()) {
    return Wrong(scan.table, StrCat("the prefix and the range need more columns than the ",
                                    columns.size(), " of index ", scan.index));
  }
  for (size_t i = 0; i < scan.prefix.size(); ++i) {
    LIENTHONG_RETURN_IF_ERROR(CheckValue(scan.table, columns[i], scan.prefix[i]));
  }
  for (const auto& bound : {scan.after, scan.at_most}) {
    if (!bound.has_value()) continue;
    LIENTHONG_RETURN_IF_ERROR(CheckValue(scan.table, columns[scan.prefix.size()], *bound));
  }
  return absl::OkStatus();
}

absl::Status CheckMutation(const Mutation& mutation) {
  const Table table = mutation.table;
  if (table == Table::kJournal) {
    return Wrong(table, "only WriteSet::journal writes it");
  }
  const TableDescription& description = Describe(table);
  const Values& columns = mutation.row.columns;
  if (mutation.kind == Mutation::Kind::kDelete) {
    LIENTHONG_RETURN_IF_ERROR(CheckColumns(table, columns, description.key_columns));
  } else if (columns.size() != description.columns.size()) {
    return Wrong(
        table, StrCat("a row has ", description.columns.size(), " columns, not ", columns.size()));
  } else {
    LIENTHONG_RETURN_IF_ERROR(CheckColumns(table, columns, columns.size()));
  }
  const int last_key_column = description.key_columns - 1;
  if (mutation.kind == Mutation::Kind::kAppend && description.columns[last_key_column].is_text) {
    return Wrong(table, "has no number at the end of its key; rows are not appended to it");
  }
  if (table == Table::kMeta && IsReservedName(std::get<std::string>(columns[0]))) {
    return Wrong(table, "names that begin with store/ or lease/ belong to the store");
  }
  return absl::OkStatus();
}

absl::Status CheckSet(const WriteSet& set) {
  for (const auto& [link, fence] : set.fences) {
    if (fence >= 1) continue;
    return absl::InvalidArgumentError(
        StrCat("link ", link, ": ", fence, " is no fence; take the lease first"));
  }
  for (const Condition& condition : set.conditions) {
    LIENTHONG_RETURN_IF_ERROR(CheckKey(condition.table, condition.key));
  }
  for (const Mutation& mutation : set.mutations) {
    LIENTHONG_RETURN_IF_ERROR(CheckMutation(mutation));
  }
  return absl::OkStatus();
}

size_t BytesOf(const WriteSet& set) {
  size_t bytes = sizeof(WriteSet);
  for (const Condition& condition : set.conditions) {
    bytes += sizeof(Condition) + BytesOf(condition.key);
  }
  for (const Mutation& mutation : set.mutations) {
    bytes += sizeof(Mutation) + BytesOf(mutation.row.columns) + mutation.row.body.size();
  }
  for (const JournalDraft& draft : set.journal) bytes += sizeof(JournalDraft) + draft.body.size();
  return bytes;
}

}  // namespace lienthong::store
