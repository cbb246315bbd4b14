#ifndef LIENTHONG_ADAPTERS_NATIONAL_HUB_INBOUND_H_
#define LIENTHONG_ADAPTERS_NATIONAL_HUB_INBOUND_H_

#include <string>
#include <vector>

#include "adapters/sdk/portal/procedures.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

// NoiHoSo as the hub sends it to us: a dossier that was handed in there. Its code is the hub's and
// becomes the dossier's; its key is IdHoSo. Lenient and pure, as inbound_calls.h. `agency` is who
// shall receive it where the body does not say so; `procedures` gives the names that it leaves out.
adapter::v1::InboundItem ReadHubSubmission(const nlohmann::json& record, const std::string& agency,
                                           const sdk::portal::Procedures& procedures);
// As UnusedInSubmission of inbound_calls.h.
std::vector<std::string> UnusedInHubSubmission(const nlohmann::json& record);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_HUB_INBOUND_H_
