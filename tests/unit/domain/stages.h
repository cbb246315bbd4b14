#ifndef LIENTHONG_TESTS_UNIT_DOMAIN_STAGES_H_
#define LIENTHONG_TESTS_UNIT_DOMAIN_STAGES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "gateway/domain/merge.h"
#include "gateway/domain/roles.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::domain {

// The parties that the merge tests know, each with one part in the dossier of DossierAt().
enum class Part { kOrigin, kReceiving, kLead, kNextLead, kCooperating, kStranger };
inline constexpr Part kParts[] = {Part::kOrigin,   Part::kReceiving,   Part::kLead,
                                  Part::kNextLead, Part::kCooperating, Part::kStranger};
std::string NameOf(Part part);
Writer WriterFor(Part part);
// A channel of origin for the receiving unit's agency, at which the dossier did not begin.
Writer OtherChannel();

// Where the work on a dossier stands.
enum class Stage {
  kSubmitted,    // online, nobody has taken it in
  kAccepted,     // taken in, nobody asked to lead
  kAsked,        // kLead is asked to lead, kCooperating to contribute
  kLed,          // kLead has accepted
  kHandingOver,  // kLead leads still, kNextLead is asked
};
inline constexpr Stage kStages[] = {Stage::kSubmitted, Stage::kAccepted, Stage::kAsked, Stage::kLed,
                                    Stage::kHandingOver};
std::string NameOf(Stage stage);

// A stored dossier at a stage, with as little else in it as can be.
dossier::v1::Dossier DossierAt(Stage stage);

// The time of all merges.
absl::Time MergeTime();

// Merges `wanted` (all its present fields) into `current`, with the shipped graph. Fails the test
// on an error.
MergeResult MergeAll(const dossier::v1::Dossier& current, const dossier::v1::Dossier& wanted,
                     const Writer& writer);
// The same for one field.
MergeResult MergeField(const dossier::v1::Dossier& current, const std::string& path,
                       const std::string& value, const Writer& writer);
MergeResult MergeClear(const dossier::v1::Dossier& current, const std::string& path,
                       const Writer& writer);

std::vector<std::string> PathsOf(const std::vector<Proposal>& proposals);

}  // namespace lienthong::domain

#endif  // LIENTHONG_TESTS_UNIT_DOMAIN_STAGES_H_
