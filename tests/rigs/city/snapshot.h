// Whole records as of every version, kept small: a record's JSON text is cut into one piece per
// field and per list element, and equal pieces are stored once. A version then costs its changed
// pieces and one pointer for each other.
//
// Not thread-safe. Pieces live as long as their pool.
#ifndef LIENTHONG_TESTS_RIGS_CITY_SNAPSHOT_H_
#define LIENTHONG_TESTS_RIGS_CITY_SNAPSHOT_H_

#include <string>
#include <unordered_set>
#include <vector>

#include "nlohmann/json.hpp"

namespace lienthong::rigs::city {

class Snapshot {
 public:
  size_t bytes() const;
  void AppendTo(std::string& text) const;
  nlohmann::json ToJson() const;

 private:
  friend class SnapshotPool;
  std::vector<const std::string*> pieces_;
};

class SnapshotPool {
 public:
  SnapshotPool() = default;
  SnapshotPool(const SnapshotPool&) = delete;
  SnapshotPool& operator=(const SnapshotPool&) = delete;

  Snapshot Take(const nlohmann::json& record);
  size_t pieces() const { return pieces_.size(); }

 private:
  const std::string* Keep(std::string piece);

  std::unordered_set<std::string> pieces_;
};

}  // namespace lienthong::rigs::city

#endif  // LIENTHONG_TESTS_RIGS_CITY_SNAPSHOT_H_
