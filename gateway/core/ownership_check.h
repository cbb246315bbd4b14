#ifndef LIENTHONG_GATEWAY_CORE_OWNERSHIP_CHECK_H_
#define LIENTHONG_GATEWAY_CORE_OWNERSHIP_CHECK_H_

#include <string>
#include <string_view>
#include <vector>

#include "gateway/core/parties.h"
#include "gateway/domain/status_graph.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// The parties that own a field of a dossier as it stands, in the order of the configuration.
// `wanted` tells what a list element that is not there will be and, for the status, which one is
// wanted. Empty for what nobody may change any more.
std::vector<const Party*> OwnersOf(const Parties& parties, const domain::StatusGraph& graph,
                                   const dossier::v1::Dossier& dossier, std::string_view path,
                                   const dossier::v1::Dossier& wanted);

// What a configuration makes of an agency's dossiers.
struct OwnershipFinding {
  std::string agency;
  std::string text;       // to stand behind the agency's code
  bool is_fault = false;  // false: it works, but whoever configures it should know
};

// Looks for fields and changes of status without an owner, or with two, for every agency that takes
// part: in each status, while nobody leads and after an agency has accepted to lead. A fault is
// what two counterparts lead. Of interest are what an agency leads by itself and by a counterpart,
// an agency that nobody receives for although dossiers may be handed in, one that nobody leads for
// (its dossiers stay with the receiving unit until they are given to another), and one that two
// systems receive for (who takes a dossier in, is its receiving unit). What belongs to the
// receiving unit and the lead alike by the graph, and what an applicant may tell several, is
// neither.
std::vector<OwnershipFinding> CheckOwners(const Parties& parties, const domain::StatusGraph& graph);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_OWNERSHIP_CHECK_H_
