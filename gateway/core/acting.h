#ifndef LIENTHONG_GATEWAY_CORE_ACTING_H_
#define LIENTHONG_GATEWAY_CORE_ACTING_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/core/context.h"

namespace lienthong::core {

// For which agencies else an agency may act now, by dated grants. Null: each for itself alone.
using ActsFor = std::function<std::vector<std::string>(const std::string& agency)>;

// The caller of one call, with all agencies that it may act for now.
inline Caller Acting(Caller caller, const ActsFor& acts_for) {
  if (acts_for == nullptr || caller.kind != CallerKind::kAgency) return caller;
  const std::vector<std::string> own = caller.agencies;
  for (const std::string& agency : own) {
    for (std::string& other : acts_for(agency)) caller.agencies.push_back(std::move(other));
  }
  return caller;
}

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_ACTING_H_
