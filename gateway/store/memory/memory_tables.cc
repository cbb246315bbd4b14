#include "gateway/store/memory/memory_tables.h"

#include <array>

#include "gateway/store/checks.h"
#include "gateway/store/memory/ordered_key.h"

namespace lienthong::store {
namespace {

std::string KeyOf(Table table, const Values& columns) {
  std::string key;
  for (int i = 0; i < Describe(table).key_columns; ++i) AppendOrdered(columns[i], key);
  return key;
}

// For every table and index, computed once: the columns that a scan walks.
const std::vector<int>& CachedScanColumns(Table table, size_t index) {
  static const auto* const all = [] {
    auto* made = new std::array<std::vector<std::vector<int>>, kTableCount>();
    for (int t = 0; t < kTableCount; ++t) {
      const auto described = static_cast<Table>(t);
      const int indexes = static_cast<int>(Describe(described).indexes.size());
      for (int i = 0; i <= indexes; ++i) (*made)[t].push_back(ScanColumns(described, i));
    }
    return made;
  }();
  return (*all)[static_cast<int>(table)][index];
}

std::string IndexKeyOf(Table table, size_t index, const Row& row) {
  std::string key;
  for (const int column : CachedScanColumns(table, index)) AppendOrdered(row.columns[column], key);
  return key;
}

// The first key of a scan, and the first one after it; none = behind every key.
struct Bounds {
  std::optional<std::string> first;
  std::optional<std::string> end;
};

Bounds BoundsOf(const Scan& scan) {
  std::string prefix;
  for (const Value& value : scan.prefix) AppendOrdered(value, prefix);
  Bounds bounds{prefix, std::nullopt};
  if (scan.after.has_value()) {
    AppendOrdered(*scan.after, *bounds.first);
    bounds.first = AfterPrefix(*std::move(bounds.first));
  }
  if (scan.at_most.has_value()) AppendOrdered(*scan.at_most, prefix);
  bounds.end = AfterPrefix(std::move(prefix));
  return bounds;
}

const Row& RowOf(const Row& row) { return row; }
const Row& RowOf(const Row* row) { return *row; }

template <typename Map>
void Walk(const Map& map, const Scan& scan, const std::function<void(const Row&)>& visit) {
  const Bounds bounds = BoundsOf(scan);
  // A range may end before it begins: nothing lies in it.
  if (!bounds.first.has_value() || (bounds.end.has_value() && *bounds.first >= *bounds.end)) return;
  auto first = map.lower_bound(*bounds.first);
  auto end = bounds.end.has_value() ? map.lower_bound(*bounds.end) : map.end();
  for (int64_t left = scan.limit_rows; left > 0 && first != end; --left) {
    visit(RowOf(scan.descending ? (--end)->second : (first++)->second));
  }
}

}  // namespace

MemoryTables::MemoryTables() : tables_(kTableCount) {
  for (int t = 0; t < kTableCount; ++t) {
    tables_[t].indexes.resize(Describe(static_cast<Table>(t)).indexes.size());
  }
}

const Row* MemoryTables::Find(Table table, const Values& key) const {
  const auto& rows = Data(table).rows;
  const auto found = rows.find(KeyOf(table, key));
  return found == rows.end() ? nullptr : &found->second;
}

void MemoryTables::Put(Table table, const Row& row) {
  const Row* before = Find(table, row.columns);
  Row after = row;
  after.version = before == nullptr ? 1 : before->version + 1;
  std::string key = KeyOf(table, row.columns);
  changes_.push_back({table, key, before == nullptr ? std::nullopt : std::optional(*before)});
  Replace(table, key, std::move(after));
}

void MemoryTables::Delete(Table table, const Row& row) {
  std::string key = KeyOf(table, row.columns);
  const auto found = Data(table).rows.find(key);
  if (found == Data(table).rows.end()) return;
  changes_.push_back({table, key, found->second});
  Replace(table, key, std::nullopt);
}

void MemoryTables::Undo() {
  for (; !changes_.empty(); changes_.pop_back()) {
    Change& last = changes_.back();
    Replace(last.table, last.key, std::move(last.before));
  }
}

void MemoryTables::Replace(Table table, const std::string& key, std::optional<Row> row) {
  auto& rows = Data(table).rows;
  const auto found = rows.find(key);
  if (found != rows.end()) Unindex(table, found->second);
  if (!row.has_value()) {
    if (found != rows.end()) rows.erase(found);
    return;
  }
  Row& stored = found == rows.end() ? rows[key] : found->second;
  stored = *std::move(row);
  Index(table, stored);
}

void MemoryTables::Index(Table table, const Row& row) {
  auto& indexes = Data(table).indexes;
  for (size_t i = 0; i < indexes.size(); ++i) indexes[i][IndexKeyOf(table, i + 1, row)] = &row;
}

void MemoryTables::Unindex(Table table, const Row& row) {
  auto& indexes = Data(table).indexes;
  for (size_t i = 0; i < indexes.size(); ++i) indexes[i].erase(IndexKeyOf(table, i + 1, row));
}

void MemoryTables::ForEach(const Scan& scan, const std::function<void(const Row&)>& visit) const {
  const TableData& data = Data(scan.table);
  if (scan.index == 0) {
    Walk(data.rows, scan, visit);
  } else {
    Walk(data.indexes[scan.index - 1], scan, visit);
  }
}

}  // namespace lienthong::store
