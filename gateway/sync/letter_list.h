#ifndef LIENTHONG_GATEWAY_SYNC_LETTER_LIST_H_
#define LIENTHONG_GATEWAY_SYNC_LETTER_LIST_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/sync/bulk.h"
#include "gateway/sync/letters.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// As operators see it. What came or went is personal data.
v1::DeadLetter ToPublic(const StoredLetter& letter, bool with_raw);

// A filter with what it needs to know of the store.
class LetterFilter {
 public:
  static absl::StatusOr<LetterFilter> Of(const core::Engine& engine,
                                         const v1::DeadLetterFilter& filter);

  bool Matches(const storage::v1::DeadLetterRecord& record) const;
  const std::string& link() const { return filter_.link(); }

 private:
  v1::DeadLetterFilter filter_;
  std::string folded_code_;
  std::set<int64_t> dossiers_;  // that somebody calls by the code
};

// Open dead letters, oldest first, page by page; errors of core::ReadTimedPage.
struct LetterPage {
  std::vector<StoredLetter> letters;
  std::string next_token;  // empty at the end
};
absl::StatusOr<LetterPage> ListLetters(const core::Engine& engine, const LetterFilter& filter,
                                       int32_t page_size, std::string_view page_token);

// The ids of the oldest ones, at most so many, and whether there are more.
absl::StatusOr<FoundIds> FindLetterIds(const core::Engine& engine, const LetterFilter& filter,
                                       size_t items_max);

// Whether any dead letter is of a link, be it configured or not.
absl::StatusOr<bool> HasLetters(const core::Engine& engine, std::string_view link);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LETTER_LIST_H_
