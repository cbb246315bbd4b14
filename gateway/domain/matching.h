#ifndef LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_
#define LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "gateway/base/errors.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// The number of a supplement round for counterparts that know rounds by numbers only. An id of
// digits below 2^30 (`15`) is its number itself; any other one gets a number from 2^30 to 2^31 - 1
// that follows from the id alone, so that it is the same for ever. Two rounds of one dossier share
// one with odds of one to a thousand million.
int64_t RoundNumber(std::string_view id);

// Finds the elements that a report means without their id, and gives them it: some counterparts
// name a fee line by its code, and answer a supplement round without saying which.
//
// An element whose id is marked as a place (places.h) is found by its natural key, or is new.
// A fee without an id but with a code is the one line of `stored` with that code. A supplement
// round with neither id nor content is a reply: to the round that waits for one, or, when none
// does, to the one that has this very reply already, so that the same report twice is the same.
// What was removed counts for neither. A reply under an id that no round has is to the round with
// that number, where there is one.
//
// What is not there, or there more than once, is a violation that names the element's field by its
// position, as Validate does; its element stays without id. `prefix` begins each path. Pure.
std::vector<FieldViolation> MatchElements(const dossier::v1::Dossier& stored,
                                          dossier::v1::Dossier& reported, std::string_view prefix);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_MATCHING_H_
