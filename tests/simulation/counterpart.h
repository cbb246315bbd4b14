#ifndef LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_
#define LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/domain/fields.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "tests/simulation/cast.h"

namespace lienthong::simulation {

// Fields by path; the empty text is a field that was cleared.
using Fields = domain::FieldMap;

// `steps[nv-7].content` -> `steps[].content`.
std::string GenericPath(std::string_view path);

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
    std::vector<StatusSeen> statuses;   // in order of change
    std::vector<std::string> appended;  // ids of steps, as often as they came
    size_t appended_before = 0;  // the gateway's store was restored: what it notes of these is gone
  };

  explicit Counterpart(const Traits& traits) : traits_(traits) {}

  // Whether any system has a place for a field.
  static bool IsShared(std::string_view path);
  // What it makes of a value: cut, rounded, or nothing at all.
  bool Holds(std::string_view path) const;
  std::string Normalised(std::string_view path, std::string_view value) const;
  adapter::v1::Representation Represent(const dossier::v1::Dossier& dossier) const;

  // Its officers. Returns what is stored now.
  std::string Intake(const Fields& fields, const std::string& key = "");
  Fields Edit(const std::string& key, const Fields& changes);

  // Whether a field of a record that is there may still change.
  bool MayUpdate(std::string_view path) const;

  // A delivery that arrived: applied at once or put into the inbox. Where it is dropped, the answer
  // is the same.
  adapter::v1::ItemOutcome Take(const adapter::v1::OutboundItem& item, bool drops = false);
  // Whether a delivery could get lost in it so that only a look at its records can tell.
  bool MayDrop(const adapter::v1::OutboundItem& item) const;
  // A field of a record becomes another, and nobody is told.
  void Alter(const std::string& key, const std::string& path, const std::string& value);
  // Whether it lost or altered a field of a record by itself.
  bool HasDamaged(const std::string& code, const std::string& path) const {
    return damaged_.contains({code, path});
  }
  // Why it takes an item under no circumstances, if so.
  std::optional<adapter::v1::ItemOutcome> Refusal(const adapter::v1::OutboundItem& item);
  bool HasRefused(const std::string& code) const { return refused_codes_.contains(code); }
  // A key that no other record gets, and a record that is made under it.
  std::string IssueKey();
  void Make(const std::string& key, const adapter::v1::OutboundItem& item);
  void WorkInbox();
  bool InboxIsEmpty() const { return inbox_.empty(); }
  // Items of the inbox that were refused after they had been answered.
  const std::vector<adapter::v1::ItemOutcome>& refused_later() const { return refused_later_; }

  // Feed items after a position; a position is the version of the last item taken.
  std::vector<adapter::v1::InboundItem> FeedAfter(int64_t version, int items_max) const;
  int64_t FeedEnd() const { return static_cast<int64_t>(feed_.size()); }
  adapter::v1::InboundItem ReadRecord(const Record& record) const;

  // A report of fields; the empty text reports one as empty.
  static adapter::v1::InboundItem ItemOf(const std::string& key, int64_t version,
                                         const Fields& fields);

  void NoteRestore() {
    for (auto& [key, record] : records_) record.appended_before = record.appended.size();
  }
  const Record* FindByKey(const std::string& key) const;
  const Record* FindByCode(const std::string& code) const;
  const std::map<std::string, Record>& records() const { return records_; }
  const Traits& traits() const { return traits_; }

 private:
  struct FeedEntry {
    std::string key;
    Fields fields;
  };

  Record& Create(const std::string& key);
  void Apply(Record& record, const Fields& changes, bool own);
  void Replace(Record& record, const Fields& all);
  static Fields FieldsOf(const adapter::v1::OutboundItem& item);

  const Traits& traits_;
  std::map<std::string, Record> records_;  // by key
  std::vector<FeedEntry> feed_;            // version = position + 1
  std::vector<adapter::v1::OutboundItem> inbox_;
  std::vector<adapter::v1::ItemOutcome> refused_later_;
  std::set<std::string> delivery_ids_;
  std::set<std::string> refused_codes_;
  std::set<std::pair<std::string, std::string>> damaged_;  // codes and paths
  int keys_issued_ = 0;
};

// The systems of a cast.
class Systems {
 public:
  explicit Systems(const Cast& cast) {
    for (const Traits& traits : cast.systems()) systems_.emplace_back(traits);
  }

  size_t size() const { return systems_.size(); }
  Counterpart& operator[](Side side) { return systems_[side]; }
  const Counterpart& operator[](Side side) const { return systems_[side]; }
  auto begin() const { return systems_.begin(); }
  auto end() const { return systems_.end(); }

 private:
  std::deque<Counterpart> systems_;  // references stay good
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_COUNTERPART_H_
