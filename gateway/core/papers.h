#ifndef LIENTHONG_GATEWAY_CORE_PAPERS_H_
#define LIENTHONG_GATEWAY_CORE_PAPERS_H_

#include "absl/status/status.h"
#include "gateway/domain/merge.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// What the gateway itself holds of papers' content, for edits that name it. Thread-safe.
class Papers {
 public:
  virtual ~Papers() = default;

  // Sources in a change that are the gateway's own: an address under which it serves a paper, the
  // token of content that came with the call, or in their place the digest of content that is here.
  // One that names what the stored file is already is taken out of the change, since the writer
  // only repeats what it was shown; the others are put into `change.content`. InvalidArgument when
  // a token names content that is not here.
  virtual absl::Status Resolve(const dossier::v1::Dossier& stored,
                               domain::Change& change) const = 0;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_PAPERS_H_
