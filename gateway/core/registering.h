#ifndef LIENTHONG_GATEWAY_CORE_REGISTERING_H_
#define LIENTHONG_GATEWAY_CORE_REGISTERING_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"

namespace lienthong::core {

// How the codes of a dossier get into the index that keeps each code to one dossier.

// Gives code elements that came without an id the name of who issued them and what they are.
// Returns the ids given.
std::vector<std::string> NameCodes(dossier::v1::Dossier& dossier);

// The shared code that a new dossier brings along from the channel in which it began, as it will be
// written; empty when it brings none. A code of the legal shape is one; any other becomes a code
// reference of `issuer` in `change`. FIELD_INVALID when it is of no use as either.
absl::StatusOr<std::string> TakeSharedCode(std::string_view issuer, domain::Change& change);

// Whose codes are registered, and beside which shared code.
struct Registrant {
  int64_t dossier_id = 0;
  const domain::Writer& writer;
  std::string_view shared_code;  // from TakeSharedCode; empty: the dossier has one or will get ours
};

// Adds to `set` what registers the codes that `after` has and `before` has not, with the conditions
// under which that is right. FIELD_INVALID for a code of another agency's series, CODE_TAKEN for
// one that another dossier has. The shared code itself is checked and left to SubmitEdit.
absl::Status RegisterCodes(const Engine& engine, const Registrant& registrant,
                           const dossier::v1::Dossier& before, const dossier::v1::Dossier& after,
                           store::WriteSet& set);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REGISTERING_H_
