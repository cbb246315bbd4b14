#ifndef LIENTHONG_ADAPTERS_SDK_SCHEMA_PATH_H_
#define LIENTHONG_ADAPTERS_SDK_SCHEMA_PATH_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/sdk/mapping_plan.h"
#include "google/protobuf/descriptor.h"

namespace lienthong::sdk {

// Dotted paths of a mapping file, looked up in the schema.

// A single field below `message`, reached without passing a list.
absl::StatusOr<Chain> ResolvePath(const google::protobuf::Descriptor& message,
                                  std::string_view path);
// A list of elements with ids below the dossier.
absl::StatusOr<Chain> ResolveListPath(std::string_view path);

// Whether the field or anything it is part of is marked as personal data.
bool IsSensitive(const Chain& chain);
// Whether the gateway alone fills the field.
bool IsGatewayOwned(const google::protobuf::FieldDescriptor& field);

// Whether values of this type can be written for this field.
bool Fits(ValueType type, const google::protobuf::FieldDescriptor& field);
// `text`, `time`, the enum's name …
std::string DescribeKind(const google::protobuf::FieldDescriptor& field);

}  // namespace lienthong::sdk

#endif  // LIENTHONG_ADAPTERS_SDK_SCHEMA_PATH_H_
