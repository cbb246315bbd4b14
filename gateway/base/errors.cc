#include "gateway/base/errors.h"

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

constexpr std::string_view kLeaseLost = "LEASE_LOST";
constexpr std::string_view kLeaseHeld = "LEASE_HELD";
constexpr std::string_view kPayloadUrl = "lienthong/error-details";

// The payload never leaves the process: texts with their length in front, in a fixed order.
class Writer {
 public:
  void Text(std::string_view text) { StrAppend(out_, text.size(), ":", text); }
  void Count(size_t count) { Text(StrCat(count)); }
  std::string Take() { return std::move(out_); }

 private:
  std::string out_;
};

class Reader {
 public:
  explicit Reader(std::string_view in) : in_(in) {}

  std::string Text() {
    const size_t colon = in_.find(':');
    size_t size = 0;
    if (colon == std::string_view::npos || !absl::SimpleAtoi(ToAbsl(in_.substr(0, colon)), &size) ||
        size > in_.size() - colon - 1) {
      in_ = {};
      return "";
    }
    std::string text(in_.substr(colon + 1, size));
    in_.remove_prefix(colon + 1 + size);
    return text;
  }

  int64_t Number() {
    int64_t number = 0;
    return absl::SimpleAtoi(Text(), &number) ? number : 0;
  }

 private:
  std::string_view in_;
};

absl::Status Make(absl::StatusCode code, std::string_view message, const ErrorDetails& details) {
  return WithDetails(absl::Status(code, ToAbsl(message)), details);
}

ErrorDetails Because(std::string_view reason,
                     std::vector<std::pair<std::string, std::string>> metadata = {}) {
  ErrorDetails details;
  details.reason = std::string(reason);
  details.metadata = std::move(metadata);
  return details;
}

}  // namespace

absl::Status WithDetails(absl::Status status, const ErrorDetails& details) {
  Writer out;
  out.Text(details.reason);
  out.Count(details.metadata.size());
  for (const auto& [key, value] : details.metadata) {
    out.Text(key);
    out.Text(value);
  }
  out.Count(details.fields.size());
  for (const FieldViolation& violation : details.fields) {
    out.Text(violation.field);
    out.Text(violation.description);
  }
  out.Text(details.retry_after.has_value() ? StrCat(absl::ToInt64Microseconds(*details.retry_after))
                                           : "");
  out.Text(details.resource_type);
  out.Text(details.resource_name);
  status.SetPayload(ToAbsl(kPayloadUrl), absl::Cord(out.Take()));
  return status;
}

ErrorDetails DetailsOf(const absl::Status& status) {
  ErrorDetails details;
  const auto payload = status.GetPayload(ToAbsl(kPayloadUrl));
  if (!payload.has_value()) return details;
  const std::string bytes(*payload);
  Reader in(bytes);
  details.reason = in.Text();
  for (int64_t left = in.Number(); left > 0; --left) {
    std::string key = in.Text();
    details.metadata.emplace_back(std::move(key), in.Text());
  }
  for (int64_t left = in.Number(); left > 0; --left) {
    std::string field = in.Text();
    details.fields.push_back({std::move(field), in.Text()});
  }
  int64_t retry_us = 0;
  if (absl::SimpleAtoi(in.Text(), &retry_us)) details.retry_after = absl::Microseconds(retry_us);
  details.resource_type = in.Text();
  details.resource_name = in.Text();
  return details;
}

absl::Status FieldsInvalid(std::vector<FieldViolation> fields) {
  const std::string message = absl::StrJoin(fields, "; ", [](std::string* out, const auto& field) {
    StrAppend(*out, field.field, ": ", field.description);
  });
  ErrorDetails details = Because("FIELD_INVALID");
  details.fields = std::move(fields);
  return Make(absl::StatusCode::kInvalidArgument, message, details);
}

absl::Status FieldInvalid(std::string_view field, std::string_view problem) {
  return FieldsInvalid({{std::string(field), std::string(problem)}});
}

absl::Status RequestIdReused(std::string_view request_id) {
  ErrorDetails details = Because("REQUEST_ID_REUSED", {{"request_id", std::string(request_id)}});
  details.fields = {{"request_id", "was used for another request; make a new UUID"}};
  return Make(absl::StatusCode::kInvalidArgument,
              StrCat("request_id ", request_id,
                     " was used before with another body; send the first body again, or "
                     "make a new UUID for the new one"),
              details);
}

absl::Status PageTokenInvalid(std::string_view problem) {
  ErrorDetails details = Because("PAGE_TOKEN_INVALID");
  details.fields = {{"page_token", std::string(problem)}};
  return Make(absl::StatusCode::kInvalidArgument,
              StrCat("page_token: ", problem, "; start again without a token"), details);
}

absl::Status CallerUnknown(std::string_view problem) {
  return Make(absl::StatusCode::kUnauthenticated, StrCat("caller not known: ", problem),
              Because("CALLER_UNKNOWN"));
}

absl::Status NotShared(std::string_view code, std::string_view type) {
  ErrorDetails details = Because("NOT_SHARED", {{"code", std::string(code)}});
  details.resource_type = std::string(type);
  details.resource_name = std::string(code);
  return Make(absl::StatusCode::kPermissionDenied,
              StrCat(type, " ", code, " does not exist or is not shared with the caller"), details);
}

