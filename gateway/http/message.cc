#include "gateway/http/message.h"

#include <algorithm>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "nlohmann/json.hpp"

namespace lienthong::http {
namespace {

constexpr int kErrorCode = -1;
constexpr absl::Duration kRetryAfterDefault = absl::Seconds(1);

int HttpStatusOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
      return 400;
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kOutOfRange:
      return 413;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
      return 503;
    default:
      return 500;
  }
}

std::string_view ReasonOf(int status) {
  switch (status) {
    case 400:
      return "the request is malformed";
    case 403:
      return "not allowed";
    case 404:
      return "not found";
    case 413:
      return "the body is too large";
    case 429:
      return "too many calls; come again later";
    case 503:
      return "not now; send the same call again";
    default:
      return "the gateway failed; send the same call again";
  }
}

}  // namespace

Response Refusal(const Problem& problem) {
  Response response;
  response.status = problem.status;
  response.body = nlohmann::json{{"error_code", kErrorCode},
                                 {"message", problem.reason},
                                 {"result", nlohmann::json::array()}}
                      .dump();
  if (problem.retry_after.has_value()) SetRetryAfter(*problem.retry_after, response);
  return response;
}

Problem ProblemOf(const absl::Status& status) {
  Problem problem;
  problem.status = HttpStatusOf(status.code());
  problem.reason = ReasonOf(problem.status);
  if (problem.status == 429 || problem.status == 503) {
    problem.retry_after = DetailsOf(status).retry_after.value_or(kRetryAfterDefault);
  }
  return problem;
}

void SetRetryAfter(absl::Duration wait, Response& response) {
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1)));
  response.headers.emplace_back("Retry-After", StrCat(std::max<int64_t>(1, seconds)));
}

}  // namespace lienthong::http
