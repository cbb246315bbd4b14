#ifndef LIENTHONG_GATEWAY_SERVICE_STREAM_HUB_H_
#define LIENTHONG_GATEWAY_SERVICE_STREAM_HUB_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/store/store.h"

namespace lienthong::service {

// A stream as the hub knows it. Calls come from the hub's thread and must not wait.
class HubStream {
 public:
  virtual ~HubStream() = default;
  // At least every kHubTick; `journal_moved` when something was committed since the last call.
  virtual void OnTick(absl::Time now, bool journal_moved) = 0;
  // The server stops: end with Unavailable once what was accepted is answered.
  virtual void OnDrain() = 0;
};

inline constexpr absl::Duration kHubTick = absl::Milliseconds(100);

// One thread that waits for the journal on behalf of every stream, and asks all of them to end.
// Thread-safe.
class StreamHub {
 public:
  // Both outlive the hub.
  StreamHub(const store::Store& store, const Clock& clock);
  ~StreamHub();
  StreamHub(const StreamHub&) = delete;
  StreamHub& operator=(const StreamHub&) = delete;

  // Follows the stream for as long as it lives.
  void Add(const std::shared_ptr<HubStream>& stream);
  // Ends every stream, and those that come later.
  void Drain();

 private:
  void Loop();
  std::vector<std::shared_ptr<HubStream>> Living();

  const store::Store& store_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool draining_ = false;
  std::vector<std::weak_ptr<HubStream>> streams_;
  std::thread thread_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_STREAM_HUB_H_
