#ifndef LIENTHONG_GATEWAY_BASE_TRACE_H_
#define LIENTHONG_GATEWAY_BASE_TRACE_H_

#include <string>
#include <string_view>

#include "gateway/base/random.h"

namespace lienthong {

// W3C Trace Context: one id that a change keeps in every system it passes.

// Name of the header, on HTTP and as gRPC metadata.
inline constexpr std::string_view kTraceparent = "traceparent";

// The trace id of a `traceparent` header, 32 hexadecimal digits; empty when it is malformed, and
// then a new trace begins.
std::string TraceIdOf(std::string_view traceparent);

// A trace that begins here.
std::string NewTraceId(Random& random);

// The header for a call that belongs to a trace. The same `call` has the same parent id, so that
// one that is made again is known as the same. Empty where the trace is.
std::string TraceparentOf(std::string_view trace_id, std::string_view call);

// What this thread does until the scope ends belongs to a trace: log lines carry its id, and HTTP
// calls to counterparts the header. A header that is empty or malformed ends the trace around it.
class TraceScope {
 public:
  explicit TraceScope(std::string_view traceparent);
  ~TraceScope();
  TraceScope(const TraceScope&) = delete;
  TraceScope& operator=(const TraceScope&) = delete;

 private:
  std::string outer_;
};

// Of the innermost scope of this thread; empty outside of all.
std::string_view CurrentTraceparent();
std::string_view CurrentTraceId();

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_TRACE_H_
