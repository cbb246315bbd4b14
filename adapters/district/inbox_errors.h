#ifndef LIENTHONG_ADAPTERS_DISTRICT_INBOX_ERRORS_H_
#define LIENTHONG_ADAPTERS_DISTRICT_INBOX_ERRORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/district/exchange_tables.h"
#include "adapters/district/pg_connection.h"
#include "adapters/sdk/field_names.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::adapters::district {

// The inbox row with an error that was told last: the transaction that wrote the error, and the
// row's id. As text: empty (none yet) or `transaction:id`.
struct ErrorPlace {
  uint64_t transaction = 0;
  int64_t id = 0;

  // InvalidArgument when the text is none of ours.
  static absl::StatusOr<ErrorPlace> Parse(std::string_view text);
  std::string ToText() const;
};

struct ErrorPage {
  std::vector<adapter::v1::ItemOutcome> outcomes;  // REJECTED, in the order of their places
  ErrorPlace next;
  bool more = false;
};

// What the software gave up on after it stood in the inbox: such a delivery was answered APPLIED
// and is lost unless somebody is told.
//
// The software works rows off in any order and commits when it likes, so neither the row's id nor
// its times say which errors are new. The transaction that wrote the error does (`xmin`): those
// that have ended are complete for ever, and are read in the order of their numbers. A row that the
// software touches again is told again, and all of them after a restore; that does no harm, since
// an outcome names its delivery.
//
// The software's reason may quote the record. Of it only the names of fields are taken over; it is
// read by a person in the row that the reason names.
//
// Thread-safe, one connection per call.
class InboxErrors {
 public:
  InboxErrors(InboxTable table, sdk::FieldNames fields)
      : table_(std::move(table)), fields_(std::move(fields)) {}

  // Those after `place`, at most `rows_max`. Errors as adapter.h says.
  absl::StatusOr<ErrorPage> Read(PgConnection& connection, const ErrorPlace& place, int rows_max,
                                 absl::Time deadline) const;

 private:
  adapter::v1::ItemOutcome ToOutcome(const SqlRows& rows, int row) const;
  std::string Sql(const PgConnection& connection) const;

  const InboxTable table_;
  const sdk::FieldNames fields_;
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_INBOX_ERRORS_H_
