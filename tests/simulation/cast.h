#ifndef LIENTHONG_TESTS_SIMULATION_CAST_H_
#define LIENTHONG_TESTS_SIMULATION_CAST_H_

#include <cstddef>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "tests/simulation/dice.h"

namespace lienthong::simulation {

// What a counterpart is, and what its software is like, as it would be declared.
struct Traits {
  std::string name = {};        // "city"
  std::string prefix = {};      // of the element ids that its officers make: "tp-"
  std::string key_prefix = {};  // of its own keys: "TP-"

  bool receives = false;  // its part in the work, as of a party
  bool leads = false;
  bool submits = false;
  std::vector<std::string> agencies = {};
  bool all_dossiers = true;  // it is told of all, else of those of its agencies

  bool takes_in_later = false;  // deliveries go to an inbox that a worker empties
  bool whole_records = false;   // its feed carries whole records, else only what changed
  bool calls = false;           // it has no feed: it calls the gateway with what its people do
  bool in_parts = false;        // an item may take several calls
  bool replaces = false;        // a delivery is the whole record
  bool appends = false;         // steps are only ever added, and shown as often as they came
  bool reads_back = false;      // it can be asked for one record
  bool lists = false;           // it can be asked for all that it holds, with digests
  bool compares = false;        // it refuses what is based on an older version of its record
  absl::Duration latency_max = absl::Milliseconds(80);
  std::set<std::string> not_held = {};   // generic paths that it has no place for
  std::set<std::string> updatable = {};  // paths that may change after a record is made; empty: all
  std::map<std::string, size_t> cuts = {};  // generic path -> longest text that it keeps
  std::string refuses_long = {};            // a path whose long texts it refuses
};

// Who acts: a system by its index, after all of them the agency that pushes; and who sees to what
// has got stuck.
using Side = size_t;
inline constexpr Side kOperator = std::numeric_limits<Side>::max();

inline constexpr const char* kAgency = "agency/H29.X05";
inline constexpr const char* kOperatorName = "operator/lan";
inline constexpr const char* kAgencyCode = "H29.X05";

// Everybody who works on the dossiers of one seed: two to six systems at links, and an agency that
// uses the gateway's own service. A system that receives is always among them.
class Cast {
 public:
  // Disciplined ones refuse nothing.
  Cast(Dice dice, bool disciplined);
  // All six, as they usually are.
  static Cast Whole();

  size_t size() const { return systems_.size(); }
  const Traits& system(Side side) const { return systems_[side]; }
  const std::vector<Traits>& systems() const { return systems_; }
  Side agency() const { return systems_.size(); }
  size_t sides() const { return systems_.size() + 1; }
  bool IsAgency(Side side) const { return side == agency(); }
  bool Submits(Side side) const { return !IsAgency(side) && systems_[side].submits; }

  std::string_view NameOf(Side side) const;  // as party
  std::string_view PrefixOf(Side side) const;
  // Whether it works for an agency that a dossier can be assigned to.
  bool IsAgencyOf(Side side, std::string_view agency) const;
  // Whether a system hands in what citizens of a receiver's agencies want.
  bool HasChannel(Side receiver) const;
  // Whether a system is told of a dossier.
  static bool Concerns(const Traits& traits, const dossier::v1::Dossier& dossier);

 private:
  explicit Cast(std::vector<Traits> systems) : systems_(std::move(systems)) {}

  std::vector<Traits> systems_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_CAST_H_
