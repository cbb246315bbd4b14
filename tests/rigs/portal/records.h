// The dossiers that the portal holds: per dossier its record, the progress lines in the order in
// which they came, and what a citizen submitted. The portal never compares: a record is replaced
// as it comes, a line that comes twice stands twice.
//
// Thread-safe. Every write is one line of the state file, made before it shows.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_RECORDS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_RECORDS_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::portal {

inline constexpr size_t kPageBytesMax = 16 << 20;  // a page ends early rather than grow over it

enum class Wrote { kDone, kExists, kMissing, kNotKept };

// Something for one dossier: members to set, or a progress line.
struct ForDossier {
  std::string code;
  std::string id;  // IdHoSo, which must be the dossier's; empty: not asked for
  nlohmann::json json;
};

class Records {
 public:
  // `state` outlives it.
  explicit Records(StateLog& state);

  // `born`: what was submitted here, {madonvi, SoBienNhan, HoSo}, or null.
  Wrote Create(const std::string& code, const nlohmann::json& record,
               const nlohmann::json& born = nullptr);
  Wrote Replace(const std::string& code, const nlohmann::json& record);
  // All or none.
  Wrote Update(const std::vector<ForDossier>& changes);
  Wrote Append(const std::vector<ForDossier>& lines);
  // The number that the gateway gave a dossier submitted here.
  void SetReceipt(const std::string& code, const std::string& receipt);

  // Unchecked: members are set, TienDo among them, list elements removed by place.
  struct Place {
    std::string list;
    size_t index;
  };
  Wrote Tamper(const std::string& code, const nlohmann::json& members,
               const std::vector<Place>& remove);
  Wrote Insert(const nlohmann::json& record);

  // Without progress; the first that was made with this code.
  std::optional<nlohmann::json> Find(const std::string& code) const;
  // The agency to which it was submitted; empty when it was not submitted here.
  std::string AgencyOf(const std::string& code) const;
  // {records: [record with TienDo and Nop], next}.
  std::string Page(int64_t after, size_t limit) const;
  void ForEach(const std::function<void(const nlohmann::json& record)>& visit) const;

  size_t records() const;
  size_t progress() const;

 private:
  struct Record {
    nlohmann::json fields;
    std::vector<std::string> lines;  // JSON
    nlohmann::json born;
  };

  Record* Find(const ForDossier& target);
  bool HasAll(const std::vector<ForDossier>& targets);
  Wrote Write(const nlohmann::json& act);
  void Apply(const nlohmann::json& act);
  void Add(const std::string& code, Record record);

  StateLog& state_;
  mutable std::mutex mutex_;
  std::deque<Record> records_;
  std::unordered_map<std::string, size_t> by_code_;
  size_t progress_ = 0;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_RECORDS_H_
