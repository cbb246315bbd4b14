#ifndef LIENTHONG_ADAPTERS_DISTRICT_NOTICE_WRITER_H_
#define LIENTHONG_ADAPTERS_DISTRICT_NOTICE_WRITER_H_

#include <string>
#include <utility>

#include "absl/time/time.h"
#include "adapters/district/pg_connection.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::adapters::district {

// Writes what the software's people are to know into a table of theirs (schema.sql), each notice
// once however often it is sent: its id is unique there. The table is optional; an empty name says
// that this software has none. Thread-safe, one connection per call.
class NoticeWriter {
 public:
  explicit NoticeWriter(std::string table) : table_(std::move(table)) {}

  bool has_table() const { return !table_.empty(); }
  // The notices of one item, in one statement. UNKNOWN when the connection is lost on the way.
  adapter::v1::ItemOutcome Write(PgConnection& connection, const adapter::v1::OutboundItem& item,
                                 absl::Time deadline) const;

 private:
  const std::string table_;
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_NOTICE_WRITER_H_
