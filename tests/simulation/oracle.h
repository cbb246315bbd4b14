#ifndef LIENTHONG_TESTS_SIMULATION_ORACLE_H_
#define LIENTHONG_TESTS_SIMULATION_ORACLE_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/simulation/cast.h"
#include "tests/simulation/counterpart.h"

namespace lienthong::simulation {

// One field that somebody wrote and whose system took it: an officer into a record, an agency by an
// acknowledged push. `value` is as that system stored it; the empty text clears.
struct Edit {
  Side side;
  std::string path;
  std::string value;
  bool is_lost = false;    // it went with a store, and only another system's copy has it
  bool is_untold = false;  // no feed tells of it
};

// One dossier as those who work on it know it, whatever the gateway makes of it.
struct Case {
  Side receiver = 0;
  Side origin = 0;                    // the receiver, or who submits for it
  std::string key;                    // the origin's own; empty where that is the agency
  std::string code;                   // as soon as somebody was told
  std::vector<Edit> edits;            // in order of time
  std::vector<std::string> statuses;  // every status that was set, in order of time
  Fields last;                        // the last value written at each path
  std::map<std::string, std::set<std::string>> overruled;  // what operators have said, by path
};

// What was done, and what must come of it. Knows nothing of revisions, shadows or links.
class Oracle {
 public:
  Case& Open(Side receiver, Side origin);
  std::deque<Case>& cases() { return cases_; }
  const std::deque<Case>& cases() const { return cases_; }

  static void Note(Side side, const Fields& written, Case& work);
  // Forgets edits.
  static void Forget(const std::function<bool(const Edit&)>& which, Case& work);

 private:
  std::deque<Case> cases_;  // references stay good
};

// Whose field it is for the whole life of a dossier; false when that depends on the stage.
bool HasFixedOwner(std::string_view path, const Case& work, const Cast& cast, Side* owner);

// What a side's copy says about who leads.
struct LeadView {
  bool asked = false;     // a lead assignment waits for its answer
  bool accepted = false;  // one was accepted
  std::string agency;     // that accepted
};
LeadView LeadOf(const Fields& copy);

// A field of an element: ("assignments", "tp-3", "answer").
std::string ElementPath(std::string_view list, std::string_view id, std::string_view field);
// Ids of a list's elements.
std::vector<std::string> ElementIds(const Fields& fields, std::string_view list);
// The text at a path, or nothing.
std::string ValueAt(const Fields& fields, const std::string& path);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_ORACLE_H_
