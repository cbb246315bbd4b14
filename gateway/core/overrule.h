#ifndef LIENTHONG_GATEWAY_CORE_OVERRULE_H_
#define LIENTHONG_GATEWAY_CORE_OVERRULE_H_

#include <string>

#include "absl/status/statusor.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/domain/merge.h"

namespace lienthong::core {

// Prepares an operator's correction of a stored dossier, whoever owns its fields (overruling.h).
// `actor` is the operator ("operator/lan"), `resolves` as in EditContext.
// The reason is also why a promised due date moves, unless the change says its own. FIELD_INVALID
// for values that a dossier may not hold, for fields that are the gateway's or an issuer's alone,
// and for a status after a terminal one; DOSSIER_VOID. To be submitted as any edit (SubmitEdit),
// perhaps with more in its set.
absl::StatusOr<PreparedEdit> PrepareOverrule(const Engine& engine, const StoredDossier& stored,
                                             domain::Change change, std::string actor,
                                             std::string reason, std::string resolves = "");

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_OVERRULE_H_
