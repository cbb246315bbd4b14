#include "gateway/core/tokens.h"

#include <algorithm>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::core {
namespace {

constexpr int64_t kPageRowsDefault = 100;
constexpr int64_t kPageRowsMax = 500;

// The positions in a token, `count` of them.
absl::StatusOr<std::vector<int64_t>> Open(std::string_view kind, std::string_view text,
                                          int64_t epoch, size_t count) {
  std::string plain;
  if (!absl::WebSafeBase64Unescape(ToAbsl(text), &plain)) {
    return PageTokenInvalid("it was not made by this service");
  }
  const std::vector<std::string> parts = absl::StrSplit(plain, ':');
  std::vector<int64_t> numbers;
  for (size_t i = 1; i < parts.size(); ++i) {
    int64_t number;
    if (!absl::SimpleAtoi(parts[i], &number) || number < 0) break;
    numbers.push_back(number);
  }
  if (numbers.empty() || numbers.size() + 1 != parts.size()) {
    return PageTokenInvalid("it was not made by this service");
  }
  if (parts[0] != kind) return PageTokenInvalid("it belongs to another method");
  if (numbers.size() != count + 1) return PageTokenInvalid("it was not made by this service");
  if (numbers[0] != epoch) return EpochChanged(numbers[0], epoch);
  numbers.erase(numbers.begin());
  return numbers;
}

}  // namespace

std::string MakeToken(std::string_view kind, int64_t epoch, int64_t position) {
  return absl::WebSafeBase64Escape(StrCat(kind, ":", epoch, ":", position));
}

absl::StatusOr<int64_t> ReadToken(std::string_view kind, std::string_view text, int64_t epoch) {
  if (text.empty()) return 0;
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<int64_t> positions, Open(kind, text, epoch, 1));
  return positions[0];
}

std::string MakeListToken(int64_t epoch, const ListPosition& position) {
  return absl::WebSafeBase64Escape(
      StrCat(kDossiersToken, ":", epoch, ":", position.after_id, ":", position.sequence));
}

absl::StatusOr<ListPosition> ReadListToken(std::string_view text, int64_t epoch, int64_t sequence) {
  if (text.empty()) return ListPosition{.after_id = 0, .sequence = sequence};
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<int64_t> positions,
                             Open(kDossiersToken, text, epoch, 2));
  return ListPosition{.after_id = positions[0], .sequence = positions[1]};
}

std::string MakeDueToken(std::string_view kind, int64_t epoch, const DuePosition& position) {
  return absl::WebSafeBase64Escape(
      StrCat(kind, ":", epoch, ":", position.due_us, ":", position.dossier_id));
}

absl::StatusOr<DuePosition> ReadDueToken(std::string_view kind, std::string_view text,
                                         int64_t epoch) {
  if (text.empty()) return DuePosition{};
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<int64_t> positions, Open(kind, text, epoch, 2));
  return DuePosition{.due_us = positions[0], .dossier_id = positions[1]};
}

absl::StatusOr<int64_t> PageRows(int32_t page_size) {
  if (page_size < 0) return FieldInvalid("page_size", "is negative");
  return page_size == 0 ? kPageRowsDefault : std::min<int64_t>(page_size, kPageRowsMax);
}

}  // namespace lienthong::core
