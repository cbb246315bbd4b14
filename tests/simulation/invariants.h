#ifndef LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_
#define LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_

#include <string>
#include <vector>

#include "tests/simulation/gateway.h"
#include "tests/simulation/oracle.h"

namespace lienthong::simulation {

// What must hold once faults have stopped and everything was delivered, whatever happened before.
struct Findings {
  std::vector<std::string> broken;  // one line each; empty: all is well

  void Check(bool holds, const std::string& what) {
    if (!holds) broken.push_back(what);
  }
};

// Every counterpart holds what the gateway holds, as it would hold it, and no record more.
void CheckCopies(const Gateway& gateway, const Systems& systems, Findings& findings);
// Revisions of each dossier are 1, 2, 3 …
void CheckJournal(const Gateway& gateway, Findings& findings);
// Every step that was made is there once, here and in every copy.
void CheckSteps(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                Findings& findings);
// Where steps are only ever added, each is there in its order, and more than once only if the lane
// says that it may be.
void CheckAppended(const Gateway& gateway, const Systems& systems, Findings& findings);
// What a counterpart calls a dossier by is one of the dossier's codes.
void CheckCodes(const Gateway& gateway, const Systems& systems, Findings& findings);
// Every counterpart went through the changes of status in their order, none left out.
void CheckStatuses(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                   bool disciplined, Findings& findings);
// What was written is there or in a conflict report; the last word of a field's owner stands.
void CheckEdits(const Gateway& gateway, const Oracle& oracle, Findings& findings);
// Only owners wrote: nothing is in conflict, and everything is as it was last written.
void CheckOwnersWords(const Gateway& gateway, const Oracle& oracle, const Systems& systems,
                      Findings& findings);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_INVARIANTS_H_
