#ifndef LIENTHONG_GATEWAY_CORE_TIMED_PAGES_H_
#define LIENTHONG_GATEWAY_CORE_TIMED_PAGES_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/store/tables.h"

namespace lienthong::core {

// A list that is read page by page, oldest first unless it is said otherwise: rows of an index
// whose columns are `prefix`, then a time in microseconds.
struct TimedList {
  store::Table table;
  int index = 0;
  store::Values prefix = {};
  size_t time_column = 0;
  bool newest_first = false;
};

// A page. Its token is the time of its last row: rows of one instant are never parted, so a page
// may be a little longer than was asked.
struct TimedPage {
  std::vector<store::Row> rows;
  std::string next_token;  // empty at the end
};

// Whether a row belongs to the list.
using RowFilter = std::function<absl::StatusOr<bool>(const store::Row&)>;

// The page behind a token (empty: the first). With a filter (null: all rows) it may hold fewer rows
// than was asked, or none, and yet not be the last: what one call reads is bounded. Errors of
// ReadToken, PageRows and the filter, and the store's.
absl::StatusOr<TimedPage> ReadTimedPage(const Engine& engine, const TimedList& list,
                                        int32_t page_size, std::string_view page_token,
                                        const RowFilter& is_wanted = nullptr);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_TIMED_PAGES_H_
