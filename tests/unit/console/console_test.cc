#include "gateway/console/console.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/base/text.h"
#include "gateway/console/html.h"
#include "gateway/core/dossiers.h"
#include "gateway/store/memory/memory_store.h"
#include "gateway/sync/lane_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace lienthong::console {
namespace {

using ::lienthong::testing::IsOk;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHost = "gateway.example:8443";
constexpr const char* kName = "Nguyễn <script>alert(1)</script>";

// The console over a store in memory with one dossier of H29.X05 and no links.
class ConsoleTest : public ::testing::Test {
 protected:
  ConsoleTest() {
    EXPECT_THAT(
        parties_.Add(
            {.name = "agency/H29.X05", .receives = true, .leads = true, .agencies = {"H29.X05"}}),
        IsOk());
    EXPECT_THAT(AddConsole({engine_, links_, conflicts_, reports_,
                            [this](const std::string&) -> absl::StatusOr<std::shared_ptr<void>> {
                              if (!no_room_.ok()) return no_room_;
                              return std::shared_ptr<void>();
                            }},
                           router_),
                IsOk());
    code_ = Push();
  }

  std::string Push() {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(random_->Uuid());
    auto& dossier = *request.mutable_dossier();
    dossier.mutable_procedure()->set_code("1.001193");
    dossier.mutable_applicant()->set_name(kName);
    dossier.set_status(dossier::v1::STATUS_ACCEPTED);
    dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
    dossier.mutable_reception()->set_agency("H29.X05");
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, "agency/H29.X05", {"H29.X05"}};
    std::string code;
    core::Dossiers(engine_).Push(context, request, [&](const auto& response) {
      ASSERT_THAT(response, IsOk());
      code = response->code();
    });
    return code;
  }
  void AddLetter(const std::string& key) {
    store::WriteSet set;
    sync::LaneStore(engine_, "city")
        .PutDeadLetter({.direction = sync::v1::DeadLetter::DIRECTION_INBOUND,
                        .code = "",
                        .key = key,
                        .stop = {.field = "contact.phone", .reason = "is <b>no</b> number"},
                        .raw = "{}",
                        .identity = key},
                       set);
    ASSERT_THAT(store_->CommitAndWait(std::move(set), absl::InfiniteFuture()), IsOk());
  }

  http::Response Ask(const std::string& method, const std::string& address,
                     const std::string& body = "") {
    const size_t question = address.find('?');
    auto request = std::make_shared<http::Request>();
    request->method = method;
    request->path = address.substr(0, question);
    if (question != std::string::npos) request->query = address.substr(question + 1);
    request->body = body;
    request->certificate_uris = certificate_;
    request->browser = browser_;
    request->deadline = absl::InfiniteFuture();
    const auto route = router_.Find(method, request->path).route;
    http::Response answer;
    answer.status = 0;
    if (route == nullptr) return answer;
    request->rest = request->path.substr(route->prefix.size());
    route->handler(request, [&answer](http::Response response) { answer = std::move(response); });
    return answer;
  }
  http::Response Get(const std::string& page) { return Ask("GET", "/console/" + page); }
  http::Response Post(const std::string& page, const std::string& body) {
    return Ask("POST", "/console/" + page, body);
  }
  std::string DossierUrl() const { return Url("dossier", {{"number", code_}}); }

  const std::unique_ptr<Random> random_ = Random::Seeded(7);
  core::Parties parties_;
  const std::unique_ptr<store::Store> store_ = store::OpenMemoryStoreInline();
  core::Engine engine_{*store_,  store::Sealer::Identity(),     Clock::Real(), *random_,
                       parties_, domain::StatusGraph::Shipped()};
  sync::Links links_{engine_};
  sync::Conflicts conflicts_{engine_};
  core::Reports reports_{engine_, [](const std::string&, absl::Time now, int) { return now; }};
  http::Router router_;
  absl::Status no_room_;
  std::vector<std::string> certificate_ = {"spiffe://lienthong/operator/lan"};
  http::BrowserWords browser_{.host = kHost,
                              .origin = StrCat("https://", kHost),
                              .fetch_site = "same-origin",
                              .languages = "vi",
                              .cookie = ""};
  std::string code_;
};

TEST_F(ConsoleTest, IsForOperators) {
  EXPECT_EQ(Get("").status, 200);
  for (const char* other : {"agency/H29.X05", "portal", "monitor/prometheus", "counterpart/city"}) {
    certificate_ = {StrCat("spiffe://lienthong/", other)};
    const http::Response refused = Get(DossierUrl());
    EXPECT_EQ(refused.status, 403) << other;
    EXPECT_THAT(refused.body, Not(HasSubstr("1.001193"))) << other;
  }
  certificate_.clear();
  EXPECT_EQ(Get("").status, 403);
  EXPECT_EQ(Post("letters", "").status, 403);
}

// A page elsewhere can have a browser send the operator's certificate along.
TEST_F(ConsoleTest, TakesFormsOfItsOwnPagesOnly) {
  EXPECT_EQ(Post("letters", "").status, 200);
  for (const char* elsewhere : {"", "null", "https://evil.example", "http://gateway.example:8443",
                                "https://gateway.example"}) {
    browser_.origin = elsewhere;
    EXPECT_EQ(Post("letters", "").status, 403) << elsewhere;
    EXPECT_EQ(Get("letters").status, 200) << "to look changes nothing";
  }
}

