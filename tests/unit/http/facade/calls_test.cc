#include <gmock/gmock.h>

#include <filesystem>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/http/facade/wording.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/facade/facade_fixture.h"

// What is the same for every call, and the procedures.
namespace lienthong::facade {
namespace {

using ::lienthong::testing::IsOk;
using ::lienthong::testing::StatusIs;
using nlohmann::json;
using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

class Calls : public FacadeTest {
 protected:
  Answer Ask(const std::string& address, const std::string& service) {
    return Post(address, {{"session", session_}, {"service", service}});
  }
};

TEST_F(Calls, HaveTheirAddresses) {
  LogInAs("x05");
  EXPECT_EQ(Ask("/facade/share", "LayDanhSachTTHC").code(), 0);
  EXPECT_EQ(Ask("/facade", "LayDanhSachTTHC").code(), 0);
  EXPECT_EQ(Push(Record(), false).code(), 0);
  for (const char* address : {"/facade/integration", "/facade/auth", "/facade/elsewhere"}) {
    EXPECT_EQ(Ask(address, "LayDanhSachTTHC").code(), -1) << address;
  }
  EXPECT_EQ(Ask("/facade", "DongBoDanhGia").code(), -1);
  EXPECT_EQ(Ask("/facade", "").code(), -1);
}

// Not as a session that is over: software would log in again for ever.
TEST_F(Calls, LogInsAtAnotherAddressAreToldSo) {
  for (const char* address : {"/facade/Auth", "/facade/auth/", "/facade/integration"}) {
    const Answer answer = Post(address, {{"username", "x05"}, {"password", "?"}});
    EXPECT_EQ(answer.code(), 1) << address;
    EXPECT_THAT(answer.message(), HasSubstr("/facade/auth")) << address;
  }
}

TEST_F(Calls, ThatAreNoJsonAreNoHttpEither) {
  for (const char* text : {"", "{", "<xml/>", "{\"session\": \"\xff\"}", "{} {}"}) {
    const Answer answer = PostText("/facade/share", text);
    EXPECT_EQ(answer.http_status, 400) << text;
    EXPECT_EQ(answer.code(), 1) << text;
  }
}

TEST_F(Calls, OfTheWrongShapeAreDataErrors) {
  LogInAs("x05");
  const std::string session = R"("session": ")" + session_ + R"(", )";
  for (const std::string& text :
       {std::string("[]"), std::string("5"),
        "{" + session + R"("service": "DongBoHoSoMC", "data": "x"})",
        "{" + session + R"("service": "DongBoHoSoMC", "isUpdating": "True", "data": [5]})",
        "{" + session + R"("service": "TraCuuHoSo", "mahoso": "a", "mahoso": "b"})",
        "{" + session + R"("service": "TraCuuHoSo", "mahoso": )" + std::string(20, '[') +
            std::string(20, ']') + "}"}) {
    const Answer answer = PostText("/facade", text);
    EXPECT_EQ(answer.http_status, 200) << text;
    EXPECT_EQ(answer.code(), 1) << text << answer.body;
    EXPECT_THAT(answer.message(), Not(HasSubstr("thành công")));
  }
}

// As a certificate's: a grant that ends in a session ends for its next call.
TEST_F(Calls, ActForAnotherAgencyWhileThatIsGranted) {
  const std::string code = "H29.X05-260302-0101";
  LogInAs("x05");
  ASSERT_EQ(Push(Record(code), false).code(), 0);
  LogInAs("x06");
  EXPECT_TRUE(Find(code).result().empty());
  acts_for_["H29.X06"] = {"H29.X05"};
  EXPECT_EQ(Find(code).result().size(), 1);
  const Answer line = Progress({Line("Tiếp tục giải quyết")});
  EXPECT_EQ(line.code(), 0) << line.body;
  EXPECT_EQ(Stored(code).steps_size(), 1);
  const json named = {
      {"session", session_}, {"service", "TraCuuHoSo"}, {"madonvi", "H29.X05"}, {"mahoso", code}};
  EXPECT_EQ(Post("/facade", named).code(), 0);
  acts_for_.clear();
  EXPECT_TRUE(Find(code).result().empty());
  EXPECT_EQ(Post("/facade", named).code(), 1) << "madonvi of another";
}

// Not as one that is void, which software would give up.
TEST_F(Calls, ThatNeedANumberOfAClosedSeriesAreToBeSentAgain) {
  LogInAs("x05");
  interrupted_.RestoreAt(clock_.Now());
  const Answer answer = Push(Record("MC-2026-17"), false);
  EXPECT_EQ(answer.code(), -1) << answer.body;
  EXPECT_THAT(answer.message(), HasSubstr("gửi lại"));
  EXPECT_EQ(answer.headers.at("Retry-After"), "60");
}

TEST_F(Calls, ThatFindNoRoomAreToBeSentAgain) {
  LogInAs("x05");
  no_room_ = Busy("too many", absl::Seconds(3));
  const Answer answer = Push(Record(), false);
  EXPECT_EQ(answer.http_status, 200);
  EXPECT_EQ(answer.code(), -1);
  EXPECT_EQ(answer.headers.at("Retry-After"), "3");
  no_room_ = absl::OkStatus();
  EXPECT_EQ(Push(Record(), false).code(), 0);
}

TEST_F(Calls, TheListenerRefusesHaveANumberToo) {
  for (const int status : {400, 403, 408, 413, 415, 503}) {
    const http::Response response = ToRefusal({status, "x", {}});
    EXPECT_EQ(response.status, 200) << status;
    const json body = json::parse(response.body);
    EXPECT_EQ(body["error_code"], status == 413 ? 1 : -1);
    EXPECT_THAT(body["message"].get<std::string>(), Not(HasSubstr("thành công")));
  }
}

TEST_F(Calls, NeverSayInEnglishWhatCoreSays) {
  EXPECT_EQ(PortalName("dossier.papers[dvc.77].name"), "TaiLieuNop[dvc.77].TenTepDinhKem");
  EXPECT_EQ(PortalName("contact.phone"), "SoDienThoai");
  EXPECT_EQ(PortalName("applicant.identities[a].number"), "DinhDanhCHS[a].SoDinhDanh");
  EXPECT_EQ(PortalName("assignments[a].agency"), "assignments[a].agency");
  EXPECT_EQ(PortalName("nothing"), "nothing");
  EXPECT_EQ(
      ReplyOf(FieldInvalid("dossier.applicant.name", "is required for a new dossier")).message,
      "ChuHoSo: bắt buộc phải có");
  EXPECT_EQ(InVietnamese("what nobody has put into words yet"), "giá trị không hợp lệ");
  std::vector<FieldViolation> many;
  for (int i = 0; i < 60; ++i) many.push_back({StrCat("dossier.papers[", i, "].name"), "is empty"});
  EXPECT_THAT(ReplyOf(FieldsInvalid(many)).message,
              AllOf(HasSubstr("TaiLieuNop[49].TenTepDinhKem"), EndsWith("; và 10 trường khác")));
}

TEST_F(Calls, TellOfProcedures) {
  LogInAs("x05");
  const Answer list = Ask("/facade/share", "LayDanhSachTTHC");
  ASSERT_EQ(list.result().size(), 2u);
  EXPECT_EQ(list.result()[0]["MATTHC"], "1.000656");
  EXPECT_FALSE(list.result()[1].contains("TRINHTUTHUCHIEN"));
  const auto ask = [this](const std::string& code) {
    return Post("/facade/share",
                {{"session", session_}, {"service", "LayThuTuc"}, {"maTTHC", code}});
  };
  EXPECT_EQ(ask("1.001193").result()[0]["TRINHTUTHUCHIEN"], "…");
  EXPECT_TRUE(ask("1.009999").result().empty());
  EXPECT_EQ(ask("1.009999").code(), 0);
}

TEST(AccountsTest, SayWhatIsWrongWithTheConfiguration) {
  config::v1::FacadeConfig config;
  auto& account = *config.add_accounts();
  const auto problem = [&config] { return std::string(Accounts::Make(config).status().message()); };
  EXPECT_THAT(problem(), HasSubstr("accounts[0].agency"));
  account.set_agency("H29.X05");
  EXPECT_THAT(problem(), HasSubstr("accounts[0].username"));
  account.set_username("x05");
  EXPECT_THAT(problem(), HasSubstr("accounts[0].password_hash"));
  account.set_password_hash(
      PasswordHash::Of("x", Random::System(), ScryptCost{.n = 16, .r = 1, .p = 1})->ToText());
  EXPECT_THAT(Accounts::Make(config), IsOk());
  account.set_certificate("H29.X05");
  EXPECT_THAT(problem(), HasSubstr("accounts[0].certificate"));
  account.clear_certificate();
  *config.add_accounts() = account;
  EXPECT_THAT(problem(), HasSubstr("accounts[1].username"));
}

}  // namespace
}  // namespace lienthong::facade
