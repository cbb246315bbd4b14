#include "adapters/district/inbox_errors.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "adapters/district/transactions.h"
#include "adapters/sdk/items.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::district {
namespace {

// Of the software's reason; names of fields stand at its beginning or not at all.
constexpr int kReasonCharsMax = 1000;

// Ordered by the table's columns: a bare name would be the text in the result. A row without
// `processed` is still being worked on, whatever its error says. A place from beyond
// the database's present is from before a restore: then all begins anew.
constexpr char kErrorsSql[] =
    "WITH given_up AS MATERIALIZED (SELECT r.{delivery} AS delivery, r.{key} AS key, r.{id} AS id,"
    " left(r.{error}::text, $4::int) AS reason, {written} AS written FROM {table} r"
    " WHERE r.{error} IS NOT NULL AND r.{error}::text <> '' AND r.{processed} IS NOT NULL)"
    " SELECT delivery::text, key::text, reason, written::text, id::text FROM given_up"
    " WHERE written < {ended} AND (written, id) > (CASE WHEN $1::xid8 < {next} THEN $1::xid8"
    " ELSE '0'::xid8 END, $2::bigint) ORDER BY given_up.written, given_up.id LIMIT $3::bigint";

}  // namespace

absl::StatusOr<ErrorPlace> ErrorPlace::Parse(std::string_view text) {
  ErrorPlace place;
  if (text.empty()) return place;
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(text), ':');
  const bool digits =
      parts.size() == 2 && text.find_first_not_of("0123456789:") == std::string_view::npos;
  if (digits && absl::SimpleAtoi(parts[0], &place.transaction) &&
      absl::SimpleAtoi(parts[1], &place.id)) {
    return place;
  }
  return absl::InvalidArgumentError(
      StrCat("token `", text, "`: expected nothing or TRANSACTION:ID in decimal after the slash"));
}

std::string ErrorPlace::ToText() const {
  return transaction == 0 ? "" : StrCat(transaction, ":", id);
}

absl::StatusOr<ErrorPage> InboxErrors::Read(PgConnection& connection, const ErrorPlace& place,
                                            int rows_max, absl::Time deadline) const {
  // One row more than wanted tells whether there are more.
  const SqlReply reply = connection.Run(
      Sql(connection),
      {StrCat(place.transaction), StrCat(place.id), StrCat(rows_max + 1), StrCat(kReasonCharsMax)},
      deadline);
  if (reply.fault) return ToStatus(*reply.fault, "reading the inbox's errors");
  ErrorPage page = {{}, place, reply.rows.size() > rows_max};
  const int count = std::min(reply.rows.size(), rows_max);
  for (int row = 0; row < count; ++row) page.outcomes.push_back(ToOutcome(reply.rows, row));
  if (count == 0) return page;
  const std::string last =
      StrCat(reply.rows.Text(count - 1, 3), ":", reply.rows.Text(count - 1, 4));
  absl::StatusOr<ErrorPlace> next = ErrorPlace::Parse(last);
  if (!next.ok()) {
    return absl::FailedPreconditionError(
        StrCat("column ", table_.id, " of the inbox: expected whole numbers from 0"));
  }
  page.next = *next;
  return page;
}

adapter::v1::ItemOutcome InboxErrors::ToOutcome(const SqlRows& rows, int row) const {
  const std::string_view told = rows.Text(row, 2);
  adapter::v1::ItemOutcome outcome = sdk::MakeOutcome(
      rows.Text(row, 0), adapter::v1::OUTCOME_REJECTED, sdk::FieldIn(told, fields_),
      StrCat("the software gave it up; its reason stands in the inbox, row ", rows.Text(row, 4),
             sdk::NamedIn(told, fields_)));
  if (!rows.IsNull(row, 1)) outcome.set_key(std::string(rows.Text(row, 1)));
  return outcome;
}

std::string InboxErrors::Sql(const PgConnection& connection) const {
  return absl::StrReplaceAll(absl::StrReplaceAll(kErrorsSql, {{"{written}", ToAbsl(kWritten)}}),
                             {{"{next}", ToAbsl(kNext)},
                              {"{ended}", ToAbsl(kEnded)},
                              {"{table}", connection.Quote(table_.table)},
                              {"{delivery}", connection.Quote(table_.delivery)},
                              {"{key}", connection.Quote(table_.key)},
                              {"{id}", connection.Quote(table_.id)},
                              {"{error}", connection.Quote(table_.error)},
                              {"{processed}", connection.Quote(table_.processed_time)}});
}

}  // namespace lienthong::adapters::district
