#ifndef LIENTHONG_GATEWAY_CORE_DUE_LIST_H_
#define LIENTHONG_GATEWAY_CORE_DUE_LIST_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/engine.h"
#include "gateway/core/report_scope.h"
#include "gateway/core/tokens.h"

namespace lienthong::core {

// Rows of an index whose columns are `prefix`, then a due time, behind a position; at most `limit`.
// Of those due at one instant the ones with a greater id, in the order of ids.
absl::StatusOr<std::vector<store::Row>> ReadBehind(const Engine& engine, store::Table table,
                                                   int index, const store::Values& prefix,
                                                   const DuePosition& behind, int64_t limit);

// Rows of one kind, nearest due first: of all agencies, or of some. Many dossiers are due at one
// instant, when offices close: of those, by id.
class DueList {
 public:
  DueList(const Engine& engine, const ReportScope& scope, storage::v1::DueKind kind);

  // Those behind a position, at most `limit`; fewer at the end only.
  absl::StatusOr<std::vector<DueRow>> Read(const DuePosition& behind, int64_t limit) const;

 private:
  struct Stream {
    int index;
    store::Values prefix;
  };

  const Engine& engine_;
  std::vector<Stream> streams_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_DUE_LIST_H_
