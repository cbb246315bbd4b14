#ifndef LIENTHONG_GATEWAY_DOMAIN_CONTENT_H_
#define LIENTHONG_GATEWAY_DOMAIN_CONTENT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// A file of a dossier: of a submitted paper or of a result.
struct FileAt {
  std::string element;  // path of its element, e.g. `papers[a1]`
  bool removed;         // the element is tombstoned
  const dossier::v1::FileReference* file;
};

// All files of elements that have an id. They live as long as the dossier stands as it is.
std::vector<FileAt> FilesOf(const dossier::v1::Dossier& dossier);

// Keeps what is known of files true after a merge; `before` is the dossier as it was.
//
// * A file whose source, digest or size was changed is another content: what was known of the
//   former is forgotten unless the change says it again, and the writer becomes the file's author.
// * Files that name a source of `change.content` get what the gateway found there: digest, size,
//   media type and id; or REFUSED, when the digest or size that the owner gave is another.
// * Each file that is dead or refused is one of the dossier's defects until it is not.
void TrackContent(const dossier::v1::Dossier& before, const Change& change, const Writer& writer,
                  absl::Time now, dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_CONTENT_H_
