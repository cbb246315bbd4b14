#include "gateway/core/sign_in.h"

#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/core/core_fixture.h"

namespace lienthong::core {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

class SignInTest : public ::testing::Test {
 protected:
  const Caller lan_{CallerKind::kOperator, "operator/lan", {}};
  ManualClock clock_;
  const std::unique_ptr<Random> random_ = Random::Seeded(1);
  SignIn sign_in_{clock_, *random_};
};

TEST_F(SignInTest, ATokenWorksOnceAndForAMinute) {
  const auto token = sign_in_.Issue(lan_);
  ASSERT_THAT(token, IsOk());
  const auto session = sign_in_.Redeem(token->text);
  ASSERT_THAT(session, IsOk());
  EXPECT_EQ(sign_in_.Find(*session)->name, "operator/lan");
  EXPECT_THAT(sign_in_.Redeem(token->text), StatusIs(absl::StatusCode::kUnauthenticated));
  const auto late = sign_in_.Issue(lan_);
  clock_.Advance(kSignInTokenLife);
  EXPECT_THAT(sign_in_.Redeem(late->text), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(SignInTest, SessionsEnd) {
  const std::string session = *sign_in_.Redeem(sign_in_.Issue(lan_)->text);
  clock_.Advance(kSignedInLife - absl::Seconds(1));
  EXPECT_TRUE(sign_in_.Find(session).has_value());
  clock_.Advance(absl::Seconds(1));
  EXPECT_FALSE(sign_in_.Find(session).has_value());
  const std::string other = *sign_in_.Redeem(sign_in_.Issue(lan_)->text);
  sign_in_.End(other);
  EXPECT_FALSE(sign_in_.Find(other).has_value());
  EXPECT_FALSE(sign_in_.Find("").has_value());
}

TEST_F(SignInTest, IsForOperatorsAndBounded) {
  EXPECT_THAT(sign_in_.Issue({CallerKind::kAgency, "agency/H29.X05", {}}),
              StatusIs(absl::StatusCode::kPermissionDenied));
  for (size_t i = 0; i < kSignInTokensMax; ++i) EXPECT_THAT(sign_in_.Issue(lan_), IsOk());
  EXPECT_THAT(sign_in_.Issue(lan_), StatusIs(absl::StatusCode::kResourceExhausted));
  clock_.Advance(kSignInTokenLife);
  const std::string first = *sign_in_.Redeem(sign_in_.Issue(lan_)->text);
  for (size_t i = 0; i < kSignedInMax; ++i) {
    clock_.Advance(absl::Seconds(1));
    EXPECT_THAT(sign_in_.Redeem(sign_in_.Issue(lan_)->text), IsOk());
  }
  EXPECT_FALSE(sign_in_.Find(first).has_value()) << "the oldest has made room";
}

}  // namespace
}  // namespace lienthong::core
