#ifndef LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_
#define LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_

#include <string>
#include <vector>

#include "tests/simulation/cast.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/operators.h"
#include "tests/simulation/oracle.h"

namespace lienthong::simulation {

// What must hold once faults have stopped and everything was delivered, whatever happened before.
struct Findings {
  std::vector<std::string> broken;  // one line each; empty: all is well

  void Check(bool holds, const std::string& what) {
    if (!holds) broken.push_back(what);
  }
};

// What the checks look at.
struct Scene {
  const Gateway& gateway;
  const Cast& cast;
  const Systems& systems;
  const Oracle& oracle;
  const Operators& operators;
  bool disciplined = false;
  bool restored = false;  // an older copy of the store took the place of the store
};

// Every counterpart holds what the gateway holds, as it would hold it, and no record more.
void CheckCopies(const Scene& scene, Findings& findings);
// Revisions of each dossier are 1, 2, 3 …
void CheckJournal(const Scene& scene, Findings& findings);
// Every step that was made is there once, here and in every copy.
void CheckSteps(const Scene& scene, Findings& findings);
// Where steps are only ever added, each is there in its order, and more than once only if the lane
// says that it may be.
void CheckAppended(const Scene& scene, Findings& findings);
// What a counterpart calls a dossier by is one of the dossier's codes.
void CheckCodes(const Scene& scene, Findings& findings);
// Every counterpart went through the changes of status in their order, none left out.
void CheckStatuses(const Scene& scene, Findings& findings);
// What was written is there or in a conflict report; the last word of a field's owner stands, or an
// operator's.
void CheckEdits(const Scene& scene, Findings& findings);
// Only owners wrote: nothing is in conflict, and everything is as it was last written.
void CheckOwnersWords(const Scene& scene, Findings& findings);
// A conflict says what stood there, and what its proposer had started from.
void CheckConflicts(const Scene& scene, Findings& findings);
// What operators did is on record, once, and nothing else is.
void CheckActs(const Scene& scene, Findings& findings);
// What reports read beside the dossiers follows from the dossiers.
void CheckReports(const Scene& scene, Findings& findings);
// Where a link says that it is well, nothing waits for longer than its objective, and nothing has
// got stuck. Holds at any time.
void CheckHealth(const Gateway& gateway, const Systems& systems, absl::Duration now,
                 Findings& findings);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_
