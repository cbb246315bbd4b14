#include "adapters/district/outbox_reader.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::district {
namespace {

using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

TEST(OutboxToken, NothingReadYetIsEmptyText) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const OutboxToken token, OutboxToken::Parse(""));
  EXPECT_EQ(token.low, 0u);
  EXPECT_FALSE(token.window_open());
  EXPECT_EQ(token.ToText(), "");
}

TEST(OutboxToken, KeepsAHorizon) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const OutboxToken token,
                                 OutboxToken::Parse("18446744073709551615"));
  EXPECT_EQ(token.low, UINT64_MAX);
  EXPECT_FALSE(token.window_open());
  EXPECT_EQ(token.ToText(), "18446744073709551615");
}

TEST(OutboxToken, KeepsAnOpenWindow) {
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const OutboxToken token, OutboxToken::Parse("0:812:9000000001"));
  EXPECT_EQ(token.low, 0u);
  EXPECT_EQ(token.high, 812u);
  EXPECT_EQ(token.last_id, 9'000'000'001);
  EXPECT_TRUE(token.window_open());
  EXPECT_EQ(token.ToText(), "0:812:9000000001");
}

TEST(OutboxToken, RefusesWhatItNeverWrote) {
  for (const char* text :
       {"x", "-1", "+1", " 1", "1 ", "1:2", "1:2:", ":1:2", "5:5:1", "6:5:1", "1:2:3:4", "1:2:-3",
        "18446744073709551616", "1:2:9223372036854775808"}) {
    EXPECT_THAT(OutboxToken::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("LOW:HIGH:LAST_ID")))
        << text;
  }
}

}  // namespace
}  // namespace lienthong::adapters::district
