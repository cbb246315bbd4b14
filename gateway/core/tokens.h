#ifndef LIENTHONG_GATEWAY_CORE_TOKENS_H_
#define LIENTHONG_GATEWAY_CORE_TOKENS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "absl/status/statusor.h"

namespace lienthong::core {

// Page and resume tokens: opaque to callers, a position and the store's epoch inside. `kind` keeps
// the token of one list from being used for another.
inline constexpr std::string_view kChangesToken = "changes";
inline constexpr std::string_view kStatusesToken = "statuses";
inline constexpr std::string_view kDossiersToken = "dossiers";
inline constexpr std::string_view kNoticesToken = "notices";
std::string MakeToken(std::string_view kind, int64_t epoch, int64_t position);

// The position. Empty text is position 0. InvalidArgument PAGE_TOKEN_INVALID when it is not a token
// of this kind, OutOfRange STORE_RESTORED when the store was restored since.
absl::StatusOr<int64_t> ReadToken(std::string_view kind, std::string_view text, int64_t epoch);

// A page of dossiers goes on after an id, and carries the journal's end before the first page.
struct ListPosition {
  int64_t after_id = 0;
  int64_t sequence = 0;
};
std::string MakeListToken(int64_t epoch, const ListPosition& position);
// Errors as ReadToken. Empty text begins a list at `sequence`.
absl::StatusOr<ListPosition> ReadListToken(std::string_view text, int64_t epoch, int64_t sequence);

// A page of what is due goes on behind an instant and, of those due then, an id. `kind` tells the
// lists apart.
struct DuePosition {
  int64_t due_us = 0;
  int64_t dossier_id = 0;
  bool operator<(const DuePosition& other) const {
    return std::tie(due_us, dossier_id) < std::tie(other.due_us, other.dossier_id);
  }
};
std::string MakeDueToken(std::string_view kind, int64_t epoch, const DuePosition& position);
// Errors as ReadToken. Empty text begins at the beginning.
absl::StatusOr<DuePosition> ReadDueToken(std::string_view kind, std::string_view text,
                                         int64_t epoch);

// The rows of a page for a wished size: 0 = 100, over 500 = 500; InvalidArgument when negative.
absl::StatusOr<int64_t> PageRows(int32_t page_size);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_TOKENS_H_
