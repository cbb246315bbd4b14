#include <gmock/gmock.h>

#include <set>

#include "gateway/base/text.h"
#include "tests/unit/http/facade/facade_fixture.h"

// Who gets in, for how long, and how guessing is slowed.
namespace lienthong::facade {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class Login : public FacadeTest {};

TEST_F(Login, GivesASessionInTheShapeOfThePortal) {
  const Answer answer = LogIn("x05", "mat-khau-x05");
  EXPECT_EQ(answer.http_status, 200);
  EXPECT_EQ(answer.code(), 0);
  EXPECT_TRUE(answer.body["error_code"].is_number_integer());
  EXPECT_THAT(answer.body["session"].get<std::string>(), ContainsRegex("^[0-9a-f]{32}$"));
  EXPECT_NE(LogIn("x05", "mat-khau-x05").body["session"], answer.body["session"]);
}

TEST_F(Login, TellsNothingOfWhyItFails) {
  const Answer wrong = LogIn("x05", "mat-khau-x06");
  EXPECT_EQ(wrong.http_status, 200);
  EXPECT_EQ(wrong.code(), -2);
  EXPECT_FALSE(wrong.body.contains("session"));
  EXPECT_EQ(LogIn("nobody", "mat-khau-x05").body, wrong.body);
  EXPECT_EQ(LogIn("x06", "mat-khau-x06").body, wrong.body) << "without its certificate";
  EXPECT_THAT(wrong.message(), Not(HasSubstr("thành công")));
}

TEST_F(Login, NeedsTexts) {
  for (const char* body : {R"({"username": "x05"})", R"({"username": "x05", "password": 5})",
                           R"({"username": ["x05"], "password": "a"})"}) {
    EXPECT_EQ(PostText("/facade/auth", body).code(), 1) << body;
  }
}

TEST_F(Login, MayBeAtTheOneAddressToo) {
  EXPECT_EQ(Post("/facade", {{"username", "x05"}, {"password", "mat-khau-x05"}}).code(), 0);
  EXPECT_EQ(Post("/facade/share", {{"username", "x05"}, {"password", "mat-khau-x05"}}).code(), 1);
}

TEST_F(Login, LastsItsTimeFromTheLoginOn) {
  LogInAs("x05");
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(absl::Seconds(119));  // that it is used makes it no longer
    EXPECT_EQ(Find("x").code(), 0);
  }
  clock_.Advance(absl::Seconds(6));
  const Answer over = Find("x");
  EXPECT_EQ(over.http_status, 200);
  EXPECT_EQ(over.body["error_code"], -5);
  EXPECT_THAT(over.message(), Not(HasSubstr("thành công")));
  session_ = "0123456789abcdef0123456789abcdef";
  EXPECT_EQ(Find("x").body, over.body);
  session_ = "";
  EXPECT_EQ(Find("x").body, over.body);
}

TEST_F(Login, OfABoundAccountIsWorthNothingWithoutTheCertificate) {
  LogInAs("x06");
  EXPECT_EQ(Find("x").code(), 0);
  certificate_.clear();
  EXPECT_EQ(Find("x").code(), -5);
  certificate_ = {"spiffe://lienthong/agency/H29.X05"};
  EXPECT_EQ(Find("x").code(), -5);
  EXPECT_EQ(LogIn("x06", "mat-khau-x06").code(), -2);
}

TEST_F(Login, OfOneAgencyIsNotAnothers) {
  LogInAs("x05");
  EXPECT_EQ(Post("/facade/share",
                 {{"session", session_}, {"madonvi", "H29.X06"}, {"service", "LayDanhSachTTHC"}})
                .code(),
            1);
  EXPECT_EQ(Post("/facade/share",
                 {{"session", session_}, {"madonvi", "h29.x05"}, {"service", "LayDanhSachTTHC"}})
                .code(),
            0);
}

TEST_F(Login, IsSlowedAfterSomeFailuresAndNobodyIsLockedOut) {
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) {
    EXPECT_EQ(LogIn("x05", "wrong").headers.count("Retry-After"), 0u) << i;
  }
  const Answer slowed = LogIn("x05", "mat-khau-x05");
  EXPECT_EQ(slowed.code(), -2) << "not even the right one is looked at";
  EXPECT_EQ(slowed.headers.at("Retry-After"), "1");
  clock_.Advance(LoginGuard::kWaitMin);
  EXPECT_EQ(LogIn("x05", "mat-khau-x05").code(), 0);
}

TEST_F(Login, ByPeerSlowsItsOtherAccountsTooInTheEnd) {
  for (int i = 0; i < LoginGuard::kPeerFailuresFree; ++i) LogIn(StrCat("guess", i), "wrong");
  EXPECT_EQ(LogIn("x05", "mat-khau-x05").code(), -2);
  peer_ = "192.0.2.2";
  EXPECT_EQ(LogIn("x05", "mat-khau-x05").code(), 0);
}

