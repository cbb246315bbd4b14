#include "gateway/core/tokens.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;

TEST(TokensTest, CarryTheirPosition) {
  for (const int64_t position : {int64_t{0}, int64_t{1}, int64_t{1} << 60}) {
    EXPECT_THAT(ReadToken("changes", MakeToken("changes", 7, position), 7), IsOkAndHolds(position));
  }
}

TEST(TokensTest, NoTokenIsTheBeginning) {
  EXPECT_THAT(ReadToken("changes", "", 7), IsOkAndHolds(0));
}

TEST(TokensTest, OfAnotherMethodAreRefused) {
  const auto read = ReadToken("changes", MakeToken("dossiers", 7, 1), 7);
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(read), "PAGE_TOKEN_INVALID");
}

TEST(TokensTest, OfDossiersCarryWhereTheListBegan) {
  const auto read = ReadListToken(MakeListToken(7, {.after_id = 3, .sequence = 1 << 20}), 7, 99);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->after_id, 3);
  EXPECT_EQ(read->sequence, 1 << 20);
  EXPECT_EQ(ReadListToken("", 7, 99)->after_id, 0);
  EXPECT_EQ(ReadListToken("", 7, 99)->sequence, 99) << "it begins now";
  const std::string token = MakeListToken(7, {.after_id = 3, .sequence = 5});
  EXPECT_EQ(ReasonOf(ReadListToken(token, 8, 99)), "STORE_RESTORED");
  EXPECT_EQ(ReasonOf(ReadToken(kChangesToken, token, 7)), "PAGE_TOKEN_INVALID");
  for (const std::string& other :
       {MakeToken(kDossiersToken, 7, 3), MakeToken(kChangesToken, 7, 3),
        absl::WebSafeBase64Escape("dossiers:7:3:-1"), absl::WebSafeBase64Escape("dossiers:7:3:x"),
        absl::WebSafeBase64Escape("dossiers:7:3:5:1")}) {
    EXPECT_EQ(ReasonOf(ReadListToken(other, 7, 99)), "PAGE_TOKEN_INVALID") << other;
  }
}

TEST(TokensTest, OfAnotherEpochAreOutOfRange) {
  const auto read = ReadToken("changes", MakeToken("changes", 7, 1), 8);
  EXPECT_THAT(read, StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_EQ(ReasonOf(read), "STORE_RESTORED");
}

TEST(TokensTest, WhatIsNoTokenIsRefused) {
  for (const std::string& text :
       {std::string("!"), std::string("abc"), absl::WebSafeBase64Escape("changes:7"),
        absl::WebSafeBase64Escape("changes:7:x"), absl::WebSafeBase64Escape("changes:7:-1"),
        absl::WebSafeBase64Escape("changes:7:1:1"), absl::WebSafeBase64Escape("changes::")}) {
    EXPECT_EQ(ReasonOf(ReadToken("changes", text, 7)), "PAGE_TOKEN_INVALID") << text;
  }
}

TEST(PageRowsTest, HasADefaultAndACap) {
  EXPECT_THAT(PageRows(0), IsOkAndHolds(100));
  EXPECT_THAT(PageRows(1), IsOkAndHolds(1));
  EXPECT_THAT(PageRows(500), IsOkAndHolds(500));
  EXPECT_THAT(PageRows(501), IsOkAndHolds(500));
  EXPECT_EQ(ReasonOf(PageRows(-1)), "FIELD_INVALID");
}

}  // namespace
}  // namespace lienthong::core
