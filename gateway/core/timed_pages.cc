#include "gateway/core/timed_pages.h"

#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/tokens.h"

namespace lienthong::core {
namespace {

using store::Row;

// Rows of one instant; a commit writes fewer.
constexpr int64_t kTiesMax = 2000;
// Rows looked at for one page. Few may be what was asked for.
constexpr int64_t kRowsReadMax = 5000;

// Keeps the token of one list from being used for another.
std::string KindOf(const TimedList& list) {
  std::string kind = StrCat(store::Describe(list.table).name, list.newest_first ? "<" : "/");
  for (const store::Value& value : list.prefix) {
    std::visit([&kind](const auto& part) { StrAppend(kind, part); }, value);
  }
  return kind;
}

class Reader {
 public:
  Reader(const Engine& engine, const TimedList& list, int64_t after, int64_t page_rows,
         const RowFilter& is_wanted)
      : engine_(engine), list_(list), after_(after), page_rows_(page_rows), is_wanted_(is_wanted) {}

  // False at the end of the list.
  absl::StatusOr<bool> Run() {
    for (int64_t read = 0; !IsFull() && read < kRowsReadMax;) {
      const int64_t limit = page_rows_ + kTiesMax;
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> found, engine_.store.Read(ScanOf(limit)));
      const bool is_last = static_cast<int64_t>(found.size()) < limit;
      LIENTHONG_ASSIGN_OR_RETURN(const size_t taken, TakeInstants(found, is_last));
      if (is_last && taken == found.size()) return false;
      read += static_cast<int64_t>(taken);
    }
    return true;
  }

  // The time of the last instant that was taken; 0: none was.
  int64_t after() const { return after_; }
  std::vector<Row>& rows() { return rows_; }

 private:
  store::Scan ScanOf(int64_t limit) const {
    store::Scan scan{.table = list_.table,
                     .index = list_.index,
                     .prefix = list_.prefix,
                     .limit_rows = limit,
                     .descending = list_.newest_first};
    if (!list_.newest_first) {
      scan.after = after_;
    } else if (after_ != 0) {
      scan.at_most = after_ - 1;
    }
    return scan;
  }

  bool IsFull() const { return static_cast<int64_t>(rows_.size()) >= page_rows_; }
  int64_t TimeOf(const Row& row) const { return std::get<int64_t>(row.columns[list_.time_column]); }

  // Takes whole instants until the page is full; how many rows that were. The last instant may go
  // on behind what was read.
  absl::StatusOr<size_t> TakeInstants(const std::vector<Row>& found, bool is_last) {
    size_t begin = 0;
    while (begin < found.size() && !IsFull()) {
      size_t end = begin + 1;
      while (end < found.size() && TimeOf(found[end]) == TimeOf(found[begin])) ++end;
      if (end == found.size() && !is_last && begin > 0) break;
      after_ = TimeOf(found[begin]);
      for (; begin < end; ++begin) {
        bool wanted = true;
        if (is_wanted_ != nullptr) {
          LIENTHONG_ASSIGN_OR_RETURN(wanted, is_wanted_(found[begin]));
        }
        if (wanted) rows_.push_back(found[begin]);
      }
    }
    return begin;
  }

  const Engine& engine_;
  const TimedList& list_;
  int64_t after_;
  const int64_t page_rows_;
  const RowFilter& is_wanted_;
  std::vector<Row> rows_;
};

}  // namespace

absl::StatusOr<TimedPage> ReadTimedPage(const Engine& engine, const TimedList& list,
                                        int32_t page_size, std::string_view page_token,
                                        const RowFilter& is_wanted) {
  const std::string kind = KindOf(list);
  const int64_t epoch = engine.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after, ReadToken(kind, page_token, epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, PageRows(page_size));
  Reader reader(engine, list, after, rows, is_wanted);
  LIENTHONG_ASSIGN_OR_RETURN(const bool more, reader.Run());
  TimedPage page{.rows = std::move(reader.rows()), .next_token = ""};
  if (more) page.next_token = MakeToken(kind, epoch, reader.after());
  return page;
}

}  // namespace lienthong::core
