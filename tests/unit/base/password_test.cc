#include "gateway/base/password.h"

#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong {
namespace {

using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr ScryptCost kCheap = {.n = 16, .r = 1, .p = 1};

// RFC 7914, section 12.
TEST(ScryptTest, IsTheFunctionOfTheRfc) {
  EXPECT_THAT(Scrypt("", "", {.n = 16, .r = 1, .p = 1}, 64),
              IsOkAndHolds(absl::HexStringToBytes(
                  "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                  "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906")));
  EXPECT_THAT(Scrypt("password", "NaCl", {.n = 1024, .r = 8, .p = 16}, 64),
              IsOkAndHolds(absl::HexStringToBytes(
                  "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                  "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640")));
}

TEST(ScryptTest, RefusesACostThatIsNoneOrTooHigh) {
  for (const ScryptCost cost : {ScryptCost{.n = 0},
                                {.n = 1},
                                {.n = 1000},
                                {.n = 16, .r = 0},
                                {.n = 16, .p = 0},
                                {.n = 16, .p = 17},
                                {.n = uint64_t{1} << 18},
                                {.n = uint64_t{1} << 63},
                                {.n = 16, .r = 0xffffffff}}) {
    EXPECT_THAT(Scrypt("x", "y", cost, 32),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("256 MiB")));
  }
}

TEST(PasswordHashTest, KnowsItsPasswordAndNoOther) {
  const auto random = Random::Seeded(1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash made,
                                 PasswordHash::Of("mật khẩu mẫu", *random, kCheap));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash read, PasswordHash::Parse(made.ToText()));
  EXPECT_EQ(read.ToText(), made.ToText());
  EXPECT_TRUE(read.Matches("mật khẩu mẫu"));
  EXPECT_FALSE(read.Matches("mật khẩu mẫu "));
  EXPECT_FALSE(read.Matches(""));
}

TEST(PasswordHashTest, SaltMakesEqualPasswordsDiffer) {
  const auto random = Random::Seeded(1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash one, PasswordHash::Of("x", *random, kCheap));
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash two, PasswordHash::Of("x", *random, kCheap));
  EXPECT_NE(one.ToText(), two.ToText());
}

TEST(PasswordHashTest, UsualCostIsNotCheap) {
  const auto random = Random::Seeded(1);
  LIENTHONG_ASSERT_OK_AND_ASSIGN(const PasswordHash made, PasswordHash::Of("x", *random));
  EXPECT_THAT(made.ToText(), StartsWith("scrypt$32768$8$3$"));
  EXPECT_TRUE(made.Matches("x"));
}

TEST(PasswordHashTest, AnotherFormIsRefusedWithoutShowingIt) {
  const std::string salt = absl::Base64Escape(std::string(16, 's'));
  const std::string hash = absl::Base64Escape(std::string(32, 'h'));
  ASSERT_TRUE(PasswordHash::Parse("scrypt$16$1$1$" + salt + "$" + hash).ok());
  for (const std::string& text :
       {std::string("plain"), std::string(), "bcrypt$16$1$1$" + salt + "$" + hash,
        "scrypt$x$1$1$" + salt + "$" + hash, "scrypt$15$1$1$" + salt + "$" + hash,
        "scrypt$16$1$1$" + salt, "scrypt$16$1$1$" + salt + "$" + hash + "$",
        "scrypt$16$1$1$c2FsdA==$" + hash, "scrypt$16$1$1$" + salt + "$" + salt,
        "scrypt$16$1$1$#$" + hash}) {
    const auto read = PasswordHash::Parse(text);
    EXPECT_THAT(read, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("expected")));
    EXPECT_THAT(std::string(read.status().message()), Not(HasSubstr(text.empty() ? "$$" : text)));
  }
}

}  // namespace
}  // namespace lienthong
