#include "adapters/district/feed_token.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::district {

absl::StatusOr<FeedToken> FeedToken::Parse(std::string_view text) {
  const size_t slash = text.find('/');
  FeedToken token;
  LIENTHONG_ASSIGN_OR_RETURN(token.outbox, OutboxToken::Parse(text.substr(0, slash)));
  if (slash == std::string_view::npos) return token;
  LIENTHONG_ASSIGN_OR_RETURN(token.errors, ErrorPlace::Parse(text.substr(slash + 1)));
  return token;
}

std::string FeedToken::ToText() const {
  const std::string told = errors.ToText();
  return told.empty() ? outbox.ToText() : StrCat(outbox.ToText(), "/", told);
}

}  // namespace lienthong::adapters::district
