#include "adapters/district/outbox_reader.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "adapters/district/transactions.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::district {
namespace {

constexpr int64_t kHeldBackWarningSeconds = 60;

// Nothing of the table is asked here, so that the planner knows the numbers when it is.
constexpr char kHorizonSql[] =
    "SELECT pg_snapshot_xmin(pg_current_snapshot())::text,"
    " pg_snapshot_xmax(pg_current_snapshot())::text";

// Whether a window holds anything, and for how many seconds a row beyond its end has been waiting.
// The order makes each a single step in the index, whatever the planner believes.
constexpr char kAnythingSql[] =
    "SELECT coalesce((SELECT '1' FROM {table} r WHERE r.{transaction} >= $1::xid8"
    " AND r.{transaction} < $2::xid8 ORDER BY r.{transaction} LIMIT 1),"
    " (SELECT '1' FROM {table} r WHERE {strange} ORDER BY r.{transaction} LIMIT 1)),"
    " (SELECT greatest(0, extract(epoch FROM clock_timestamp() - {written_time}))::bigint::text"
    " FROM {table} r WHERE r.{transaction} >= $2::xid8 AND r.{transaction} < {next}"
    " ORDER BY r.{transaction} LIMIT 1)";

// The oldest row beyond the end of a window. MATERIALIZED: else the planner may walk the whole
// table by id in the hope of meeting such a row soon.
constexpr char kBeyondSql[] =
    "WITH beyond AS MATERIALIZED (SELECT {id} AS id FROM {table} WHERE {transaction} >= $1::xid8"
    " AND {transaction} < {next}) SELECT min(id)::text FROM beyond";

// The first transaction of a window with a row that must wait for an older row beyond its end.
constexpr char kOvertakingSql[] =
    "SELECT w.{transaction}::text FROM {table} w WHERE w.{transaction} >= $1::xid8"
    " AND w.{transaction} < $2::xid8 AND w.{id} > $3::bigint"
    " AND EXISTS (SELECT 1 FROM {table} o WHERE o.{key} = w.{key} AND o.{id} < w.{id}"
    " AND o.{transaction} >= $2::xid8 AND o.{transaction} < {next})"
    " ORDER BY w.{transaction} LIMIT 1";

// The page is cut out before its contents are turned into text. Ordered by the table's column: a
// bare name would be the text in the result. MATERIALIZED for the same reason as above. The two
// parts have no row in common.
constexpr char kPageSql[] =
    "WITH strange AS MATERIALIZED"
    " (SELECT {row} FROM {table} r WHERE {strange} AND r.{id} > $3::bigint)"
    " SELECT p.{id}::text, p.{key}::text, p.{code}::text, p.{receipt_number}::text,"
    " CASE WHEN octet_length(p.{content}::text) <= $5::bigint THEN p.{content}::text END,"
    " CASE WHEN p.{transaction} > p.\"written in\" THEN p.{transaction}::text END FROM ("
    "(SELECT {row} FROM {table} r WHERE r.{transaction} >= $1::xid8 AND r.{transaction} < $2::xid8"
    " AND r.{id} > $3::bigint ORDER BY r.{id} LIMIT $4::bigint)"
    " UNION ALL (SELECT * FROM strange s ORDER BY s.{id} LIMIT $4::bigint)"
    ") p ORDER BY p.{id} LIMIT $4::bigint";

// A row whose number lies beyond all that there are belongs to the window in which it was written.
constexpr std::string_view kStrange =
    "r.{transaction} >= {next} AND {written} >= $1::xid8 AND {written} < $2::xid8";

constexpr std::string_view kRow =
    "r.{id}, r.{key}, r.{code}, r.{receipt_number}, r.{content}, r.{transaction},"
    " {written} AS \"written in\"";

template <typename Number>
bool ReadNumber(std::string_view text, Number& number) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(ToAbsl(text), &number);
}

absl::Status NoNumber(std::string_view column) {
  return absl::FailedPreconditionError(
      StrCat("column ", column, " of the outbox: expected whole numbers from 0"));
}

std::optional<std::string> TextAt(const SqlRows& rows, int row, int column) {
  if (rows.IsNull(row, column)) return std::nullopt;
  return std::string(rows.Text(row, column));
}

}  // namespace

absl::StatusOr<OutboxToken> OutboxToken::Parse(std::string_view text) {
  OutboxToken token;
  if (text.empty()) return token;
  const std::vector<std::string> parts = absl::StrSplit(ToAbsl(text), ':');
  const bool fine =
      (parts.size() == 1 && ReadNumber(parts[0], token.low)) ||
      (parts.size() == 3 && ReadNumber(parts[0], token.low) && ReadNumber(parts[1], token.high) &&
       ReadNumber(parts[2], token.last_id) && token.low < token.high);
  if (fine) return token;
  return absl::InvalidArgumentError(
      StrCat("token `", text, "`: expected nothing, LOW or LOW:HIGH:LAST_ID in decimal"));
}

std::string OutboxToken::ToText() const {
  if (window_open()) return StrCat(low, ":", high, ":", last_id);
  return low == 0 ? "" : StrCat(low);
}

absl::StatusOr<OutboxPage> OutboxReader::Read(PgConnection& connection, const OutboxToken& token,
                                              int rows_max, absl::Time deadline) {
  if (token.window_open()) return ReadWindow(connection, token, rows_max, deadline);
  OutboxToken window = token;
  LIENTHONG_ASSIGN_OR_RETURN(window.high, WindowEnd(connection, token.low, deadline));
  if (window.high <= window.low) return OutboxPage{{}, token, false};
  LIENTHONG_ASSIGN_OR_RETURN(OutboxPage page, ReadWindow(connection, window, rows_max, deadline));
  // Other transactions move the horizon all the time; a token that moved with it would be one more
  // thing to store at every poll.
  if (page.rows.empty()) page.next = token;
  return page;
}

