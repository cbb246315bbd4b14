#ifndef LIENTHONG_ADAPTERS_SDK_ITEMS_H_
#define LIENTHONG_ADAPTERS_SDK_ITEMS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "adapters/sdk/mapping.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk {

// The items that every adapter makes. Pure functions.

// What the counterpart reports. A record that the mapping does not understand, or one without a
// key, gives an item with an error and the record as it came.
adapter::v1::InboundItem ToInboundItem(const Mapping& mapping, std::string_view key,
                                       int64_t version, const nlohmann::json& record);
// Interpret, where kept items are JSON: `read` is what makes an item of one. What is no JSON, and
// what speaks of another dossier than the item did, by `key_name`, is the item's error.
adapter::v1::InboundItem InterpretJson(
    const adapter::v1::InterpretRequest& request, std::string_view key_name,
    const std::function<adapter::v1::InboundItem(const nlohmann::json&)>& read);
// Makes an item one that could not be understood.
void SetError(adapter::v1::InboundItem& item, std::string_view field, std::string_view reason,
              std::string raw);

adapter::v1::ItemOutcome MakeOutcome(std::string_view delivery_id, adapter::v1::Outcome outcome,
                                     std::string_view field = "", std::string_view reason = "");
// For a value that Encode has no code for.
adapter::v1::ItemOutcome Rejected(std::string_view delivery_id,
                                  const adapter::v1::ItemError& error);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_ITEMS_H_
