#ifndef LIENTHONG_GATEWAY_BASE_CSV_H_
#define LIENTHONG_GATEWAY_BASE_CSV_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/errors.h"

namespace lienthong {

inline constexpr size_t kCsvRowsMax = 20'000;  // of one table

struct CsvRow {
  int line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};

// A table of RFC 4180 with or without a byte order mark, cells parted by `,` or `;`:
// whichever the first line has more of. Rows with nothing in them are left out. Problems are added;
// the table then ends before the first.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};
CsvTable ParseCsv(std::string_view text, std::vector<FieldViolation>& problems);

// A row, quoted where it must be, with its end.
std::string CsvLine(const std::vector<std::string>& cells);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_CSV_H_
