#include "gateway/http/connection_table.h"

#include <vector>

namespace lienthong::http {

bool ConnectionTable::Add(const std::shared_ptr<Connection>& connection, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  if (draining_ || static_cast<int>(open_.size()) >= connections_max_) return false;
  int& of_peer = per_peer_[peer];
  if (of_peer >= per_peer_max_) return false;
  ++of_peer;
  open_.emplace(connection.get(), connection);
  return true;
}

void ConnectionTable::Remove(const Connection* connection, const std::string& peer) {
  const std::lock_guard lock(mutex_);
  if (open_.erase(connection) == 0) return;
  const auto of_peer = per_peer_.find(peer);
  if (--of_peer->second == 0) per_peer_.erase(of_peer);
  if (open_.empty()) changed_.notify_all();
}

void ConnectionTable::Drain(const std::function<void(const std::shared_ptr<Connection>&)>& tell) {
  std::vector<std::shared_ptr<Connection>> all;
  {
    const std::lock_guard lock(mutex_);
    draining_ = true;
    for (const auto& [key, connection] : open_) {
      if (auto alive = connection.lock()) all.push_back(std::move(alive));
    }
  }
  for (const auto& connection : all) tell(connection);
}

bool ConnectionTable::draining() const {
  const std::lock_guard lock(mutex_);
  return draining_;
}

bool ConnectionTable::AwaitEmpty(absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                           [this] { return open_.empty(); });
}

int ConnectionTable::size() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(open_.size());
}

}  // namespace lienthong::http
