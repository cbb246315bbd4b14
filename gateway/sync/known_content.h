#ifndef LIENTHONG_GATEWAY_SYNC_KNOWN_CONTENT_H_
#define LIENTHONG_GATEWAY_SYNC_KNOWN_CONTENT_H_

#include <map>
#include <set>
#include <string>
#include <utility>

#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::sync {

// What the gateway has learnt of files' content while it goes back to an earlier revision of a
// dossier. Content is fetched after the revision that names it, and is true of every revision that
// does: going back undoes what was said, not what was found. Without this an adapter would wait for
// content that has been there for long, or that nobody will fetch any more.
class KnownContent {
 public:
  explicit KnownContent(const dossier::v1::Dossier& head) : head_(head) { Note(head); }

  // The dossier at a revision that is about to be left; each older than the one before.
  void Note(const dossier::v1::Dossier& dossier);

  // Gives files of `dossier` whose content is not known there what was found later at the same
  // source. A file that was replaced, or whose element was taken back, before it was found is shown
  // as it is now: it will not be fetched. What then is as at the head has its turn now, and leaves
  // `later` (Turn::later).
  void Tell(dossier::v1::Dossier& dossier, std::set<std::string>& later) const;

 private:
  const dossier::v1::Dossier head_;
  // By element and source; the oldest, which is the nearest to the revision that is gone back to.
  std::map<std::pair<std::string, std::string>, dossier::v1::FileReference> found_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_KNOWN_CONTENT_H_
