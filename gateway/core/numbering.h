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
#include "gateway/store/store.h"

namespace lienthong::core {

// Gives out dossier codes and internal ids.
//
// A code is unique by the index of aliases, not by anything here; what is here keeps many intakes
// of one agency from tripping over each other. The numbers of a series go out in order under its
// lock, each write set expecting the series row as the set before it leaves it; they reach the
// committer in that order, so they all hold, and when one fails those behind it fail too and are
// numbered again. So there are no gaps. Thread-safe.
class Numbering {
 public:
  // A number and what must be written with it.
  struct Allocation {
    std::string code;
    store::Condition condition;
    store::Mutation mutation;
  };

  // Calls `submit` with the next code of an agency's day. `submit` must hand the set to the store
  // before it returns and must not call back into this series.
  absl::Status Allocate(store::Store& store, std::string_view agency, std::string_view day,
                        const std::function<void(Allocation)>& submit);
  // A set with a number of this series was not committed: the next one reads the store again.
  void Invalidate(std::string_view agency, std::string_view day);

  // An internal id that no dossier has. Ids increase; gaps do not matter.
  absl::StatusOr<int64_t> NextDossierId(const store::Store& store);

 private:
  struct Series {
    std::mutex mutex;
    bool loaded = false;
    int64_t version = 0;
    int64_t last_serial = 0;
  };
  using Key = std::pair<std::string, std::string>;

  Series& Find(const Key& key);
  absl::Status Load(const store::Store& store, const Key& key, Series& series);
  // The next serial whose code nobody has; brings `series` up to date when it was behind.
  absl::StatusOr<int64_t> FindFree(const store::Store& store, const Key& key, Series& series);
  bool TakeStale(const Key& key);

  std::mutex mutex_;  // guards the maps and next_id_, not the series
  std::map<Key, std::unique_ptr<Series>> series_;
  std::set<Key> stale_;
  int64_t next_id_ = 0;
};

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_NUMBERING_H_
