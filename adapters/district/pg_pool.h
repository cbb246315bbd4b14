#ifndef LIENTHONG_ADAPTERS_DISTRICT_PG_POOL_H_
#define LIENTHONG_ADAPTERS_DISTRICT_PG_POOL_H_

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "absl/time/time.h"
#include "adapters/district/pg_connection.h"
#include "gateway/base/clock.h"

namespace lienthong::adapters::district {

// A fixed number of connections, opened when first needed and kept. Thread-safe.
class PgPool {
 public:
  // `clock` outlives the pool.
  PgPool(PgConnection::Options options, int connections, const Clock& clock);
  PgPool(const PgPool&) = delete;
  PgPool& operator=(const PgPool&) = delete;

  // A connection for the time of one call; it is given back when the lease ends, and closed first
  // when a transaction was left open on it.
  class Lease {
   public:
    Lease(PgPool* pool, PgConnection* connection) : pool_(pool), connection_(connection) {}
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;

    // False when none became free by the deadline.
    explicit operator bool() const { return connection_ != nullptr; }
    PgConnection* operator->() const { return connection_; }
    PgConnection& operator*() const { return *connection_; }

   private:
    PgPool* const pool_;
    PgConnection* const connection_;
  };
  Lease Borrow(absl::Time deadline);
  // Closes the connections that nobody holds.
  void CloseIdle();

 private:
  void GiveBack(PgConnection* connection);

  const PgConnection::Options options_;
  const Clock& clock_;
  std::vector<std::unique_ptr<PgConnection>> connections_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<PgConnection*> idle_;
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_PG_POOL_H_
