#include "tests/support/status_matchers.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong::testing {
namespace {

using ::testing::Eq;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<int> Parsed(bool good) {
  if (good) return 7;
  return absl::InvalidArgumentError("due_time: not a time");
}

TEST(StatusMatchers, TellAGoodStatusFromABadOne) {
  EXPECT_THAT(absl::OkStatus(), IsOk());
  EXPECT_THAT(absl::NotFoundError("x"), Not(IsOk()));
  EXPECT_THAT(Parsed(true), IsOk());
  EXPECT_THAT(Parsed(false), Not(IsOk()));
}

TEST(StatusMatchers, CompareCodeAndMessage) {
  EXPECT_THAT(Parsed(false), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Parsed(false), Not(StatusIs(absl::StatusCode::kNotFound)));
  EXPECT_THAT(Parsed(false), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("due_time")));
  EXPECT_THAT(Parsed(false), Not(StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fee"))));
}

TEST(StatusMatchers, LookAtTheValue) {
  EXPECT_THAT(Parsed(true), IsOkAndHolds(Eq(7)));
  EXPECT_THAT(Parsed(true), Not(IsOkAndHolds(Eq(8))));
  EXPECT_THAT(Parsed(false), Not(IsOkAndHolds(Eq(7))));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const int value, Parsed(true));
  EXPECT_EQ(value, 7);
}

}  // namespace
}  // namespace lienthong::testing
