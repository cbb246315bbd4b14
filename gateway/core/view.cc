#include "gateway/core/view.h"

#include <algorithm>
#include <set>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "lienthong/options/v1/options.pb.h"

namespace lienthong::core {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Keeps what the schema marks `public`, below and including marked fields. What the schema does not
// know is not public.
void KeepPublic(Message& message) {
  const auto& reflection = *message.GetReflection();
  reflection.MutableUnknownFields(&message)->Clear();
  std::vector<const FieldDescriptor*> present;
  reflection.ListFields(message, &present);
  for (const FieldDescriptor* field : present) {
    const auto& rules = field->options().GetExtension(options::v1::field);
    const bool group = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE &&
                       field->message_type()->full_name() != "google.protobuf.Timestamp";
    if (group && field->is_repeated() && rules.public_()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        KeepPublic(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else if (group && !field->is_repeated()) {
      KeepPublic(*reflection.MutableMessage(&message, field));
    } else if (!rules.public_()) {
      reflection.ClearField(&message, field);
    }
  }
}

}  // namespace

std::vector<std::string> AgenciesOf(const Dossier& dossier) {
  std::set<std::string> agencies;
  if (dossier.reception().has_agency()) agencies.insert(dossier.reception().agency());
  for (const auto& assignment : dossier.assignments()) agencies.insert(assignment.agency());
  return {agencies.begin(), agencies.end()};
}

absl::StatusOr<View> View::Of(const RequestContext& context, bool personal_data) {
  if (context.caller.kind == CallerKind::kOperator && personal_data && context.purpose.empty()) {
    return FieldInvalid("purpose", "say why personal data is read; it is recorded");
  }
  if (context.caller.kind == CallerKind::kOperator && personal_data) {
    LogInfo("personal_data_read", {{"by", context.caller.name}, {"purpose", context.purpose}});
  }
  View view;
  view.kind_ = context.caller.kind;
  view.agencies_ = context.caller.agencies;
  return view;
}

bool View::CoversAgencies(const std::vector<std::string>& agencies) const {
  if (CoversAll()) return true;
  return std::any_of(agencies.begin(), agencies.end(), [this](const std::string& agency) {
    return std::find(agencies_.begin(), agencies_.end(), agency) != agencies_.end();
  });
}

bool View::Covers(const Dossier& dossier) const { return CoversAgencies(AgenciesOf(dossier)); }

bool View::Covers(const storage::v1::JournalEntry& entry) const {
  return CoversAgencies({entry.agencies().begin(), entry.agencies().end()});
}

void View::Reduce(Dossier& dossier) const {
  if (kind_ == CallerKind::kPortal) KeepPublic(dossier);
}

}  // namespace lienthong::core
