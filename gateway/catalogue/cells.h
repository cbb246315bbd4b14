#ifndef LIENTHONG_GATEWAY_CATALOGUE_CELLS_H_
#define LIENTHONG_GATEWAY_CATALOGUE_CELLS_H_

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/base/csv.h"
#include "gateway/base/errors.h"
#include "lienthong/catalogue/v1/agency.pb.h"
#include "lienthong/catalogue/v1/calendar.pb.h"

namespace lienthong::catalogue {

// A word of a table and the number of the enum's value that it stands for.
struct Word {
  std::string_view word;
  int value;
};

// One row by the names of its columns; what cannot be read is added to the problems, by line and
// column with the value and what to do.
class Cells {
 public:
  Cells(const std::map<std::string, size_t>& columns, const CsvRow& row,
        std::vector<FieldViolation>& problems)
      : columns_(columns), row_(row), problems_(problems) {}

  // Empty where there is no such column. Without blanks around it.
  std::string Text(std::string_view column) const;
  std::string Required(std::string_view column);
  // A day, or empty.
  std::string Day(std::string_view column);
  std::vector<std::string> List(std::string_view column) const;  // parted by `|`
  // The value of one word; 0 where it is empty.
  int OneOf(std::string_view column, std::span<const Word> words);
  int ValueOf(std::string_view column, const std::string& text, std::span<const Word> words);
  // `3 working days`, `5 days`, `8 working hours`, `8:30 working hours`, `same day`,
  // `same day 15:00`. False where it is empty or wrong.
  bool Limit(std::string_view column, catalogue::v1::TimeLimit& limit);
  // The same of a part of a cell.
  bool LimitOf(std::string_view column, std::string_view text, catalogue::v1::TimeLimit& limit);
  // Columns source, confidence, sample.
  void ReadSource(catalogue::v1::Source& source);

  void Problem(std::string_view column, std::string_view value, std::string_view what);

 private:
  const std::map<std::string, size_t>& columns_;
  const CsvRow& row_;
  std::vector<FieldViolation>& problems_;
};

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_CELLS_H_
