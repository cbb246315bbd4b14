#include "gateway/service/admin_service.h"

#include <optional>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/derived.h"
#include "gateway/service/unary.h"

namespace lienthong::service {
namespace {

constexpr absl::Duration kDrainTimeDefault = absl::Seconds(10);
constexpr absl::Duration kDrainTimeMax = absl::Minutes(5);
constexpr absl::Duration kLevelTimeMax = absl::Hours(24);
constexpr size_t kReasonBytesMax = 1000;

Method Named(std::string_view name) { return {admin::v1::AdminService::service_full_name(), name}; }

absl::StatusOr<absl::Duration> TimeoutOf(const google::protobuf::Duration& asked) {
  const absl::Duration timeout = absl::Seconds(asked.seconds()) + absl::Nanoseconds(asked.nanos());
  if (timeout < absl::ZeroDuration() || timeout > kDrainTimeMax) {
    return FieldInvalid("timeout", "must be from 0 (= 10 s) to 300 s");
  }
  return timeout == absl::ZeroDuration() ? kDrainTimeDefault : timeout;
}

// Zero for a level without an end.
absl::StatusOr<absl::Duration> LevelTimeOf(const admin::v1::SetLogLevelRequest& request) {
  if (!request.has_duration()) return absl::ZeroDuration();
  const absl::Duration time =
      absl::Seconds(request.duration().seconds()) + absl::Nanoseconds(request.duration().nanos());
  if (time <= absl::ZeroDuration() || time > kLevelTimeMax) {
    return FieldInvalid("duration", "must be above 0, and at most 24 h");
  }
  return time;
}

absl::Status CheckReason(std::string_view reason) {
  if (reason.size() <= kReasonBytesMax) return absl::OkStatus();
  return FieldInvalid("reason", StrCat("must have at most ", kReasonBytesMax, " bytes"));
}

// When the store fails the level is set all the same: then of all times it is wanted.
void KeepAct(core::Engine& engine, const core::RequestContext& call, std::string_view what,
             const std::string& reason) {
  storage::v1::ActRecord record;
  record.set_actor(call.caller.name);
  record.set_kind("log-level");
  record.set_target("log");
  record.set_reason(reason);
  *record.mutable_time() = domain::ToProto(engine.clock.Now());
  record.set_result(std::string(what));
  record.set_request_id(engine.random.Uuid());
  store::WriteSet set;
  core::PutAct(engine, record, set);
  const absl::Status kept = engine.store.CommitAndWait(std::move(set), call.deadline).status();
  if (!kept.ok()) LogError("log_level_act_not_kept", {{"error", std::string(kept.message())}});
}

std::optional<LogLevel> LevelOf(admin::v1::LogLevel level) {
  switch (level) {
    case admin::v1::LOG_LEVEL_DEBUG:
      return LogLevel::kDebug;
    case admin::v1::LOG_LEVEL_INFO:
      return LogLevel::kInfo;
    case admin::v1::LOG_LEVEL_WARNING:
      return LogLevel::kWarning;
    case admin::v1::LOG_LEVEL_ERROR:
      return LogLevel::kError;
    default:
      return std::nullopt;
  }
}

admin::v1::LogLevel ToPublic(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return admin::v1::LOG_LEVEL_DEBUG;
    case LogLevel::kInfo:
      return admin::v1::LOG_LEVEL_INFO;
    case LogLevel::kWarning:
      return admin::v1::LOG_LEVEL_WARNING;
    default:
      return admin::v1::LOG_LEVEL_ERROR;
  }
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::GetServerInfo(
    grpc::CallbackServerContext* context, const admin::v1::GetServerInfoRequest* /*request*/,
    admin::v1::ServerInfo* response) {
  return RunUnary(
      parts_.edge, context, Named("GetServerInfo"), "", response,
      [this](const core::RequestContext& /*call*/) -> absl::StatusOr<admin::v1::ServerInfo> {
        return parts_.about.info();
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::Drain(grpc::CallbackServerContext* context,
                                              const admin::v1::DrainRequest* request,
                                              admin::v1::DrainResponse* response) {
  return RunUnary(
      parts_.edge, context, Named("Drain"), "", response,
      [this,
       request](const core::RequestContext& call) -> absl::StatusOr<admin::v1::DrainResponse> {
        LIENTHONG_ASSIGN_OR_RETURN(const absl::Duration timeout, TimeoutOf(request->timeout()));
        LogInfo("drain_asked", {{"caller", call.caller.name}});
        parts_.drain(timeout);
        return admin::v1::DrainResponse();
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::GetConfiguration(
    grpc::CallbackServerContext* context, const admin::v1::GetConfigurationRequest* /*request*/,
    admin::v1::Configuration* response) {
  return RunUnary(
      parts_.edge, context, Named("GetConfiguration"), "", response,
      [this](const core::RequestContext& /*call*/) -> absl::StatusOr<admin::v1::Configuration> {
        return parts_.about.configuration();
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::ListCertificates(
    grpc::CallbackServerContext* context, const admin::v1::ListCertificatesRequest* /*request*/,
    admin::v1::ListCertificatesResponse* response) {
  return RunUnary(
      parts_.edge, context, Named("ListCertificates"), "", response,
      [this](const core::RequestContext& /*call*/)
          -> absl::StatusOr<admin::v1::ListCertificatesResponse> {
        return parts_.about.certificates();
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::GetSupportBundle(
    grpc::CallbackServerContext* context, const admin::v1::GetSupportBundleRequest* /*request*/,
    admin::v1::SupportBundle* response) {
  return RunUnary(
      parts_.edge, context, Named("GetSupportBundle"), "", response,
      [this](const core::RequestContext& call) -> absl::StatusOr<admin::v1::SupportBundle> {
        LogInfo("support_bundle_taken", {{"caller", call.caller.name}});
        return parts_.about.support_bundle();
      },
      CallKind::kControl);
}

absl::StatusOr<admin::v1::SetLogLevelResponse> AdminService::SetLevel(
    const core::RequestContext& call, const admin::v1::SetLogLevelRequest& request) const {
  if (request.level() != admin::v1::LOG_LEVEL_UNSPECIFIED) {
    const std::optional<LogLevel> wanted = LevelOf(request.level());
    if (!wanted.has_value()) {
      return FieldInvalid("level", "is not one of debug, info, warning, error");
    }
    LIENTHONG_ASSIGN_OR_RETURN(const absl::Duration duration, LevelTimeOf(request));
    LIENTHONG_RETURN_IF_ERROR(CheckReason(request.reason()));
    if (duration == absl::ZeroDuration()) {
      lienthong::SetLogLevel(*wanted);
    } else {
      SetLogLevelFor(*wanted, duration);
    }
    const std::string what =
        StrCat(NameOf(*wanted), duration == absl::ZeroDuration()
                                    ? ""
                                    : StrCat(" for ", ToStd(absl::FormatDuration(duration))));
    // Said whatever the level is: who reads the log knows why it changes.
    LogError("log_level_set", {{"to", what}, {"by", call.caller.name}});
    KeepAct(parts_.engine, call, what, request.reason());
  }
  admin::v1::SetLogLevelResponse answer;
  answer.set_level(ToPublic(CurrentLogLevel()));
  return answer;
}

grpc::ServerUnaryReactor* AdminService::SetLogLevel(grpc::CallbackServerContext* context,
                                                    const admin::v1::SetLogLevelRequest* request,
                                                    admin::v1::SetLogLevelResponse* response) {
  return RunUnary(
      parts_.edge, context, Named("SetLogLevel"), "", response,
      [this, request](const core::RequestContext& call) { return SetLevel(call, *request); },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::StartMaintenance(
    grpc::CallbackServerContext* context, const admin::v1::StartMaintenanceRequest* request,
    admin::v1::Maintenance* response) {
  return RunUnary(
      parts_.edge, context, Named("StartMaintenance"), "", response,
      [this, request](const core::RequestContext& call) -> absl::StatusOr<admin::v1::Maintenance> {
        LIENTHONG_RETURN_IF_ERROR(CheckReason(request->reason()));
        return parts_.start_maintenance(call, *request);
      },
      CallKind::kControl);
}

grpc::ServerUnaryReactor* AdminService::GetMaintenance(
    grpc::CallbackServerContext* context, const admin::v1::GetMaintenanceRequest* /*request*/,
    admin::v1::Maintenance* response) {
  return RunUnary(
      parts_.edge, context, Named("GetMaintenance"), "", response,
      [this](const core::RequestContext& /*call*/) -> absl::StatusOr<admin::v1::Maintenance> {
        return parts_.newest_maintenance();
      },
      CallKind::kControl);
}

absl::StatusOr<admin::v1::ConsoleToken> AdminService::Issue(const core::Caller& caller) const {
  const std::string url = parts_.console_url();
  if (url.empty()) {
    return absl::FailedPreconditionError(
        "the console is not served: set listen.https in the configuration");
  }
  LIENTHONG_ASSIGN_OR_RETURN(const core::SignIn::Token token, parts_.sign_in.Issue(caller));
  admin::v1::ConsoleToken answer;
  answer.set_url(StrCat(url, "sign-in?token=", token.text));
  *answer.mutable_expire_time() = domain::ToProto(token.expire_time);
  return answer;
}

grpc::ServerUnaryReactor* AdminService::IssueConsoleToken(
    grpc::CallbackServerContext* context, const admin::v1::IssueConsoleTokenRequest* /*request*/,
    admin::v1::ConsoleToken* response) {
  return RunUnary(
      parts_.edge, context, Named("IssueConsoleToken"), "", response,
      [this](const core::RequestContext& call) { return Issue(call.caller); }, CallKind::kControl);
}

}  // namespace lienthong::service
