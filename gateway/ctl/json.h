#ifndef LIENTHONG_GATEWAY_CTL_JSON_H_
#define LIENTHONG_GATEWAY_CTL_JSON_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::ctl {

// Protobuf JSON on one line, with the field names of the schema. `all`: also fields that hold
// nothing, which programs that read counters expect.
std::string ToJson(const google::protobuf::Message& message, bool all = false);
// The same, to be worked on.
nlohmann::ordered_json ToJsonValue(const google::protobuf::Message& message, bool all = false);
std::string Dump(const nlohmann::ordered_json& value);

// A PushDossierRequest, or a bare Dossier put into one. Both spellings of field names are read, in
// `update_mask` also paths of list elements (`steps[nv-7].content`). InvalidArgument names every
// field that is wrong (json_check.h), or the place where the text stops being JSON.
absl::StatusOr<dossier::v1::PushDossierRequest> ParsePush(const std::string& text);

// The request id of a text that ParsePush refused; empty when it cannot be found.
std::string RequestIdIn(const std::string& text);

// An acknowledgement: request_id, code, receipt_number, revision, sequence, duplicate,
// conflict_paths.
nlohmann::ordered_json AcknowledgementJson(const std::string& request_id,
                                           const dossier::v1::PushDossierResponse& response);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_JSON_H_
