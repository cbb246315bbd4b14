#ifndef LIENTHONG_GATEWAY_CTL_JSON_H_
#define LIENTHONG_GATEWAY_CTL_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::ctl {

// Protobuf JSON on one line, with the field names of the schema. `all`: also fields that hold
// nothing, which programs that read counters expect.
std::string ToJson(const google::protobuf::Message& message, bool all = false);
// The same, to be worked on.
nlohmann::ordered_json ToJsonValue(const google::protobuf::Message& message, bool all = false);
std::string Dump(const nlohmann::ordered_json& value);

// InvalidArgument says on which line a text stops being UTF-8, which is all that calls carry.
absl::Status CheckUtf8(const std::string& text);

// A PushDossierRequest, or a bare Dossier put into one. Both spellings of field names are read, in
// `update_mask` also paths of list elements (`steps[nv-7].content`). InvalidArgument names every
// field that is wrong (json_check.h), or the place where the text stops being JSON.
absl::StatusOr<dossier::v1::PushDossierRequest> ParsePush(const std::string& text);

// What ParsePush found to be wrong, with where the text stands: a file, a line of standard input.
absl::Status BadInput(std::string_view place, const absl::Status& status);
absl::Status BadLine(int64_t line, const absl::Status& status);

// The request id of a text that ParsePush refused; empty when it cannot be found.
std::string RequestIdIn(const std::string& text);

// An acknowledgement: request_id, code, receipt_number, revision, sequence, duplicate,
// conflict_paths.
nlohmann::ordered_json AcknowledgementJson(const std::string& request_id,
                                           const dossier::v1::PushDossierResponse& response);

// STATE_OK -> OK: the word alone is what programs compare with.
void DropPrefix(nlohmann::ordered_json& object, const char* key, std::string_view prefix);

// A dead letter, without `raw` where the gateway shows none.
nlohmann::ordered_json LetterJson(const sync::v1::DeadLetter& letter);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_JSON_H_
