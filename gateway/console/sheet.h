#ifndef LIENTHONG_GATEWAY_CONSOLE_SHEET_H_
#define LIENTHONG_GATEWAY_CONSOLE_SHEET_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"

namespace lienthong::console {

// A table for people's own programs.
struct Sheet {
  using Cell = std::variant<std::string, int64_t>;
  std::string name;  // at most 31 characters
  std::vector<std::string> heads;
  std::vector<std::vector<Cell>> rows;
};

// Comma-separated, UTF-8 with the mark by which spreadsheets know it.
std::string ToCsv(const Sheet& sheet);
// Office Open XML. Unavailable when there is no room for a temporary file.
absl::StatusOr<std::string> ToXlsx(const Sheet& sheet);

}  // namespace lienthong::console

#endif  // LIENTHONG_GATEWAY_CONSOLE_SHEET_H_
