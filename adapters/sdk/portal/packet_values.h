#ifndef LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_VALUES_H_
#define LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_VALUES_H_

#include <string>
#include <string_view>

#include "adapters/sdk/mapping_plan.h"
#include "adapters/sdk/portal/packet_plan.h"
#include "adapters/sdk/portal/packets.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk::portal {

// A value that came in, brought to the one form in which the portal writes such a field: numbers to
// texts, `1` and `"true"` to "True", blanks around codes and dates away. What cannot be brought
// there stays as it is and is refused by FromWire.
nlohmann::json Normalized(const FieldPlan& plan, const nlohmann::json& value);

// The id of a list's element in its field, or "".
std::string IdOf(const google::protobuf::Message& element,
                 const google::protobuf::FieldDescriptor& id);
// The element of a dossier's list with this id, or null.
const google::protobuf::Message* FindElement(const dossier::v1::Dossier& dossier,
                                             const ListPacketPlan& list, std::string_view id);
// Whether a tombstone is set.
bool IsRemoved(const google::protobuf::Message& element,
               const google::protobuf::FieldDescriptor* removed);
// "Not said", which is no value of an enum.
bool IsUnsaid(const FieldPlan& plan, const google::protobuf::Message& holder);

// The other side's id of an element, and back.
std::string WireId(std::string_view id, const ElementIds& ids);
std::string ReadId(std::string_view told, const ElementIds& ids);

adapter::v1::ItemError MakeError(std::string_view field, std::string_view reason);
adapter::v1::Loss MakeLoss(std::string_view path, std::string_view description);

// `DanhSachLePhi[2].Gia`, `fees[p-2].amount_vnd`.
std::string PlaceName(std::string_view list, size_t position);
std::string ElementPath(std::string_view list, std::string_view id);
std::string Below(std::string_view name, std::string_view key);

}  // namespace lienthong::sdk::portal

#endif  // LIENTHONG_ADAPTERS_SDK_PORTAL_PACKET_VALUES_H_
