#ifndef LIENTHONG_GATEWAY_CORE_REQUESTS_H_
#define LIENTHONG_GATEWAY_CORE_REQUESTS_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/engine.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {

// Digest under which the outcome of a request is kept: of its method's kind of request and of all
// it says but its id. So the same change under another id has the same digest, and one id never
// stands for two methods.
template <typename Request>
std::string DigestOfRequest(Request request) {
  request.clear_request_id();
  return Sha256(StrCat(request.GetTypeName(), "\n", DigestOf(request)));
}

// What became of a caller's request id, or nothing when it is new. INVALID_ARGUMENT when it is no
// UUID, or REQUEST_ID_REUSED when it stood for another body.
absl::StatusOr<std::optional<storage::v1::RequestRecord>> FindRequest(const Engine& engine,
                                                                      std::string_view caller,
                                                                      std::string_view request_id,
                                                                      std::string_view digest);

}  // namespace lienthong::core

#endif  // LIENTHONG_GATEWAY_CORE_REQUESTS_H_
