#ifndef LIENTHONG_GATEWAY_CORE_NUMBERING_H_
#define LIENTHONG_GATEWAY_CORE_NUMBERING_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "gateway/domain/number_pattern.h"
#include "gateway/store/store.h"

namespace lienthong::core {

// What numbers depend on beside the store.
struct NumberingRules {
  domain::NumberPatterns patterns = {};
  // Whether an agency still issues numbers of a day; null: each does.
  std::function<bool(std::string_view agency, absl::CivilDay day)> may_issue = {};
  // Other codes that an agency has or had; null: none are known.
  std::function<std::vector<std::string>(std::string_view agency)> other_codes = {};
};

// A restored store does not know what was given out after the backup. Series of days up to so long
// after the restore are closed until an operator says how far they were (OpenSeries).
inline constexpr int kClosedDaysAhead = 7;

// The last day that the restore with this epoch closed.
absl::CivilDay LastClosedDay(int64_t store_epoch);

// FAILED_PRECONDITION `SERIES_CLOSED`: nothing is numbered in this series before it is opened.
absl::Status SeriesClosed(std::string_view agency, absl::CivilDay day);
bool IsSeriesClosed(const absl::Status& status);
// FAILED_PRECONDITION `AGENCY_ENDED`.
absl::Status AgencyEnded(std::string_view agency, absl::CivilDay day);

// The row of a series: the last serial given out, and the store's epoch then.
struct SeriesRow {
  int64_t version = 0;
  int64_t last_serial = 0;
  int64_t epoch = 0;

  bool IsClosed(int64_t store_epoch, absl::CivilDay day) const;
};
absl::StatusOr<SeriesRow> ReadSeries(const store::Store& store, std::string_view agency,
                                     absl::CivilDay day);
store::Mutation PutSeries(std::string_view agency, absl::CivilDay day, int64_t last_serial,
                          int64_t epoch);

// Gives out dossier codes and internal ids.
//
// A code is unique by the index of aliases, not by anything here; what is here keeps many intakes
// of one agency from tripping over each other. The numbers of a series go out in order under its
// lock, each write set expecting the series row as the set before it leaves it; they reach the
// committer in that order, so they all hold, and when one fails those behind it fail too and are
// numbered again. So there are no gaps. Thread-safe.
class Numbering {
 public:
  explicit Numbering(NumberingRules rules = {}) : rules_(std::move(rules)) {}
  const NumberingRules& rules() const { return rules_; }

  // Numbers and what must be written with them.
  struct Allocation {
    std::string code;                // the first
    std::vector<std::string> codes;  // all, in order
    store::Condition condition;
    store::Mutation mutation;
  };

  // Calls `submit` with the next `count` codes of an agency's day. `submit` must hand the set to
  // the store before it returns and must not call back into this series. SeriesClosed, AgencyEnded.
  absl::Status Allocate(store::Store& store, std::string_view agency, absl::CivilDay day,
                        const std::function<void(Allocation)>& submit, int count = 1);
  // A set with a number of this series was not committed: the next one reads the store again.
  void Invalidate(std::string_view agency, absl::CivilDay day);

  // An internal id that no dossier has. Ids increase; gaps do not matter.
  absl::StatusOr<int64_t> NextDossierId(const store::Store& store);

 private:
  struct Series {
    std::mutex mutex;
    bool loaded = false;
    SeriesRow row;
  };
  using Key = std::pair<std::string, absl::CivilDay>;

  Series& Find(const Key& key);
  // The next serial whose code nobody has; brings `row` up to date when it was behind.
  absl::StatusOr<int64_t> FindFree(const store::Store& store, const Key& key, SeriesRow& row);
  bool TakeStale(const Key& key);

  const NumberingRules rules_;
  std::mutex mutex_;  // guards the maps and next_id_, not the series
  std::map<Key, std::unique_ptr<Series>> series_;
  std::set<Key> stale_;
  int64_t next_id_ = 0;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_NUMBERING_H_
