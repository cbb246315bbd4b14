#ifndef LIENTHONG_ADAPTERS_CITY_RECORDS_H_
#define LIENTHONG_ADAPTERS_CITY_RECORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "adapters/city/wire.h"
#include "adapters/sdk/mapping.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::city {

// The platform's results as the adapter's messages. Pure functions; no I/O.

namespace pb = ::lienthong::adapter::v1;

// One record of the city. A record that cannot be understood gives an item with an error, the
// record as it came, and its key where that can be read.
pb::InboundItem ToItem(const sdk::Mapping& mapping, const nlohmann::json& record, int64_t version);

// As ToItem, of a record that was kept.
pb::InboundItem InterpretRecord(const sdk::Mapping& mapping, const pb::InterpretRequest& request);

// ResultObject of the reads. Internal when it is not what was agreed: then nothing in it
// counts.
absl::StatusOr<pb::PullReply> ToPullReply(const sdk::Mapping& mapping, const nlohmann::json& result,
                                          int64_t after);
absl::StatusOr<pb::InboundItem> ToDetail(const sdk::Mapping& mapping, const nlohmann::json& result);
// An entry's digest may be missing, where the platform gives none.
absl::StatusOr<pb::InventoryReply> ToInventory(const nlohmann::json& result, int64_t page);
absl::StatusOr<pb::InventoryReply> ToSums(const nlohmann::json& result, int64_t page);

// MaBam of a record, 16 bytes: README.md defines it.
std::string RecordDigest(const nlohmann::json& record);

// The body of CapNhat for an encoded record; an empty key makes a new one.
std::string UpdateBody(const std::string& key, const nlohmann::json& record);

// What became of one item, from the answer to its CapNhat.
pb::ItemOutcome ToOutcome(const pb::OutboundItem& item, const Answer& answer);

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_ADAPTERS_CITY_RECORDS_H_
