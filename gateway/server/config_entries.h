#ifndef LIENTHONG_GATEWAY_SERVER_CONFIG_ENTRIES_H_
#define LIENTHONG_GATEWAY_SERVER_CONFIG_ENTRIES_H_

#include <map>
#include <string>
#include <string_view>

#include "google/protobuf/message.h"
#include "lienthong/admin/v1/admin_service.pb.h"
#include "lienthong/config/v1/config.pb.h"

namespace lienthong {

// A configuration as keys with values, e.g. `links[0].objective_seconds`, without those that are
// not set.
using ConfigEntries = std::map<std::string, std::string, std::less<>>;
ConfigEntries EntriesOf(const google::protobuf::Message& message);

// Whether a change of a key is taken over while the gateway runs.
bool IsReloadable(std::string_view key);

// Both side by side, by key. What is secret is compared and not shown.
google::protobuf::RepeatedPtrField<admin::v1::Configuration::Entry> CompareEntries(
    const config::v1::GatewayConfig& running, const config::v1::GatewayConfig& file);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_CONFIG_ENTRIES_H_