TEST_F(ConsoleTest, EveryPageHoldsToThePolicy) {
  AddLetter("there-1");
  for (const std::string& page :
       {std::string(), DossierUrl(), std::string("letters"), std::string("conflicts"),
        std::string("agencies"), std::string("health"), std::string("nowhere")}) {
    const http::Response response = Get(page);
    const std::map<std::string, std::string> headers(response.headers.begin(),
                                                     response.headers.end());
    EXPECT_THAT(headers.at("Content-Security-Policy"),
                AllOf(HasSubstr("default-src 'none'"), Not(HasSubstr("unsafe"))))
        << page;
    EXPECT_THAT(response.body, AllOf(Not(HasSubstr(" style=")), Not(HasSubstr("<style")),
                                     Not(HasSubstr(" onclick")), Not(HasSubstr("<script>"))))
        << page;
  }
  EXPECT_EQ(Get("nowhere").status, 404);
}

TEST_F(ConsoleTest, SpeaksTheVisitorsLanguage) {
  EXPECT_THAT(Get("").body, AllOf(HasSubstr("<html lang=\"vi\">"), HasSubstr("Tình trạng")));
  browser_.languages = "en-GB,en;q=0.9";
  EXPECT_THAT(Get("").body, AllOf(HasSubstr("<html lang=\"en\">"), HasSubstr("Health")));
  const http::Response chosen = Get("letters?lang=vi");
  EXPECT_EQ(chosen.status, 303);
  const std::map<std::string, std::string> headers(chosen.headers.begin(), chosen.headers.end());
  EXPECT_EQ(headers.at("Location"), "/console/letters");
  EXPECT_THAT(headers.at("Set-Cookie"),
              AllOf(HasSubstr("lienthong-lang=vi;"), HasSubstr("SameSite=Strict")));
  browser_.cookie = "a=b; lienthong-lang=vi";
  EXPECT_THAT(Get("").body, HasSubstr("<html lang=\"vi\">")) << "the choice holds";
}

TEST_F(ConsoleTest, ADossierIsFoundByItsNumbersAndMasked) {
  std::string lower = code_;
  for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string& number : {code_, lower}) {
    const std::string page = Get(Url("dossier", {{"number", number}})).body;
    EXPECT_THAT(page, AllOf(HasSubstr("1.001193"), HasSubstr("applicant.name"), HasSubstr("•••"),
                            Not(HasSubstr("Nguyễn"))))
        << number;
  }
  EXPECT_THAT(Get("dossier?number=H29.X05-260302-9999").body, HasSubstr("Không có hồ sơ nào"));
}

TEST_F(ConsoleTest, PersonalDataIsShownToWhoSaysWhyAndIsNoMarkup) {
  ::testing::internal::CaptureStderr();
  const std::string page =
      Post("dossier", Url("", {{"number", code_}, {"purpose", "khiếu nại"}}).substr(1)).body;
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              AllOf(HasSubstr("personal_data_read"), HasSubstr("operator/lan")));
  EXPECT_THAT(page, AllOf(HasSubstr("Nguyễn &lt;script&gt;"), Not(HasSubstr("<script>alert"))));
}

TEST_F(ConsoleTest, APurposeInTheAddressShowsNothing) {
  EXPECT_THAT(Get(DossierUrl() + "&purpose=x").body, Not(HasSubstr("Nguyễn")));
}

TEST_F(ConsoleTest, DeadLettersAreListedAndFiltered) {
  AddLetter("there-1");
  AddLetter("there-2");
  EXPECT_THAT(Get("letters").body,
              AllOf(HasSubstr("there-1"), HasSubstr("there-2"), HasSubstr("&lt;b&gt;no")));
  EXPECT_THAT(Get("letters?contains=something").body, Not(HasSubstr("there-1")));
}

// The link of these letters is none of this gateway: they can be given up, and not tried again.
TEST_F(ConsoleTest, AnActIsDoneOnceAndSaidToBeDoneOnlyThen) {
  AddLetter("there-1");
  const std::string page = Get("letters").body;
  constexpr std::string_view kBox = R"(name="id" value=")";
  const size_t at = page.find(kBox);
  ASSERT_NE(at, std::string::npos);
  const size_t begin = at + kBox.size();
  const std::string id = page.substr(begin, page.find('"', begin) - begin);
  const auto form = [&](const char* act, const std::string& request_id) {
    return Url("", {{"id", id}, {"act", act}, {"reason", "thử"}, {"request_id", request_id}})
        .substr(1);
  };
  EXPECT_THAT(Post("letters", form("replay", random_->Uuid())).body,
              AllOf(HasSubstr("notice bad"), HasSubstr("there-1")));
  EXPECT_THAT(Post("letters", Url("", {{"act", "discard"}, {"request_id", "x"}}).substr(1)).body,
              HasSubstr("Chưa chọn"));
  const std::string request_id = random_->Uuid();
  for (int i = 0; i < 2; ++i) {  // the second is the same form sent again
    EXPECT_THAT(Post("letters", form("discard", request_id)).body,
                AllOf(HasSubstr("1 đã xong"), Not(HasSubstr("there-1"))))
        << i;
  }
  EXPECT_EQ(store_->Count({.table = store::Table::kAct, .limit_rows = 10}).value(), 1)
      << "recorded once";
}

TEST_F(ConsoleTest, WithoutRoomItSaysSo) {
  no_room_ = absl::ResourceExhaustedError("too many calls");
  EXPECT_THAT(Get("").body, HasSubstr("too many calls"));
}

}  // namespace
}  // namespace lienthong::console
