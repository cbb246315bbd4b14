#include "tests/rigs/city/program.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <string_view>

#include "tests/rigs/city/control.h"
#include "tests/rigs/city/service.h"
#include "tests/rigs/http/server.h"
#include "tests/rigs/papers/downloader.h"
#include "tests/rigs/papers/shelf.h"
#include "tests/rigs/program/flags.h"
#include "tests/rigs/state/state_log.h"

namespace lienthong::rigs::city {
namespace {

constexpr const char* kUsage =
    R"(usage: lienthong-sim city --listen 127.0.0.1:PORT --control 127.0.0.1:PORT
         --access-key K --secret-key S --app-name N --partner-code C
         (--tls-cert FILE --tls-key FILE | --plain)
         [--quota-per-second N] [--seed S] [--state FILE]
         [--gateway https://HOST:PORT --gateway-ca FILE [--gateway-cert FILE --gateway-key FILE]]

The city's procedure system behind its platform: strict, and misbehaving on command (POST /rig/fault on the control port).

  --listen            where the city's API is served, over TLS; port 0 takes any
  --control           where the rig is told what to do, plain HTTP
  --plain             serve the API without TLS
  --quota-per-second  answer 429 over so many calls a second; 0 or nothing: no quota
  --seed              of every random choice; printed at start
  --state             keep the records in this file across restarts, papers in FILE.papers
  --gateway           download each paper whose link in a record begins so

Prints "lienthong-sim city ready https=PORT control=PORT" when it serves; SIGTERM stops it.
)";

constexpr int64_t kQuotaMax = 1'000'000;
constexpr std::string_view kNames[] = {
    "--listen",     "--control",  "--tls-cert",     "--tls-key",          "--access-key",
    "--secret-key", "--app-name", "--partner-code", "--quota-per-second", "--seed",
    "--state",      "--gateway",  "--gateway-ca",   "--gateway-cert",     "--gateway-key"};
constexpr std::string_view kSwitches[] = {"--plain"};
constexpr std::string_view kNeeded[] = {"--listen",     "--control",  "--access-key",
                                        "--secret-key", "--app-name", "--partner-code"};

int Fail(int code, const std::string& text) {
  std::cerr << "lienthong-sim city: " << text << "\n";
  return code;
}

// What the program serves; papers and records each keep their own state.
struct Parts {
  Parts(const Flags& flags, int64_t quota, uint64_t seed)
      : gate({Text(flags, "--access-key"), Text(flags, "--secret-key"), Text(flags, "--app-name"),
              Text(flags, "--partner-code")},
             quota, SteadyNow),
        faults(seed, kCityFaults, SteadyNow),
        downloader(papers_state, seed) {}

  // Returns what is wrong, or "".
  std::string Open(const Flags& flags) {
    if (const std::string state = Text(flags, "--state"); !state.empty()) {
      if (std::string wrong = records.OpenState(state); !wrong.empty()) return wrong;
      if (std::string wrong = papers_state.Open(state + ".papers"); !wrong.empty()) return wrong;
    }
    return Text(flags, "--gateway").empty() ? "" : downloader.Start(GatewayClient(flags));
  }

  Gate gate;
  Records records{WallNow};
  FaultBoard faults;
  CallLog calls;
  StateLog papers_state;
  papers::Shelf shelf{papers_state};
  papers::Downloader downloader;
  Service service{gate, records, faults, calls, shelf, downloader, WallNow};
  Control control{gate, records, faults, calls, shelf, downloader};
};

int Serve(const Flags& flags, int64_t quota, uint64_t seed) {
  const sigset_t stop_signals = BlockStopSignals();
  Parts parts(flags, quota, seed);
  if (const std::string wrong = parts.Open(flags); !wrong.empty()) return Fail(1, wrong);
  http::ServerOptions options = PublicServer(flags);
  options.handler = [&](const http::Request& request) { return parts.service.Handle(request); };
  options.admit = [&] { return !parts.faults.RefusesConnection(); };
  std::string error;
  const auto public_server = http::StartServer(options, &error);
  if (public_server == nullptr) return Fail(1, error);
  parts.shelf.SetBase(BaseUrl(flags, public_server->port()));
  http::ServerOptions control_options;
  control_options.listen = Text(flags, "--control");
  control_options.handler = [&](const http::Request& request) {
    return parts.control.Handle(request);
  };
  const auto control_server = http::StartServer(control_options, &error);
  if (control_server == nullptr) return Fail(1, error);
  std::cerr << "lienthong-sim city: seed " << seed << "\n";
  std::cout << "lienthong-sim city ready https=" << public_server->port()
            << " control=" << control_server->port() << std::endl;
  WaitForStop(stop_signals);
  return 0;
}

// Returns what is wrong, or "".
std::string CheckFlags(const std::vector<std::string>& arguments, Flags& flags) {
  std::string wrong = ReadFlags(arguments, kNames, kSwitches, flags);
  if (wrong.empty()) wrong = Missing(flags, kNeeded);
  return wrong.empty() ? CheckTlsFlags(flags) : wrong;
}

}  // namespace

int RunCity(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    std::cout << kUsage;
    return 0;
  }
  Flags flags;
  if (const std::string wrong = CheckFlags(arguments, flags); !wrong.empty()) {
    return Fail(2, wrong + "; see lienthong-sim city --help");
  }
  const auto quota = Number(flags, "--quota-per-second", 0);
  if (!quota || *quota > kQuotaMax) return Fail(2, "--quota-per-second: a number of calls");
  const auto seed = Number(flags, "--seed", static_cast<int64_t>(std::random_device{}()));
  if (!seed) return Fail(2, "--seed: a whole number");
  return Serve(flags, *quota, static_cast<uint64_t>(*seed));
}

}  // namespace lienthong::rigs::city
