#ifndef LIENTHONG_GATEWAY_BASE_ERRORS_H_
#define LIENTHONG_GATEWAY_BASE_ERRORS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace lienthong {

// One bad field of a request: where it stands, and what is wrong with it. Never holds the value of
// a personal field.
struct FieldViolation {
  std::string field;
  std::string description;
};

// What a caller can react to, attached to an absl::Status. service/ turns it into google.rpc
// details.
struct ErrorDetails {
  std::string reason;                                         // UPPER_SNAKE, stable for ever
  std::vector<std::pair<std::string, std::string>> metadata;  // dynamic parts of the message
  std::vector<FieldViolation> fields;
  std::optional<absl::Duration> retry_after;
  std::string resource_type;
  std::string resource_name;
};

// Attaches details to a status, and reads them back (empty reason when there are none).
absl::Status WithDetails(absl::Status status, const ErrorDetails& details);
ErrorDetails DetailsOf(const absl::Status& status);

// The only place that makes reasons. Never rename one.
//
// Unavailable: send the same call again. Aborted: read again, then decide again.
// FailedPrecondition: nothing helps until someone changes the dossier.
absl::Status FieldsInvalid(std::vector<FieldViolation> fields);               // FIELD_INVALID
absl::Status FieldInvalid(std::string_view field, std::string_view problem);  // FIELD_INVALID
absl::Status RequestIdReused(std::string_view request_id);                    // REQUEST_ID_REUSED
absl::Status PageTokenInvalid(std::string_view problem);                      // PAGE_TOKEN_INVALID
absl::Status CallerUnknown(std::string_view problem);                         // CALLER_UNKNOWN
// Also for what does not exist: whoever may not see cannot tell the two apart. `type` is what was
// asked for, e.g. "series".
absl::Status NotShared(std::string_view code, std::string_view type = "dossier");  // NOT_SHARED
absl::Status CallNotAllowed(std::string_view caller, std::string_view method,
                            std::string_view why = "");                   // CALL_NOT_ALLOWED
absl::Status NotFound(std::string_view type, std::string_view name);      // <TYPE>_UNKNOWN
absl::Status CodeTaken(std::string_view code, std::string_view case_id);  // CODE_TAKEN
absl::Status RevisionStale(std::string_view code, int64_t expected,
                           int64_t stored);        // REVISION_STALE
absl::Status DossierVoid(std::string_view code);   // DOSSIER_VOID
absl::Status DossierEnded(std::string_view code);  // DOSSIER_ENDED
absl::Status DossierJoined(std::string_view code,
                           std::string_view survivor);                        // DOSSIER_JOINED
absl::Status ReservationClosed(std::string_view id, std::string_view state);  // RESERVATION_CLOSED
absl::Status TokenTooOld(int64_t oldest_sequence);                            // JOURNAL_COMPACTED
absl::Status EpochChanged(int64_t token_epoch, int64_t store_epoch);          // STORE_RESTORED
absl::Status Busy(std::string_view what, absl::Duration retry_after);         // BUSY
absl::Status Draining();                                                      // DRAINING
// A fence that does not hold any more, told from other conditions that do not: what was decided
// under it is dropped, not decided again.
absl::Status LeaseLost(std::string_view link);                              // LEASE_LOST
absl::Status LeaseHeld(std::string_view link, absl::Duration retry_after);  // LEASE_HELD
absl::Status DeadlineMissing();                                             // DEADLINE_MISSING
absl::Status StoreCorrupt(std::string_view what);                           // STORE_CORRUPT

bool IsLeaseLost(const absl::Status& status);
bool IsLeaseHeld(const absl::Status& status);

}  // namespace lienthong

// Returns the status of an expression unless it is OK.
#define LIENTHONG_RETURN_IF_ERROR(expr)                    \
  do {                                                     \
    absl::Status lienthong_status_ = (expr);               \
    if (!lienthong_status_.ok()) return lienthong_status_; \
  } while (false)

#define LIENTHONG_CONCAT_INNER_(a, b) a##b
#define LIENTHONG_CONCAT_(a, b) LIENTHONG_CONCAT_INNER_(a, b)

// NOLINTBEGIN(bugprone-macro-parentheses): `lhs` may be a declaration.
// Declares or assigns `lhs` from a StatusOr, or returns its status.
#define LIENTHONG_ASSIGN_OR_RETURN(lhs, expr) \
  LIENTHONG_ASSIGN_OR_RETURN_IMPL_(LIENTHONG_CONCAT_(lienthong_or_, __LINE__), lhs, expr)
#define LIENTHONG_ASSIGN_OR_RETURN_IMPL_(tmp, lhs, expr) \
  auto tmp = (expr);                                     \
  if (!tmp.ok()) return tmp.status();                    \
  lhs = *std::move(tmp)
// NOLINTEND(bugprone-macro-parentheses)

#endif  // LIENTHONG_GATEWAY_BASE_ERRORS_H_
