#ifndef LIENTHONG_GATEWAY_CORE_REPEATS_H_
#define LIENTHONG_GATEWAY_CORE_REPEATS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// Software that sends its whole record for one change of its own also says what it has not heard of
// since. Which of its values are edits, and which only repeat what the dossier once said, shows by
// what the software knew: what it said last, and what it looked up last. It is remembered per
// caller and dossier (Table::kAdopted), where the journal does not show it.

// Whether the software that calls made a change that its caller made: people of the same agency may
// use other software.
using IsOwn = std::function<bool(const storage::v1::JournalEntry&)>;

// Which of `paths`, all that `sent` says (no value: cleared), only repeat what others have replaced
// since. Taken as edits they would put back what others have done.
//
// A value other than the stored one is outdated when it is
//   what the software said last: by a change of its own, by saying what was there already, or as a
//   proposal that what has been replaced since did not become; a field of which it never said
//   anything, it said to be empty; or
//   what it looked up last, when that was after it last spoke for the field.
// Any other value is an edit, also one that the dossier had at another time: one that others have
// set and replaced meanwhile, one that the software said before it said another.
//
// What the software says here without changing anything is remembered before the answer.
//
// NOT_SHARED for what the caller may not see and for what does not exist; the store's errors. Waits
// for the store until the context's deadline. The order is that of `paths`.
absl::StatusOr<std::vector<std::string>> FindOutdated(Engine& engine, const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths,
                                                      const IsOwn& is_own);

// A dossier of the caller's as its software knows it at `paths`: with what it said there last,
// where others have replaced that since. Errors as above.
absl::StatusOr<dossier::v1::Dossier> AsLastSaid(Engine& engine, const RequestContext& context,
                                                dossier::v1::Dossier dossier,
                                                const std::vector<std::string>& paths,
                                                const IsOwn& is_own);

// Remembers that the caller's software is told what `dossier` says, which it has looked up. To be
// called before it is. Does not wait when it was told that revision before. Errors as above.
absl::Status RememberTold(Engine& engine, const RequestContext& context,
                          const dossier::v1::Dossier& dossier);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REPEATS_H_
