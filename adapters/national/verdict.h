#ifndef LIENTHONG_ADAPTERS_NATIONAL_VERDICT_H_
#define LIENTHONG_ADAPTERS_NATIONAL_VERDICT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "adapters/sdk/http_client.h"
#include "lienthong/adapter/v1/adapter_service.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::adapters::national {

namespace pb = ::lienthong::adapter::v1;

// What an answer means for the call, in both generations. Texts are for people and never decide.
enum class Verdict {
  kDone,           // the agreed sign of success, whole
  kUnclear,        // no answer, 5xx, or one that means nothing to us: it may have been done
  kNotReached,     // the portal is away or not well, and nothing of ours was done there
  kNotDone,        // certainly not: this call was not made, or came to nothing
  kThrottled,      // over the quota: not done
  kLoginEnded,     // our session or token no longer counts: not done
  kNotAuthorised,  // no right to this call, or the login itself is refused
  kBadData,        // what was sent is not acceptable
  kNotThere,       // no such dossier there
  kExists,         // there is one already
  kRefused,        // the call itself is wrong there, e.g. its path
};

struct Answer {
  Verdict verdict = Verdict::kUnclear;
  nlohmann::json result;                      // of kDone, and of kExists where it tells more
  int64_t code = 0;                           // the code that decided
  std::string field;                          // kBadData: the field that is named, when one is
  std::string reason;                         // in our words
  std::optional<absl::Duration> retry_after;  // kThrottled
};

Answer MakeAnswer(Verdict verdict, std::string_view reason, int64_t code = 0);
// The part that no generation decides: no answer, 401, 403, 429, other 3xx and 4xx. Nothing when
// the body has to be looked at: 2xx, and what `inner` names (the hub answers 400 and 404 in its own
// words).
std::optional<Answer> JudgeTransport(const sdk::HttpResponse& response, bool inner);

// The error of a whole call; not for kDone.
absl::Status ToStatus(const Answer& answer);
// That of a call that says something of the portal itself: it is away, takes no login that counts,
// or wants no calls now. OK else.
absl::Status UnavailabilityOf(const Answer& answer);
// When the login before the call failed: nothing of the call itself was sent.
Answer FromLoginFailure(const absl::Status& status);
// What became of an item; the key and what else success brings is the caller's to add.
pb::ItemOutcome ToOutcome(std::string_view delivery_id, const Answer& answer);

}  // namespace lienthong::adapters::national

#endif  // LIENTHONG_ADAPTERS_NATIONAL_VERDICT_H_
