#ifndef LIENTHONG_ADAPTERS_DISTRICT_EXCHANGE_TABLES_H_
#define LIENTHONG_ADAPTERS_DISTRICT_EXCHANGE_TABLES_H_

#include <string>

#include "adapters/sdk/settings.h"

namespace lienthong::adapters::district {

// What the two tables of schema.sql and their columns are called at this site. Not quoted.
struct OutboxTable {
  std::string table;
  std::string id;
  std::string transaction;
  std::string key;
  std::string code;
  std::string receipt_number;
  std::string content;
  std::string written_time;
};

struct InboxTable {
  std::string table;
  std::string id;
  std::string delivery;
  std::string key;
  std::string code;
  std::string receipt_number;
  std::string revision;
  std::string content;
  std::string processed_time;
  std::string error;
};

// From the settings `outbox_table`, `outbox_id_column` and so on; the defaults are those of
// schema.sql. The settings keep as a problem what can be no name.
OutboxTable ReadOutboxTable(const sdk::Settings& settings);
InboxTable ReadInboxTable(const sdk::Settings& settings);
// The table for notices (`notice_table`), whose columns are those of schema.sql; "" when the
// software has none, which is the default.
std::string ReadNoticeTable(const sdk::Settings& settings);

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_EXCHANGE_TABLES_H_
