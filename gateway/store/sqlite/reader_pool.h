#ifndef LIENTHONG_GATEWAY_STORE_SQLITE_READER_POOL_H_
#define LIENTHONG_GATEWAY_STORE_SQLITE_READER_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/sqlite/connection.h"
#include "gateway/store/store.h"

namespace lienthong::store {

// A few connections that only read. Each read is one statement and so one short snapshot: a reader
// that stays keeps the write-ahead log from being emptied. Thread-safe.
class ReaderPool final {
 public:
  static absl::StatusOr<std::unique_ptr<ReaderPool>> Open(const std::string& path, int readers);

  absl::StatusOr<Row> Get(Table table, const Values& key);
  absl::StatusOr<std::vector<Row>> Read(const Scan& scan);
  absl::StatusOr<int64_t> Count(const Scan& scan);

  // Lets the reads under way end, then calls `work` while no other begins.
  void WhileIdle(const std::function<void()>& work);

 private:
  ReaderPool() = default;
  // Waits for a free connection: at most for the reads under way, which are short.
  absl::Status With(const std::function<absl::Status(Connection&)>& work);

  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> free_;
  size_t readers_ = 0;
  bool paused_ = false;
};

}  // namespace lienthong::store

#endif  // LIENTHONG_GATEWAY_STORE_SQLITE_READER_POOL_H_
