#ifndef LIENTHONG_GATEWAY_CORE_REPEATS_H_
#define LIENTHONG_GATEWAY_CORE_REPEATS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// Whether the software that calls made a change that its caller made.
using IsOwn = std::function<bool(const storage::v1::JournalEntry&)>;

// For software that sends its whole record for one change of its own: which of `paths`, all that
// `sent` says (no value: cleared), only repeat what the dossier said before somebody else changed
// it. Taken as edits they would put back what others have done.
//
// Outdated is any value that a field had since the software last spoke for it, that is, since it
// changed the field itself (`is_own`: people of the same agency may use other software), or took
// over what others had put there by saying it too. So a value that it says anew after it has said
// another is an edit, also where it goes back. What this cannot tell apart: a value that others had
// between, said by who looked it up then, from the same value meant as an edit. It stays as it is,
// and the caller is told by its path.
//
// What the software takes over with this record is remembered before the answer (Table::kAdopted):
// the journal does not show it. Its own changes are read from the journal.
//
// NOT_SHARED for what the caller may not see and for what does not exist; the store's errors. Waits
// for the store until the context's deadline. The order is that of `paths`.
absl::StatusOr<std::vector<std::string>> FindOutdated(Engine& engine, const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths,
                                                      const IsOwn& is_own);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REPEATS_H_
