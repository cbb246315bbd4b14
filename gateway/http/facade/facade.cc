#include "gateway/http/facade/facade.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "adapters/sdk/portal/json_text.h"
#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/domain/codes.h"
#include "gateway/http/facade/progress.h"
#include "gateway/http/facade/records.h"

namespace lienthong::facade {
namespace {

constexpr int kSessionSecondsDefault = 600;
constexpr int kSessionSecondsMax = 24 * 3600;
constexpr int kPasswordThreads = 2;
constexpr size_t kPasswordQueueItemsMax = 64;
constexpr size_t kLoginBodyBytesMax = 4 << 10;
constexpr size_t kBodyBytesMax = 2 << 20;
constexpr size_t kLoginTextBytesMax = 512;
constexpr int kHttpNotJson = 400;

Reply BadLogin() {
  Reply reply;
  reply.code = portal::kBadLogin;
  reply.message = "Sai tên đăng nhập hoặc mật khẩu";
  return reply;
}

Reply LoginMustWait(absl::Duration wait) {
  Reply reply;
  reply.code = portal::kBadLogin;
  const int64_t seconds = absl::ToInt64Seconds(absl::Ceil(wait, absl::Seconds(1)));
  reply.message = StrCat("Đăng nhập sai nhiều lần, đề nghị thử lại sau ", seconds, " giây");
  reply.retry_after = wait;
  return reply;
}

Reply BadJson(portal::JsonText::Fault fault) {
  switch (fault) {
    case portal::JsonText::Fault::kTooDeep:
      return BadField("JSON", StrCat("lồng quá ", portal::kJsonDepthMax, " mức"));
    case portal::JsonText::Fault::kTwice:
      return BadField("JSON", "có tên trường lặp lại trong cùng một đối tượng");
    default:
      return BadField("JSON", "nội dung không phải JSON hợp lệ (UTF-8)");
  }
}

bool IsAnyOf(const std::vector<std::string>& agencies, std::string_view agency) {
  return std::any_of(agencies.begin(), agencies.end(), [&](const std::string& own) {
    return domain::FoldCode(own) == domain::FoldCode(agency);
  });
}

}  // namespace

struct Facade::Service {
  std::string_view name;
  Door door;
  void (*run)(Facade& facade, const std::shared_ptr<const Call>& call);
};

Facade::Facade(Accounts accounts, portal::Procedures procedures, const FacadeOptions& options,
               absl::Duration session_life, core::Engine& engine, const sdk::Files& files)
    : accounts_(std::move(accounts)),
      procedures_(std::move(procedures)),
      admit_(options.admit),
      acts_for_(options.acts_for),
      engine_(engine),
      files_(files),
      guard_(engine.clock),
      sessions_(engine.clock, engine.random, session_life),
      passwords_({.threads = kPasswordThreads, .queue_items_max = kPasswordQueueItemsMax}) {}

absl::StatusOr<std::unique_ptr<Facade>> Facade::Make(const config::v1::FacadeConfig& config,
                                                     const FacadeOptions& options,
                                                     core::Engine& engine,
                                                     const sdk::Files& files) {
  LIENTHONG_ASSIGN_OR_RETURN(Accounts accounts, Accounts::Make(config));
  if (accounts.size() == 0) return absl::InvalidArgumentError("accounts: missing");
  if (config.session_seconds() < 0 || config.session_seconds() > kSessionSecondsMax) {
    return absl::InvalidArgumentError(
        StrCat("session_seconds: expected a number from 1 to ", kSessionSecondsMax));
  }
  const int seconds =
      config.session_seconds() > 0 ? config.session_seconds() : kSessionSecondsDefault;
  portal::Procedures procedures;
  if (!options.procedures_file.empty()) {
    absl::StatusOr<portal::Procedures> loaded = portal::Procedures::Load(options.procedures_file);
    if (!loaded.ok()) {
      return absl::InvalidArgumentError(
          StrCat("procedures_file: ", ToStd(loaded.status().message())));
    }
    procedures = *std::move(loaded);
  }
  return std::unique_ptr<Facade>(new Facade(std::move(accounts), std::move(procedures), options,
                                            absl::Seconds(seconds), engine, files));
}

absl::Status Facade::AddTo(http::Router& router) {
  const struct {
    std::string_view address;
    int doors;
    size_t body_bytes_max;
  } addresses[] = {{"/facade/auth", kLogin, kLoginBodyBytesMax},
                   {"/facade/integration", kIntegration, kBodyBytesMax},
                   {"/facade/share", kShare, kBodyBytesMax},
                   {"/facade", kLogin | kIntegration | kShare, kBodyBytesMax},
                   {"/facade/", 0, kBodyBytesMax}};
  for (const auto& address : addresses) {
    http::Route route;
    route.prefix = std::string(address.address);
    route.body_bytes_max = address.body_bytes_max;
    route.refusal = ToRefusal;
    route.handler = [this, doors = address.doors](const Request& request,
                                                  const http::Answer& answer) {
      Handle(doors, request, answer);
    };
    LIENTHONG_RETURN_IF_ERROR(router.Add(std::move(route)));
  }
  return absl::OkStatus();
}

void Facade::Handle(int doors, const Request& request, const http::Answer& answer) {
  portal::JsonText read = portal::ReadJson(request->body);
  if (read.fault != portal::JsonText::Fault::kNone) {
    http::Response response = ToResponse(BadJson(read.fault));
    if (read.fault == portal::JsonText::Fault::kNotJson) response.status = kHttpNotJson;
    return answer(std::move(response));
  }
  const Done done = [answer](const Reply& reply) { answer(ToResponse(reply)); };
  if (!read.value.is_object()) return done(BadField("JSON", "phải là một đối tượng"));
  const bool login = !read.value.contains("service") && read.value.contains("username");
  if (login && (doors & kLogin) == 0) {
    return done(
        BadField("adapter_url", "địa chỉ này không nhận đăng nhập; đăng nhập tại /facade/auth"));
  }
  if (login) return LogIn(request, read.value, done);
  std::optional<portal::ServiceCall> call = portal::ReadCall(request->body);
  if (!call) return done(BadField("data, isUpdating", "sai kiểu dữ liệu"));
  Serve(doors, *request, *std::move(call), done);
}

// Texts only: a number that looks like a password is none.
void Facade::LogIn(const Request& request, const nlohmann::json& body, const Done& done) {
  for (const char* key : {"username", "password"}) {
    const auto found = body.find(key);
    if (found == body.end() || !found->is_string()) {
      return done(BadField(key, "bắt buộc phải có, là chuỗi ký tự"));
    }
    if (found->get_ref<const std::string&>().size() > kLoginTextBytesMax) {
      return done(BadField(key, "quá dài"));
    }
  }
  const bool taken = passwords_.TryRun(
      [this, request, done, username = body["username"], password = body["password"]] {
        const TraceScope trace(TraceparentOf(request->trace_id, ""));
        if (engine_.clock.Now() >= request->deadline) return done(NotNow());
        done(CheckPassword(*request, username, password));
      });
  if (!taken) done(NotNow(absl::Seconds(1)));
}

Reply Facade::CheckPassword(const http::Request& request, const std::string& username,
                            const std::string& password) {
  const Account* account = accounts_.Find(username);
  const absl::Duration wait = guard_.Enter(username, request.peer);
  if (wait > absl::ZeroDuration()) return LoginMustWait(wait);
  const Account& compared = account == nullptr ? accounts_.any() : *account;
  const bool right = compared.password.Matches(password);
  if (account == nullptr || !right || !account->Allows(request.certificate_uris)) {
    LogWarning(
        "facade_login_refused",
        {{"agency", account == nullptr ? "unknown" : account->agency}, {"peer", request.peer}});
    return BadLogin();
  }
  guard_.Succeeded(account->username, request.peer);
  LogInfo("facade_login", {{"agency", account->agency}, {"peer", request.peer}});
  Reply reply = Success("Đăng nhập thành công");
  reply.session = sessions_.Open(*account);
  return reply;
}

// The service of this name that these doors lead to; null when there is none.
const Facade::Service* Facade::FindService(int doors, std::string_view name) {
  static constexpr Service kServices[] = {
      {"DongBoHoSoMC", kIntegration,
       [](Facade& facade, const std::shared_ptr<const Call>& call) {
         PushRecord(facade.engine_, facade.files_, call);
       }},
      {"CapNhatTienDoHoSoMC", kIntegration,
       [](Facade& facade, const std::shared_ptr<const Call>& call) {
         AddProgress(facade.engine_, call);
       }},
      {"TraCuuHoSo", kShare,
       [](Facade& facade, const std::shared_ptr<const Call>& call) {
         FindRecord(facade.engine_, facade.files_, *call);
       }},
      {"LayDanhSachTTHC", kShare,
       [](Facade& facade, const std::shared_ptr<const Call>& call) {
         call->done(Success("Lấy danh sách thành công", facade.procedures_.list()));
       }},
      {"LayThuTuc", kShare,
       [](Facade& facade, const std::shared_ptr<const Call>& call) {
         const std::string code = portal::TextAt(call->body.body, "maTTHC");
         call->done(Success("Lấy thủ tục thành công", facade.procedures_.Find(code)));
       }},
  };
  for (const Service& service : kServices) {
    if (service.name == name && (doors & service.door) != 0) return &service;
  }
  return nullptr;
}

void Facade::Serve(int doors, const http::Request& request, portal::ServiceCall body,
                   const Done& done) {
  const Account* account = sessions_.Find(body.session);
  if (account == nullptr || !account->Allows(request.certificate_uris)) return done(SessionOver());
  core::Caller caller = core::Acting(account->caller, acts_for_);
  if (!body.agency.empty() && !IsAnyOf(caller.agencies, body.agency)) {
    return done(BadField("madonvi", "không phải đơn vị của tài khoản này"));
  }
  const Service* service = FindService(doors, body.service);
  if (service == nullptr) return done(UnknownService());
  absl::StatusOr<std::shared_ptr<void>> ticket = admit_(account->caller.name);
  if (!ticket.ok()) return done(ReplyOf(ticket.status()));
  auto call = std::make_shared<Call>();
  call->agency = account->agency;
  call->context.caller = std::move(caller);
  call->context.deadline = request.deadline;
  call->context.trace_id = request.trace_id;
  call->context.can_say_why = false;
  call->body = std::move(body);
  call->done = [done, held = *std::move(ticket)](const Reply& reply) { done(reply); };
  service->run(*this, call);
}

}  // namespace lienthong::facade
