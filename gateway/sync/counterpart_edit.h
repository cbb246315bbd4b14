#ifndef LIENTHONG_GATEWAY_SYNC_COUNTERPART_EDIT_H_
#define LIENTHONG_GATEWAY_SYNC_COUNTERPART_EDIT_H_

#include <string_view>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/editor.h"
#include "gateway/core/parties.h"
#include "gateway/domain/merge.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sync {

// Edits that a link makes in the name of its counterpart.

core::EditContext EditContextOf(std::string_view link, const core::Party& party);

// Makes a code by which the counterpart knows a dossier one of the dossier's, for ever. Without an
// issuer it is the counterpart's own. Nothing when the dossier (as it is stored, or as this change
// begins it) has it already. `party` is the counterpart.
void AddCode(std::string_view party, dossier::v1::CodeReference code,
             const dossier::v1::Dossier& stored, domain::Change& change);

// What an edit was refused for, when that is the fault of its data and no attempt will do better;
// empty otherwise. Paths as in the schema.
std::vector<FieldViolation> FaultsOf(const absl::Status& status);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_COUNTERPART_EDIT_H_
