#include "adapters/sdk/inline_papers.h"

#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/strings/escaping.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::sdk {
namespace {

constexpr size_t kPartBytes = 48 << 10;  // whole groups of three bytes: no padding but at the end

template <typename Elements>
void Take(const char* list, Elements& elements, std::vector<InlinePaper>& papers) {
  for (auto& element : elements) {
    if (element.file().sha256().empty()) continue;
    papers.push_back({list, element.id(), element.file().sha256()});
    element.mutable_file()->clear_sha256();
  }
}

// Fills the buffer, but at the content's end.
absl::StatusOr<size_t> ReadPart(FileReader& reader, std::array<char, kPartBytes>& buffer) {
  size_t filled = 0;
  while (filled < buffer.size()) {
    LIENTHONG_ASSIGN_OR_RETURN(const size_t read,
                               reader.Read(buffer.data() + filled, buffer.size() - filled));
    if (read == 0) break;
    filled += read;
  }
  return filled;
}

}  // namespace

std::vector<InlinePaper> TakeInlinePapers(const Mapping& mapping, dossier::v1::Dossier& dossier) {
  std::vector<InlinePaper> papers;
  if (mapping.InlineBytesMax("papers") > 0) Take("papers", *dossier.mutable_papers(), papers);
  if (mapping.InlineBytesMax("results") > 0) Take("results", *dossier.mutable_results(), papers);
  return papers;
}

absl::StatusOr<std::string> ReadBase64(const Files& files, const std::string& sha256,
                                       int64_t bytes_max) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::unique_ptr<FileReader> reader, files.Open(sha256));
  if (reader->size_bytes() > bytes_max) {
    return absl::InvalidArgumentError(
        StrCat("has ", reader->size_bytes(), " bytes; inline go ", bytes_max, " at most"));
  }
  std::string base64;
  base64.reserve(static_cast<size_t>(reader->size_bytes() + 2) / 3 * 4);
  const auto buffer = std::make_unique<std::array<char, kPartBytes>>();
  while (true) {
    LIENTHONG_ASSIGN_OR_RETURN(const size_t filled, ReadPart(*reader, *buffer));
    base64 += absl::Base64Escape(absl::string_view(buffer->data(), filled));
    if (filled < buffer->size()) return base64;
  }
}

}  // namespace lienthong::sdk
