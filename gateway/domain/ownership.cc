#include "gateway/domain/ownership.h"

#include <algorithm>
#include <string>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using options::v1::Owner;

std::string SiblingPath(std::string_view path, std::string_view field) {
  const PathParts parts = SplitPath(path);
  return StrCat(parts.list, "[", parts.element, "].", field);
}

bool OwnsApplicantData(const Roles& roles, const Dossier& dossier) {
  switch (dossier.status()) {
    case dossier::v1::STATUS_UNSPECIFIED:
    case dossier::v1::STATUS_SUBMITTED:
      return roles.origin;
    case dossier::v1::STATUS_SUPPLEMENT_REQUESTED:  // both may also come before acceptance
    case dossier::v1::STATUS_PAYMENT_REQUESTED:
      return dossier.reception().has_received_time() ? roles.receiving : roles.origin;
    default:
      return roles.receiving;
  }
}

// Elements of a list belong to whoever added them. Who may add one also has those that nobody
// signed.
bool OwnsElement(std::string_view path, const Writer& writer, bool may_add,
                 const Dossier& dossier) {
  const std::string author = ElementText(dossier, path, "author");
  return author.empty() ? may_add : author == writer.system;
}

// Work is given out by who routes; a cooperating agency can give none to itself.
bool Routes(const Roles& roles) { return roles.receiving || roles.lead; }

bool Replies(const Roles& roles) { return roles.receiving || roles.origin; }

bool Waits(const Dossier& dossier, std::string_view round_id) {
  return std::any_of(dossier.supplements().begin(), dossier.supplements().end(),
                     [round_id](const dossier::v1::SupplementRound& round) {
                       return round.id() == round_id && !round.answered() && !round.removed();
                     });
}

bool StandsUncollected(const Dossier& dossier, std::string_view line_id) {
  return std::any_of(dossier.fees().begin(), dossier.fees().end(),
                     [line_id](const dossier::v1::Fee& line) {
                       return line.id() == line_id && line.collector().empty() && !line.removed();
                     });
}

// Whether a new paper is named by the reply to a round that waits for one.
bool ComesWithReply(std::string_view path, const Dossier& dossier, const Dossier& wanted) {
  const PathParts parts = SplitPath(path);
  if (parts.list != "papers" || ElementExists(dossier, path)) return false;
  return std::any_of(wanted.supplements().begin(), wanted.supplements().end(),
                     [&](const dossier::v1::SupplementRound& reply) {
                       const auto& ids = reply.paper_ids();
                       return std::find(ids.begin(), ids.end(), parts.element) != ids.end() &&
                              Waits(dossier, reply.id());
                     });
}

// What a channel takes from the applicant, by the owner of the path, wherever the dossier began.
bool TakesFromApplicant(Owner owner, std::string_view path, const Dossier& dossier,
                        const Dossier& wanted) {
  const PathParts parts = SplitPath(path);
  switch (owner) {
    case options::v1::OWNER_APPLICANT_DATA:
      return ComesWithReply(path, dossier, wanted);
    case options::v1::OWNER_AUTHOR:
      return parts.list == "requests" && !ElementExists(dossier, path);
    case options::v1::OWNER_REPLIER:
      return Waits(dossier, parts.element);
    case options::v1::OWNER_COLLECTOR:
      return StandsUncollected(dossier, parts.element);
    default:
      return false;
  }
}

}  // namespace

bool ElementExists(const Dossier& dossier, std::string_view path) {
  const PathParts parts = SplitPath(path);
  const FieldDescriptor* list = Dossier::descriptor()->FindFieldByName(std::string(parts.list));
  if (list == nullptr || !list->is_repeated()) return false;
  const Reflection& reflection = *dossier.GetReflection();
  const FieldDescriptor* id = list->message_type()->FindFieldByName("id");
  for (int i = 0; i < reflection.FieldSize(dossier, list); ++i) {
    const Message& element = reflection.GetRepeatedMessage(dossier, list, i);
    if (element.GetReflection()->GetStringReference(element, id, nullptr) == parts.element)
      return true;
  }
  return false;
}

std::string ElementText(const Dossier& dossier, std::string_view path, std::string_view field) {
  return GetField(dossier, SiblingPath(path, field)).value_or("");
}

bool OwnsTransition(StatusGraph::Owner owner, const Roles& roles) {
  switch (owner) {
    case v1::StatusGraph::OWNER_RECEIVING:
      return roles.receiving;
    case v1::StatusGraph::OWNER_LEAD:
      return roles.lead || (!roles.lead_settled && roles.receiving);
    case v1::StatusGraph::OWNER_EITHER:
      return roles.receiving || roles.lead;
    case v1::StatusGraph::OWNER_ORIGIN:
      return roles.origin;
    default:
      return false;
  }
}

bool Owns(Owner owner, std::string_view path, const Writer& writer, const Roles& roles,
          const Dossier& dossier, const Dossier& wanted) {
  const bool is_new = !SplitPath(path).list.empty() && !ElementExists(dossier, path);
  const Dossier& source = is_new ? wanted : dossier;
  if (roles.channel && TakesFromApplicant(owner, path, dossier, wanted)) return true;
  switch (owner) {
    case options::v1::OWNER_ISSUER:
      return ElementText(source, path, "issuer") == writer.system;
    case options::v1::OWNER_ORIGIN:  // immutable once set
      return roles.origin && !GetField(dossier, path).has_value();
    case options::v1::OWNER_APPLICANT_DATA:
      return OwnsApplicantData(roles, dossier) ||
             (Replies(roles) && ComesWithReply(path, dossier, wanted));
    case options::v1::OWNER_RECEIVING:
      return roles.receiving;
    case options::v1::OWNER_LEAD:
      return roles.lead;
    case options::v1::OWNER_STAGE:
      return roles.lead_settled ? roles.lead : roles.receiving || roles.lead;
    case options::v1::OWNER_AUTHOR:
      return OwnsElement(path, writer, roles.any(), dossier);
    case options::v1::OWNER_ROUTER:
      return OwnsElement(path, writer, Routes(roles), dossier);
    case options::v1::OWNER_ASSIGNEE:  // an answer alone makes no assignment
      return (!is_new || Routes(roles)) && writer.leads &&
             writer.agencies.contains(ElementText(source, path, "agency"));
    case options::v1::OWNER_REPLIER:
      return Replies(roles);
    case options::v1::OWNER_COLLECTOR: {
      const std::string collector = ElementText(dossier, path, "collector");
      return collector.empty() ? roles.any() : collector == writer.system;
    }
    default:
      return false;
  }
}

}  // namespace lienthong::domain
