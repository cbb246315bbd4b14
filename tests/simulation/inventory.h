#ifndef LIENTHONG_TESTS_SIMULATION_INVENTORY_H_
#define LIENTHONG_TESTS_SIMULATION_INVENTORY_H_

#include <string>

#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "tests/simulation/counterpart.h"

namespace lienthong::simulation {

// What a system says that it holds. Its own ids of a dossier are none of what is compared.
//
// 16 bytes that are the same for records that say the same.
std::string DigestOf(const dossier::v1::Dossier& represented);
// Sums by agency and day.
adapter::v1::InventoryReply SumUp(const Counterpart& counterpart);
// A page of the records of one agency and day.
adapter::v1::InventoryReply List(const Counterpart& counterpart,
                                 const adapter::v1::InventoryRequest& request);

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_INVENTORY_H_
