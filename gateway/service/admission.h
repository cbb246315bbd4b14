#ifndef LIENTHONG_GATEWAY_SERVICE_ADMISSION_H_
#define LIENTHONG_GATEWAY_SERVICE_ADMISSION_H_

#include <array>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"

namespace lienthong::service {

// What a call holds while it is worked on.
enum class CallKind {
  kCall,     // unary
  kStream,   // lives long, counted apart so that watchers leave room for calls
  kControl,  // operators' control of the server: goes on while draining
};

// The one place that decides whether there is room for another call. Thread-safe; outlives its
// tickets.
class Admission {
 public:
  struct Limits {
    int calls_max = 256;
    int calls_per_caller_max = 64;
    int streams_max = 512;
    int streams_per_caller_max = 64;
    int control_calls_max = 16;
  };

  // Room for one call, given back by Release or at the end of its life.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Ticket&& other) noexcept;
    Ticket& operator=(Ticket&& other) noexcept;
    ~Ticket() { Release(); }
    void Release();

   private:
    friend class Admission;
    Ticket(Admission* owner, CallKind kind, std::string caller)
        : owner_(owner), kind_(kind), caller_(std::move(caller)) {}

    Admission* owner_ = nullptr;
    CallKind kind_ = CallKind::kCall;
    std::string caller_;
  };

  explicit Admission(const Limits& limits);
  // From now on; what was let in stays in.
  void SetLimits(const Limits& limits);

  // Unavailable DRAINING; ResourceExhausted BUSY, with when to come again.
  absl::StatusOr<Ticket> Admit(const std::string& caller, CallKind kind);

  // From now on only control calls are admitted.
  void StartDraining();
  bool draining() const;
  // Calls and streams that hold a ticket now.
  int in_flight() const;

 private:
  struct Counter {
    int total_max = 0;
    int per_caller_max = 0;
    int total = 0;
    std::map<std::string, int> per_caller;
  };

  Counter& counter(CallKind kind) { return counters_[static_cast<size_t>(kind)]; }
  void GiveBack(CallKind kind, const std::string& caller);

  mutable std::mutex mutex_;
  bool draining_ = false;
  std::array<Counter, 3> counters_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_ADMISSION_H_
