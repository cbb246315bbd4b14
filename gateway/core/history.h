#ifndef LIENTHONG_GATEWAY_CORE_HISTORY_H_
#define LIENTHONG_GATEWAY_CORE_HISTORY_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// How often a dossier entered each of its statuses, by the journal; the status that it began with
// counts as entered once. A dossier that went 4 -> 5 -> 4 has entered 4 twice.
using StatusEntries = std::map<dossier::v1::Status, int64_t>;

// Reads it from the journal, by pages. `code` is the shared code. PermissionDenied NOT_SHARED for
// what the caller may not see and for what does not exist.
absl::StatusOr<StatusEntries> CountStatusEntries(const Engine& engine,
                                                 const RequestContext& context,
                                                 std::string_view code);

// Which of `paths` say in `sent` (no value: cleared) what the dossier said until somebody else
// changed it: any value that it had since the caller itself last changed that field. Software that
// sends its whole record again for one change of its own repeats such values without meaning them;
// taken as edits they would put back what others have changed. A value that the caller had before
// a later one of its own is none of them: it went back itself.
//
// Reads the journal as above, with its errors; the order is that of `paths`.
absl::StatusOr<std::vector<std::string>> FindOutdated(const Engine& engine,
                                                      const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_HISTORY_H_
