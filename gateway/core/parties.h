#ifndef LIENTHONG_GATEWAY_CORE_PARTIES_H_
#define LIENTHONG_GATEWAY_CORE_PARTIES_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/errors.h"
#include "gateway/core/context.h"
#include "lienthong/dossier/v1/dossier.pb.h"

namespace lienthong::core {

// A system that takes part in the work on dossiers, and in which roles, for which agencies. `name`
// is also the issuer of its codes and the author of its list elements.
struct Party {
  std::string name;                // "city", "district", "agency/H29.X05"
  bool receives = false;           // acts as the receiving unit (one-stop counter)
  bool leads = false;              // acts as lead or cooperating agency (specialty software)
  bool submits = false;            // channel of origin: hands in online dossiers (the portal)
  std::set<std::string> agencies;  // for which agencies
};

// Why a party may not begin a dossier that is complete otherwise; empty when it may. Who receives
// for the dossier's agency begins it at any state; a channel of origin begins online dossiers as
// SUBMITTED, for the agencies that it submits to, without what others do with it later (reception,
// promised due date, end). `prefix` begins each path, e.g. "dossier.".
std::vector<FieldViolation> CheckCreate(const Party& party, const dossier::v1::Dossier& dossier,
                                        std::string_view prefix);
inline bool MayCreate(const Party& party, const dossier::v1::Dossier& dossier) {
  return CheckCreate(party, dossier, "").empty();
}

// The configured parties. Immutable after Add; thread-safe then.
class Parties {
 public:
  // InvalidArgument when the name is taken or no agency is named.
  absl::Status Add(Party party);
  // The party a caller speaks for: an agency for itself, a link for its counterpart.
  // PermissionDenied when it speaks for none (operators, the portal).
  absl::StatusOr<const Party*> ForCaller(const Caller& caller) const;
  const Party* Find(std::string_view name) const;
  // Says which party a link's counterpart is.
  void NameLink(std::string link, std::string party);
  // The party that an actor speaks for: a link for its counterpart, which has the link's name where
  // nothing else was said, an agency for itself. Null when it speaks for none.
  const Party* OfActor(std::string_view actor) const;
  // The one party that receives for an agency; null when none or several do.
  const Party* ReceiverFor(std::string_view agency) const;
  // Why a party that acts for the agencies `own` may not register a code, in words to stand behind
  // the field's name; empty when it may. A code of the legal shape is of the series of the agency
  // it names: that agency's party may register it, and anybody when no party acts for the agency.
  // In the series of who acts here, nobody may register one of a day that no calendar has.
  std::string SeriesProblem(const std::set<std::string>& own, std::string_view code) const;
  const std::vector<Party>& all() const { return parties_; }

 private:
  std::vector<Party> parties_;
  std::map<std::string, std::string, std::less<>> parties_of_links_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_PARTIES_H_
