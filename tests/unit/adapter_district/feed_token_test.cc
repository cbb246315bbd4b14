#include "adapters/district/feed_token.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::district {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

TEST(FeedToken, ATokenFromBeforeErrorsWereReadHasNoneOfThem) {
  for (const char* text : {"", "812", "0:812:9000000001"}) {
    LIENTHONG_ASSERT_OK_AND_ASSIGN(const FeedToken token, FeedToken::Parse(text));
    EXPECT_EQ(token.errors.transaction, 0u) << text;
    EXPECT_EQ(token.ToText(), text);
  }
}

TEST(FeedToken, KeepsBothPlaces) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const FeedToken token,
                                 FeedToken::Parse("0:812:90/18446744073709551615:7"));
  EXPECT_EQ(token.outbox.high, 812u);
  EXPECT_EQ(token.errors.transaction, UINT64_MAX);
  EXPECT_EQ(token.errors.id, 7);
  EXPECT_EQ(token.ToText(), "0:812:90/18446744073709551615:7");
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const FeedToken errors_only, FeedToken::Parse("/812:7"));
  EXPECT_EQ(errors_only.outbox.low, 0u);
  EXPECT_EQ(errors_only.ToText(), "/812:7");
}

TEST(FeedToken, RefusesWhatItNeverWrote) {
  for (const char* text : {"1/2", "1/2:", "1/:2", "1/-2:3", "1/2:3:4", "1/2:3/4", "x/2:3", "1/+2:3",
                           "1/18446744073709551616:1", "1/2:9223372036854775808"}) {
    EXPECT_THAT(FeedToken::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("token")))
        << text;
  }
}

}  // namespace
}  // namespace lienthong::adapters::district
