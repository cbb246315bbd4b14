#include "adapters/sdk/items.h"

#include <utility>

namespace lienthong::sdk {

adapter::v1::InboundItem ToInboundItem(const Mapping& mapping, std::string_view key,
                                       int64_t version, const nlohmann::json& record) {
  adapter::v1::InboundItem item;
  item.set_key(std::string(key));
  item.set_version(version);
  Decoded decoded = mapping.Decode(record);
  if (decoded.error) {
    SetError(item, decoded.error->field(), decoded.error->reason(), record.dump());
  } else if (key.empty()) {
    SetError(item, "", "the record has no key", record.dump());
  } else {
    *item.mutable_dossier() = std::move(decoded.dossier);
    for (std::string& path : decoded.cleared) *item.add_cleared() = std::move(path);
  }
  return item;
}

adapter::v1::InboundItem InterpretJson(
    const adapter::v1::InterpretRequest& request, std::string_view key_name,
    const std::function<adapter::v1::InboundItem(const nlohmann::json&)>& read) {
  const nlohmann::json kept =
      nlohmann::json::parse(request.raw(), nullptr, /*allow_exceptions=*/false);
  adapter::v1::InboundItem item;
  if (kept.is_discarded()) {
    SetError(item, "", "is no JSON", request.raw());
  } else {
    item = read(kept);
  }
  if (!request.key().empty() && item.key() != request.key()) {
    if (!item.has_error()) {
      SetError(item, key_name, "names another dossier than the item did", request.raw());
    }
    item.set_key(request.key());
  }
  item.set_version(request.version());
  return item;
}

void SetError(adapter::v1::InboundItem& item, std::string_view field, std::string_view reason,
              std::string raw) {
  item.clear_dossier();
  item.clear_cleared();
  item.set_raw(std::move(raw));
  item.mutable_error()->set_field(std::string(field));
  item.mutable_error()->set_reason(std::string(reason));
}

adapter::v1::ItemOutcome MakeOutcome(std::string_view delivery_id, adapter::v1::Outcome outcome,
                                     std::string_view field, std::string_view reason) {
  adapter::v1::ItemOutcome made;
  made.set_delivery_id(std::string(delivery_id));
  made.set_outcome(outcome);
  made.set_field(std::string(field));
  made.set_reason(std::string(reason));
  return made;
}

adapter::v1::ItemOutcome Rejected(std::string_view delivery_id,
                                  const adapter::v1::ItemError& error) {
  return MakeOutcome(delivery_id, adapter::v1::OUTCOME_REJECTED, error.field(), error.reason());
}

}  // namespace lienthong::sdk
