#ifndef LIENTHONG_GATEWAY_STORE_TABLES_H_
#define LIENTHONG_GATEWAY_STORE_TABLES_H_

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace lienthong::store {

// A plaintext column. Bodies are sealed; these columns are the closed list of what is not.
using Value = std::variant<int64_t, std::string>;
using Values = std::vector<Value>;

// Every table the gateway keeps. Stores interpret the descriptions below and know nothing else of
// them: a new table is one entry here and none in any store.
enum class Table : uint8_t {
  kMeta,         // name -> small facts (store epoch, next dossier id, tree head)
  kDossier,      // the dossier as it is now
  kAlias,        // any code of any system -> dossier; unique for ever
  kJournal,      // committed changes in commit order; written only through WriteSet::journal
  kRequest,      // outcome of a request id
  kReservation,  // numbers on their way to a dossier
  kLane,         // one dossier on one link
  kLink,         // what a link remembers
  kDeadLetter,   // items that wait for a person
  kConflict,     // proposals that differ from what the owner says
  kSeries,       // last serial of an agency's day
  kContent,      // papers' content that is kept as files
  kFetch,        // papers whose content is to be fetched
  kAdopted,      // what a caller's software has said and was told, beside its own changes
  kEarly,        // items from counterparts whose dossier is not known yet
  kAct,          // what operators did to dead letters and conflicts, for ever
  kSettled,      // conflicts that are closed; kConflict holds the open ones only
  kTask,         // what people have to do at a counterpart by hand
  kNotice,       // what the people at a party are told
  kRun,          // comparisons of both sides of a link
  kFinding,      // what they have found
  kCatalogue,    // agencies, units, procedures, calendars: dated entries
  kDue,          // open dossiers by what is due next
  kDefect,       // what is missing or odd about dossiers
  kBlock,        // numbers leased to counters that work without the gateway
  kCollision,    // codes that two sides claim
  kDispatch,     // dossiers whose agency ended and that wait for a person to name the next
  kFingerprint,  // what two dossiers of one case would have in common, as keyed digests
  kSuspect,      // pairs of dossiers that may be one case
};
inline constexpr int kTableCount = 29;

struct ColumnDescription {
  std::string_view name;
  bool is_text;
};

// An index over columns, by position. Scans walk one index in ascending order.
struct IndexDescription {
  std::string_view name;
  std::span<const int> columns;
};

// The first `key_columns` columns are the primary key (index 0 of every scan); `indexes` are 1, 2 …
struct TableDescription {
  Table table;
  std::string_view name;
  std::span<const ColumnDescription> columns;
  int key_columns;
  std::span<const IndexDescription> indexes;
};

// The description of each table; see tables.cc for the columns and why each is in plain text.
const TableDescription& Describe(Table table);

// A row: its columns, its version (0 = absent; every change raises it) and its body.
struct Row {
  Values columns = {};
  int64_t version = 0;
  std::string body = {};
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_TABLES_H_
