#ifndef LIENTHONG_ADAPTERS_SDK_INLINE_PAPERS_H_
#define LIENTHONG_ADAPTERS_SDK_INLINE_PAPERS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "adapters/sdk/files.h"
#include "adapters/sdk/mapping.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sdk {

// Papers whose content goes to a counterpart inline, as Base64 in its record: their lists have a
// `content` in the mapping. What a paper's digest says in a delivery is that its content goes too.
// One call carries the content of one paper, so that no more than that is in memory for it.

// More is not taken as a limit: while a call is under way its paper is in memory, several times
// with its Base64, and a link has many calls. Content that is larger is for an address or an
// upload.
inline constexpr int64_t kInlineBytesMaxMax = int64_t{1} << 20;

// The papers of a delivery whose content goes inline; their digests are taken out of `dossier`, for
// they go with the content.
std::vector<InlinePaper> TakeInlinePapers(const Mapping& mapping, dossier::v1::Dossier& dossier);

// The content with this digest in Base64. InvalidArgument when there is more than `bytes_max` of
// it; else as Files.
absl::StatusOr<std::string> ReadBase64(const Files& files, const std::string& sha256,
                                       int64_t bytes_max);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_INLINE_PAPERS_H_
