#ifndef LIENTHONG_GATEWAY_CATALOGUE_CSV_H_
#define LIENTHONG_GATEWAY_CATALOGUE_CSV_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/errors.h"

namespace lienthong::catalogue {

inline constexpr size_t kRowsMax = 20'000;  // of one table

struct CsvRow {
  int line = 0;  // where it begins, from 1
  std::vector<std::string> cells;
};

// A table of RFC 4180, UTF-8 with or without a byte order mark, cells parted by `,` or `;`:
// whichever the first line has more of. Rows with nothing in them are left out. Problems are added;
// the table then ends before the first.
struct CsvTable {
  std::vector<std::string> header;
  std::vector<CsvRow> rows;
};
CsvTable ParseCsv(std::string_view text, std::vector<FieldViolation>& problems);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_CSV_H_
