#ifndef LIENTHONG_GATEWAY_CTL_SHOW_H_
#define LIENTHONG_GATEWAY_CTL_SHOW_H_

#include <string>
#include <vector>

#include "google/protobuf/timestamp.pb.h"
#include "lienthong/dossier/v1/dossier_service.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::ctl {

// How people see things. Times are Vietnamese wall time.
std::string ShowTime(const google::protobuf::Timestamp& time);
// STATE_RESERVED -> "reserved".
std::string ShowEnum(const std::string& name, const std::string& prefix);

// The portal's own word for a status; empty for none.
std::string StatusInVietnamese(dossier::v1::Status status);

// A field's value as the gateway's calls tell it, where it is a code with what that means:
// `4` of `status` -> `4 (Đang xử lý)`. Other values as they are.
std::string ShowValue(const std::string& path, const std::string& value);

// Key facts, codes, assignments and steps, over several lines.
std::string ShowDossier(const dossier::v1::Dossier& dossier, bool vietnamese = false);

// The cells of a list of dossiers, and how people see them: page by page, so that columns are as
// wide as codes usually are.
std::vector<std::string> ListHead();
std::vector<std::string> ListRow(const dossier::v1::Dossier& dossier);
std::string ListLine(const std::vector<std::string>& cells);
// One line.
std::string ChangeRow(const dossier::v1::Change& change);
// What a table says of a lane in its last column: places, the first few.
std::string LaneNotes(const sync::v1::Lane& lane);

// A few facts and a table: first what has no place, then what lacks codes.
std::string ShowCoverage(const sync::v1::MappingCoverage& coverage);

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_SHOW_H_
