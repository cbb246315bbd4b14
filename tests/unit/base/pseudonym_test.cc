#include "gateway/base/pseudonym.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace lienthong {
namespace {

using ::testing::MatchesRegex;

TEST(PseudonymOf, StaysTheSameUnderOneKey) {
  SetPseudonymKey("key of a deployment");
  const std::string name = PseudonymOf("000.00.01.H29-260302-0001");
  EXPECT_THAT(name, MatchesRegex("[0-9a-f]{16}"));
  EXPECT_EQ(name, PseudonymOf("000.00.01.H29-260302-0001"));
  EXPECT_NE(name, PseudonymOf("000.00.01.H29-260302-0002"));
  SetPseudonymKey("key of another");
  EXPECT_NE(name, PseudonymOf("000.00.01.H29-260302-0001"));
  SetPseudonymKey("key of a deployment");
  EXPECT_EQ(name, PseudonymOf("000.00.01.H29-260302-0001"));
}

TEST(PseudonymOf, SaysNothingOfNoCode) { EXPECT_EQ(PseudonymOf(""), ""); }

}  // namespace
}  // namespace lienthong
