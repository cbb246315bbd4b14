#include "adapters/district/pg_pool.h"

#include <algorithm>
#include <utility>

namespace lienthong::adapters::district {

PgPool::PgPool(PgConnection::Options options, int connections, const Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  for (int i = 0; i < connections; ++i) {
    connections_.push_back(std::make_unique<PgConnection>(options_, clock));
    idle_.push_back(connections_.back().get());
  }
}

PgPool::Lease::~Lease() {
  if (connection_ != nullptr) pool_->GiveBack(connection_);
}

PgPool::Lease PgPool::Borrow(absl::Time deadline) {
  std::unique_lock lock(mutex_);
  while (idle_.empty()) {
    const absl::Duration left = deadline - clock_.Now();
    if (left <= absl::ZeroDuration()) return Lease(this, nullptr);
    freed_.wait_for(lock, absl::ToChronoMilliseconds(std::min(left, absl::Seconds(60))) +
                              std::chrono::milliseconds(1));
  }
  // The one used last: the others may rest, and be closed by the far side, without being missed.
  PgConnection* connection = idle_.back();
  idle_.pop_back();
  return Lease(this, connection);
}

void PgPool::GiveBack(PgConnection* connection) {
  if (connection->dirty()) connection->Close();
  {
    const std::lock_guard lock(mutex_);
    idle_.push_back(connection);
  }
  freed_.notify_one();
}

void PgPool::CloseIdle() {
  const std::lock_guard lock(mutex_);
  for (PgConnection* connection : idle_) connection->Close();
}

}  // namespace lienthong::adapters::district
