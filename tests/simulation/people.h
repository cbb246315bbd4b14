#ifndef LIENTHONG_TESTS_SIMULATION_PEOPLE_H_
#define LIENTHONG_TESTS_SIMULATION_PEOPLE_H_

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/status_graph.h"
#include "tests/simulation/caller.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/trace.h"

namespace lienthong::simulation {

// The officers of all systems, and the citizens at the portal. Each act is something one of them
// does on its own copy, as far as that copy shows it; what their system took is told to the oracle.
//
// Disciplined officers change only what is theirs, and move a status only when everybody has seen
// the one before. Others change whatever they see.
class People {
 public:
  // All outlive it.
  People(Gateway& gateway, const Cast& cast, Systems& systems, Callers& callers, Oracle& oracle,
         Dice& dice, SimulatedClock& clock, Trace& trace, bool disciplined)
      : gateway_(gateway),
        cast_(cast),
        systems_(systems),
        callers_(callers),
        oracle_(oracle),
        dice_(dice),
        clock_(clock),
        trace_(trace),
        disciplined_(disciplined) {}

  // One act of somebody, whatever else was done or not; false when there was nothing to do for whom
  // chance had chosen.
  bool Act(int number);
  // The receiving unit changes something of its own.
  bool Touch(Case& work);

  // What a side sees of a dossier; nothing when it does not know it.
  std::optional<Fields> CopyOf(Side side, const Case& work) const;
  // What pushes should never have done, e.g. answer one request twice in different ways.
  const std::vector<std::string>& complaints() const { return complaints_; }

 private:
  struct Desk {  // one side at one dossier
    Side side;
    Case& work;
    Fields copy;
    bool receives;
    bool decides;  // it owns what belongs to the stage, as far as it knows
  };

  const Counterpart::Record* RecordOf(Side side, const Case& work) const;
  Desk DeskOf(Side side, Case& work, Fields copy) const;
  bool TakeIn();
  bool Submit(Side side);
  // One of the sides that fulfil a condition; none when there is none.
  std::optional<Side> Pick(const std::function<bool(Side)>& fits);
  bool Write(Desk& desk, const Fields& changes);
  bool PushChanges(Case& work, const Fields& changes);
  bool PushClear(Case& work, const std::string& path);
  std::optional<dossier::v1::PushDossierResponse> Push(
      const dossier::v1::PushDossierRequest& request);

  bool EditApplicantData(Desk& desk);
  bool EditNote(Desk& desk);
  bool EditStage(Desk& desk);
  bool AddStep(Desk& desk);
  bool EditStep(Desk& desk);
  bool EditPapers(Desk& desk);
  bool EditFees(Desk& desk);
  bool EditSupplements(Desk& desk);
  bool Assign(Desk& desk);
  bool Answer(Desk& desk);
  bool HasBegun(const Desk& desk) const;
  bool AddResult(Desk& desk);
  bool MoveStatus(Desk& desk);
  bool AskAsApplicant(Desk& desk);

  // Who owns what the applicant told, for the whole life of a dossier; as far as it can be said.
  bool OwnsApplicantData(const Desk& desk) const;
  bool AllSawTheStatus(const Case& work) const;
  bool MayMove(const Desk& desk, domain::StatusGraph::Owner owner) const;
  std::string NewId(Side side);
  std::string NewText(Side side);
  std::string NewTime();
  // One of the elements that a side may change; empty when there is none.
  std::string PickElement(const Desk& desk, std::string_view list);

  Gateway& gateway_;
  const Cast& cast_;
  Systems& systems_;
  Callers& callers_;
  Oracle& oracle_;
  Dice& dice_;
  SimulatedClock& clock_;
  Trace& trace_;
  const bool disciplined_;
  int made_ = 0;
  std::vector<std::string> complaints_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_PEOPLE_H_
