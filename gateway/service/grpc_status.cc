#include "gateway/service/grpc_status.h"

#include <string>
#include <string_view>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "google/rpc/error_details.pb.h"

namespace lienthong::service {
namespace {

constexpr char kDomain[] = "lienthong.gateway";
constexpr absl::Duration kRetryAfterDefault = absl::Seconds(1);
constexpr size_t kDescriptionBytesMax = 512;
// A trailer must fit the 8 KiB of metadata that clients take, its message written as %XX included.
constexpr size_t kTrailerFieldsBytesMax = 2000;
constexpr size_t kStreamFieldsBytesMax = 64 * 1024;

// Cuts between characters, so that the text stays UTF-8.
std::string Cut(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end));
}

bool IsOurFault(absl::StatusCode code) {
  return code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown;
}

bool IsWorthRepeating(absl::StatusCode code) {
  return code == absl::StatusCode::kUnavailable || code == absl::StatusCode::kResourceExhausted;
}

void AddErrorInfo(const absl::Status& status, const ErrorDetails& details,
                  google::rpc::Status& out) {
  google::rpc::ErrorInfo info;
  info.set_domain(kDomain);
  info.set_reason(details.reason.empty() ? absl::StatusCodeToString(status.code())
                                         : details.reason);
  for (const auto& [key, value] : details.metadata) (*info.mutable_metadata())[key] = value;
  out.add_details()->PackFrom(info);
}

void AddBadRequest(const ErrorDetails& details, size_t bytes_max, google::rpc::Status& out) {
  if (details.fields.empty()) return;
  google::rpc::BadRequest bad;
  for (const FieldViolation& field : details.fields) {
    auto* violation = bad.add_field_violations();
    violation->set_field(field.field);
    violation->set_description(Cut(field.description, kDescriptionBytesMax));
    if (bad.ByteSizeLong() <= bytes_max) continue;
    const size_t left = details.fields.size() - bad.field_violations_size() + 1;
    violation->set_field("*");
    violation->set_description(StrCat(left, " more bad fields; correct these first"));
    break;
  }
  out.add_details()->PackFrom(bad);
}

void AddRetryInfo(const absl::Status& status, const ErrorDetails& details,
                  google::rpc::Status& out) {
  if (!details.retry_after.has_value() && !IsWorthRepeating(status.code())) return;
  const absl::Duration delay = details.retry_after.value_or(kRetryAfterDefault);
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(delay));
  retry.mutable_retry_delay()->set_nanos(static_cast<int>(
      absl::ToInt64Nanoseconds(delay - absl::Seconds(absl::ToInt64Seconds(delay)))));
  out.add_details()->PackFrom(retry);
}

void AddResourceInfo(const ErrorDetails& details, google::rpc::Status& out) {
  if (details.resource_name.empty()) return;
  google::rpc::ResourceInfo resource;
  resource.set_resource_type(details.resource_type);
  resource.set_resource_name(details.resource_name);
  out.add_details()->PackFrom(resource);
}

google::rpc::Status OurFault(const absl::Status& status) {
  const std::string id = Random::System().Uuid();
  LogError("internal_error", {{"id", id}, {"status", status.ToString()}});
  google::rpc::Status out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(StrCat("a fault of the gateway; its log has more under ", id));
  ErrorDetails details;
  details.reason = "INTERNAL";
  details.metadata = {{"id", id}};
  AddErrorInfo(status, details, out);
  return out;
}

google::rpc::Status Translate(const absl::Status& status, size_t fields_bytes_max) {
  if (IsOurFault(status.code())) return OurFault(status);
  google::rpc::Status out;
  if (status.ok()) return out;
  out.set_code(static_cast<int>(status.code()));
  out.set_message(Cut(ToStd(status.message()), kMessageBytesMax));
  const ErrorDetails details = DetailsOf(status);
  AddErrorInfo(status, details, out);
  AddBadRequest(details, fields_bytes_max, out);
  AddRetryInfo(status, details, out);
  AddResourceInfo(details, out);
  return out;
}

}  // namespace

google::rpc::Status ToRpc(const absl::Status& status) {
  return Translate(status, kStreamFieldsBytesMax);
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status rpc = Translate(status, kTrailerFieldsBytesMax);
  return {static_cast<grpc::StatusCode>(rpc.code()), rpc.message(), rpc.SerializeAsString()};
}

}  // namespace lienthong::service
