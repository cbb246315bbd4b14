#ifndef LIENTHONG_GATEWAY_CORE_REGISTERING_H_
#define LIENTHONG_GATEWAY_CORE_REGISTERING_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/editor.h"
#include "gateway/core/engine.h"
#include "gateway/domain/merge.h"

namespace lienthong::core {

// How the codes of a dossier get into the index that keeps each code to one dossier.

// Gives code elements that came without an id the name of who issued them and what they are.
// Returns the ids given.
std::vector<std::string> NameCodes(dossier::v1::Dossier& dossier);

// The shared code that a new dossier brings along from the channel in which it began, as it will be
// written; empty when it brings none. A code of the legal shape is one; any other becomes a code
// reference of `issuer` in `change`. FIELD_INVALID when it is of no use as either.
absl::StatusOr<std::string> TakeSharedCode(std::string_view issuer, domain::Change& change);

// The shared code of a new dossier from the reservation that its context names. NOT_SHARED,
// RESERVATION_CLOSED; FIELD_INVALID for another agency's, or beside another code.
absl::Status TakeReservedCode(const Engine& engine, std::string_view agency, PreparedEdit& edit);

// Adds to an edit's set what registers the codes that the merged dossier has and `before` has not,
// with the conditions under which that is right. A number that its writer may use of what is
// reserved (reservations.h) is the dossier's then, and the shared code of a new one that has none
// yet. FIELD_INVALID for what no code looks like, a code of another agency's series and a
// reservation that is over, CODE_TAKEN for one that another dossier has or that others have
// reserved; such a claim is kept (collisions.h). The shared code itself is checked and left to
// SubmitEdit.
absl::Status RegisterCodes(const Engine& engine, const dossier::v1::Dossier& before,
                           PreparedEdit& edit);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REGISTERING_H_
