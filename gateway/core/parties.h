#ifndef LIENTHONG_GATEWAY_CORE_PARTIES_H_
#define LIENTHONG_GATEWAY_CORE_PARTIES_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/core/context.h"

namespace lienthong::core {

// A system that takes part in the work on dossiers, and in which roles, for which agencies. `name`
// is also the issuer of its codes and the author of its list elements.
struct Party {
  std::string name;                // "city", "district", "agency/H29.X05"
  bool receives = false;           // acts as the receiving unit (one-stop counter)
  bool leads = false;              // acts as lead or cooperating agency (specialty software)
  std::set<std::string> agencies;  // for which agencies
};

// The configured parties. Immutable after Add; thread-safe then.
class Parties {
 public:
  // InvalidArgument when the name is taken or no agency is named.
  absl::Status Add(Party party);
  // The party a caller speaks for: an agency for itself, a link for its counterpart.
  // PermissionDenied when it speaks for none (operators, the portal).
  absl::StatusOr<const Party*> ForCaller(const Caller& caller) const;
  const Party* Find(std::string_view name) const;
  const std::vector<Party>& all() const { return parties_; }

 private:
  std::vector<Party> parties_;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_PARTIES_H_
