#include "gateway/store/sqlite/sql.h"

#include <string_view>

#include "gateway/base/text.h"
#include "gateway/store/checks.h"

namespace lienthong::store {
namespace {

std::string Quoted(std::string_view name) { return StrCat("\"", name, "\""); }

std::string ColumnName(Table table, int column) {
  return Quoted(Describe(table).columns[column].name);
}

std::string TableName(Table table) { return Quoted(Describe(table).name); }

// Collects the parts of a list and puts a separator between them.
class List {
 public:
  explicit List(std::string_view separator) : separator_(separator) {}
  void Add(std::string_view item) {
    if (!text_.empty()) text_ += separator_;
    text_ += item;
  }
  const std::string& text() const { return text_; }

 private:
  std::string_view separator_;
  std::string text_;
};

std::string KeyList(Table table) {
  List list(",");
  for (int i = 0; i < Describe(table).key_columns; ++i) list.Add(ColumnName(table, i));
  return list.text();
}

std::string LeadingKeyEquals(Table table, int columns) {
  List list(" AND ");
  for (int i = 0; i < columns; ++i) list.Add(StrCat(ColumnName(table, i), "=?"));
  return list.text();
}

std::string KeyEquals(Table table) { return LeadingKeyEquals(table, Describe(table).key_columns); }

std::string AllColumns(Table table) {
  List list(",");
  for (size_t i = 0; i < Describe(table).columns.size(); ++i) {
    list.Add(ColumnName(table, static_cast<int>(i)));
  }
  list.Add("\"version\",\"body\"");
  return list.text();
}

// A single integer key is SQLite's own row number; other tables are kept in the order of their key.
bool HasIntegerKey(const TableDescription& table) {
  return table.key_columns == 1 && !table.columns[0].is_text;
}

std::string CreateTableSql(const TableDescription& table) {
  List columns(", ");
  for (const ColumnDescription& column : table.columns) {
    const bool row_number = HasIntegerKey(table) && &column == table.columns.data();
    columns.Add(StrCat(Quoted(column.name), row_number       ? " INTEGER PRIMARY KEY"
                                            : column.is_text ? " TEXT NOT NULL"
                                                             : " INTEGER NOT NULL"));
  }
  columns.Add("\"version\" INTEGER NOT NULL");
  columns.Add("\"body\" BLOB NOT NULL");
  if (!HasIntegerKey(table)) columns.Add(StrCat("PRIMARY KEY(", KeyList(table.table), ")"));
  return StrCat("CREATE TABLE ", Quoted(table.name), "(", columns.text(), ") STRICT",
                HasIntegerKey(table) ? "" : ", WITHOUT ROWID");
}

std::string CreateIndexSql(const TableDescription& table, const IndexDescription& index) {
  List columns(",");
  for (const int column : index.columns) columns.Add(ColumnName(table.table, column));
  return StrCat("CREATE INDEX ", Quoted(index.name), " ON ", Quoted(table.name), "(",
                columns.text(), ")");
}

// Named, so that no scan ever depends on what the planner guesses.
std::string FromSql(const Scan& scan) {
  if (scan.index == 0) return StrCat(" FROM ", TableName(scan.table));
  const IndexDescription& index = Describe(scan.table).indexes[scan.index - 1];
  return StrCat(" FROM ", TableName(scan.table), " INDEXED BY ", Quoted(index.name));
}

std::string WhereSql(const Scan& scan, const std::vector<int>& columns) {
  List terms(" AND ");
  for (size_t i = 0; i < scan.prefix.size(); ++i) {
    terms.Add(StrCat(ColumnName(scan.table, columns[i]), "=?"));
  }
  const size_t next = scan.prefix.size();
  if (scan.after.has_value()) terms.Add(StrCat(ColumnName(scan.table, columns[next]), ">?"));
  if (scan.at_most.has_value()) terms.Add(StrCat(ColumnName(scan.table, columns[next]), "<=?"));
  return terms.text().empty() ? "" : StrCat(" WHERE ", terms.text());
}

}  // namespace

std::vector<SchemaItem> SchemaItems() {
  std::vector<SchemaItem> items;
  for (int t = 0; t < kTableCount; ++t) {
    const TableDescription& table = Describe(static_cast<Table>(t));
    items.push_back({table.table, std::string(table.name), CreateTableSql(table)});
    for (const IndexDescription& index : table.indexes) {
      items.push_back({table.table, std::string(index.name), CreateIndexSql(table, index)});
    }
  }
  return items;
}

std::string SelectVersionSql(Table table) {
  return StrCat("SELECT \"version\" FROM ", TableName(table), " WHERE ", KeyEquals(table));
}

std::string SelectLastNumberSql(Table table) {
  const int number = Describe(table).key_columns - 1;
  const std::string leading = LeadingKeyEquals(table, number);
  return StrCat("SELECT MAX(", ColumnName(table, number), ") FROM ", TableName(table),
                leading.empty() ? "" : StrCat(" WHERE ", leading));
}

std::string SelectRowSql(Table table) {
  return StrCat("SELECT ", AllColumns(table), " FROM ", TableName(table), " WHERE ",
                KeyEquals(table));
}

std::string DeleteSql(Table table) {
  return StrCat("DELETE FROM ", TableName(table), " WHERE ", KeyEquals(table));
}

std::string UpsertSql(Table table) {
  List values(",");
  List updates(",");
  for (size_t i = 0; i < Describe(table).columns.size(); ++i) {
    values.Add("?");
    if (static_cast<int>(i) < Describe(table).key_columns) continue;
    const std::string column = ColumnName(table, static_cast<int>(i));
    updates.Add(StrCat(column, "=excluded.", column));
  }
  updates.Add("\"version\"=\"version\"+1,\"body\"=excluded.\"body\"");
  return StrCat("INSERT INTO ", TableName(table), "(", AllColumns(table), ") VALUES(",
                values.text(), ",1,?) ON CONFLICT(", KeyList(table), ") DO UPDATE SET ",
                updates.text());
}

std::string ScanSql(const Scan& scan) {
  const std::vector<int> columns = ScanColumns(scan.table, scan.index);
  List order(",");
  for (const int column : columns) {
    order.Add(StrCat(ColumnName(scan.table, column), scan.descending ? " DESC" : ""));
  }
  return StrCat("SELECT ", AllColumns(scan.table), FromSql(scan), WhereSql(scan, columns),
                " ORDER BY ", order.text(), " LIMIT ?");
}

std::string CountSql(const Scan& scan) {
  return StrCat("SELECT COUNT(*) FROM (SELECT 1", FromSql(scan),
                WhereSql(scan, ScanColumns(scan.table, scan.index)), " LIMIT ?)");
}

}  // namespace lienthong::store
