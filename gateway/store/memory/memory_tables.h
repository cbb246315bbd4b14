#ifndef LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_TABLES_H_
#define LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_TABLES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/store/store.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// Tables in ordered maps, with a way back. Not thread-safe.
class MemoryTables {
 public:
  MemoryTables();

  // Null when there is none; stands until the next change.
  const Row* Find(Table table, const Values& key) const;
  void Put(Table table, const Row& row);
  void Delete(Table table, const Row& row);

  // Undoes what was changed since the last Keep.
  void Undo();
  void Keep() { changes_.clear(); }

  // Calls `visit` for each row of a scan, up to its limit.
  void ForEach(const Scan& scan, const std::function<void(const Row&)>& visit) const;

 private:
  struct TableData {
    std::map<std::string, Row> rows;                         // by ordered primary key
    std::vector<std::map<std::string, const Row*>> indexes;  // by ordered columns of the scan
  };
  struct Change {
    Table table;
    std::string key;
    std::optional<Row> before;
  };

  TableData& Data(Table table) { return tables_[static_cast<int>(table)]; }
  const TableData& Data(Table table) const { return tables_[static_cast<int>(table)]; }
  void Replace(Table table, const std::string& key, std::optional<Row> row);
  void Index(Table table, const Row& row);
  void Unindex(Table table, const Row& row);

  std::vector<TableData> tables_;
  std::vector<Change> changes_;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_MEMORY_MEMORY_TABLES_H_
