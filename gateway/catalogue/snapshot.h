#ifndef LIENTHONG_GATEWAY_CATALOGUE_SNAPSHOT_H_
#define LIENTHONG_GATEWAY_CATALOGUE_SNAPSHOT_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/catalogue/entry.h"
#include "gateway/domain/calendar.h"
#include "lienthong/catalogue/v1/catalogue_service.pb.h"

namespace lienthong::catalogue {

inline constexpr int kLevelsMax = 16;            // of agencies above each other
inline constexpr int kSuccessionStepsMax = 256;  // entries that one agency's work went through

// The whole catalogue at one version: agencies, units, procedures, mappings, calendars and grants,
// and every question to them by code and day. Immutable, thread-safe; pointers live as long as it.
//
// Days are texts, "2025-07-01". Codes are compared without regard to case, those of agencies in
// both orders of their levels. A succession has no circle: who takes over is looked up on the day
// after the end, so each step leads to an entry that ends later, even under the same code.
class Snapshot {
 public:
  // Of entries that Problems has nothing against. What the entries have no calendar for is taken
  // from the shipped ones. InvalidArgument when a calendar is none.
  static absl::StatusOr<Snapshot> Make(Entries entries, int64_t version);
  Snapshot(Snapshot&&) = default;

  int64_t version() const { return version_; }
  const Entries& entries() const { return entries_; }

  // The entry behind a code: on the day, or with an empty day the only one it ever had. NotFound
  // UNKNOWN_CODE; FailedPrecondition AMBIGUOUS_CODE, which names the periods.
  absl::StatusOr<const pb::Agency*> FindAgency(std::string_view code, std::string_view day,
                                               std::string_view name_space = "") const;
  absl::StatusOr<const pb::AdministrativeUnit*> FindUnit(std::string_view code,
                                                         std::string_view day,
                                                         std::string_view name_space = "") const;

  // Who has its work on that day: itself, or its successors, followed to their end. In order of
  // codes, each once; empty when it ended without any.
  std::vector<const pb::Agency*> Current(const pb::Agency& agency, std::string_view day) const;
  std::vector<const pb::AdministrativeUnit*> Current(const pb::AdministrativeUnit& unit,
                                                     std::string_view day) const;

  // Whether a number may be issued under its code: not before its beginning nor after its end. The
  // catalogue need not know every agency; what it does not know may.
  bool MayIssue(std::string_view agency, std::string_view day) const;
  // Whether an agency of this code ended before the day; another one may have the code by now.
  bool HasEnded(std::string_view agency, std::string_view day) const;
  // For whom an agency may act on that day, by grants.
  std::vector<std::string> ActsFor(std::string_view agency, std::string_view day) const;

  // Its own calendar's id, else its parent's, at last `vn`.
  std::string CalendarOf(std::string_view agency, std::string_view day) const;
  // Null: there is none of that id.
  const domain::Calendar* FindCalendar(std::string_view id) const;
  const domain::WorkingCalendars& calendars() const { return calendar_data_; }

  // The procedure that a code means on a day. A mapping reviewed for the level comes first, then
  // one for all levels, then the code itself. UNKNOWN_CODE; AMBIGUOUS_CODE when only mappings of
  // certain levels know it and no level was given.
  struct FoundProcedure {
    const pb::Procedure* procedure = nullptr;
    const pb::ProcedureMapping* mapping = nullptr;  // null: none led to it
  };
  absl::StatusOr<FoundProcedure> FindProcedure(std::string_view code, std::string_view day,
                                               pb::Level level = pb::LEVEL_UNSPECIFIED) const;
  // What was added, amended, replaced and repealed from one day to another, both counted; by day
  // and code.
  std::vector<pb::ProcedureChange> ProcedureChanges(std::string_view from,
                                                    std::string_view until) const;

 private:
  using Place = std::pair<std::string, std::string>;  // list and folded code
  template <typename T>
  using Index = std::map<Place, std::vector<const T*>>;

  Snapshot() = default;
  void IndexEntries();
  absl::Status MakeCalendars();
  const pb::Procedure* ProcedureOn(std::string_view code, std::string_view day) const;

  int64_t version_ = 0;
  Entries entries_;
  Index<pb::Agency> agencies_;
  Index<pb::AdministrativeUnit> units_;
  std::map<std::string, std::vector<const pb::Procedure*>> procedures_;       // by valid_from
  std::map<std::string, std::vector<const pb::ProcedureMapping*>> mappings_;  // by `from`
  domain::WorkingCalendars calendar_data_;
  std::map<std::string, domain::Calendar, std::less<>> calendars_;
};

}  // namespace lienthong::catalogue

#endif  // LIENTHONG_GATEWAY_CATALOGUE_SNAPSHOT_H_
