#include <signal.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_split.h"
#include "gateway/base/clock.h"
#include "gateway/base/service_manager.h"
#include "gateway/base/text.h"
#include "gateway/core/numbering.h"
#include "gateway/server/config_file.h"
#include "gateway/server/listener.h"
#include "gateway/server/restored.h"
#include "gateway/server/server.h"

namespace {

constexpr int kExitConfiguration = 2;
constexpr long kLookNanoseconds = 100'000'000;

constexpr char kHelp[] =
    "lienthongd: the gateway that keeps one dossier the same in every agency system.\n"
    "\n"
    "  lienthongd --config FILE                 serves until SIGTERM, SIGINT or a drain\n"
    "  lienthongd --config FILE --check-config  says what it would run, or all that is wrong\n"
    "  lienthongd --config FILE --restored      says that the store is a backup put back, and "
    "ends\n"
    "  lienthongd --version | --help\n"
    "\n"
    "FILE is YAML; its keys are described in proto/lienthong/config/v1/config.proto. Example:\n"
    "\n"
    "  store: {url: \"sqlite:/var/lib/lienthong/gateway.db\"}\n"
    "  listen: {grpc: \"0.0.0.0:7443\", admin: \"127.0.0.1:7444\"}\n"
    "  tls: {certificate: gateway.crt, key: gateway.key, client_ca: ca.crt}\n"
    "  agencies:\n"
    "    - {code: H29.X05}\n"
    "\n"
    "Relative names of files count from the configuration's folder, then from the working\n"
    "directory. The log goes to stderr, one JSON object per line.\n"
    "\n"
    "--check-config tries what can be tried without harm: files, certificates, free ports, the\n"
    "store; it may be run while the gateway serves, which it says.\n"
    "\n"
    "--restored: once, after a backup of the store was put back and before the gateway serves it.\n"
    "What counterparts know and the backup does not is then read first; nothing is delivered "
    "before.\n"
    "\n"
    "SIGHUP (systemctl reload): the file is read again and taken over as a whole, or refused as a\n"
    "whole: a mistake in it, or a key that takes a start. The log says which. Taken over are the\n"
    "level of the log, the calls in flight, and certificates.\n"
    "\n"
    "Exit status: 0 ended in order; 2 bad configuration, busy port, certificate or database that\n"
    "cannot be used: stderr says which, a line for each, as FILE:LINE: KEY: what was expected.\n";

struct Flags {
  std::string config;
  bool check = false;
  bool restored = false;
  bool help = false;
  bool version = false;
  std::string problem;
};

Flags ParseFlags(int argc, char** argv) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--help" || arg == "-h") {
      flags.help = true;
    } else if (arg == "--version") {
      flags.version = true;
    } else if (arg == "--check-config") {
      flags.check = true;
    } else if (arg == "--restored") {
      flags.restored = true;
    } else if (arg == "--config" && i + 1 < argc) {
      flags.config = argv[++i];
    } else if (arg.starts_with("--config=")) {
      flags.config = std::string(arg.substr(std::strlen("--config=")));
    } else {
      flags.problem = lienthong::StrCat("unknown argument '", arg, "'; try lienthongd --help");
      return flags;
    }
  }
  if (flags.config.empty()) flags.problem = "--config FILE is missing; try lienthongd --help";
  return flags;
}

int Fail(std::string_view message) {
  for (const absl::string_view line : absl::StrSplit(lienthong::ToAbsl(message), '\n')) {
    fprintf(stderr, "lienthongd: %s\n", std::string(line).c_str());
  }
  return kExitConfiguration;
}

int Fail(const absl::Status& status) { return Fail(lienthong::ToStd(status.message())); }

int CheckConfig(const std::string& path) {
  const auto config = lienthong::ConfigFile::Inspect(path);
  if (!config.ok()) return Fail(config.status());
  const auto description = lienthong::DescribeServer(*config);
  if (!description.ok()) return Fail(description.status());
  fputs(description->c_str(), stdout);
  return 0;
}

int Restored(const lienthong::ConfigFile& config) {
  const absl::StatusOr<int64_t> epoch = lienthong::MarkRestored(config);
  if (!epoch.ok()) return Fail(epoch.status());
  printf(
      "The store is of epoch %lld now. Start lienthongd as usual: its links read what the "
      "counterparts have,\nand deliver again when all have done so (lienthongctl links: "
      "RESYNC).\nNumbers of days up to %d days from now are closed: what was given out after the "
      "backup is not known\nhere. Open each series with the highest number that may stand on a "
      "paper: lienthongctl receipt open.\n",
      static_cast<long long>(*epoch), lienthong::core::kClosedDaysAhead);
  return 0;
}

// Blocked in every thread, and taken here: nothing runs in a signal handler.
sigset_t BlockSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

void Reload(lienthong::Server& server, const lienthong::ServiceManager& manager) {
  manager.Reloading();
  const absl::Status taken = server.Reload();
  manager.Status(taken.ok() ? "serving" : "serving; the configuration was not taken over");
  manager.Ready();
}

// Serves until the end is wanted; how long accepted calls may take then.
absl::Duration WaitForEnd(lienthong::Server& server, const lienthong::ServiceManager& manager,
                          const sigset_t& signals) {
  const timespec look_again{0, kLookNanoseconds};
  const lienthong::Clock& clock = lienthong::Clock::Real();
  absl::Time tell = absl::InfinitePast();
  while (true) {
    const std::optional<absl::Duration> asked = server.drain_asked();
    if (asked.has_value()) return *asked;
    const int signal = sigtimedwait(&signals, nullptr, &look_again);
    if (signal == SIGHUP) {
      Reload(server, manager);
    } else if (signal > 0) {
      return lienthong::kDrainTime;
    }
    const std::optional<absl::Duration> every = manager.alive_every();
    if (!every.has_value()) continue;
    const absl::Duration left = tell - clock.Now();
    // More is left than there ever was where the clock was set back.
    if (left > absl::ZeroDuration() && left <= *every) continue;
    if (server.IsAlive()) manager.Alive();
    tell = clock.Now() + *every;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const Flags flags = ParseFlags(argc, argv);
  if (flags.help) {
    fputs(kHelp, stdout);
    return 0;
  }
  if (flags.version) {
    printf("lienthongd %s\n", lienthong::ProgramVersion().c_str());
    return 0;
  }
  if (!flags.problem.empty()) return Fail(flags.problem);
  if (flags.check) return CheckConfig(flags.config);
  const auto config = lienthong::ConfigFile::Load(flags.config);
  if (!config.ok()) return Fail(config.status());
  if (flags.restored) return Restored(*config);
  const sigset_t signals = BlockSignals();
  lienthong::RouteGrpcLog();
  auto server = lienthong::Server::Start(*config);
  if (!server.ok()) return Fail(server.status());
  const auto manager = lienthong::ServiceManager::FromEnvironment();
  manager.Ready();
  manager.Status("serving");
  const absl::Duration time = WaitForEnd(**server, manager, signals);
  manager.Stopping();
  (*server)->Stop(time);
  return 0;
}
