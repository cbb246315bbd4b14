// The city's records and its feed: every version of every record, in the order in which they were
// made.
//
// PhienBan numbers versions over all records, 1, 2, 3 ...; a record's own PhienBan is that of its
// last change. Every accepted write is a version, also one that changes nothing. Silent changes
// (Tamper, Insert) make no version: the feed does not show them until the record's next write, the
// record itself shows them at once.
//
// Thread-safe. Texts returned are JSON.
#ifndef LIENTHONG_TESTS_RIGS_CITY_RECORDS_H_
#define LIENTHONG_TESTS_RIGS_CITY_RECORDS_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/city/check.h"
#include "tests/rigs/city/merge.h"
#include "tests/rigs/city/snapshot.h"
#include "tests/rigs/state/state_file.h"

namespace lienthong::rigs::city {

inline constexpr size_t kVersionsMax = 5'000'000;
inline constexpr size_t kRecordBytesMax = 4 << 20;
inline constexpr size_t kPageBytesMax = 16 << 20;  // a page ends early rather than grow over it
inline constexpr size_t kInventoryPageItems = 200;
inline constexpr size_t kSumsPageItems = 2000;

struct Refusal {
  int status;               // 400, 404, 409, 500
  std::string description;  // Vietnamese
  nlohmann::json result;    // null, or what helps the caller
};

template <typename T>
using Outcome = std::variant<T, Refusal>;

// A record by IdHoSo or, when that is empty, by MaHoSo.
struct RecordName {
  std::string id;
  std::string code;
};

struct Saved {
  std::string id;
  int64_t version = 0;
  int texts_cut = 0;
};

class Records {
 public:
  // `now` is wall time in milliseconds.
  explicit Records(std::function<int64_t()> now);

  // Replays `path` and keeps it up to date from here on; before any other call. Returns what is
  // wrong, or "".
  std::string OpenState(const std::string& path);

  Outcome<Saved> Create(nlohmann::json record, LongText long_text);
  Outcome<Saved> Patch(const RecordName& name, std::optional<int64_t> seen_version,
                       nlohmann::json patch, LongText long_text);
  // Silent and unchecked.
  Outcome<Saved> Tamper(const RecordName& name, const nlohmann::json& patch,
                        const std::vector<ElementName>& remove);
  Outcome<Saved> Insert(const nlohmann::json& record);

  Outcome<std::string> Detail(const RecordName& name) const;  // {PhienBan, HoSo}
  std::string Changes(int64_t after, size_t limit) const;     // {DanhSach, PhienBanCuoi, ConTiep}
  // As if it were a patch, but nothing is kept.
  Outcome<Saved> Pretend(const RecordName& name, nlohmann::json patch, LongText long_text) const;

  // {DanhSach, ConTiep}; of one agency, unless none is named.
  std::string Inventory(std::string_view day, size_t page, std::string_view agency = "") const;
  // The same of days and agencies, in their order, summed up; from and to a day, where named.
  std::string Sums(std::string_view from, std::string_view to, std::string_view agency,
                   size_t page) const;
  std::string Page(int64_t after, size_t limit) const;  // {records, next}

  size_t records() const;
  size_t versions() const;

 private:
  struct Record {
    std::string id;
    std::string code;
    std::string day;  // yyyyMMdd, where the inventory lists it
    std::string agency;
    std::string digest;
    int64_t version = 0;
    Snapshot current;
  };
  struct Version {
    size_t record;
    Snapshot snapshot;
  };
  // One line of the state file.
  struct Act {
    std::string kind;  // create patch tamper insert
    size_t record;     // index; that of a new one is records_.size()
    int64_t time_ms;
    nlohmann::json change;
    std::vector<ElementName> remove;
  };

  std::optional<size_t> Find(const RecordName& name) const;
  Outcome<Saved> Write(const Act& act);
  std::string Replay(const nlohmann::json& line);
  Outcome<Saved> Apply(const Act& act, bool keep);
  nlohmann::json ToLine(const Act& act) const;
  void Rename(size_t index, const std::string& code, bool take_over);

  const std::function<int64_t()> now_;
  mutable std::mutex mutex_;
  StateFile state_;
  SnapshotPool pool_;
  std::deque<Record> records_;
  std::deque<Version> versions_;
  std::unordered_map<std::string, size_t> by_id_;
  std::unordered_map<std::string, size_t> by_code_;
};

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_RECORDS_H_
