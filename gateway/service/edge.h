#ifndef LIENTHONG_GATEWAY_SERVICE_EDGE_H_
#define LIENTHONG_GATEWAY_SERVICE_EDGE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/base/clock.h"
#include "gateway/base/executor.h"
#include "gateway/base/random.h"
#include "gateway/core/acting.h"
#include "gateway/core/context.h"
#include "gateway/service/admission.h"
#include "gateway/service/authenticator.h"
#include "grpcpp/server_context.h"

namespace lienthong::service {

// A method by its full name, e.g. {DossierService::service_full_name(), "PushDossier"}.
struct Method {
  std::string_view service;
  std::string_view name;
};

// A call that has ended, however it did.
struct EndedCall {
  Method method;
  std::string_view caller;  // "agency", "portal", "operator"; "unknown"
  absl::StatusCode code;
  absl::Duration took;
};
// Told of every call, once, from any thread; must be cheap.
using CallObserver = std::function<void(const EndedCall&)>;

// Tells the observer, and the log, how a call ended: what End was told first, else that it was
// cancelled.
class CallWatch {
 public:
  CallWatch() = default;
  CallWatch(const CallObserver& observer, const Clock& clock, const Method& method);
  CallWatch(CallWatch&& other) noexcept;
  CallWatch& operator=(CallWatch&& other) noexcept;
  ~CallWatch() { End(absl::StatusCode::kCancelled); }

  void SetCaller(core::CallerKind kind);
  void SetTrace(std::string trace_id) { trace_id_ = std::move(trace_id); }
  void End(absl::StatusCode code);

 private:
  void LogEnd() const;

  const CallObserver* observer_ = nullptr;  // null: it is told, or there is nobody to tell
  const Clock* clock_ = nullptr;
  EndedCall ended_ = {};
  std::string trace_id_;
  absl::Time begun_;
};

// A call that was let in.
struct Call {
  core::RequestContext context;
  Admission::Ticket ticket;
  CallWatch watch;
};

// The gate that every call passes: who calls, may they, is there a deadline, is there room. In that
// order, and before anything of the request is looked at. Thread-safe; what it is made of outlives
// it.
class Edge {
 public:
  // Null `acts_for`: each for itself alone. Null `observer`: nobody is told. `random` is for traces
  // that begin here.
  Edge(const Authenticator& authenticator, Admission& admission, Executor& executor,
       const Clock& clock, core::ActsFor acts_for = nullptr, CallObserver observer = nullptr,
       Random& random = Random::System())
      : authenticator_(authenticator),
        admission_(admission),
        executor_(executor),
        clock_(clock),
        acts_for_(std::move(acts_for)),
        observer_(std::move(observer)),
        random_(random) {}

  absl::StatusOr<Call> Enter(const grpc::CallbackServerContext& context, const Method& method,
                             CallKind kind) const;

  // Only who calls and whether they may: for answers that must come also when there is no room. The
  // watch is told who; the caller ends it.
  absl::StatusOr<core::Caller> Know(const grpc::CallbackServerContext& context,
                                    const Method& method, CallWatch& watch) const;
  CallWatch Watch(const Method& method) const { return {observer_, clock_, method}; }

  // Whether somebody still waits: a call may have waited long for its turn.
  absl::Status StillWanted(const grpc::CallbackServerContext& context,
                           const core::RequestContext& call) const;

  // What a call gets when the executor's line is full.
  static absl::Status Full();

  Executor& executor() const { return executor_; }
  const Clock& clock() const { return clock_; }

 private:
  const Authenticator& authenticator_;
  Admission& admission_;
  Executor& executor_;
  const Clock& clock_;
  absl::Status LetIn(const grpc::CallbackServerContext& context, const Method& method,
                     CallKind kind, Call& call) const;

  const core::ActsFor acts_for_;
  const CallObserver observer_;
  Random& random_;
};

}  // namespace lienthong::service

#endif  // LIENTHONG_GATEWAY_SERVICE_EDGE_H_
