#include "gateway/files/addresses.h"

#include <optional>
#include <vector>

#include "adapters/sdk/portal/content_token.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/domain/fields.h"

namespace lienthong::files {
namespace {

using dossier::v1::FileReference;

constexpr std::string_view kPath = "/papers/";
constexpr std::string_view kSourceField = ".file.source";
constexpr std::string_view kDigestField = ".file.sha256";

// The element of `papers[a1].file.source`; empty when the path is of another field or list.
std::string_view ElementOf(std::string_view path, std::string_view field) {
  const bool in_list = path.starts_with("papers[") || path.starts_with("results[");
  return in_list && path.ends_with(field) ? path.substr(0, path.size() - field.size()) : "";
}

// A file that came with its digest and without a source is content of ours when it is here: gives
// it the token for a source.
absl::Status NameContent(const ContentStore& content, const dossier::v1::Dossier& stored,
                         domain::Change& change) {
  std::vector<std::string> named;
  for (const std::string& path : change.set) {
    const std::string_view element = ElementOf(path, kDigestField);
    if (element.empty()) continue;
    const std::string source = StrCat(element, kSourceField);
    if (domain::GetField(change.dossier, source) || domain::GetField(stored, source)) continue;
    const std::string digest = domain::GetField(change.dossier, path).value_or("");
    const absl::StatusOr<Content> found = content.FindBySha256(digest);
    if (absl::IsNotFound(found.status())) continue;
    if (!found.ok()) return found.status();
    const std::string token = sdk::portal::WriteContentToken(
        {.sha256 = found->sha256, .size_bytes = found->record.size_bytes()});
    LIENTHONG_RETURN_IF_ERROR(domain::SetField(change.dossier, source, token));
    named.push_back(source);
  }
  change.set.insert(change.set.end(), named.begin(), named.end());
  return absl::OkStatus();
}

// What the gateway holds under one of its own names; nothing for a source elsewhere.
absl::StatusOr<std::optional<Content>> Own(const Addresses& addresses, const ContentStore& content,
                                           const std::string& path, std::string_view source) {
  absl::StatusOr<Content> found;
  if (const auto token = sdk::portal::ReadContentToken(source)) {
    found = content.FindBySha256(token->sha256);
    const bool here = found.ok() && found->record.size_bytes() == token->size_bytes;
    if (absl::IsNotFound(found.status()) || (found.ok() && !here)) {
      return FieldInvalid(path, "names content that is not here; send the paper again");
    }
  } else if (const std::string_view id = addresses.IdIn(source); !id.empty()) {
    found = content.FindById(id);
    if (absl::IsNotFound(found.status())) return std::nullopt;  // an address like any other
  } else {
    return std::nullopt;
  }
  if (!found.ok()) return found.status();
  return *std::move(found);
}

bool IsVerifiedAs(const dossier::v1::Dossier& stored, std::string_view element,
                  const Content& content) {
  const std::string digest = domain::GetField(stored, StrCat(element, ".file.sha256")).value_or("");
  const std::string id = domain::GetField(stored, StrCat(element, ".file.id")).value_or("");
  return digest == content.sha256 && id == content.record.id();
}

FileReference Describe(const Content& content) {
  FileReference file;
  file.set_fetch_state(FileReference::FETCH_STATE_VERIFIED);
  file.set_sha256(content.sha256);
  file.set_size_bytes(content.record.size_bytes());
  file.set_media_type(content.record.media_type());
  file.set_id(content.record.id());
  return file;
}

}  // namespace

Addresses::Addresses(std::string_view public_url) {
  if (public_url.empty()) return;
  while (public_url.ends_with('/')) public_url.remove_suffix(1);
  prefix_ = StrCat(public_url, kPath);
}

std::string Addresses::Of(std::string_view id) const {
  return prefix_.empty() || id.empty() ? "" : StrCat(prefix_, id);
}

std::string_view Addresses::IdIn(std::string_view url) const {
  if (prefix_.empty() || !url.starts_with(prefix_)) return "";
  return url.substr(prefix_.size());
}

absl::Status ResolveSources(const Addresses& addresses, const ContentStore& content,
                            const dossier::v1::Dossier& stored, domain::Change& change) {
  LIENTHONG_RETURN_IF_ERROR(NameContent(content, stored, change));
  std::vector<std::string> set;
  for (const std::string& path : change.set) {
    const std::string_view element = ElementOf(path, kSourceField);
    if (!element.empty()) {
      const std::string source = domain::GetField(change.dossier, path).value_or("");
      LIENTHONG_ASSIGN_OR_RETURN(const std::optional<Content> own,
                                 Own(addresses, content, path, source));
      if (own.has_value() && IsVerifiedAs(stored, element, *own)) continue;  // only repeats it
      if (own.has_value()) change.content.emplace(source, Describe(*own));
    }
    set.push_back(path);
  }
  change.set = std::move(set);
  return absl::OkStatus();
}

}  // namespace lienthong::files