absl::StatusOr<uint64_t> OutboxReader::WindowEnd(PgConnection& connection, uint64_t low,
                                                 absl::Time deadline) {
  const SqlReply horizon = connection.Run(kHorizonSql, {}, deadline);
  if (horizon.fault) return ToStatus(*horizon.fault, "reading the outbox's horizon");
  uint64_t high = 0;
  uint64_t next = 0;
  if (!ReadNumber(horizon.rows.Text(0, 0), high) || !ReadNumber(horizon.rows.Text(0, 1), next)) {
    return absl::InternalError("pg_current_snapshot() gave no numbers");
  }
  if (low > next) {
    return absl::OutOfRangeError(
        StrCat("token ", low, " is from beyond the next transaction ", next,
               " of this database: it was restored or replaced; rewind the link"));
  }
  return Lowered(connection, low, high, deadline);
}

absl::StatusOr<uint64_t> OutboxReader::Lowered(PgConnection& connection, uint64_t low,
                                               uint64_t high, absl::Time deadline) {
  if (high < low) return low;
  // These statements see more than the horizon's snapshot did, which can only lower the end
  // further.
  const SqlReply anything =
      connection.Run(Fill(connection, kAnythingSql), {StrCat(low), StrCat(high)}, deadline);
  if (anything.fault) return ToStatus(*anything.fault, "looking into the outbox");
  int64_t waiting_seconds = 0;
  if (ReadNumber(anything.rows.Text(0, 1), waiting_seconds))
    WarnWhenHeldBack(waiting_seconds, high);
  if (anything.rows.IsNull(0, 0)) return low;
  const std::string beyond_sql = Fill(connection, kBeyondSql);
  const std::string overtaking_sql = Fill(connection, kOvertakingSql);
  while (high > low) {
    const SqlReply beyond = connection.Run(beyond_sql, {StrCat(high)}, deadline);
    if (beyond.fault) return ToStatus(*beyond.fault, "reading the outbox beyond its horizon");
    if (beyond.rows.IsNull(0, 0)) return high;
    const SqlReply overtaking = connection.Run(
        overtaking_sql, {StrCat(low), StrCat(high), TextAt(beyond.rows, 0, 0)}, deadline);
    if (overtaking.fault) return ToStatus(*overtaking.fault, "ordering the outbox");
    if (overtaking.rows.size() == 0) return high;
    if (!ReadNumber(overtaking.rows.Text(0, 0), high)) return NoNumber(names_.transaction);
  }
  return high;
}

absl::StatusOr<OutboxPage> OutboxReader::ReadWindow(PgConnection& connection,
                                                    const OutboxToken& window, int rows_max,
                                                    absl::Time deadline) {
  // One row more than wanted tells whether the window ends here.
  const SqlReply reply =
      connection.Run(Fill(connection, kPageSql),
                     {StrCat(window.low), StrCat(window.high), StrCat(window.last_id),
                      StrCat(rows_max + 1), StrCat(kContentBytesMax)},
                     deadline);
  if (reply.fault) return ToStatus(*reply.fault, "reading the outbox");
  OutboxPage page;
  page.more = reply.rows.size() > rows_max;
  const int count = std::min(reply.rows.size(), rows_max);
  page.rows.reserve(count);
  for (int i = 0; i < count; ++i) {
    OutboxRow row;
    if (!ReadNumber(reply.rows.Text(i, 0), row.id)) return NoNumber(names_.id);
    row.key = TextAt(reply.rows, i, 1);
    row.code = TextAt(reply.rows, i, 2);
    row.receipt_number = TextAt(reply.rows, i, 3);
    row.content = TextAt(reply.rows, i, 4);
    row.strange_transaction = TextAt(reply.rows, i, 5);
    page.rows.push_back(std::move(row));
  }
  page.next = page.more ? OutboxToken{window.low, window.high, page.rows.back().id}
                        : OutboxToken{window.high, 0, 0};
  return page;
}

void OutboxReader::WarnWhenHeldBack(int64_t seconds, uint64_t horizon) {
  if (seconds < kHeldBackWarningSeconds) return;
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  int64_t warned = warned_second_.load();
  if (now - warned < kHeldBackWarningSeconds) return;
  if (!warned_second_.compare_exchange_strong(warned, now)) return;
  LogWarning("district_outbox_held_back",
             {{"oldest_seconds", StrCat(seconds)},
              {"open_transaction", StrCat(horizon)},
              {"advice", "end the transaction that stays open in the software's database"}});
}

std::string OutboxReader::Fill(const PgConnection& connection, const char* sql) const {
  std::string filled = sql;
  // From the outside to the inside: each may hold those below it.
  for (const auto& [name, part] : {std::pair("{row}", kRow), std::pair("{strange}", kStrange),
                                   std::pair("{written}", kWritten), std::pair("{next}", kNext)}) {
    filled = absl::StrReplaceAll(filled, {{name, ToAbsl(part)}});
  }
  return absl::StrReplaceAll(filled, {{"{table}", connection.Quote(names_.table)},
                                      {"{id}", connection.Quote(names_.id)},
                                      {"{transaction}", connection.Quote(names_.transaction)},
                                      {"{key}", connection.Quote(names_.key)},
                                      {"{code}", connection.Quote(names_.code)},
                                      {"{receipt_number}", connection.Quote(names_.receipt_number)},
                                      {"{content}", connection.Quote(names_.content)},
                                      {"{written_time}", connection.Quote(names_.written_time)}});
}

}  // namespace lienthong::adapters::district
