#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_PACKETS_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_PACKETS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "adapters/sdk/mapping.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

// The ministry hub's packets (generation 2). Pure functions; errors name the hub's field.

// IdTepTin by the SHA-256 of the content.
using Uploads = std::map<std::string, std::string, std::less<>>;

// The two ids of a dossier at the hub.
struct HubIds {
  std::string id;    // IdHoSo
  std::string code;  // MaHoSo
};

// NoiHoSo: makes the dossier. Papers without an upload come without content.
sdk::Encoded EncodeHubRecord(const dossier::v1::Dossier& dossier, const std::string& code,
                             const Uploads& uploads);
// CapNhatTrangThai: one list of one state. Fees and results travel with statuses 5, 6 and 9 only.
sdk::Encoded EncodeHubStatus(const dossier::v1::Dossier& dossier, const HubIds& ids,
                             const Uploads& uploads);
bool CarriesLists(dossier::v1::Status status);
// CapNhatTienTrinh: one line. `status` is the dossier's, for a step that carries none.
sdk::Encoded EncodeHubStep(const dossier::v1::Step& step, const HubIds& ids,
                           dossier::v1::Status status);

// The hub's three ways of writing a time: "2026-11-21 08:30:00" in a dossier,
// "2026-11-21T08:30:00.000+07:00" in a progress line (and 20261121 within a code).
std::string HubDateTime(absl::Time time);
std::string HubInstant(absl::Time time);

// LoaiDoiTuong of generation 2, which is another list than generation 1's; nothing for a kind that
// the hub has no code for.
std::optional<int> HubKind(dossier::v1::ApplicantKind kind);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_PACKETS_H_