absl::Status CallNotAllowed(std::string_view caller, std::string_view method,
                            std::string_view why) {
  return Make(absl::StatusCode::kPermissionDenied,
              StrCat(caller, " may not call ", method, why.empty() ? "" : ": ", why),
              Because("CALL_NOT_ALLOWED",
                      {{"caller", std::string(caller)}, {"method", std::string(method)}}));
}

absl::Status NotFound(std::string_view type, std::string_view name) {
  ErrorDetails details = Because(StrCat(absl::AsciiStrToUpper(ToAbsl(type)), "_UNKNOWN"),
                                 {{"name", std::string(name)}});
  details.resource_type = std::string(type);
  details.resource_name = std::string(name);
  return Make(absl::StatusCode::kNotFound, StrCat("no ", type, " is called ", name), details);
}

absl::Status CodeTaken(std::string_view code, std::string_view case_id) {
  ErrorDetails details =
      Because("CODE_TAKEN", {{"code", std::string(code)}, {"case_id", std::string(case_id)}});
  details.resource_type = "code";
  details.resource_name = std::string(code);
  return Make(absl::StatusCode::kAlreadyExists,
              StrCat("code ", code, " already belongs to another dossier; case ", case_id),
              details);
}

absl::Status RevisionStale(std::string_view code, int64_t expected, int64_t stored) {
  return Make(absl::StatusCode::kAborted,
              StrCat("dossier ", code, " is at revision ", stored, ", not ", expected,
                     "; read it again, then decide again"),
              Because("REVISION_STALE", {{"code", std::string(code)},
                                         {"expected_revision", StrCat(expected)},
                                         {"revision", StrCat(stored)}}));
}

absl::Status DossierVoid(std::string_view code) {
  return Make(absl::StatusCode::kFailedPrecondition,
              StrCat("dossier ", code, " was voided and takes no more changes"),
              Because("DOSSIER_VOID", {{"code", std::string(code)}}));
}

absl::Status DossierEnded(std::string_view code) {
  return Make(absl::StatusCode::kFailedPrecondition,
              StrCat("dossier ", code, " has come to its end; what it was accepted for stays"),
              Because("DOSSIER_ENDED", {{"code", std::string(code)}}));
}

absl::Status DossierJoined(std::string_view code, std::string_view survivor) {
  return Make(absl::StatusCode::kFailedPrecondition,
              StrCat("dossier ", code, " was joined into ", survivor, "; change that one"),
              Because("DOSSIER_JOINED",
                      {{"code", std::string(code)}, {"survivor", std::string(survivor)}}));
}

absl::Status ReservationClosed(std::string_view id, std::string_view state) {
  return Make(absl::StatusCode::kFailedPrecondition,
              StrCat("reservation ", id, " is ", state, "; reserve a new number"),
              Because("RESERVATION_CLOSED",
                      {{"reservation_id", std::string(id)}, {"state", std::string(state)}}));
}

absl::Status TokenTooOld(int64_t oldest_sequence) {
  return Make(absl::StatusCode::kOutOfRange,
              StrCat("the token is older than the oldest kept journal entry ", oldest_sequence,
                     "; read everything again, then start without a token"),
              Because("JOURNAL_COMPACTED", {{"oldest_sequence", StrCat(oldest_sequence)}}));
}

absl::Status EpochChanged(int64_t token_epoch, int64_t store_epoch) {
  return Make(absl::StatusCode::kOutOfRange,
              StrCat("the token is of epoch ", token_epoch, ", the store was restored to epoch ",
                     store_epoch, "; read everything again, then start without a token"),
              Because("STORE_RESTORED",
                      {{"token_epoch", StrCat(token_epoch)}, {"epoch", StrCat(store_epoch)}}));
}

absl::Status Busy(std::string_view what, absl::Duration retry_after) {
  ErrorDetails details = Because("BUSY", {{"what", std::string(what)}});
  details.retry_after = retry_after;
  return Make(absl::StatusCode::kResourceExhausted,
              StrCat(what, "; try again in ", absl::FormatDuration(retry_after)), details);
}

absl::Status Draining() {
  return Make(absl::StatusCode::kUnavailable,
              "the gateway is stopping; send the same call again to another or after its restart",
              Because("DRAINING"));
}

absl::Status LeaseLost(std::string_view link) {
  return Make(absl::StatusCode::kAborted,
              StrCat("link ", link, " is not this gateway's any more: another one took it"),
              Because(kLeaseLost, {{"link", std::string(link)}}));
}

absl::Status LeaseHeld(std::string_view link, absl::Duration retry_after) {
  ErrorDetails details = Because(kLeaseHeld, {{"link", std::string(link)}});
  details.retry_after = retry_after;
  return Make(absl::StatusCode::kUnavailable,
              StrCat("another gateway holds link ", link, " for the next ",
                     absl::FormatDuration(retry_after)),
              details);
}

bool IsLeaseLost(const absl::Status& status) { return DetailsOf(status).reason == kLeaseLost; }
bool IsLeaseHeld(const absl::Status& status) { return DetailsOf(status).reason == kLeaseHeld; }

absl::Status DeadlineMissing() {
  return Make(absl::StatusCode::kInvalidArgument, "the call has no deadline; set one",
              Because("DEADLINE_MISSING"));
}

absl::Status StoreCorrupt(std::string_view what) {
  return Make(absl::StatusCode::kDataLoss, StrCat("the store is damaged: ", what),
              Because("STORE_CORRUPT"));
}

}  // namespace lienthong
