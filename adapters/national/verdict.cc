#include "adapters/national/verdict.h"

#include "adapters/sdk/items.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

constexpr int kHttpBadRequest = 400;
constexpr int kHttpUnauthorised = 401;
constexpr int kHttpForbidden = 403;
constexpr int kHttpNotFound = 404;
constexpr int kHttpTooMany = 429;

pb::Outcome OutcomeOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDone:
      return pb::OUTCOME_APPLIED;
    case Verdict::kUnclear:
      return pb::OUTCOME_UNKNOWN;
    case Verdict::kNotReached:
    case Verdict::kNotDone:
    case Verdict::kThrottled:
    case Verdict::kLoginEnded:
      return pb::OUTCOME_RETRY_AFTER;
    case Verdict::kNotAuthorised:
    case Verdict::kRefused:
      return pb::OUTCOME_NOT_AUTHORISED;
    case Verdict::kBadData:
    case Verdict::kNotThere:
    case Verdict::kExists:
      return pb::OUTCOME_REJECTED;
  }
  return pb::OUTCOME_UNKNOWN;
}

}  // namespace

Answer MakeAnswer(Verdict verdict, std::string_view reason, int64_t code) {
  Answer answer;
  answer.verdict = verdict;
  answer.reason = std::string(reason);
  answer.code = code;
  return answer;
}

std::optional<Answer> JudgeTransport(const sdk::HttpResponse& response, bool inner) {
  if (!response.status.ok()) {
    return MakeAnswer(response.maybe_sent ? Verdict::kUnclear : Verdict::kNotReached,
                      ToStd(response.status.message()));
  }
  const int code = response.code;
  const std::string http = StrCat("HTTP ", code);
  if (code >= 200 && code <= 299) return std::nullopt;
  if (code == kHttpUnauthorised) {
    return MakeAnswer(Verdict::kLoginEnded, StrCat("the login does not count: ", http), code);
  }
  if (code == kHttpForbidden) {
    return MakeAnswer(Verdict::kNotAuthorised,
                      StrCat("no right to this call; check dstcode and the account: ", http), code);
  }
  if (code == kHttpTooMany) {
    Answer answer = MakeAnswer(Verdict::kThrottled, StrCat("over the quota: ", http), code);
    answer.retry_after = response.retry_after;
    return answer;
  }
  if (inner && (code == kHttpBadRequest || code == kHttpNotFound)) return std::nullopt;
  if (code >= 300 && code <= 499) {
    return MakeAnswer(Verdict::kRefused,
                      StrCat("this call is refused; check its path in the settings: ", http), code);
  }
  return MakeAnswer(Verdict::kUnclear, StrCat("it may have been done or not: ", http), code);
}

absl::Status ToStatus(const Answer& answer) {
  switch (answer.verdict) {
    case Verdict::kUnclear:
    case Verdict::kNotReached:
    case Verdict::kNotDone:
    case Verdict::kLoginEnded:
      return absl::UnavailableError(answer.reason);
    case Verdict::kThrottled:
      if (answer.retry_after) return Busy("the portal's quota", *answer.retry_after);
      return absl::ResourceExhaustedError(answer.reason);
    case Verdict::kNotAuthorised:
      return absl::PermissionDeniedError(answer.reason);
    case Verdict::kNotThere:
      return absl::NotFoundError(answer.reason);
    case Verdict::kDone:
    case Verdict::kBadData:
    case Verdict::kExists:
    case Verdict::kRefused:
      break;
  }
  return absl::InternalError(
      StrCat("the portal answers a question that was not asked: ", answer.reason));
}

absl::Status UnavailabilityOf(const Answer& answer) {
  switch (answer.verdict) {
    case Verdict::kNotReached:
    case Verdict::kThrottled:
    case Verdict::kLoginEnded:
      return ToStatus(answer);
    default:
      return absl::OkStatus();
  }
}

Answer FromLoginFailure(const absl::Status& status) {
  const std::string_view reason = ToStd(status.message());
  if (absl::IsPermissionDenied(status) || absl::IsUnauthenticated(status)) {
    return MakeAnswer(Verdict::kNotAuthorised, reason);
  }
  if (absl::IsResourceExhausted(status)) {
    Answer answer = MakeAnswer(Verdict::kThrottled, reason);
    answer.retry_after = DetailsOf(status).retry_after;
    return answer;
  }
  return MakeAnswer(Verdict::kNotReached, StrCat("no login, nothing was sent: ", reason));
}

pb::ItemOutcome ToOutcome(std::string_view delivery_id, const Answer& answer) {
  pb::ItemOutcome outcome =
      sdk::MakeOutcome(delivery_id, OutcomeOf(answer.verdict), answer.field, answer.reason);
  if (answer.retry_after) {
    outcome.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(*answer.retry_after));
  }
  return outcome;
}

}  // namespace lienthong::adapters::national
