#ifndef LIENTHONG_GATEWAY_CORE_EDITOR_H_
#define LIENTHONG_GATEWAY_CORE_EDITOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/core/conflicts.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"

namespace lienthong::core {

// Who wants an edit, and why.
struct EditContext {
  std::string actor;  // "agency/H29.X05", "link/city"
  domain::Writer writer;
  std::string reason;
  std::string trace_id;
  std::string request_id;           // empty: no request record is kept (links)
  std::string request_digest;       // SHA-256 of the request
  bool needs_reasons = false;       // of the writer, where the law demands one
  bool brings_code = false;         // a new dossier comes with the code that its writer gave it
  std::string reservation_id = {};  // a new dossier gets this reservation's number
  int64_t base_revision = 0;        // that the writer started from; 0: it is not known
  bool overrules = false;           // overrule.h
  std::string resolves = {};        // a conflict that the caller closes itself
  // What it is beside a change of fields.
  storage::v1::ReasonedAct act = storage::v1::REASONED_ACT_UNSPECIFIED;
};

// An edit ready to be committed: what it will write, and what must still hold. Callers may add
// mutations and conditions of their own (a lane, a reservation) before they submit it.
struct PreparedEdit {
  int64_t id = 0;
  bool creating = false;
  bool changed = false;       // false: nothing of the dossier is written
  int64_t base_revision = 0;  // of the dossier it was judged against
  absl::Time time;            // when it was prepared
  domain::MergeResult merge;
  storage::v1::JournalEntry entry;
  std::vector<std::string>
      conflict_paths;                     // what was not taken, whether or not it is a new conflict
  std::vector<StoredConflict> conflicts;  // that it opens, or that are proposed again
  EditContext context;
  std::string reserved_code;  // for a new dossier: use this code, do not allocate one
  std::string reserved_receipt;
  int64_t reserved_version = 0;  // of the code's row in the index
  std::string reservation_id;    // that it uses
  store::WriteSet set;
};

// What was committed.
struct EditResult {
  int64_t id = 0;
  std::string code;
  std::string receipt_number;
  int64_t revision = 0;
  int64_t sequence = 0;  // 0 when nothing of the dossier changed
  std::vector<std::string> conflict_paths;
};

// The writer that a party is.
domain::Writer WriterOf(const Party& party);
// The same for a call, in which it may also act for other agencies by grants.
domain::Writer WriterOf(const Party& party, const Caller& caller);

// Whether a dossier takes changes: DOSSIER_VOID, DOSSIER_JOINED.
absl::Status CheckOpen(const dossier::v1::Dossier& dossier);

// Prepares that a stored dossier is joined into another one, or (null) is a case of its own again;
// nothing else of it changes. To be submitted as any edit.
PreparedEdit PrepareJoining(const Engine& engine, const StoredDossier& stored,
                            const dossier::v1::Joining* joining, EditContext context);

// Merges a change into a stored dossier (version 0: a new one). Errors of the merge, FIELD_INVALID
// for new elements that lack something, for what the merged dossier may not hold (told_once.h; with
// a reason a channel may correct itself), for a promised due date that is moved without a word and
// for codes of another agency's series, CODE_TAKEN when a code of the change belongs to another
// dossier, RESERVATION_CLOSED for the context's reservation. A code that a new dossier brings
// along, from a writer that submits or by the context's word, becomes its shared code, and so does
// one that was reserved for it (registering.h). What is proposed becomes a conflict, and what was
// one may be none any more (conflicts.h). Reads, and writes nothing but claims to codes that
// another dossier has (collisions.h).
absl::StatusOr<PreparedEdit> PrepareEdit(const Engine& engine, const StoredDossier& stored,
                                         const domain::Change& change, EditContext context);

// Commits an edit; a new dossier gets its code here. `done` is called once, as by Store::Commit;
// Aborted means: load and prepare again.
void SubmitEdit(Engine& engine, PreparedEdit edit,
                std::function<void(absl::StatusOr<EditResult>)> done);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_EDITOR_H_
