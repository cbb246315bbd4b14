#ifndef LIENTHONG_GATEWAY_DOMAIN_VALIDATE_H_
#define LIENTHONG_GATEWAY_DOMAIN_VALIDATE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Every field of a pushed dossier that is not as its schema option demands: shapes, lengths, known
// enum values, instants (of what has happened by `now`, unless `planned`; see instants.h), element
// ids (present, unique in their list). With `complete` also what is required of a new dossier; new
// list elements are checked for what is required of them only then. `prefix` begins each path, e.g.
// "dossier.". Values of fields marked sensitive, and of what stands in them, are never shown.
std::vector<FieldViolation> Validate(const dossier::v1::Dossier& dossier, bool complete,
                                     absl::Time now, std::string_view prefix);

// What list elements that `after` has and `before` has not lack of what they must have.
std::vector<FieldViolation> ValidateNewElements(const dossier::v1::Dossier& before,
                                                const dossier::v1::Dossier& after,
                                                std::string_view prefix);

// Paths that a change would clear and that a dossier must have. `prefix` as in Validate.
std::vector<FieldViolation> ValidateClears(const dossier::v1::Dossier& stored,
                                           const std::vector<std::string>& clear,
                                           std::string_view prefix);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_VALIDATE_H_
