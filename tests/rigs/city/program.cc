#include "tests/rigs/city/program.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <thread>

#include "tests/rigs/city/control.h"
#include "tests/rigs/city/service.h"
#include "tests/rigs/http/server.h"

namespace lienthong::rigs::city {
namespace {

constexpr const char* kUsage =
    R"(usage: lienthong-sim city --listen 127.0.0.1:PORT --control 127.0.0.1:PORT
         --access-key K --secret-key S --app-name N --partner-code C
         (--tls-cert FILE --tls-key FILE | --plain)
         [--quota-per-second N] [--seed S] [--state FILE]

The city's procedure system behind its platform: strict, and misbehaving on command (POST /rig/fault on the control port).

  --listen            where the city's API is served, over TLS; port 0 takes any
  --control           where the rig is told what to do, plain HTTP
  --plain             serve the API without TLS
  --quota-per-second  answer 429 over so many calls a second; 0 or nothing: no quota
  --seed              of every random choice; printed at start
  --state             keep the records in this file across restarts

Prints "lienthong-sim city ready https=PORT control=PORT" when it serves; SIGTERM stops it.
)";

constexpr int64_t kQuotaMax = 1'000'000;
constexpr unsigned kThreadsMax = 8;

using Flags = std::map<std::string, std::string>;

int64_t WallNow() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

int64_t SteadyNow() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

bool IsFlag(const std::string& name) {
  static const std::vector<std::string> kNames = {
      "--listen",           "--control",    "--tls-cert", "--tls-key",
      "--access-key",       "--secret-key", "--app-name", "--partner-code",
      "--quota-per-second", "--seed",       "--state"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

// Returns what is wrong, or "".
std::string ReadFlags(const std::vector<std::string>& arguments, Flags& flags) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const size_t equals = arguments[i].find('=');
    const std::string name = arguments[i].substr(0, equals);
    if (name == "--plain" && equals == std::string::npos) {
      flags[name] = "";
    } else if (!IsFlag(name)) {
      return "unknown option '" + arguments[i] + "'";
    } else if (equals != std::string::npos) {
      flags[name] = arguments[i].substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      flags[name] = arguments[++i];
    } else {
      return name + " needs a value";
    }
  }
  for (const char* needed :
       {"--listen", "--control", "--access-key", "--secret-key", "--app-name", "--partner-code"}) {
    if (flags[needed].empty()) return std::string(needed) + " is missing";
  }
  const bool keys = !flags["--tls-cert"].empty() && !flags["--tls-key"].empty();
  if (flags.contains("--plain") == keys) return "give --tls-cert and --tls-key, or --plain";
  return "";
}

std::optional<int64_t> NumberIn(Flags& flags, const std::string& name, int64_t otherwise) {
  return flags[name].empty() ? otherwise : http::ParseNumber(flags[name]);
}

// Blocked before any thread starts, so that only sigwait sees them.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

int Fail(int code, const std::string& text) {
  std::cerr << "lienthong-sim city: " << text << "\n";
  return code;
}

http::ServerOptions PublicOptions(Flags& flags, Service& service, FaultBoard& faults) {
  http::ServerOptions options;
  options.listen = flags["--listen"];
  if (!flags.contains("--plain")) {
    options.tls_cert_file = flags["--tls-cert"];
    options.tls_key_file = flags["--tls-key"];
  }
  options.threads =
      static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kThreadsMax));
  options.handler = [&service](const http::Request& request) { return service.Handle(request); };
  options.admit = [&faults] { return !faults.RefusesConnection(); };
  return options;
}

int Serve(Flags& flags, int64_t quota, uint64_t seed) {
  const sigset_t stop_signals = BlockStopSignals();
  Gate gate(
      {flags["--access-key"], flags["--secret-key"], flags["--app-name"], flags["--partner-code"]},
      quota, SteadyNow);
  Records records(WallNow);
  FaultBoard faults(seed, kUpdatePath, SteadyNow);
  CallLog calls;
  if (!flags["--state"].empty()) {
    const std::string wrong = records.OpenState(flags["--state"]);
    if (!wrong.empty()) return Fail(1, wrong);
  }
  Service service(gate, records, faults, calls, WallNow);
  Control control(gate, records, faults, calls);
  std::string error;
  const auto public_server = http::StartServer(PublicOptions(flags, service, faults), &error);
  if (public_server == nullptr) return Fail(1, error);
  http::ServerOptions control_options;
  control_options.listen = flags["--control"];
  control_options.handler = [&control](const http::Request& request) {
    return control.Handle(request);
  };
  const auto control_server = http::StartServer(control_options, &error);
  if (control_server == nullptr) return Fail(1, error);
  std::cerr << "lienthong-sim city: seed " << seed << "\n";
  std::cout << "lienthong-sim city ready https=" << public_server->port()
            << " control=" << control_server->port() << std::endl;
  int signal = 0;
  sigwait(&stop_signals, &signal);
  return 0;
}

}  // namespace

int RunCity(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    std::cout << kUsage;
    return 0;
  }
  Flags flags;
  if (const std::string wrong = ReadFlags(arguments, flags); !wrong.empty()) {
    return Fail(2, wrong + "; see lienthong-sim city --help");
  }
  const auto quota = NumberIn(flags, "--quota-per-second", 0);
  if (!quota || *quota > kQuotaMax) return Fail(2, "--quota-per-second: a number of calls");
  const auto seed = NumberIn(flags, "--seed", static_cast<int64_t>(std::random_device{}()));
  if (!seed) return Fail(2, "--seed: a whole number");
  return Serve(flags, *quota, static_cast<uint64_t>(*seed));
}

}  // namespace lienthong::rigs::city
