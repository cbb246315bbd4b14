#ifndef LIENTHONG_GATEWAY_HTTP_CONNECTION_TABLE_H_
#define LIENTHONG_GATEWAY_HTTP_CONNECTION_TABLE_H_

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "absl/time/time.h"

namespace lienthong::http {

class Connection;

// The connections that are open: how many, of whom, and how they are told to end. Thread-safe.
class ConnectionTable {
 public:
  ConnectionTable(int connections_max, int per_peer_max)
      : connections_max_(connections_max), per_peer_max_(per_peer_max) {}

  // False, and nothing is added, when there is no room.
  bool Add(const std::shared_ptr<Connection>& connection, const std::string& peer);
  // Called by the connection's own end.
  void Remove(const Connection* connection, const std::string& peer);

  // From now on `draining` holds. Calls `tell` with each that is open, without a lock.
  void Drain(const std::function<void(const std::shared_ptr<Connection>&)>& tell);
  bool draining() const;
  // Whether all have ended before the time was over.
  bool AwaitEmpty(absl::Duration timeout);
  int size() const;

 private:
  const int connections_max_;
  const int per_peer_max_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<const Connection*, std::weak_ptr<Connection>> open_;
  std::map<std::string, int> per_peer_;
  bool draining_ = false;
};

}  // namespace lienthong::http

#endif  // LIENTHONG_GATEWAY_HTTP_CONNECTION_TABLE_H_
