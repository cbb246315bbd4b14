#include "gateway/sync/target.h"

#include <utility>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

#include "gateway/domain/fields.h"
#include "gateway/domain/merge.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using storage::v1::JournalEntry;

// An element that has lost every field it has begun with.
bool IsBare(const Message& element) {
  std::vector<const FieldDescriptor*> present;
  element.GetReflection()->ListFields(element, &present);
  return present.size() < 2;
}

void DropBareElements(const std::string& list, Dossier& dossier) {
  const FieldDescriptor* field = Dossier::descriptor()->FindFieldByName(list);
  if (field == nullptr || !field->is_repeated()) return;
  const Reflection& reflection = *dossier.GetReflection();
  int kept = 0;
  for (int i = 0; i < reflection.FieldSize(dossier, field); ++i) {
    if (IsBare(reflection.GetRepeatedMessage(dossier, field, i))) continue;
    reflection.SwapElements(&dossier, field, kept++, i);
  }
  while (reflection.FieldSize(dossier, field) > kept) reflection.RemoveLast(&dossier, field);
}

}  // namespace

int64_t TargetRevision(const std::vector<storage::v1::JournalEntry>& entries, int64_t confirmed,
                       const PlantedBugs& bugs) {
  int64_t target = confirmed;
  bool status_taken = false;
  for (const storage::v1::JournalEntry& entry : entries) {
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
  for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
    if (entry->revision() <= revision) break;
    const std::vector<std::string> paths(entry->paths().begin(), entry->paths().end());
    domain::Overlay(entry->before(), paths, target.dossier);
    for (const std::string& path : paths) {
      if (path != "status" || entry->actor() == self) target.later.insert(path);
      lists.emplace(domain::SplitPath(path).list);
    }
  }
  for (const std::string& list : lists) DropBareElements(list, target.dossier);
  target.dossier.set_revision(revision);
  return target;
}

}  // namespace lienthong::sync
