#ifndef LIENTHONG_GATEWAY_DOMAIN_MERGE_H_
#define LIENTHONG_GATEWAY_DOMAIN_MERGE_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/domain/roles.h"
#include "gateway/domain/status_graph.h"
#include "gateway/domain/timetable.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// What someone wants changed: fields to set (those in `dossier` at `set`), fields to clear. The
// dossier's unknown protobuf fields are wanted too.
struct Change {
  dossier::v1::Dossier dossier;
  std::vector<std::string> set;
  std::vector<std::string> clear;
  // Ends the dossier, when given; by the receiving unit only.
  std::optional<dossier::v1::Voiding> voiding;
  // The reason that is kept with the whole change is why the promised due date moves.
  bool says_why_due_moves = false;
  // What the gateway knows of sources that files name, by the source; see content.h. FETCH_STATE
  // VERIFIED comes with digest, size, media type and id; any other state says why there is none.
  std::map<std::string, dossier::v1::FileReference, std::less<>> content;
  // For a new dossier of a writer that does not receive itself: the system that will act as its
  // receiving unit. Empty: the first one that does.
  std::string receiver;
  // What the catalogue says of time, now; null: deadlines stay as they are.
  std::shared_ptr<const Timetable> timetable;
};

// A change of all fields that are present.
Change ChangeOf(dossier::v1::Dossier dossier);

// A value that its writer does not own, and that differs from the stored one.
struct Proposal {
  std::string path;
  std::string owner;  // name of the owning role
  std::string stored_value;
  std::string proposed_value;
};

// What came of a merge.
struct MergeResult {
  dossier::v1::Dossier next;       // revision not yet raised
  std::vector<std::string> paths;  // fields that differ from before, sorted
  std::vector<Proposal> proposals;
  bool status_changed = false;
  bool due_moved_silently = false;  // derived.h
  bool changed = false;             // also true when only unknown fields changed
};

// Merges a change into a dossier by the ownership that the schema declares: a write by the owner
// applies, a differing write by someone else becomes a proposal, fields of the gateway are ignored.
// A status that is reachable by a path applies and the skipped ones are noted as not observed; an
// irregular one by its owner applies and is flagged; leaving a terminal one is a proposal. What
// follows from the change (derived.h, deadlines.h) is set with it, and is proposed by nobody then.
//
// `current` without a code is a dossier that does not exist yet: the writer becomes its origin.
// Pure; InvalidArgument when the change names a path that does not exist.
absl::StatusOr<MergeResult> Merge(const dossier::v1::Dossier& current, const Change& change,
                                  const Writer& writer, const StatusGraph& graph, absl::Time now);

// Fields of `after` at `paths`, and nothing else: what a journal entry keeps.
dossier::v1::Dossier Extract(const dossier::v1::Dossier& dossier,
                             const std::vector<std::string>& paths);

// Sets (or clears, where absent in `values`) the paths of `dossier` as in `values`.
void Overlay(const dossier::v1::Dossier& values, const std::vector<std::string>& paths,
             dossier::v1::Dossier& dossier);

}  // namespace lienthong::domain

#endif  // LIENTHONG_GATEWAY_DOMAIN_MERGE_H_
