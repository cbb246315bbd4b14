#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_SQL_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_SQL_H_

#include <string>
#include <vector>

#include "gateway/store/store.h"
#include "gateway/store/tables.h"

namespace lienthong::store {

// A thing of the schema: what it is called and how it is made.
struct SchemaItem {
  Table table;
  std::string name;
  std::string sql;
};

// All tables and indexes, from Describe().
std::vector<SchemaItem> SchemaItems();

// Parameters of these are the key columns.
std::string SelectVersionSql(Table table);
// Parameters are the key columns but the last one, whose greatest value it gives.
std::string SelectLastNumberSql(Table table);
std::string SelectRowSql(Table table);  // gives all columns, version, body
std::string DeleteSql(Table table);
// Parameters: all columns, then the body.
std::string UpsertSql(Table table);
// Parameters: prefix, after, at_most, limit, those that the scan has.
std::string ScanSql(const Scan& scan);
std::string CountSql(const Scan& scan);

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_SQL_H_
