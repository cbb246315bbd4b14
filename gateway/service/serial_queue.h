#ifndef LIENTHONG_GATEWAY_SERVICE_SERIAL_QUEUE_H_
#define LIENTHONG_GATEWAY_SERVICE_SERIAL_QUEUE_H_

#include <deque>
#include <functional>
#include <mutex>

namespace lienthong::service {

// Runs what was added one after another, in the order added, never two at once and never within
// each other. A stream decides under its lock what to do (Add) and does it after letting go of the
// lock (Drain): gRPC may answer from within a Start… call, and no call may follow Finish.
// Thread-safe.
class SerialQueue {
 public:
  void Add(std::function<void()> step);
  // Returns when the queue is empty or another thread runs it.
  void Drain();

 private:
  std::mutex mutex_;
  std::deque<std::function<void()>> steps_;
  bool running_ = false;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_SERIAL_QUEUE_H_
