#ifndef LIENTHONG_GATEWAY_CATALOGUE_ENTRY_H_
#define LIENTHONG_GATEWAY_CATALOGUE_ENTRY_H_

#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "lienthong/catalogue/v1/agency.pb.h"
#include "lienthong/catalogue/v1/calendar.pb.h"
#include "lienthong/catalogue/v1/procedure.pb.h"

namespace lienthong::catalogue {

namespace pb = catalogue::v1;

// The lists of the catalogue, as they are named in the store.
inline constexpr std::string_view kKinds[] = {"agency",  "unit",     "procedure",
                                              "mapping", "calendar", "grant"};

inline constexpr std::string_view kAgencyNamespace = "agency";
inline constexpr std::string_view kUnitNamespace = "nso";

// Names one entry. `name_space` is never empty; a mapping has its level there, a grant who may act.
struct Key {
  std::string kind;
  std::string name_space;
  std::string code;  // folded
  std::string valid_from;

  bool operator==(const Key& other) const = default;
  bool operator<(const Key& other) const {
    return std::tie(kind, name_space, code, valid_from) <
           std::tie(other.kind, other.name_space, other.code, other.valid_from);
  }
};

// In the order of kKinds.
using Entry = std::variant<pb::Agency, pb::AdministrativeUnit, pb::Procedure, pb::ProcedureMapping,
                           pb::WorkingCalendar, pb::ActingGrant>;
using Entries = std::map<Key, Entry>;

Key KeyOf(const Entry& entry);
const google::protobuf::Message& MessageOf(const Entry& entry);
// Last day, empty = open.
std::string ValidUntil(const Entry& entry);
// `H29.X05 from 2025-07-01`.
std::string InWords(const Key& key);

// An entry of that kind from its bytes. DataLoss when they are none.
absl::StatusOr<Entry> ParseEntry(std::string_view kind, const std::string& bytes);

// Days are texts "2025-07-01", which are ordered as the days are.
inline bool HoldsOn(std::string_view from, std::string_view until, std::string_view day) {
  return from <= day && (until.empty() || day <= until);
}
// Of a day that ParseDay takes.
std::string DayAfter(std::string_view day);
std::string DayBefore(std::string_view day);

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_ENTRY_H_
