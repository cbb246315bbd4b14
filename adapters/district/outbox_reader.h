#ifndef LIENTHONG_ADAPTERS_DISTRICT_OUTBOX_READER_H_
#define LIENTHONG_ADAPTERS_DISTRICT_OUTBOX_READER_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/district/exchange_tables.h"
#include "adapters/district/pg_connection.h"
#include "gateway/base/clock.h"

namespace lienthong::adapters::district {

// How far the outbox has been read, in transaction numbers of the software's database: everything
// below `low`, and of the window [low, high) everything up to `last_id`. As text: empty (nothing),
// `low`, or `low:high:last_id`.
struct OutboxToken {
  uint64_t low = 0;
  uint64_t high = 0;  // 0 = no window is open
  int64_t last_id = 0;

  // InvalidArgument when the text is none of ours.
  static absl::StatusOr<OutboxToken> Parse(std::string_view text);
  std::string ToText() const;

  bool window_open() const { return high != 0; }
};

// A row as it stands there; nothing = NULL. `content` is also absent when it is over the limit.
struct OutboxRow {
  int64_t id = 0;
  std::optional<std::string> key;
  std::optional<std::string> code;
  std::optional<std::string> receipt_number;
  std::optional<std::string> content;
  // The row's transaction number when it cannot be that of the transaction that wrote it.
  std::optional<std::string> strange_transaction;
};

struct OutboxPage {
  std::vector<OutboxRow> rows;  // in the order in which each dossier was changed
  OutboxToken next;
  bool more = false;
};

// Longest content of a row that is read.
inline constexpr int64_t kContentBytesMax = int64_t{1} << 20;

// Reads the outbox so that no row is skipped and no dossier's rows change places.
//
// Why not in the order of `id`: an id is taken when a row is written and becomes visible at commit.
// A reader that remembers the greatest id it saw never sees a smaller one that commits later; and
// waiting for gaps does not end, since a rolled-back id stays a gap.
//
// Why not in the order of the transaction number alone: it is taken when a transaction first writes
// anything. A transaction that began earlier may change a dossier after a later one did and
// committed; its row is the newer one although its number is smaller.
//
// So the transaction numbers say what is complete, and the ids say what comes first. All numbers
// below pg_snapshot_xmin belong to transactions that have ended: the rows of a window below it are
// complete for ever, and are read in id order, in as many pages as it takes. And a window ends
// before the first transaction that has a row of a dossier of which an older row (a smaller id)
// lies beyond the end; that row comes first, with the next window. This relies on the software
// changing a dossier and writing its outbox row in one transaction that holds the dossier's row
// lock, as every UPDATE does.
//
// A row may bear a number from the future (set by hand, carried over from another database). It
// would hold back all that is newer for ever; so it counts under the transaction that really wrote
// it, which PostgreSQL knows (`xmin`), holds nothing back, and is marked as strange. Should its
// number come to pass, it is read once more, and marked again.
//
// A transaction of the software that stays open holds all newer rows back; a warning in the log
// says so. A database that lost committed transactions (restored, or failed over to a standby that
// was behind) uses numbers again: the link must then be rewound, and a token from beyond the
// database's present is refused.
//
// Thread-safe, one connection per call.
class OutboxReader {
 public:
  // `clock` outlives the reader.
  OutboxReader(OutboxTable names, const Clock& clock) : names_(std::move(names)), clock_(clock) {}

  // The rows after `token`, at most `rows_max`. Finishes an open window before it opens another;
  // the token stays the same as long as there is nothing new. Errors as adapter.h says, and
  // OutOfRange for a token that this database cannot have given.
  absl::StatusOr<OutboxPage> Read(PgConnection& connection, const OutboxToken& token, int rows_max,
                                  absl::Time deadline);

 private:
  // The end of the next window; `low` when there is nothing to read yet.
  absl::StatusOr<uint64_t> WindowEnd(PgConnection& connection, uint64_t low, absl::Time deadline);
  absl::StatusOr<uint64_t> Lowered(PgConnection& connection, uint64_t low, uint64_t high,
                                   absl::Time deadline);
  absl::StatusOr<OutboxPage> ReadWindow(PgConnection& connection, const OutboxToken& window,
                                        int rows_max, absl::Time deadline);
  void WarnWhenHeldBack(int64_t seconds, uint64_t horizon);
  std::string Fill(const PgConnection& connection, const char* sql) const;

  const OutboxTable names_;
  const Clock& clock_;
  std::atomic<int64_t> warned_second_{0};
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_OUTBOX_READER_H_
