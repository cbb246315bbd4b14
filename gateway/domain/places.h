#ifndef LIENTHONG_GATEWAY_DOMAIN_PLACES_H_
#define LIENTHONG_GATEWAY_DOMAIN_PLACES_H_

#include <string>
#include <vector>

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Lists whose elements have no id at a counterpart: fees, identities, database_lookups and
// other_papers in the portal's contract. Whoever reads such a list names its elements by their
// places, `dvc-n1`, `dvc-n2`. A place is no name: lines come in another order, one is inserted, one
// is left out. So what was read is marked, and the gateway finds which stored element each means.

// Marks the ids of all elements of those lists as places: `dvc-n1*`, which is no id that anybody
// may store. References to them follow.
void MarkPlaces(dossier::v1::Dossier& reported);
bool HasPlaces(const dossier::v1::Dossier& reported);

// Gives every element that is marked the id of the stored one that it means:
// * by its natural key: a fee's code, an identity's kind and number, a database's code, the name of
//   another paper. Of several with one key first the one that says the same, then in their order;
//   one that was removed only when there is no other;
// * by the natural key that the stored one has in `former`, where it is given: how the reporter
// knew
//   the dossier before others changed its keys;
// * an identity also by its kind, when both lists have one of that kind;
// * elements without any key by their order among those that were named by place and have none.
// What nothing stored is meant by is new: it gets its place as its id or, when that is taken, the
// next free number. References, and the paths in `cleared`, follow. Elements that are not reported
// play no part. Pure.
void MatchPlaces(const dossier::v1::Dossier& stored, dossier::v1::Dossier& reported,
                 std::vector<std::string>* cleared, const dossier::v1::Dossier* former = nullptr);

// The paths of the natural keys of all elements of those lists.
std::vector<std::string> KeyPathsOf(const dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_PLACES_H_
