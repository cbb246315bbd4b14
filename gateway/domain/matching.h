#ifndef LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_
#define LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_

#include <string_view>
#include <vector>

#include "gateway/base/errors.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Finds the elements that a report means without their id, and gives them it: some counterparts
// name a fee line by its code, and answer a supplement round without saying which.
//
// A fee without an id but with a code is the one line of `stored` with that code. A supplement
// round with neither id nor content is a reply: to the round that waits for one, or, when none
// does, to the one that has this very reply already, so that the same report twice is the same.
// What was removed counts for neither.
//
// What is not there, or there more than once, is a violation that names the element's field by its
// position, as Validate does; its element stays without id. `prefix` begins each path. Pure.
std::vector<FieldViolation> MatchElements(const dossier::v1::Dossier& stored,
                                          dossier::v1::Dossier& reported, std::string_view prefix);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_
