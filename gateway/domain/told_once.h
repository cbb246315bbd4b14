#ifndef LIENTHONG_GATEWAY_DOMAIN_TOLD_ONCE_H_
#define LIENTHONG_GATEWAY_DOMAIN_TOLD_ONCE_H_

#include <string_view>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// What a merge may not make of a dossier. Violations name fields by the element's id, after
// `prefix`, and show no sensitive value. Pure.

// Fee lines on which this change pays back more than was paid there, whoever says so.
std::vector<FieldViolation> ValidateRefunds(const dossier::v1::Dossier& before,
                                            const dossier::v1::Dossier& after,
                                            std::string_view prefix);

// A channel of origin (a party that only submits) keeps no book that it may correct: it tells of
// what happened, once, and what happens next is another thing of another name. So what it says
// against what it told before is a fault, where the stored dossier has one place for two truths:
// * another transaction, amount or time on a fee line that was paid online, or a second refund of
//   it: a line holds one payment and one refund;
// * another reply to a round whose reply and its time are known;
// * other words under the id of a request event of its own.
// The same told again changes nothing and is no fault. Who receives or leads may correct itself.
std::vector<FieldViolation> ValidateToldOnce(const dossier::v1::Dossier& before,
                                             const MergeResult& merged, const Writer& writer,
                                             std::string_view prefix);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_TOLD_ONCE_H_
