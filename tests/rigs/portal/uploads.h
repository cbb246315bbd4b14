// What was uploaded to the hub: its id, name, size and digest. The content itself is not kept.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_UPLOADS_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_UPLOADS_H_

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::portal {

struct UploadedFile {
  std::string id;  // IdTepTin
  std::string name;
  int64_t bytes = 0;
  std::string sha256;
};

// Thread-safe.
class Uploads {
 public:
  // `state` outlives it.
  explicit Uploads(StateLog& state);

  // Returns its id, or "" when it could not be kept.
  std::string Add(const std::string& name, int64_t bytes, const std::string& sha256);
  std::optional<UploadedFile> Find(const std::string& id) const;
  // [{IdTepTin, name, bytes, HashTepTin}] in the order in which they came.
  nlohmann::json List() const;
  size_t count() const;

 private:
  void Note(UploadedFile file);

  StateLog& state_;
  mutable std::mutex mutex_;
  std::vector<UploadedFile> files_;
  std::unordered_map<std::string, size_t> by_id_;
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_UPLOADS_H_
