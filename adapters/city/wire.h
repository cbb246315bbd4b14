#ifndef LIENTHONG_ADAPTERS_CITY_WIRE_H_
#define LIENTHONG_ADAPTERS_CITY_WIRE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/sdk/field_names.h"
#include "adapters/sdk/http_client.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::city {

// The platform's envelope and header. Pure functions; no I/O.

// What an answer means for the call. The message texts are for people and never decide.
enum class Verdict {
  kDone,           // well-formed, 2xx on the outside and inside
  kUnclear,        // no answer, 5xx, or one that cannot be trusted: it may have been done
  kNotSent,        // certainly not: the request never left, the platform was not reached
  kNotReady,       // nothing was sent: something of ours is not at hand now
  kThrottled,      // 429: not done
  kNotAuthorised,  // 401, 403
  kBadData,        // 400, 422
  kUnknown,        // 404
  kExists,         // 409
  kRefused,        // any other 3xx or 4xx: the call itself is wrong there, e.g. its path
};

struct Answer {
  Verdict verdict = Verdict::kUnclear;
  nlohmann::json result;  // ResultObject: an object when kDone, else whatever came
  int code = 0;           // the status that decided; 0 = none
  std::string field;      // kBadData: the record's field that Description is about, when it says so
  std::string reason;     // in our words, with the names of fields that Description mentions
  std::optional<absl::Duration> retry_after;  // kThrottled
};

// Of the platform's text only what is in `names` is taken over; the rest may quote the data.
Answer Judge(const sdk::HttpResponse& response, const sdk::FieldNames& names);

// The error of a whole call; not for kDone.
absl::Status ToStatus(const Answer& answer);
// That of a call that says something of the platform itself: it was not reached, or wants no calls
// now. OK else.
absl::Status UnavailabilityOf(const Answer& answer);

struct Credentials {
  std::string access_key;
  std::string secret_key;
  std::string app_name;
  std::string partner_code;
  std::string partner_code_cus;
};
// The value of the Authorization header. Secret.
std::string AuthorizationOf(const Credentials& credentials);

}  // namespace lienthong::adapters::city

#endif  // LIENTHONG_ADAPTERS_CITY_WIRE_H_
