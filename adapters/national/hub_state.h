#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_STATE_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_STATE_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lienthong::adapters::national {

// What the gateway keeps for a dossier between the calls that make one delivery to the hub: each
// part is durable there and must not be made twice.
struct HubState {
  std::string code;  // MaHoSo from GetNextValue
  std::string id;    // IdHoSo, once the hub has the dossier
  // IdTepTin of the papers' contents that are there, by their SHA-256.
  std::map<std::string, std::string, std::less<>> uploads;
  // Since when papers are waited for; InfiniteFuture: they are not.
  absl::Time waiting_since = absl::InfiniteFuture();
};

std::string WriteHubState(const HubState& state);
// An empty text is a new state. InvalidArgument when it is none of ours.
absl::StatusOr<HubState> ReadHubState(std::string_view text);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_STATE_H_
