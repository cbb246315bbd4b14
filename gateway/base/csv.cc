#include "gateway/base/csv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_replace.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

char SeparatorOf(std::string_view text) {
  const std::string_view first = text.substr(0, text.find('\n'));
  return std::ranges::count(first, ';') > std::ranges::count(first, ',') ? ';' : ',';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text), separator_(SeparatorOf(text)) {}

  bool AtEnd() const { return at_ >= text_.size(); }
  const std::string& problem() const { return problem_; }

  CsvRow Next() {
    CsvRow row{.line = line_, .cells = {}};
    bool more = true;
    while (more && problem_.empty()) {
      row.cells.push_back(Peek() == '"' ? Quoted() : Plain());
      more = Peek() == separator_;
      if (more) ++at_;
    }
    if (!problem_.empty()) return row;
    if (Peek() == '\r') ++at_;
    if (!AtEnd() && text_[at_] != '\n') {
      problem_ = "has text behind a closing quotation mark; double each mark inside of a cell";
      return row;
    }
    ++at_;
    ++line_;
    return row;
  }

 private:
  char Peek() const { return AtEnd() ? '\0' : text_[at_]; }

  std::string Plain() {
    const size_t begin = at_;
    while (!AtEnd() && text_[at_] != separator_ && text_[at_] != '\n' && text_[at_] != '\r') ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  std::string Quoted() {
    std::string cell;
    for (++at_; !AtEnd(); ++at_) {
      if (text_[at_] == '\n') ++line_;
      if (text_[at_] != '"') {
        cell += text_[at_];
        continue;
      }
      ++at_;
      if (Peek() != '"') return cell;
      cell += '"';
    }
    problem_ = "has a quotation mark that is not closed; close it";
    return cell;
  }

  const std::string_view text_;
  const char separator_;
  size_t at_ = 0;
  int line_ = 1;
  std::string problem_;
};

bool IsEmpty(const CsvRow& row) {
  return std::ranges::all_of(row.cells, [](const std::string& cell) { return cell.empty(); });
}

}  // namespace

CsvTable ParseCsv(std::string_view text, std::vector<FieldViolation>& problems) {
  CsvTable table;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  Reader reader(text);
  while (!reader.AtEnd()) {
    CsvRow row = reader.Next();
    const std::string line = StrCat("line ", row.line);
    if (!reader.problem().empty()) {
      problems.push_back({line, reader.problem()});
      return table;
    }
    if (IsEmpty(row)) continue;
    if (table.header.empty()) {
      table.header = std::move(row.cells);
      continue;
    }
    if (row.cells.size() != table.header.size()) {
      problems.push_back({line, StrCat("has ", row.cells.size(), " cells and the header ",
                                       table.header.size(), "; quote cells with a separator")});
      return table;
    }
    if (table.rows.size() == kCsvRowsMax) {
      problems.push_back({line, StrCat("is more than ", kCsvRowsMax, " rows; import it in parts")});
      return table;
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string CsvLine(const std::vector<std::string>& cells) {
  std::string line;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    if (cells[i].find_first_of(",;\"\r\n") == std::string::npos) {
      line += cells[i];
    } else {
      StrAppend(line, "\"", absl::StrReplaceAll(cells[i], {{"\"", "\"\""}}), "\"");
    }
  }
  return line + "\r\n";
}

}  // namespace lienthong
