#include <gmock/gmock.h>

#include "gateway/base/errors.h"
#include "gateway/http/body_budget.h"
#include "gateway/http/links_route.h"
#include "gateway/http/router.h"
#include "tests/support/status_matchers.h"

namespace lienthong::http {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;

Route RouteOf(std::string prefix, std::string method = "POST") {
  Route route;
  route.prefix = std::move(prefix);
  route.method = std::move(method);
  route.handler = [](const std::shared_ptr<const Request>&, const Answer&) {};
  return route;
}

TEST(RouterTest, TakesTheLongestPrefix) {
  Router router;
  for (const char* prefix : {"/a/", "/a/b", "/a/b/", "/"}) {
    ASSERT_THAT(router.Add(RouteOf(prefix)), IsOk());
  }
  const auto found = [&router](std::string_view path) {
    return router.Find("POST", path).route->prefix;
  };
  EXPECT_EQ(found("/a/x"), "/a/");
  EXPECT_EQ(found("/a/b"), "/a/b");
  EXPECT_EQ(found("/a/b/"), "/a/b/");
  EXPECT_EQ(found("/a/bc"), "/a/");
  EXPECT_EQ(found("/ab"), "/");
}

TEST(RouterTest, TellsAnotherMethodFromAnotherAddress) {
  Router router;
  ASSERT_THAT(router.Add(RouteOf("/x", "GET")), IsOk());
  ASSERT_THAT(router.Add(RouteOf("/x", "PUT")), IsOk());
  EXPECT_EQ(router.Find("POST", "/x").route, nullptr);
  EXPECT_EQ(router.Find("POST", "/x").allowed, "GET, PUT");
  EXPECT_EQ(router.Find("POST", "/y").allowed, "");
  EXPECT_NE(router.Find("HEAD", "/x").route, nullptr);
}

TEST(RouterTest, RefusesWhatItCannotServe) {
  Router router;
  EXPECT_THAT(router.Add(RouteOf("x")), StatusIs(absl::StatusCode::kInvalidArgument));
  Route idle = RouteOf("/x");
  idle.handler = nullptr;
  EXPECT_THAT(router.Add(idle), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(router.Add(RouteOf("/x")), IsOk());
  EXPECT_THAT(router.Add(RouteOf("/x")), StatusIs(absl::StatusCode::kAlreadyExists));
}

TEST(BodyBudgetTest, GivesBackWithTheLease) {
  const auto budget = std::make_shared<BodyBudget>(100);
  BodyBudget::Lease kept;
  {
    BodyBudget::Lease lease(budget);
    EXPECT_TRUE(lease.Grow(60));
    EXPECT_FALSE(lease.Grow(41));
    EXPECT_TRUE(lease.Grow(40));
    kept = std::move(lease);
  }
  EXPECT_EQ(budget->bytes(), 100u);
  kept = BodyBudget::Lease();
  EXPECT_EQ(budget->bytes(), 0u);
}

// --- LinksRoute ---

struct Asked {
  std::string link, caller, service, body;
  absl::Time deadline;
};

// Takes out the letter x, and says no to the end of what began with a y.
class WithoutX final : public BodyFilter {
 public:
  absl::Status Write(std::string_view part, std::string& out) override {
    for (const char c : part) {
      if (c != 'x') out.push_back(c);
      good_ = good_ && c != 'y';
    }
    return absl::OkStatus();
  }
  absl::Status Finish() override {
    return good_ ? absl::OkStatus() : absl::InvalidArgumentError("a y");
  }

 private:
  bool good_ = true;
};

class Links : public ::testing::Test {
 protected:
  Response Call(const std::string& rest, std::vector<std::string> uris,
                const std::string& body = "pacxket") {
    const Route route = LinksRoute(
        [this](std::string_view link, std::string_view caller,
               const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               const sdk::Done<adapter::v1::ReceiveReply>& done) {
          asked_.push_back({std::string(link), std::string(caller), request.service(),
                            request.body(), deadline});
          done(reply_);
        },
        [] { return std::make_unique<WithoutX>(); });
    EXPECT_TRUE(route.needs_certificate);
    auto request = std::make_shared<Request>();
    request->rest = rest;
    request->deadline = absl::FromUnixSeconds(7);
    request->certificate_uris = std::move(uris);
    request->lease = BodyBudget::Lease(budget_);
    const auto sink = route.open_sink(request);
    if (!sink.ok()) return Refusal(ProblemOf(sink.status()));
    const absl::Status written = (*sink)->Write(body);
    if (!written.ok()) return Refusal(ProblemOf(written));
    Response answered;
    (*sink)->Finish([&answered](Response response) { answered = std::move(response); });
    return answered;
  }
  Response Call() { return Call("portal/TraCuuHoSo", {kPortal}); }

  static constexpr char kPortal[] = "spiffe://lienthong/counterpart/portal";
  const std::shared_ptr<BodyBudget> budget_ = std::make_shared<BodyBudget>(100);
  absl::StatusOr<adapter::v1::ReceiveReply> reply_ = adapter::v1::ReceiveReply();
  std::vector<Asked> asked_;
};

TEST_F(Links, AreAskedWithTheProvenNameAndAnswerThemselves) {
  reply_->set_body("{}");
  Response response = Call();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "application/json; charset=utf-8");
  EXPECT_EQ(response.body, "{}");
  ASSERT_EQ(asked_.size(), 1u);
  EXPECT_EQ(asked_[0].link, "portal");
  EXPECT_EQ(asked_[0].caller, kPortal);
  EXPECT_EQ(asked_[0].service, "TraCuuHoSo");
  EXPECT_EQ(asked_[0].body, "packet");
  EXPECT_EQ(asked_[0].deadline, absl::FromUnixSeconds(7));
  reply_->set_http_status(409);
  reply_->set_content_type("text/plain");
  response = Call();
  EXPECT_EQ(response.status, 409);
  EXPECT_EQ(response.content_type, "text/plain");
}

TEST_F(Links, AreNotAskedByANamelessOrForNothing) {
  EXPECT_EQ(Call("portal/x", {}).status, 403);
  EXPECT_EQ(Call("portal/x", {kPortal, kPortal}).status, 403);
  EXPECT_EQ(Call("portal/x", {"https://elsewhere"}).status, 403);
  for (const char* rest : {"", "portal", "portal/", "/x"}) {
    EXPECT_EQ(Call(rest, {kPortal}).status, 404) << rest;
  }
  EXPECT_TRUE(asked_.empty());
}

TEST_F(Links, HoldWhatTheFilterLetsPassAndNoMoreThanThereIsRoomFor) {
  EXPECT_EQ(Call("portal/x", {kPortal}, std::string(1000, 'x')).status, 200);
  EXPECT_EQ(asked_.back().body, "");
  EXPECT_EQ(Call("portal/x", {kPortal}, std::string(101, 'a')).status, 503);
  EXPECT_EQ(Call("portal/x", {kPortal}, "y").status, 400);
  EXPECT_EQ(asked_.size(), 1u);
  EXPECT_EQ(budget_->bytes(), 0u);
}

TEST_F(Links, TellWhenToComeAgain) {
  reply_ = absl::UnavailableError("no");
  EXPECT_EQ(Call().status, 503);
  EXPECT_EQ(Call().headers, (decltype(Response::headers){{"Retry-After", "1"}}));
  reply_ = Busy("much", absl::Milliseconds(2500));
  EXPECT_EQ(Call().status, 429);
  EXPECT_EQ(Call().headers, (decltype(Response::headers){{"Retry-After", "3"}}));
  reply_ = absl::PermissionDeniedError("no");
  EXPECT_EQ(Call().status, 403);
  reply_ = absl::NotFoundError("no");
  EXPECT_EQ(Call().status, 404);
  reply_ = absl::InternalError("somebody's phone number");
  EXPECT_EQ(Call().status, 500);
  EXPECT_EQ(Call().body.find("phone"), std::string::npos);
}

}  // namespace
}  // namespace lienthong::http
