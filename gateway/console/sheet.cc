#include "gateway/console/sheet.h"

#include <unistd.h>
#include <xlsxwriter.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "gateway/base/csv.h"
#include "gateway/base/text.h"

namespace lienthong::console {
namespace {

constexpr const char* kByteOrderMark = "\xef\xbb\xbf";
constexpr double kColumnCharacters = 18;

// A file that goes with the scope: the library writes only to files.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::error_code error;
    path_ = (std::filesystem::temp_directory_path(error) / "lienthong-XXXXXX").string();
    const int fd = mkstemp(path_.data());
    if (fd < 0) path_.clear();
    if (fd >= 0) close(fd);
  }
  ~TemporaryFile() {
    std::error_code error;
    if (!path_.empty()) std::filesystem::remove(path_, error);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  const std::string& path() const { return path_; }  // empty: it could not be made

 private:
  std::string path_;
};

std::string TextOfCell(const Sheet::Cell& cell) {
  const auto* const number = std::get_if<int64_t>(&cell);
  return number != nullptr ? StrCat(*number) : std::get<std::string>(cell);
}

void Write(const Sheet& sheet, lxw_worksheet& into, lxw_format* bold) {
  const auto columns = static_cast<lxw_col_t>(sheet.heads.size());
  if (columns > 0) worksheet_set_column(&into, 0, columns - 1, kColumnCharacters, nullptr);
  worksheet_freeze_panes(&into, 1, 0);
  for (lxw_col_t i = 0; i < columns; ++i) {
    worksheet_write_string(&into, 0, i, sheet.heads[i].c_str(), bold);
  }
  lxw_row_t row = 0;
  for (const auto& cells : sheet.rows) {
    ++row;
    lxw_col_t column = 0;
    for (const Sheet::Cell& cell : cells) {
      if (const auto* const number = std::get_if<int64_t>(&cell)) {
        worksheet_write_number(&into, row, column, static_cast<double>(*number), nullptr);
      } else {
        worksheet_write_string(&into, row, column, std::get<std::string>(cell).c_str(), nullptr);
      }
      ++column;
    }
  }
}

}  // namespace

std::string ToCsv(const Sheet& sheet) {
  std::string text = kByteOrderMark + CsvLine(sheet.heads);
  for (const auto& row : sheet.rows) {
    std::vector<std::string> cells;
    cells.reserve(row.size());
    for (const Sheet::Cell& cell : row) cells.push_back(TextOfCell(cell));
    text += CsvLine(cells);
  }
  return text;
}

absl::StatusOr<std::string> ToXlsx(const Sheet& sheet) {
  const absl::Status no_room =
      absl::UnavailableError("there is no room for a temporary file; take the CSV");
  const TemporaryFile file;
  if (file.path().empty()) return no_room;
  lxw_workbook* const workbook = workbook_new(file.path().c_str());
  if (workbook == nullptr) return no_room;
  lxw_format* const bold = workbook_add_format(workbook);
  format_set_bold(bold);
  lxw_worksheet* const worksheet = workbook_add_worksheet(workbook, sheet.name.c_str());
  if (worksheet != nullptr) Write(sheet, *worksheet, bold);
  if (workbook_close(workbook) != LXW_NO_ERROR || worksheet == nullptr) return no_room;
  std::ifstream in(file.path(), std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

}  // namespace lienthong::console
