#ifndef LIENTHONG_ADAPTERS_DISTRICT_FEED_TOKEN_H_
#define LIENTHONG_ADAPTERS_DISTRICT_FEED_TOKEN_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "adapters/district/inbox_errors.h"
#include "adapters/district/outbox_reader.h"

namespace lienthong::adapters::district {

// How far both have been read that the software tells: its outbox, and the inbox's errors. As text
// the one, then, once there was an error, a slash and the other. What has no slash is a token from
// before errors were read: all of them are told then.
struct FeedToken {
  OutboxToken outbox;
  ErrorPlace errors;

  // InvalidArgument when the text is none of ours.
  static absl::StatusOr<FeedToken> Parse(std::string_view text);
  std::string ToText() const;
};

}  // namespace lienthong::adapters::district

#endif  // LIENTHONG_ADAPTERS_DISTRICT_FEED_TOKEN_H_
