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
    about_ = {.info = [] { return admin::v1::ServerInfo(); },
              .configuration = [this] { return configuration_; },
              .certificates = [this] { return certificates_; },
              .support_bundle =
                  [] {
                    admin::v1::SupportBundle bundle;
                    bundle.set_file_name("support.json");
                    bundle.set_content("{}");
                    return bundle;
                  }};
    EXPECT_THAT(
        AddConsole({.engine = engine_,
                    .links = links_,
                    .conflicts = conflicts_,
                    .reports = reports_,
                    .quality = quality_,
                    .dispatch = dispatch_,
                    .about = about_,
                    .sign_in = sign_in_,
                    .admit = [this](const std::string&) -> absl::StatusOr<std::shared_ptr<void>> {
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
    request->peer = peer_;
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
  core::Quality quality_{engine_, {}};
  core::Catalogue catalogue_{engine_};
  core::Dispatch dispatch_{engine_, catalogue_};
  core::SignIn sign_in_{Clock::Real(), *random_};
  core::About about_;
  admin::v1::Configuration configuration_;
  admin::v1::ListCertificatesResponse certificates_;
  http::Router router_;
  std::string peer_ = "192.0.2.7";
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
    const http::Response refused = Post("letters", "");
    EXPECT_EQ(refused.status, 403) << elsewhere;
    EXPECT_THAT(refused.body, HasSubstr("không được gửi từ một trang"));
    EXPECT_EQ(Get("letters").status, 200) << "to look changes nothing";
  }
}

TEST_F(ConsoleTest, EveryPageHoldsToThePolicy) {
  AddLetter("there-1");
  for (const std::string& page :
       {std::string(), DossierUrl(), std::string("letters"), std::string("conflicts"),
        std::string("reconciliation"), std::string("tasks"), std::string("dispatch"),
        std::string("duplicates"), std::string("agencies"), std::string("indicators"),
        std::string("mapping"), std::string("system"), std::string("audit"),
        std::string("letter?id=x"), std::string("health"), std::string("nowhere")}) {
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

TEST_F(ConsoleTest, ABodyOfWhatIsNoFormDoesNothing) {
  AddLetter("there-1");
  const std::string form =
      Url("", {{"act", "replay-all"}, {"reason", "thử"}, {"request_id", random_->Uuid()}})
          .substr(1);
  EXPECT_THAT(Ask("GET", "/console/letters", form).body, Not(HasSubstr("class=\"notice")));
  EXPECT_THAT(Post("letters", form).body, HasSubstr("class=\"notice"));
}

// A form that was made up, or is of another version: nothing is taken for what it wants.
TEST_F(ConsoleTest, WhatNoButtonWantsIsNotDone) {
  AddLetter("there-1");
  for (const char* page : {"letters", "conflicts", "duplicates", "reconciliation"}) {
    for (const char* act : {"", "keep_stored", "discard-all", "approve-everything"}) {
      const std::string form = Url("", {{"id", "1"},
                                        {"pair", "1"},
                                        {"act", act},
                                        {"reason", "thử"},
                                        {"request_id", random_->Uuid()}})
                                   .substr(1);
      EXPECT_THAT(Post(page, form).body, HasSubstr("không có nút đó")) << page << " " << act;
    }
  }
  EXPECT_EQ(store_->Count({.table = store::Table::kAct, .limit_rows = 10}).value(), 0);
}

// Somebody with a certificate lets in the browser of this machine, which has none.
TEST_F(ConsoleTest, ATokenOpensOneSessionOnThisMachine) {
  const core::Caller lan{core::CallerKind::kOperator, "operator/lan", {}};
  const std::string address = StrCat("sign-in?token=", sign_in_.Issue(lan)->text);
  certificate_.clear();
  EXPECT_EQ(Get(address).status, 403) << "from elsewhere";
  peer_ = "127.0.0.1";
  const http::Response begun = Get(address);
  ASSERT_EQ(begun.status, 303);
  const std::map<std::string, std::string> headers(begun.headers.begin(), begun.headers.end());
  const std::string& cookie = headers.at("Set-Cookie");
  EXPECT_THAT(cookie, AllOf(HasSubstr("Secure"), HasSubstr("HttpOnly"),
                            HasSubstr("SameSite=Strict"), HasSubstr("Path=/console/")));
  EXPECT_EQ(Get(address).status, 403) << "once";
  EXPECT_EQ(Get("").status, 403) << "without the cookie";
  browser_.cookie = cookie.substr(0, cookie.find(';'));
  EXPECT_THAT(Get("").body, AllOf(HasSubstr("operator/lan"), HasSubstr("Đăng xuất")));
  browser_.origin = "https://evil.example";
  EXPECT_EQ(Post("letters", "").status, 403);
  browser_.origin = StrCat("https://", kHost);
  peer_ = "192.0.2.7";
  EXPECT_EQ(Get("").status, 403) << "the cookie is of no use elsewhere";
  peer_ = "::";
  EXPECT_EQ(Get("").status, 200);
  EXPECT_EQ(Post("sign-out", "").status, 303);
  EXPECT_EQ(Get("").status, 403);
}

TEST_F(ConsoleTest, ConfigurationSaysWhatAReloadWouldChange) {
  auto& entry = *configuration_.add_entries();
  entry.set_key("log.level");
  entry.set_running("info");
  entry.set_file("<debug>");
  entry.set_differs(true);
  auto& certificate = *certificates_.add_certificates();
  certificate.set_use("server");
  certificate.set_days_left(7);
  EXPECT_THAT(Get("system").body, AllOf(HasSubstr("log.level"), HasSubstr("&lt;debug&gt;"),
                                        HasSubstr(R"(<th scope="row">7</th>)")));
}

TEST_F(ConsoleTest, FilesComeAsFiles) {
  const auto headers_of = [this](const std::string& page) {
    const http::Response file = Get(page);
    EXPECT_EQ(file.status, 200);
    return std::map<std::string, std::string>(file.headers.begin(), file.headers.end());
  };
  EXPECT_THAT(headers_of("support-bundle").at("Content-Disposition"), HasSubstr("support.json"));
  const std::string period = "indicators?from=2026-03-01&to=2026-03-31&format=";
  EXPECT_THAT(headers_of(period + "csv").at("Content-Disposition"),
              HasSubstr("qd766-2026-03-01-2026-03-31.csv"));
  EXPECT_THAT(Get(period + "csv").body, HasSubstr("2.1"));
  EXPECT_THAT(Get(period + "xlsx").body, ::testing::StartsWith("PK"));
  EXPECT_THAT(Get(period + "doc").body, HasSubstr("csv or xlsx"));
}

TEST_F(ConsoleTest, EveryActStandsInTheAuditTrail) {
  AddLetter("there-1");
  const std::string page = Get("letters").body;
  constexpr std::string_view kBox = R"(name="id" value=")";
  const size_t begin = page.find(kBox) + kBox.size();
  const std::string id = page.substr(begin, page.find('"', begin) - begin);
  Post(
      "letter",
      Url("",
          {{"id", id}, {"act", "discard"}, {"reason", "gửi nhầm"}, {"request_id", random_->Uuid()}})
          .substr(1));
  EXPECT_THAT(Get("audit").body,
              AllOf(HasSubstr("operator/lan"), HasSubstr("discard"), HasSubstr("gửi nhầm")));
  EXPECT_THAT(Get(Url("audit", {{"code", code_}})).body, Not(HasSubstr("gửi nhầm")));
  EXPECT_THAT(Get("audit?code=H29.X05-260302-9999").body, HasSubstr("notice bad"));
}

TEST_F(ConsoleTest, WhatALetterHoldsIsShownToWhoSaysWhy) {
  AddLetter("there-1");
  const std::string page = Get("letters").body;
  constexpr std::string_view kLook = "letter?id=";
  const size_t begin = page.find(kLook) + kLook.size();
  const std::string id = page.substr(begin, page.find('"', begin) - begin);
  EXPECT_THAT(Get("letter?id=" + id).body, AllOf(HasSubstr("there-1"), Not(HasSubstr("textarea"))));
  EXPECT_THAT(Post("letter", "purpose=x&id=" + id).body,
              AllOf(HasSubstr("<textarea"), HasSubstr("{}")));
  // As it is, it is no edit: what is wrong is that its link is none of this gateway.
  const std::string again = Post("letter", Url("", {{"id", id},
                                                    {"purpose", "x"},
                                                    {"raw", "{}\r\n"},
                                                    {"act", "replay"},
                                                    {"reason", "thử"},
                                                    {"request_id", random_->Uuid()}})
                                               .substr(1))
                                .body;
  EXPECT_THAT(again, AllOf(HasSubstr("notice bad"), HasSubstr("city")));
}

TEST_F(ConsoleTest, WithoutRoomItSaysSo) {
  no_room_ = absl::ResourceExhaustedError("too many calls");
  EXPECT_THAT(Get("").body, HasSubstr("too many calls"));
}

}  // namespace
}  // namespace lienthong::console
