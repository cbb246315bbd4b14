#ifndef LIENTHONG_TESTS_SIMULATION_OPERATORS_H_
#define LIENTHONG_TESTS_SIMULATION_OPERATORS_H_

#include <cstddef>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "gateway/sync/letters.h"
#include "lienthong/sync/v1/sync_service.pb.h"
#include "tests/simulation/cast.h"
#include "tests/simulation/dice.h"
#include "tests/simulation/gateway.h"
#include "tests/simulation/oracle.h"
#include "tests/simulation/trace.h"

namespace lienthong::simulation {

// Who runs the gateway: pauses links and resumes them, has them read their feed again or look at
// all dossiers again, sees to dead letters and decides conflicts. What they say of a field is told
// to the oracle.
class Operators {
 public:
  // All outlive it.
  Operators(Gateway& gateway, const Cast& cast, const Systems& systems, Oracle& oracle, Dice& dice,
            SimulatedClock& clock, Trace& trace)
      : gateway_(gateway),
        cast_(cast),
        systems_(systems),
        oracle_(oracle),
        dice_(dice),
        clock_(clock),
        trace_(trace) {}

  // One act, if there is something to do for what chance has chosen.
  void Act(int number);
  // False when that is not possible now.
  bool ResumeAll();
  // Replays every dead letter, with another value where that one was refused; what cannot be taken
  // up again is discarded. False when there was none.
  bool SeeToLetters();

  // What was asked for and done, and that of which nobody knows whether it was.
  struct Asked {
    std::string kind;
    std::string target;
    std::string request_id;
    bool is_done = false;
  };
  const std::vector<Asked>& asked() const { return asked_; }
  // What somebody else asks for in the same way.
  sync::OperatorAct NewAct();
  void NoteAsked(const std::string& kind, const std::string& target, const std::string& request_id,
                 const absl::Status& status);
  // What was asked for later than the copy is forgotten with it.
  void NoteBackup() { asked_before_backup_ = asked_.size(); }
  void NoteRestore() { asked_.resize(asked_before_backup_); }
  // Whether something for a counterpart was given up.
  bool HasGivenUp(Side side, const std::string& code) const {
    return given_up_.contains({side, code});
  }
  // Whether what a counterpart said of a field was given up: it holds that still.
  bool HasDiscarded(Side side, const std::string& code, const std::string& path,
                    const std::string& value) const {
    return discarded_.contains({side, code, path, value});
  }

 private:
  bool SetPaused(Side side, bool paused);
  bool Pause();
  bool Resume();
  bool Rewind();
  bool Reload();
  bool SeeToOne();
  bool Decide();

  Side AnySide() { return static_cast<Side>(dice_.Below(static_cast<int>(cast_.size()))); }
  Side SideOf(const std::string& link) const;
  absl::Status Do(const std::string& kind, const sync::StoredLetter& letter,
                  const sync::v1::LetterEdit& edit = {});
  absl::Status Correct(const sync::StoredLetter& letter);
  bool MayDiscard(const sync::StoredLetter& letter) const;
  void NoteGivenUp(Side side, const storage::v1::DeadLetterRecord& letter);
  sync::v1::ResolveConflictsRequest DecisionOn(const core::StoredConflict& conflict);
  // Nothing when nobody was told that the dossier is there.
  Case* CaseOf(const std::string& code);
  // An operator's word on a field.
  static void NoteWord(const std::string& path, const std::string& value, bool is_done, Case* work);
  std::string NewText();

  Gateway& gateway_;
  const Cast& cast_;
  const Systems& systems_;
  Oracle& oracle_;
  Dice& dice_;
  SimulatedClock& clock_;
  Trace& trace_;
  int made_ = 0;
  std::vector<Asked> asked_;
  size_t asked_before_backup_ = 0;
  std::set<std::pair<Side, std::string>> given_up_;
  std::set<std::tuple<Side, std::string, std::string, std::string>> discarded_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_OPERATORS_H_
