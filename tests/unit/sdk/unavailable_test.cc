#include "adapters/sdk/unavailable.h"

#include "gtest/gtest.h"

#include "gateway/base/errors.h"

namespace lienthong::sdk {
namespace {

absl::Status ThereAndBack(const absl::Status& status) {
  adapter::v1::DeliverReply reply;
  SetUnavailable(reply, status);
  return UnavailableStatus(reply);
}

TEST(UnavailableTest, SaysNothingOfACounterpartThatIsThere) {
  adapter::v1::DeliverReply reply;
  SetUnavailable(reply, absl::OkStatus());
  EXPECT_FALSE(reply.has_unavailable());
  EXPECT_TRUE(UnavailableStatus(reply).ok());
}

TEST(UnavailableTest, WhatWasNotReachedIsUnavailable) {
  EXPECT_EQ(ThereAndBack(absl::UnavailableError("refused")), absl::UnavailableError("refused"));
  EXPECT_TRUE(absl::IsUnavailable(ThereAndBack(absl::InternalError("odd"))));
}

TEST(UnavailableTest, WhatWantsNoCallsSaysForHowLong) {
  const absl::Status told = ThereAndBack(Busy("the quota", absl::Milliseconds(1500)));
  EXPECT_TRUE(absl::IsResourceExhausted(told));
  EXPECT_EQ(DetailsOf(told).retry_after, absl::Seconds(2)) << "rather late than early";
  const absl::Status untold = ThereAndBack(absl::ResourceExhaustedError("the quota"));
  EXPECT_TRUE(absl::IsResourceExhausted(untold));
  EXPECT_EQ(DetailsOf(untold).retry_after, std::nullopt);
}

}  // namespace
}  // namespace lienthong::sdk
