#include "gateway/sync/known_content.h"

#include <string_view>

#include "gateway/base/text.h"
#include "gateway/domain/content.h"
#include "gateway/domain/fields.h"

namespace lienthong::sync {
namespace {

using dossier::v1::Dossier;
using dossier::v1::FileReference;

bool IsKnown(const FileReference& file) {
  return file.fetch_state() != FileReference::FETCH_STATE_UNSPECIFIED &&
         file.fetch_state() != FileReference::FETCH_STATE_REFERENCED;
}

// Whether what was found is what the file names, as far as its owner said.
bool Names(const FileReference& file, const FileReference& found) {
  return file.source() == found.source() &&
         (!file.has_sha256() || file.sha256() == found.sha256()) &&
         (!file.has_size_bytes() || file.size_bytes() == found.size_bytes());
}

void CopyFound(const FileReference& found, FileReference& file) {
  if (found.has_id()) file.set_id(found.id());
  if (found.has_sha256()) file.set_sha256(found.sha256());
  if (found.has_size_bytes()) file.set_size_bytes(found.size_bytes());
  if (found.has_media_type() && !file.has_media_type()) file.set_media_type(found.media_type());
  file.set_fetch_state(found.fetch_state());
}

// The file of an element and its tombstone, as they are now.
template <typename Element>
void CopyNow(const Element& now, Element& element) {
  if (now.removed()) {
    element.set_removed(true);
  } else if (!now.has_file()) {
    element.clear_file();
  } else if (!Names(element.file(), now.file())) {
    *element.mutable_file() = now.file();
  }
}

template <typename Element>
const Element* FindById(const google::protobuf::RepeatedPtrField<Element>& list,
                        const std::string& id) {
  for (const Element& element : list) {
    if (element.id() == id) return &element;
  }
  return nullptr;
}

// Paths of an element's file and tombstone that are as at the head.
void DropEqual(const std::string& element, const Dossier& head, const Dossier& dossier,
               std::set<std::string>& later) {
  const std::string file = StrCat(element, ".file.");
  const std::string removed = StrCat(element, ".removed");
  std::erase_if(later, [&](const std::string& path) {
    return (path == removed || path.starts_with(file)) &&
           domain::GetField(dossier, path) == domain::GetField(head, path);
  });
}

}  // namespace

void KnownContent::Note(const Dossier& dossier) {
  for (const domain::FileAt& at : domain::FilesOf(dossier)) {
    if (IsKnown(*at.file)) found_[{at.element, at.file->source()}] = *at.file;
  }
}

void KnownContent::Tell(Dossier& dossier, std::set<std::string>& later) const {
  const auto tell = [&](std::string_view list, const auto& now, auto& elements) {
    for (auto& element : elements) {
      if (!element.file().has_source() || IsKnown(element.file())) continue;
      const std::string path = StrCat(list, "[", element.id(), "]");
      const auto found = found_.find({path, element.file().source()});
      if (found != found_.end() && Names(element.file(), found->second)) {
        CopyFound(found->second, *element.mutable_file());
      } else if (const auto* here = FindById(now, element.id()); here != nullptr) {
        CopyNow(*here, element);
      }
      DropEqual(path, head_, dossier, later);
    }
  };
  tell("papers", head_.papers(), *dossier.mutable_papers());
  tell("results", head_.results(), *dossier.mutable_results());
}

}  // namespace lienthong::sync
