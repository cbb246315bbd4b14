#include "gateway/store/sealer.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::store {
namespace {

using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::Eq;

TEST(SealerTest, IdentityOpensWhatItSealed) {
  const Sealer& sealer = Sealer::Identity();
  for (const std::string& plain : {std::string(), std::string("body"), std::string("\0\xff", 2)}) {
    EXPECT_THAT(sealer.Open(7, sealer.Seal(7, plain)), IsOkAndHolds(Eq(plain)));
  }
}

TEST(SealerTest, TheKeyIdStandsInFront) {
  EXPECT_EQ(Sealer::Identity().Seal(0, "body"), std::string("\0body", 5));
}

TEST(SealerTest, RefusesWhatAnotherKeySealed) {
  const Sealer& sealer = Sealer::Identity();
  EXPECT_THAT(sealer.Open(7, "\x01nonce and bytes"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(sealer.Open(7, ""), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace lienthong::store
