#ifndef LIENTHONG_ADAPTERS_DISTRICT_INBOX_WRITER_H_
#define LIENTHONG_ADAPTERS_DISTRICT_INBOX_WRITER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "adapters/district/exchange_tables.h"
#include "adapters/district/pg_connection.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::adapters::district {

// A row for the inbox.
struct InboxMessage {
  std::string delivery_id;
  std::string key;  // empty = the software does not know the dossier yet
  std::string code;
  std::string receipt_number;  // empty = none
  int64_t revision = 0;
  std::string content;  // a JSON object in UTF-8
};

// Writes rows to the inbox, each once however often it is sent: the delivery id is unique there.
//
// All messages of a call go into one short transaction. When the database refuses it because of a
// row's data, the messages are halved and written again until the bad ones stand alone; those are
// REJECTED, all others are written. An answer that does not come is RETRY_AFTER as long as COMMIT
// was not sent, since the server then rolls back, and UNKNOWN from then on. A database that is away
// or busy is told of the reply, too, and what is left of the call is not tried.
//
// Thread-safe, one connection per call.
class InboxWriter {
 public:
  explicit InboxWriter(InboxTable names) : names_(std::move(names)) {}

  // One outcome for each message. A Status only when nothing was written because the tables are not
  // what the configuration says.
  absl::StatusOr<adapter::v1::DeliverReply> Write(PgConnection& connection,
                                                  absl::Span<const InboxMessage> messages,
                                                  absl::Time deadline) const;

 private:
  void WriteRange(PgConnection& connection, absl::Span<const InboxMessage> messages,
                  absl::Time deadline, adapter::v1::DeliverReply& reply,
                  absl::Status& misconfigured) const;
  // One transaction. Adds the outcomes unless the fault tells that it left nothing behind.
  std::optional<SqlFault> Transact(PgConnection& connection,
                                   absl::Span<const InboxMessage> messages, absl::Time deadline,
                                   adapter::v1::DeliverReply& reply) const;
  std::string Fill(const PgConnection& connection, const char* sql) const;

  const InboxTable names_;
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_INBOX_WRITER_H_
