#include "adapters/national/login.h"

#include <atomic>
#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::adapters::national {
namespace {

using ::lienthong::testing::IsOkAndHolds;
using ::lienthong::testing::StatusIs;
using ::testing::HasSubstr;

class FakeClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(seconds_); }
  std::atomic<int64_t> seconds_ = 1'772'414'100;
};

class SharedLoginTest : public ::testing::Test {
 protected:
  absl::Time Later() const { return clock_.Now() + absl::Seconds(20); }

  FakeClock clock_;
  std::atomic<int> logins_ = 0;
  SharedLogin login_{[this](absl::Time) -> absl::StatusOr<Grant> {
                       return Grant{.secret = "s" + std::to_string(++logins_),
                                    .life = absl::Seconds(60)};
                     },
                     clock_};
};

TEST_F(SharedLoginTest, OneLoginServesUntilItsLifeEnds) {
  EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s1"));
  EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s1"));
  clock_.seconds_ += 60;
  EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s2"));
}

// A late failure of the old session must not end the new one, which others work with.
TEST_F(SharedLoginTest, AnOldSessionsEndDoesNotEndTheNewOne) {
  ASSERT_THAT(login_.Get(Later()), IsOkAndHolds("s1"));
  login_.Drop("s1");
  EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s2"));
  login_.Drop("s1");
  EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s2"));
  EXPECT_EQ(logins_, 2);
}

TEST_F(SharedLoginTest, CallsAtTheSameTimeShareOneLogin) {
  constexpr int kCalls = 8;
  std::latch start(kCalls);
  std::vector<std::thread> calls;
  calls.reserve(kCalls);
  for (int i = 0; i < kCalls; ++i) {
    calls.emplace_back([&] {
      start.arrive_and_wait();
      EXPECT_THAT(login_.Get(Later()), IsOkAndHolds("s1"));
    });
  }
  for (std::thread& call : calls) call.join();
  EXPECT_EQ(logins_, 1);
}

TEST(SharedLoginErrorTest, WaitsForAnothersLoginNoLongerThanItsDeadline) {
  FakeClock clock;
  std::latch began(1), go_on(1);
  SharedLogin login(
      [&](absl::Time) -> absl::StatusOr<Grant> {
        began.count_down();
        go_on.wait();
        return Grant{.secret = "s", .life = absl::Seconds(60)};
      },
      clock);
  std::thread first(
      [&] { EXPECT_THAT(login.Get(clock.Now() + absl::Seconds(20)), IsOkAndHolds("s")); });
  began.wait();
  EXPECT_THAT(login.Get(clock.Now() + absl::Milliseconds(5)),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("deadline")));
  go_on.count_down();
  first.join();
}

TEST(SharedLoginErrorTest, AFailedLoginIsTriedAgainByTheNextCall) {
  FakeClock clock;
  int logins = 0;
  SharedLogin login(
      [&](absl::Time) -> absl::StatusOr<Grant> {
        if (++logins == 1) return absl::UnauthenticatedError("no");
        return Grant{.secret = "s", .life = absl::Seconds(60)};
      },
      clock);
  const absl::Time later = clock.Now() + absl::Seconds(20);
  EXPECT_THAT(login.Get(later), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(login.Get(later), IsOkAndHolds("s"));
}

}  // namespace
}  // namespace lienthong::adapters::national
