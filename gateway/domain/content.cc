#include "gateway/domain/content.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"

#include "gateway/base/text.h"
#include "gateway/domain/derived.h"

namespace lienthong::domain {
namespace {

using dossier::v1::Defect;
using dossier::v1::Dossier;
using dossier::v1::FileReference;

// Calls `visit(list, element)` for each element that has an id and a file.
template <typename Visit>
void ForEachFile(Dossier& dossier, const Visit& visit) {
  for (auto& paper : *dossier.mutable_papers()) {
    if (!paper.id().empty() && paper.has_file()) visit("papers", paper);
  }
  for (auto& result : *dossier.mutable_results()) {
    if (!result.id().empty() && result.has_file()) visit("results", result);
  }
}

std::string PathOf(std::string_view list, std::string_view id) {
  return StrCat(list, "[", id, "]");
}

// Whether a change may have given a file other bytes.
bool IsAnother(const FileReference& before, const FileReference& after) {
  return before.source() != after.source() || before.sha256() != after.sha256() ||
         before.size_bytes() != after.size_bytes();
}

void Forget(const std::string& element, const FileReference& before, const Change& change,
            const Writer& writer, FileReference& file) {
  const auto said = [&](std::string_view field) {
    const std::string path = StrCat(element, ".file.", field);
    return std::find(change.set.begin(), change.set.end(), path) != change.set.end();
  };
  if (!said("sha256")) file.clear_sha256();
  if (!said("size_bytes")) file.clear_size_bytes();
  if (!said("media_type")) file.clear_media_type();
  file.clear_id();
  file.clear_fetch_state();
  if (file.has_source()) file.set_fetch_state(FileReference::FETCH_STATE_REFERENCED);
  if (before.source() != file.source()) file.set_author(writer.system);
}

bool IsWhatItsOwnerSays(const FileReference& found, const FileReference& file) {
  if (file.has_sha256()) return absl::AsciiStrToLower(file.sha256()) == found.sha256();
  return !file.has_size_bytes() || file.size_bytes() == found.size_bytes();
}

void Fill(const FileReference& found, FileReference& file) {
  // Content that came with the call itself has no source.
  if (!found.has_source()) file.clear_source();
  if (found.fetch_state() != FileReference::FETCH_STATE_VERIFIED) {
    file.set_fetch_state(found.fetch_state());
    return;
  }
  if (!IsWhatItsOwnerSays(found, file)) {
    file.set_fetch_state(FileReference::FETCH_STATE_REFUSED);
    return;
  }
  if (!file.has_sha256()) file.set_sha256(found.sha256());
  file.set_size_bytes(found.size_bytes());
  if (!file.has_media_type()) file.set_media_type(found.media_type());
  file.set_id(found.id());
  file.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
}

bool IsDefect(const FileReference& file) {
  return file.fetch_state() == FileReference::FETCH_STATE_DEAD ||
         file.fetch_state() == FileReference::FETCH_STATE_REFUSED;
}

// Defect id -> what it says, of all files that have one.
std::map<std::string, std::string> FindDefects(Dossier& dossier) {
  std::map<std::string, std::string> found;
  ForEachFile(dossier, [&found](std::string_view list, const auto& element) {
    if (element.removed() || !IsDefect(element.file())) return;
    found.emplace(StrCat(list == "papers" ? "paper-" : "result-", element.id()),
                  StrCat(PathOf(list, element.id()), ": ",
                         FileReference::FetchState_Name(element.file().fetch_state())));
  });
  return found;
}

void TrackDefects(absl::Time now, Dossier& dossier) {
  std::map<std::string, std::string> found = FindDefects(dossier);
  auto& defects = *dossier.mutable_defects();
  for (auto it = defects.begin(); it != defects.end();) {
    const auto same = found.find(it->id());
    if (it->kind() != Defect::KIND_UNVERIFIED_PAPER) {
      ++it;
    } else if (same != found.end() && same->second == it->detail()) {
      found.erase(same);
      ++it;
    } else {
      it = defects.erase(it);
    }
  }
  for (auto& [id, detail] : found) {
    Defect& defect = *dossier.add_defects();
    defect.set_id(id);
    defect.set_kind(Defect::KIND_UNVERIFIED_PAPER);
    defect.set_detail(std::move(detail));
    *defect.mutable_noted_time() = ToProto(now);
  }
}

}  // namespace

std::vector<FileAt> FilesOf(const Dossier& dossier) {
  std::vector<FileAt> files;
  for (const auto& paper : dossier.papers()) {
    if (paper.id().empty() || !paper.has_file()) continue;
    files.push_back({PathOf("papers", paper.id()), paper.removed(), &paper.file()});
  }
  for (const auto& result : dossier.results()) {
    if (result.id().empty() || !result.has_file()) continue;
    files.push_back({PathOf("results", result.id()), result.removed(), &result.file()});
  }
  return files;
}

void TrackContent(const Dossier& before, const Change& change, const Writer& writer, absl::Time now,
                  Dossier& dossier) {
  std::map<std::string, const FileReference*> known;
  for (const FileAt& at : FilesOf(before)) known.emplace(at.element, at.file);
  ForEachFile(dossier, [&](std::string_view list, auto& element) {
    FileReference& file = *element.mutable_file();
    const std::string path = PathOf(list, element.id());
    const auto was = known.find(path);
    const FileReference& former =
        was == known.end() ? FileReference::default_instance() : *was->second;
    if (IsAnother(former, file)) Forget(path, former, change, writer, file);
    const auto found = change.content.find(file.source());
    if (found != change.content.end() &&
        file.fetch_state() != FileReference::FETCH_STATE_VERIFIED) {
      Fill(found->second, file);
    }
  });
  TrackDefects(now, dossier);
}

}  // namespace lienthong::domain