// Behind a proxy that hides the addresses: whoever guesses is slowed, and nobody else.
TEST_F(Login, OfOneIsNotSlowedByWhoGuessesAnotherAccountAtItsAddress) {
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) LogIn("x06", "wrong");
  EXPECT_EQ(LogIn("x06", "wrong").headers.count("Retry-After"), 1u);
  EXPECT_EQ(LogIn("x05", "mat-khau-x05").code(), 0);
  EXPECT_EQ(LogIn("x06", "wrong").headers.count("Retry-After"), 1u) << "x05 is no excuse for it";
}

// Nor by who has to wait: a name is slowed alike whether anybody has it or not.
TEST_F(Login, SlowedTellsNothingOfWhichAccountsThereAre) {
  int peers = 0;
  const auto guess = [&](const std::string& username) {
    peer_ = StrCat("192.0.2.", ++peers);
    const Answer answer = LogIn(username, "wrong");
    return std::pair(answer.body, answer.headers);
  };
  for (int i = 0; i < LoginGuard::kAccountFailuresFree; ++i) guess("nobody");
  EXPECT_EQ(guess("another"), guess("x05")) << "neither is slowed by what nobody's name did";
  EXPECT_EQ(guess("x05").second.count("Retry-After"), 0u);
  for (int i = 2; i < LoginGuard::kAccountFailuresFree; ++i) guess("x05");
  EXPECT_EQ(guess("nobody").second.count("Retry-After"), 1u);
  EXPECT_EQ(guess("nobody"), guess("x05"));
}

// Nor by how long it takes: the password of an unknown name is computed too.
TEST_F(Login, TakesAsLongForANameThatNobodyHas) {
  Serve({.n = 1 << 14, .r = 8, .p = 1});
  int peers = 0;
  const auto fastest = [&](const std::string& username) {
    absl::Duration best = absl::InfiniteDuration();
    for (int i = 0; i < 3; ++i) {
      peer_ = StrCat("192.0.2.", ++peers);
      const absl::Time begin = Clock::Real().Now();
      EXPECT_EQ(LogIn(username, "wrong").code(), -2);
      best = std::min(best, Clock::Real().Now() - begin);
    }
    return best;
  };
  EXPECT_GT(fastest("nobody"), fastest("x05") / 4);
}

class GuardTest : public ::testing::Test {
 protected:
  void Fail(const std::string& peer, int times) {
    for (int i = 0; i < times; ++i) {
      while (guard_.Enter("x05", peer) > absl::ZeroDuration()) clock_.Advance(absl::Seconds(1));
    }
  }
  StandingClock clock_;
  LoginGuard guard_{clock_};
};

TEST_F(GuardTest, WaitsGrowToABound) {
  Fail("a", LoginGuard::kFailuresFree);
  absl::Duration before = absl::ZeroDuration();
  for (int i = 0; i < 20; ++i) {
    const absl::Duration wait = guard_.Enter("x05", "a");
    EXPECT_GT(wait, absl::ZeroDuration());
    EXPECT_EQ(guard_.Enter("x05", "a"), wait) << "a refused attempt makes the wait no longer";
    EXPECT_GE(wait, before);
    EXPECT_LE(wait, LoginGuard::kWaitMax);
    before = wait;
    clock_.Advance(wait);
    EXPECT_EQ(guard_.Enter("x05", "a"), absl::ZeroDuration());
  }
  EXPECT_EQ(before, LoginGuard::kWaitMax);
  clock_.Advance(LoginGuard::kForgetAfter);
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) {
    EXPECT_EQ(guard_.Enter("x05", "a"), absl::ZeroDuration()) << "forgotten";
  }
}

// Guesses from everywhere, each address within its free ones.
TEST_F(GuardTest, ManyPeersAreSlowedByTheAccount) {
  for (int i = 0; i < LoginGuard::kAccountFailuresFree; ++i) {
    EXPECT_EQ(guard_.Enter("x05", StrCat("peer", i)), absl::ZeroDuration());
  }
  EXPECT_GT(guard_.Enter("x05", "another"), absl::ZeroDuration());
  EXPECT_EQ(guard_.Enter("x06", "another"), absl::ZeroDuration()) << "other accounts are not";
}

TEST_F(GuardTest, TheOwnerGetsInFromWhereItLastDidWhileStrangersGuess) {
  EXPECT_EQ(guard_.Enter("x05", "owner"), absl::ZeroDuration());
  guard_.Succeeded("x05", "owner");
  for (int i = 0; i < 100; ++i) guard_.Enter("x05", StrCat("stranger", i));
  EXPECT_GT(guard_.Enter("x05", "stranger"), absl::ZeroDuration());
  EXPECT_EQ(guard_.Enter("x05", "owner"), absl::ZeroDuration());
}

