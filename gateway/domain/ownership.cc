#include "gateway/domain/ownership.h"

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

// Elements of a list belong to whoever added them; a new one may be added by any party to the
// dossier.
bool OwnsElement(std::string_view path, const Writer& writer, const Roles& roles,
                 const Dossier& dossier) {
  if (!ElementExists(dossier, path)) {
    // Work is given out by who routes; a cooperating agency can give none to itself.
    const bool routes = roles.receiving || roles.lead;
    return SplitPath(path).list == "assignments" ? routes : roles.any();
  }
  const std::string author = ElementText(dossier, path, "author");
  return author.empty() ? roles.any() : author == writer.system;
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
  const bool in_element = !SplitPath(path).list.empty();
  const Dossier& source = in_element && !ElementExists(dossier, path) ? wanted : dossier;
  switch (owner) {
    case options::v1::OWNER_ISSUER:
      return ElementText(source, path, "issuer") == writer.system;
    case options::v1::OWNER_ORIGIN:  // immutable once set
      return roles.origin && !GetField(dossier, path).has_value();
    case options::v1::OWNER_APPLICANT_DATA:
      return OwnsApplicantData(roles, dossier);
    case options::v1::OWNER_RECEIVING:
      return roles.receiving;
    case options::v1::OWNER_LEAD:
      return roles.lead;
    case options::v1::OWNER_STAGE:
      return roles.lead_settled ? roles.lead : roles.receiving || roles.lead;
    case options::v1::OWNER_AUTHOR:
      return OwnsElement(path, writer, roles, dossier);
    case options::v1::OWNER_ASSIGNEE:
      return writer.leads && writer.agencies.contains(ElementText(source, path, "agency"));
    case options::v1::OWNER_REPLIER:
      return roles.receiving || roles.origin;
    case options::v1::OWNER_COLLECTOR: {
      const std::string collector = ElementText(dossier, path, "collector");
      return collector.empty() ? roles.any() : collector == writer.system;
    }
    default:
      return false;
  }
}

}  // namespace lienthong::domain
