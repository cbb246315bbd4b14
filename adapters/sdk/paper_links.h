#ifndef LIENTHONG_ADAPTERS_SDK_PAPER_LINKS_H_
#define LIENTHONG_ADAPTERS_SDK_PAPER_LINKS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "adapters/sdk/files.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sdk {

// The most content that a counterpart takes inline of one paper of each list; 0: none.
struct InlineBytesMax {
  int64_t papers = 0;
  int64_t results = 0;
};

// Where a counterpart is told to find papers. Its own papers keep the source it gave them. All
// others it gets from the gateway once their content was verified, so that it need not reach other
// systems' servers: the content itself where it takes it inline and it is not too large, else an
// address. Where content goes inline, a digest says so; no other paper has one.
//
// The way back needs nothing: an address of the gateway that comes back is the echo of what was
// sent, and whoever says one as if it were a source is understood by the gateway itself. Immutable.
class PaperLinks {
 public:
  // What becomes of another system's source while the gateway cannot give an address of its own.
  enum class Unverified { kShown, kLeftOut };

  // `files` outlives it. `party`: the party that the counterpart is.
  PaperLinks(const Files& files, std::string party, Unverified unverified = Unverified::kShown,
             InlineBytesMax inline_bytes_max = {})
      : files_(files),
        party_(std::move(party)),
        unverified_(unverified),
        inline_bytes_max_(inline_bytes_max) {}

  // The dossier as the counterpart is to see it: for Adapter::Represent.
  dossier::v1::Dossier Outward(dossier::v1::Dossier dossier) const;

 private:
  void Show(int64_t inline_bytes_max, dossier::v1::FileReference& file) const;

  const Files& files_;
  const std::string party_;
  const Unverified unverified_;
  const InlineBytesMax inline_bytes_max_;
};

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_PAPER_LINKS_H_
