#ifndef LIENTHONG_GATEWAY_DOMAIN_ROLES_H_
#define LIENTHONG_GATEWAY_DOMAIN_ROLES_H_

#include <set>
#include <string>
#include <string_view>

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// Who writes: a system, what it may act as, and for which agencies.
struct Writer {
  std::string system;  // "city", "district", "agency/H29.X05"
  bool receives = false;
  bool leads = false;
  bool submits = false;  // a channel of origin for agencies that others receive for
  std::set<std::string> agencies;
  // Systems in whose place it acts by a grant, whose agencies are among `agencies`.
  std::set<std::string> acts_as = {};
};

// What a writer is to one dossier, now.
struct Roles {
  bool origin = false;        // the dossier began there
  bool receiving = false;     // it is the receiving unit
  bool lead = false;          // it leads, or is asked to
  bool lead_settled = false;  // some agency has accepted to lead
  bool cooperating = false;   // it has an assignment of its own that it did not refuse
  // Its agencies' applicants speak there, wherever the dossier began: they ask, reply and pay
  // (ownership.h). No part in anything else, so any() does not count it.
  bool channel = false;
  bool any() const { return origin || receiving || lead || cooperating; }
};

Roles RolesOf(const Writer& writer, const dossier::v1::Dossier& dossier);

// The agency that leads: of the last lead assignment that was accepted; empty before the first.
std::string_view LeadAgency(const dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_ROLES_H_