TEST_F(GuardTest, AKnownOwnerGetsInWhileItsOwnAddressIsSlowed) {
  EXPECT_EQ(guard_.Enter("x05", "proxy"), absl::ZeroDuration());
  guard_.Succeeded("x05", "proxy");
  for (int i = 0; i < 2 * LoginGuard::kPeerFailuresFree; ++i) {
    guard_.Enter(StrCat("guess", i), "proxy");
  }
  EXPECT_GT(guard_.Enter("x06", "proxy"), absl::ZeroDuration());
  EXPECT_EQ(guard_.Enter("x05", "proxy"), absl::ZeroDuration());
}

TEST_F(GuardTest, SuccessEndsWhatItsOwnAccountFailedOnly) {
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) {
    for (const char* account : {"x05", "x06"}) {
      EXPECT_EQ(guard_.Enter(account, "proxy"), absl::ZeroDuration());
    }
  }
  guard_.Succeeded("x05", "proxy");
  EXPECT_GT(guard_.Enter("x06", "proxy"), absl::ZeroDuration());
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) {
    EXPECT_EQ(guard_.Enter("x05", "proxy"), absl::ZeroDuration());
  }
  EXPECT_GT(guard_.Enter("x05", "proxy"), absl::ZeroDuration());
}

TEST_F(GuardTest, SuccessOfOneEndsNothingOfItsAddress) {
  for (int i = 1; i < LoginGuard::kPeerFailuresFree; ++i) guard_.Enter(StrCat("guess", i), "proxy");
  EXPECT_EQ(guard_.Enter("x06", "proxy"), absl::ZeroDuration());
  guard_.Succeeded("x06", "proxy");
  EXPECT_EQ(guard_.Enter("guess", "proxy"), absl::ZeroDuration());
  EXPECT_GT(guard_.Enter("another guess", "proxy"), absl::ZeroDuration());
}

// An address with many who log in and are who they say.
TEST_F(GuardTest, SuccessesAreNoFailuresOfTheirAddress) {
  for (int i = 0; i < 3 * LoginGuard::kPeerFailuresFree; ++i) {
    const std::string account = StrCat("account", i);
    ASSERT_EQ(guard_.Enter(account, "proxy"), absl::ZeroDuration()) << i;
    guard_.Succeeded(account, "proxy");
  }
}

TEST_F(GuardTest, ManyAtOnceAreNotAllFree) {
  int free = 0;
  for (int i = 0; i < 50; ++i) free += guard_.Enter("x05", "a") == absl::ZeroDuration() ? 1 : 0;
  EXPECT_EQ(free, LoginGuard::kFailuresFree);
}

TEST_F(GuardTest, DoesNotGrowForEver) {
  for (size_t i = 0; i < 3 * LoginGuard::kNamesMax; ++i) {
    guard_.Enter(StrCat("account", i), StrCat("peer", i));
    clock_.Advance(absl::Milliseconds(1));
  }
  EXPECT_EQ(guard_.size(), LoginGuard::kNamesMax);
  for (int i = 0; i < LoginGuard::kFailuresFree; ++i) guard_.Enter("", "the last");
  EXPECT_GT(guard_.Enter("", "the last"), absl::ZeroDuration()) << "the newest stays";
}

class SessionsTest : public ::testing::Test {
 protected:
  StandingClock clock_;
  std::unique_ptr<Random> random_ = Random::Seeded(1);
  Sessions sessions_{clock_, *random_, absl::Minutes(10)};
  const PasswordHash hash_ =
      *PasswordHash::Of("x", Random::System(), ScryptCost{.n = 16, .r = 1, .p = 1});
  Account x05_{"x05", {}, "H29.X05", hash_, ""};
  Account x06_{"x06", {}, "H29.X06", hash_, ""};
};

TEST_F(SessionsTest, AreBoundedByAccountAndTheOldestGoes) {
  const std::string others = sessions_.Open(x06_);
  std::vector<std::string> opened;
  for (size_t i = 0; i <= Sessions::kSessionsPerAccountMax; ++i) {
    opened.push_back(sessions_.Open(x05_));
  }
  EXPECT_EQ(sessions_.size(), Sessions::kSessionsPerAccountMax + 1);
  EXPECT_EQ(sessions_.Find(opened.front()), nullptr);
  EXPECT_EQ(sessions_.Find(opened[1]), &x05_);
  EXPECT_EQ(sessions_.Find(opened.back()), &x05_);
  EXPECT_EQ(sessions_.Find(others), &x06_);
  EXPECT_EQ(std::set<std::string>(opened.begin(), opened.end()).size(), opened.size());
}

TEST_F(SessionsTest, ThatAreOverTakeNoRoom) {
  for (int i = 0; i < 10; ++i) sessions_.Open(x05_);
  clock_.Advance(absl::Minutes(10));
  const std::string session = sessions_.Open(x05_);
  EXPECT_EQ(sessions_.size(), 1u);
  clock_.Advance(absl::Minutes(10));
  EXPECT_EQ(sessions_.Find(session), nullptr);
  EXPECT_EQ(sessions_.size(), 0u);
}

}  // namespace
}  // namespace lienthong::facade
