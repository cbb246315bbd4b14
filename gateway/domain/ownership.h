#ifndef LIENTHONG_GATEWAY_DOMAIN_OWNERSHIP_H_
#define LIENTHONG_GATEWAY_DOMAIN_OWNERSHIP_H_

#include <string>
#include <string_view>

#include "gateway/domain/roles.h"
#include "gateway/domain/status_graph.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::domain {

// Whether a writer owns the field at a path of a dossier at its present stage, by the owner the
// schema declares. `wanted` tells what a list element that does not exist yet will be. Statuses
// (OWNER_TRANSITION) are judged by OwnsTransition.
//
// A channel that the dossier did not begin at takes from the applicant, and nothing else: a new
// request event, the reply to a round that waits with the papers it names, the payment of a line
// that stands and that nobody collected on. Then the event and the payment are its own.
bool Owns(options::v1::Owner owner, std::string_view path, const Writer& writer, const Roles& roles,
          const dossier::v1::Dossier& dossier, const dossier::v1::Dossier& wanted);

// Whether a writer with these roles may make a change of status that belongs to `owner`.
bool OwnsTransition(StatusGraph::Owner owner, const Roles& roles);

// The value of a text field of the element a path stands in, e.g. its `author`; empty when the
// element or the field is not there.
std::string ElementText(const dossier::v1::Dossier& dossier, std::string_view path,
                        std::string_view field);

// Whether the element a path stands in exists.
bool ElementExists(const dossier::v1::Dossier& dossier, std::string_view path);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_OWNERSHIP_H_
