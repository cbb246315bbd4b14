#include "gateway/sync/target.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"
#include "gateway/sync/known_content.h"
#include "gateway/sync/local_ids.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::JournalEntry;

bool IsInstant(const FieldDescriptor& field) {
  return field.message_type()->file()->package() == "google.protobuf";
}

// Whether a group has lost every field it has begun with. A group within it that has lost all its
// own stands there still, empty.
bool IsBare(const Message& group, bool is_element) {
  std::vector<const FieldDescriptor*> present;
  group.GetReflection()->ListFields(group, &present);
  return std::all_of(present.begin(), present.end(), [&](const FieldDescriptor* field) {
    if (is_element && field->name() == "id") return true;
    return field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !field->is_repeated() &&
           !IsInstant(*field) &&
           IsBare(group.GetReflection()->GetMessage(group, field), /*is_element=*/false);
  });
}

void DropBareElements(const std::string& list, Dossier& dossier) {
  const FieldDescriptor* field = Dossier::descriptor()->FindFieldByName(list);
  if (field == nullptr || !field->is_repeated()) return;
  const Reflection& reflection = *dossier.GetReflection();
  int kept = 0;
  for (int i = 0; i < reflection.FieldSize(dossier, field); ++i) {
    if (IsBare(reflection.GetRepeatedMessage(dossier, field, i), /*is_element=*/true)) continue;
    reflection.SwapElements(&dossier, field, kept++, i);
  }
  while (reflection.FieldSize(dossier, field) > kept) reflection.RemoveLast(&dossier, field);
}

}  // namespace

int64_t TargetRevision(const std::vector<storage::v1::JournalEntry>& entries, int64_t from,
                       const PlantedBugs& bugs) {
  int64_t target = from;
  bool status_taken = false;
  for (const storage::v1::JournalEntry& entry : entries) {
    if (entry.revision() <= from) continue;
    if (entry.status_changed() && status_taken && !bugs.status_coalesced) break;
    status_taken = status_taken || entry.status_changed();
    target = entry.revision();
  }
  return target;
}

Target GoBack(Dossier head, const std::vector<JournalEntry>& entries, int64_t revision,
              std::string_view self) {
  Target target{.dossier = std::move(head), .later = {}};
  std::set<std::string> lists;
  std::optional<KnownContent> content;
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->revision() <= revision) break;
    if (content.has_value()) {
      content->Note(target.dossier);
    } else {
      content.emplace(target.dossier);
    }
    const std::vector<std::string> paths(entry->paths().begin(), entry->paths().end());
    domain::Overlay(entry->before(), paths, target.dossier);
    for (const std::string& path : paths) {
      if (path != "status" || entry->actor() == self) target.later.insert(path);
      lists.emplace(domain::SplitPath(path).list);
    }
  }
  for (const std::string& list : lists) DropBareElements(list, target.dossier);
  if (content.has_value()) content->Tell(target.dossier, target.later);
  DropLocalIds(target.dossier);
  target.dossier.set_revision(revision);
  return target;
}

}  // namespace lienthong::sync
