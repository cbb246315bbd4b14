#ifndef LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_
#define LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/domain/fields.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"

namespace lienthong::simulation {

// Fields by path; the empty text is a field that was cleared.
using Fields = domain::FieldMap;

// `steps[nv-7].content` -> `steps[].content`.
std::string GenericPath(std::string_view path);

// What a counterpart's software is like, as it would be declared.
struct Traits {
  std::string name;                    // "city"
  std::string prefix;                  // of the element ids that its officers make: "tp-"
  std::string key_prefix;              // of its own keys: "TP-"
  bool takes_in_later = false;         // deliveries go to an inbox that a worker empties
  bool whole_records = false;          // its feed carries whole records, else only what changed
  std::set<std::string> not_held;      // generic paths that it has no place for
  std::map<std::string, size_t> cuts;  // generic path -> longest text that it keeps
};

const Traits& City();
const Traits& District();

// The software of one counterpart: its records, its officers' edits, its feed, its inbox. No fault
// is in here; those are of the way to it.
class Counterpart {
 public:
  struct StatusSeen {
    std::string status;
    bool own = false;  // by its own officers
  };
  struct Record {
    std::string key;
    int64_t version = 0;
    Fields fields;
    std::vector<StatusSeen> statuses;  // in order of change
  };

  explicit Counterpart(const Traits& traits) : traits_(traits) {}

  // What it makes of a value: cut, rounded, or nothing at all.
  bool Holds(std::string_view path) const;
  std::string Normalised(std::string_view path, std::string_view value) const;
  adapter::v1::Representation Represent(const dossier::v1::Dossier& dossier) const;

  // Its officers. Returns what is stored now.
  std::string Intake(const Fields& fields);
  Fields Edit(const std::string& key, const Fields& changes);

  // A delivery that arrived: applied at once or put into the inbox.
  adapter::v1::ItemOutcome Take(const adapter::v1::OutboundItem& item);
  void WorkInbox();
  bool InboxIsEmpty() const { return inbox_.empty(); }

  // Feed items after a position; a position is the version of the last item taken.
  std::vector<adapter::v1::InboundItem> FeedAfter(int64_t version, int items_max) const;
  int64_t FeedEnd() const { return static_cast<int64_t>(feed_.size()); }
  adapter::v1::InboundItem ReadRecord(const Record& record) const;

  const Record* FindByKey(const std::string& key) const;
  const Record* FindByCode(const std::string& code) const;
  const std::map<std::string, Record>& records() const { return records_; }
  const Traits& traits() const { return traits_; }

 private:
  struct FeedEntry {
    std::string key;
    Fields fields;
  };

  Record& Create();
  void Apply(Record& record, const Fields& changes, bool own);
  static Fields FieldsOf(const adapter::v1::OutboundItem& item);
  static adapter::v1::InboundItem ItemOf(const std::string& key, int64_t version,
                                         const Fields& fields);

  const Traits& traits_;
  std::map<std::string, Record> records_;  // by key
  std::vector<FeedEntry> feed_;            // version = position + 1
  std::vector<adapter::v1::OutboundItem> inbox_;
  std::set<std::string> delivery_ids_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_
