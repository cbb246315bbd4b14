#ifndef LIENTHONG_ADAPTERS_DISTRICT_TRANSACTIONS_H_
#define LIENTHONG_ADAPTERS_DISTRICT_TRANSACTIONS_H_

#include <string_view>

namespace lienthong::adapters::district {

// Transaction numbers in SQL. `{next}` in one stands for kNext; rows are those of an alias `r`.

// The first number that no transaction has yet. No row that is seen can truly bear it or one
// beyond.
inline constexpr std::string_view kNext = "pg_snapshot_xmax(pg_current_snapshot())";

// All numbers below it belong to transactions that have ended: what they wrote is complete.
inline constexpr std::string_view kEnded = "pg_snapshot_xmin(pg_current_snapshot())";

// The transaction that wrote a row, whatever the row says: PostgreSQL keeps the lower half of its
// number, and it is the last one before kNext that ends so.
inline constexpr std::string_view kWritten =
    "(({next}::text::bigint - 1) - (({next}::text::bigint - 1) - r.xmin::text::bigint)"
    " % 4294967296)::text::xid8";

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_TRANSACTIONS_H_
