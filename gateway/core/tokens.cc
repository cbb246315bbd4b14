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

}  // namespace

std::string MakeToken(std::string_view kind, int64_t epoch, int64_t position) {
  return absl::WebSafeBase64Escape(StrCat(kind, ":", epoch, ":", position));
}

absl::StatusOr<int64_t> ReadToken(std::string_view kind, std::string_view text, int64_t epoch) {
  if (text.empty()) return 0;
  std::string plain;
  if (!absl::WebSafeBase64Unescape(ToAbsl(text), &plain)) {
    return PageTokenInvalid("it was not made by this service");
  }
  const std::vector<std::string> parts = absl::StrSplit(plain, ':');
  int64_t token_epoch, position;
  if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &token_epoch) ||
      !absl::SimpleAtoi(parts[2], &position) || position < 0) {
    return PageTokenInvalid("it was not made by this service");
  }
  if (parts[0] != kind) return PageTokenInvalid("it belongs to another method");
  if (token_epoch != epoch) return EpochChanged(token_epoch, epoch);
  return position;
}

absl::StatusOr<int64_t> PageRows(int32_t page_size) {
  if (page_size < 0) return FieldInvalid("page_size", "is negative");
  return page_size == 0 ? kPageRowsDefault : std::min<int64_t>(page_size, kPageRowsMax);
}

}  // namespace lienthong::core
