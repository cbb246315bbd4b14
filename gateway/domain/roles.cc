#include "gateway/domain/roles.h"

#include <algorithm>

namespace lienthong::domain {
namespace {

using dossier::v1::Assignment;
using dossier::v1::Dossier;

bool Accepted(const Assignment& assignment) {
  return assignment.answer() == Assignment::ANSWER_ACCEPTED ||
         assignment.answer() == Assignment::ANSWER_DONE;
}

bool Asked(const Assignment& assignment) {
  return assignment.answer() == Assignment::ANSWER_UNSPECIFIED;
}

// Whether the dossier stands with one of the writer's agencies: received there, or given to it
// once.
bool Concerns(const Dossier& dossier, const Writer& writer) {
  return writer.agencies.contains(dossier.reception().agency()) ||
         std::any_of(dossier.assignments().begin(), dossier.assignments().end(),
                     [&writer](const Assignment& assignment) {
                       return writer.agencies.contains(assignment.agency());
                     });
}

}  // namespace

std::string_view LeadAgency(const Dossier& dossier) {
  std::string_view lead;
  for (const Assignment& assignment : dossier.assignments()) {
    if (assignment.role() == Assignment::ROLE_LEAD && Accepted(assignment)) {
      lead = assignment.agency();
    }
  }
  return lead;
}

Roles RolesOf(const Writer& writer, const Dossier& dossier) {
  Roles roles;
  const auto is_writer = [&writer](const std::string& system) {
    return system == writer.system || writer.acts_as.contains(system);
  };
  roles.origin = !dossier.origin().system().empty() && is_writer(dossier.origin().system());
  roles.channel = writer.submits && Concerns(dossier, writer);
  const std::string& receiver = dossier.reception().system();
  roles.receiving =
      writer.receives && (receiver.empty() ? writer.agencies.contains(dossier.reception().agency())
                                           : is_writer(receiver));
  const std::string lead(LeadAgency(dossier));
  roles.lead_settled = !lead.empty();
  roles.lead = roles.lead_settled ? writer.leads && writer.agencies.contains(lead)
                                  : roles.receiving;  // nobody else yet
  for (const Assignment& assignment : dossier.assignments()) {
    if (!writer.leads || !writer.agencies.contains(assignment.agency())) continue;
    if (assignment.answer() == Assignment::ANSWER_REFUSED) continue;  // no part in it any more
    roles.cooperating = true;
    if (assignment.role() == Assignment::ROLE_LEAD && Asked(assignment)) roles.lead = true;
  }
  return roles;
}

}  // namespace lienthong::domain
