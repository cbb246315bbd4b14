#ifndef LIENTHONG_GATEWAY_SERVER_YAML_MESSAGE_H_
#define LIENTHONG_GATEWAY_SERVER_YAML_MESSAGE_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace lienthong {

// Where each value stands: path ("links[0].name", "" = the whole) -> line, 1-based.
using ValueLines = std::map<std::string, int, std::less<>>;

// Fills a message from YAML by its descriptor: messages and maps are keys with values, repeated
// fields are lists. InvalidArgument with a line "FILE:LINE: PATH: expected …" for each thing that
// is not so: an unknown key, a key given twice, a value of the wrong type. All else is read. When
// it is no YAML, or no map, that alone is said and `lines` stays empty.
absl::Status ReadYamlMessage(std::string_view file, std::string_view yaml,
                             google::protobuf::Message& message, ValueLines& lines);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_YAML_MESSAGE_H_
