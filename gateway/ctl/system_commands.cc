#include <fstream>
#include <string>
#include <vector>

#include "gateway/base/text.h"
#include "gateway/ctl/command.h"
#include "gateway/ctl/json.h"
#include "gateway/ctl/show.h"
#include "lienthong/admin/v1/admin_service.grpc.pb.h"

namespace lienthong::ctl {
namespace {

using admin::v1::AdminService;

ExitCode Console(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = AdminService::NewStub(session.admin());
  admin::v1::ConsoleToken token;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->IssueConsoleToken(context, {}, &token); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  terminal.Line(session.json() ? ToJson(token, /*all=*/true) : token.url());
  if (!session.json()) {
    terminal.Note(terminal.Text("open it in a browser on the gateway's machine, within a minute",
                                "mở trong trình duyệt trên máy chạy gateway, trong vòng một phút"));
  }
  return kDone;
}

ExitCode Config(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = AdminService::NewStub(session.admin());
  admin::v1::Configuration configuration;
  const grpc::Status status = session.Call(
      [&](auto* context) { return stub->GetConfiguration(context, {}, &configuration); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(configuration, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& entry : configuration.entries()) {
    rows.push_back({entry.key(), entry.running(), entry.differs() ? entry.file() : "",
                    entry.reloadable() ? "reload" : "restart"});
  }
  terminal.Table({"key", "running", "file says otherwise", "taken over by"}, rows);
  if (!configuration.problems().empty()) {
    terminal.Caption(terminal.Text("a reload would be refused:", "nạp lại sẽ bị từ chối:"));
    terminal.Caption(configuration.problems());
  }
  return kDone;
}

ExitCode Certificates(const Session& session, const Arguments& /*arguments*/, Terminal& terminal) {
  const auto stub = AdminService::NewStub(session.admin());
  admin::v1::ListCertificatesResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->ListCertificates(context, {}, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Line(ToJson(response, /*all=*/true));
    return kDone;
  }
  std::vector<std::vector<std::string>> rows;
  for (const auto& certificate : response.certificates()) {
    const bool is_read = certificate.error().empty();
    rows.push_back({is_read ? StrCat(certificate.days_left()) : "?", certificate.use(),
                    certificate.file(), ShowTime(certificate.end_time()),
                    is_read ? certificate.subject() : certificate.error()});
  }
  terminal.Table({"days left", "use", "file", "ends", "subject"}, rows);
  return kDone;
}

ExitCode SupportBundle(const Session& session, const Arguments& arguments, Terminal& terminal) {
  const auto stub = AdminService::NewStub(session.admin());
  admin::v1::SupportBundle bundle;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->GetSupportBundle(context, {}, &bundle); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  if (session.json()) {
    terminal.Write(bundle.content());
    return kDone;
  }
  const std::string name = arguments.Has("--out") ? arguments.Text("--out") : bundle.file_name();
  std::ofstream out(name, std::ios::binary | std::ios::trunc);
  out << bundle.content();
  out.close();
  if (!out) return terminal.Usage(StrCat(name, " cannot be written; name another with --out"));
  terminal.Line(name);
  return kDone;
}

// `debug` of LOG_LEVEL_DEBUG.
std::string WordOf(admin::v1::LogLevel level) {
  return ShowEnum(admin::v1::LogLevel_Name(level), "LOG_LEVEL_");
}

ExitCode LogLevel(const Session& session, const Arguments& arguments, Terminal& terminal) {
  admin::v1::SetLogLevelRequest request;
  if (!arguments.words().empty()) {
    for (const auto level : {admin::v1::LOG_LEVEL_DEBUG, admin::v1::LOG_LEVEL_INFO,
                             admin::v1::LOG_LEVEL_WARNING, admin::v1::LOG_LEVEL_ERROR}) {
      if (WordOf(level) == arguments.words()[0]) request.set_level(level);
    }
    if (request.level() == admin::v1::LOG_LEVEL_UNSPECIFIED) {
      return terminal.Usage(
          StrCat("expected debug, info, warning or error, found '", arguments.words()[0], "'"));
    }
  }
  if (arguments.Has("--for")) {
    const absl::StatusOr<absl::Duration> time = arguments.Time("--for", absl::ZeroDuration());
    if (!time.ok()) return terminal.Usage(ToStd(time.status().message()));
    request.mutable_duration()->set_seconds(absl::ToInt64Seconds(*time));
  }
  request.set_reason(arguments.Text("--reason"));
  const auto stub = AdminService::NewStub(session.admin());
  admin::v1::SetLogLevelResponse response;
  const grpc::Status status =
      session.Call([&](auto* context) { return stub->SetLogLevel(context, request, &response); });
  if (!status.ok()) return terminal.Fail(status, session.json());
  const std::string word = WordOf(response.level());
  terminal.Line(session.json() ? StrCat("{\"level\":\"", word, "\"}") : word);
  return kDone;
}

}  // namespace

std::vector<Command> SystemCommands() {
  return {
      {"console",
       "",
       0,
       0,
       {},
       "an address that opens the console in a browser on the gateway's machine",
       "For a browser without an operator's certificate. The address works once, within a minute, "
       "on\n"
       "the gateway's own machine; the browser is then signed in as you for 8 hours.\n"
       "\n"
       "Example:\n"
       "  xdg-open \"$(lienthongctl console)\"\n",
       &Console},
      {"config",
       "",
       0,
       0,
       {},
       "the configuration that runs, and what its file says otherwise by now",
       "A key is taken over by a reload (systemctl reload lienthongd), or takes a restart. A "
       "reload\n"
       "is refused as a whole when the file has a mistake or changes a key of the latter kind.\n"
       "\n"
       "Example:\n"
       "  lienthongctl config --json | jq '.entries[] | select(.differs)'\n",
       &Config},
      {"certificates",
       "",
       0,
       0,
       {},
       "the certificates that the gateway uses, and how many days are left",
       "The one that ends first, first.\n"
       "\n"
       "Example:\n"
       "  lienthongctl certificates\n",
       &Certificates},
      {"support-bundle",
       "",
       0,
       0,
       {"--out"},
       "writes a file for whoever is to find a fault",
       "Version, configuration, certificates, links and metrics as JSON: no personal data, no "
       "secret,\n"
       "nothing that people wrote. Its name is printed.\n"
       "\n"
       "Example:\n"
       "  lienthongctl support-bundle --out support.json\n",
       &SupportBundle},
      {"log-level",
       "[debug|info|warning|error]",
       0,
       1,
       {"--for", "--reason"},
       "how much the gateway logs, or from now on shall",
       "Until it is set again or the gateway ends, or --for a while, at most 24h, and then as "
       "before;\n"
       "`log.level` of the configuration is what it starts with. `debug` has a line for each call, "
       "each\n"
       "change and each delivery. It is kept, as one of `acts`, who set it and why.\n"
       "\n"
       "Example:\n"
       "  lienthongctl log-level debug --for 10m --reason \"the city misses a dossier\"\n",
       &LogLevel},
  };
}

}  // namespace lienthong::ctl
