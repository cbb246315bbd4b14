// The portal's calls to the gateway: each is made again until it is answered, in order per dossier,
// a few dossiers at a time, and survives a restart. What was answered otherwise than 0 is kept with
// its answer; the dossier's next call goes on.
#ifndef LIENTHONG_TESTS_RIGS_PORTAL_OUTGOING_H_
#define LIENTHONG_TESTS_RIGS_PORTAL_OUTGOING_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "nlohmann/json.hpp"
#include "tests/rigs/faults/fault_board.h"
#include "tests/rigs/http/client.h"
#include "tests/rigs/http/json.h"
#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/state/state_log.h"
#include "tests/rigs/work/workers.h"

namespace lienthong::rigs::portal {

inline constexpr size_t kWaitingCallsMax = 10'000;
inline constexpr size_t kWaitingBytesMax = 256 << 20;
inline constexpr size_t kOutgoingCallsMax = 200'000;  // ever

struct OutgoingCall {
  int64_t n = 0;  // 1, 2, 3 ...
  int64_t time_ms = 0;
  std::string service;
  std::string dossier;            // MaHoSo
  std::string agency;             // madonvi
  std::string state = "waiting";  // done, refused
  int64_t attempts = 0;
  int http = 0;           // of the last answer; 0: none yet
  nlohmann::json answer;  // of the last answer, null: none yet
};

// Thread-safe.
class Outgoing {
 public:
  using OnDone = std::function<void(const OutgoingCall&)>;

  struct Options {
    http::ClientOptions gateway;
    std::string link;
    uint64_t seed = 0;
  };

  // Makes no call until Start. `now` is wall time in milliseconds; the others outlive it.
  Outgoing(StateLog& state, FaultBoard& faults, const papers::Shelf& shelf,
           std::function<int64_t()> now);

  // Goes on with what waited when the rig was last stopped. `done` is called for each call that was
  // answered 0, on some thread. Returns what is wrong, or "".
  std::string Start(const Options& options, OnDone done);
  bool started() const { return workers_.has_value(); }

  // Returns its n; nothing when too much waits or it could not be kept. `data` may carry content by
  // name (content_by_name.h).
  std::optional<int64_t> Add(const std::string& service, const std::string& dossier,
                             const std::string& agency, const nlohmann::json& data);
  // Once, now, without waiting for others; ends early after EndCallsNow.
  http::Answer CallNow(const std::string& service, const std::string& agency,
                       const nlohmann::json& data);

  void EndCallsNow() { stop_.request_stop(); }

  // {waiting, done, refused: [call], repeated, calls: [call], next}.
  nlohmann::json Page(const http::PageAsked& page) const;
  nlohmann::json Counts() const;

 private:
  struct Kept {
    OutgoingCall call;
    nlohmann::json data;  // null once it was answered
    size_t bytes = 0;
  };

  void Note(OutgoingCall call, nlohmann::json data);
  void Queue(size_t index);
  std::optional<Workers::Wait> Try(size_t index, int worker, const std::stop_token& stop);
  std::optional<Workers::Wait> Settle(size_t index, const http::Answer& answer);
  void End(Kept& kept, const std::string& state);
  std::string BodyOf(const std::string& service, const std::string& agency,
                     const nlohmann::json& data) const;

  StateLog& state_;
  FaultBoard& faults_;
  const papers::Shelf& shelf_;
  const std::function<int64_t()> now_;
  Options options_;
  OnDone done_;
  std::vector<std::unique_ptr<http::Client>> clients_;  // one for each worker
  std::optional<Backoff> backoff_;
  mutable std::mutex mutex_;
  std::deque<Kept> calls_;  // by n - 1
  size_t waiting_ = 0;
  size_t waiting_bytes_ = 0;
  int64_t repeated_ = 0;
  std::stop_source stop_;
  std::optional<Workers> workers_;  // last: its threads use the rest
};

}  // namespace lienthong::rigs::portal

#endif  // LIENTHONG_TESTS_RIGS_PORTAL_OUTGOING_H_
