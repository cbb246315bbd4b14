#include "gateway/service/call_context.h"

#include <algorithm>
#include <chrono>

#include "absl/strings/ascii.h"
#include "gateway/base/errors.h"

namespace lienthong::service {
namespace {

// 00-<32 hexadecimal digits>-<16>-<2>
constexpr size_t kTraceparentBytes = 55;
constexpr size_t kTraceIdBegin = 3;
constexpr size_t kTraceIdBytes = 32;

}  // namespace

absl::StatusOr<absl::Time> DeadlineOf(const grpc::ServerContextBase& context, absl::Time now) {
  const std::chrono::system_clock::time_point deadline = context.deadline();
  if (deadline == std::chrono::system_clock::time_point::max()) return DeadlineMissing();
  return std::min(absl::FromChrono(deadline), now + kCallTimeMax);
}

std::string TraceIdOf(std::string_view traceparent) {
  if (traceparent.size() != kTraceparentBytes || !traceparent.starts_with("00-")) return "";
  if (traceparent[kTraceIdBegin + kTraceIdBytes] != '-') return "";
  std::string id(traceparent.substr(kTraceIdBegin, kTraceIdBytes));
  bool all_zero = true;
  for (const char c : id) {
    const bool lower = c >= 'a' && c <= 'f';
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c)) && !lower) return "";
    all_zero = all_zero && c == '0';
  }
  return all_zero ? "" : id;
}

std::string TraceIdOf(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto header = metadata.find("traceparent");
  if (header == metadata.end()) return "";
  return TraceIdOf(std::string_view(header->second.data(), header->second.size()));
}

}  // namespace lienthong::service
