#include "gateway/base/trace.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_format.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

// VERSION-TRACE_ID-PARENT_ID-FLAGS: 2, 32, 16 and 2 lower-case hexadecimal digits.
constexpr size_t kTraceIdBegin = 3;
constexpr size_t kTraceIdChars = 32;
constexpr size_t kParentIdBegin = 36;
constexpr size_t kParentIdChars = 16;
constexpr size_t kFlagsBegin = 53;
constexpr size_t kHeaderChars = 55;
constexpr std::string_view kVersion = "00";
constexpr std::string_view kNoVersion = "ff";
// The trace is recorded here, in the journal.
constexpr std::string_view kSampled = "01";

bool IsHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool IsId(std::string_view text) {
  return IsHex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

thread_local std::string current;

}  // namespace

std::string TraceIdOf(std::string_view traceparent) {
  if (traceparent.size() < kHeaderChars) return "";
  const std::string_view version = traceparent.substr(0, kVersion.size());
  if (!IsHex(version) || version == kNoVersion) return "";
  // Later versions may say more, behind another dash.
  if (traceparent.size() > kHeaderChars &&
      (version == kVersion || traceparent[kHeaderChars] != '-')) {
    return "";
  }
  for (const size_t begin : {kTraceIdBegin, kParentIdBegin, kFlagsBegin}) {
    if (traceparent[begin - 1] != '-') return "";
  }
  const std::string_view trace_id = traceparent.substr(kTraceIdBegin, kTraceIdChars);
  if (!IsId(trace_id) || !IsId(traceparent.substr(kParentIdBegin, kParentIdChars))) return "";
  return IsHex(traceparent.substr(kFlagsBegin, 2)) ? std::string(trace_id) : "";
}

std::string NewTraceId(Random& random) {
  const uint64_t high = random.Next();
  const uint64_t low = random.Next();
  return absl::StrFormat("%016x%016x", high, (high | low) == 0 ? 1 : low);
}

std::string TraceparentOf(std::string_view trace_id, std::string_view call) {
  if (trace_id.empty()) return "";
  const std::string name = StrCat(trace_id, "/", call);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest);
  digest[0] |= 1;  // all zeros is no id
  const std::string parent_id = absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), kParentIdChars / 2));
  return StrCat(kVersion, "-", trace_id, "-", parent_id, "-", kSampled);
}

TraceScope::TraceScope(std::string_view traceparent)
    : outer_(std::exchange(
          current, TraceIdOf(traceparent).empty() ? std::string() : std::string(traceparent))) {}

TraceScope::~TraceScope() { current = std::move(outer_); }

std::string_view CurrentTraceparent() { return current; }

std::string_view CurrentTraceId() {
  return current.empty() ? std::string_view()
                         : std::string_view(current).substr(kTraceIdBegin, kTraceIdChars);
}

}  // namespace lienthong
