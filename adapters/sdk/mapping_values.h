#ifndef LIENTHONG_ADAPTERS_SDK_MAPPING_VALUES_H_
#define LIENTHONG_ADAPTERS_SDK_MAPPING_VALUES_H_

#include <string>
#include <string_view>

#include "adapters/sdk/mapping_plan.h"
#include "google/protobuf/message.h"
#include "nlohmann/json.hpp"

namespace lienthong::sdk {

// Single values between a message and a JSON record.

// The message that holds the chain's last field: null when it, or one above it, is not set; made
// when not there.
const google::protobuf::Message* FindHolder(const google::protobuf::Message& message,
                                            const Chain& chain);
google::protobuf::Message* MakeHolder(google::protobuf::Message& message, const Chain& chain);

struct WireValue {
  nlohmann::json value;
  std::string problem;  // not empty: there is no such value there
  std::string loss;     // not empty: how the value was changed
};
// The field's value, which is set in `holder`.
WireValue ToWire(const FieldPlan& plan, const TimeFormat& times,
                 const google::protobuf::Message& holder);

// Sets the field in `holder`. Returns what is wrong with `value`, or nothing.
std::string FromWire(const FieldPlan& plan, const TimeFormat& times, const nlohmann::json& value,
                     google::protobuf::Message& holder);

// A JSON value that says "empty".
bool IsEmpty(const nlohmann::json& value);
// What the system takes for an element's id.
bool IsElementId(std::string_view text);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_MAPPING_VALUES_H_
