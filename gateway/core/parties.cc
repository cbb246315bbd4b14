#include "gateway/core/parties.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::core {

absl::Status Parties::Add(Party party) {
  if (party.name.empty()) return absl::InvalidArgumentError("a party needs a name");
  if (party.agencies.empty()) {
    return absl::InvalidArgumentError(StrCat("party ", party.name, " acts for no agency"));
  }
  if (Find(party.name) != nullptr) {
    return absl::InvalidArgumentError(StrCat("party ", party.name, " is there twice"));
  }
  parties_.push_back(std::move(party));
  return absl::OkStatus();
}

const Party* Parties::Find(std::string_view name) const {
  const auto found = std::find_if(parties_.begin(), parties_.end(),
                                  [name](const Party& party) { return party.name == name; });
  return found == parties_.end() ? nullptr : &*found;
}

absl::StatusOr<const Party*> Parties::ForCaller(const Caller& caller) const {
  const bool speaks = caller.kind == CallerKind::kAgency || caller.kind == CallerKind::kLink;
  const Party* party = speaks ? Find(caller.name) : nullptr;
  if (party == nullptr) return CallNotAllowed(caller.name, "change dossiers");
  return party;
}

}  // namespace lienthong::core
