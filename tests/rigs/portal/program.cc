#include "tests/rigs/portal/program.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <random>
#include <string_view>

#include "tests/rigs/portal/control.h"
#include "tests/rigs/portal/exchange.h"
#include "tests/rigs/portal/hub.h"
#include "tests/rigs/portal/service.h"
#include "tests/rigs/program/flags.h"

namespace lienthong::rigs::portal {
namespace {

constexpr const char* kUsage =
    R"(usage: lienthong-sim portal --generation 1|2 --listen 127.0.0.1:PORT --control 127.0.0.1:PORT
         (--tls-cert FILE --tls-key FILE | --plain)
         (--username U --password P --dstcode D | --client-id I --client-secret S [--dstcode D])
         [--session-calls N] [--token-seconds N] [--quota-per-second N] [--seed S] [--state FILE]
         [--gateway https://HOST:PORT --gateway-ca FILE --gateway-cert FILE --gateway-key FILE
          --link NAME [--call-timeout-ms N]]

The national portal: strict, and misbehaving on command (POST /rig/fault on the control port).

  --generation        1: login, session, services; 2: the hub of 2026
  --listen            where the portal is served, over TLS; port 0 takes any
  --control           where the rig is told what to do, plain HTTP
  --plain             serve the portal without TLS
  --session-calls     a session or token holds for so many calls; 0 or nothing: no such limit
  --token-seconds     life of a token (generation 2); nothing: 3600
  --quota-per-second  answer 429 over so many calls a second; 0 or nothing: no quota
  --seed              of every random choice; printed at start
  --state             keep everything in this file across restarts
  --gateway           call the gateway there, at /links/NAME/<service>, with this certificate

Prints "lienthong-sim portal ready https=PORT control=PORT" when it serves; SIGTERM stops it.
)";

constexpr std::string_view kNames[] = {
    "--generation",     "--listen",        "--control",          "--tls-cert",    "--tls-key",
    "--username",       "--password",      "--dstcode",          "--client-id",   "--client-secret",
    "--session-calls",  "--token-seconds", "--quota-per-second", "--seed",        "--state",
    "--gateway",        "--gateway-ca",    "--gateway-cert",     "--gateway-key", "--link",
    "--call-timeout-ms"};
constexpr std::string_view kSwitches[] = {"--plain"};
constexpr std::string_view kNeeded[] = {"--generation", "--listen", "--control"};
constexpr std::string_view kNeededBy1[] = {"--username", "--password", "--dstcode"};
constexpr std::string_view kNeededBy2[] = {"--client-id", "--client-secret"};
constexpr std::string_view kNeededToCall[] = {"--gateway-ca", "--gateway-cert", "--gateway-key",
                                              "--link"};
constexpr int64_t kNumberMax = 1'000'000;
constexpr int64_t kTimeoutMax_ms = 600'000;
constexpr int kControlThreads = 2;

struct Limits {
  int64_t session_calls = 0;
  int64_t token_seconds = 3600;
  int64_t quota = 0;
  int64_t call_timeout_ms = 30'000;
  uint64_t seed = 0;
};

int Fail(int code, const std::string& text) {
  std::cerr << "lienthong-sim portal: " << text << "\n";
  return code;
}

// Returns what is wrong, or "".
std::string CheckFlags(const std::vector<std::string>& arguments, Flags& flags) {
  std::string wrong = ReadFlags(arguments, kNames, kSwitches, flags);
  if (wrong.empty()) wrong = Missing(flags, kNeeded);
  if (!wrong.empty()) return wrong;
  const std::string generation = Text(flags, "--generation");
  if (generation != "1" && generation != "2") return "--generation: 1 or 2";
  wrong = generation == "1" ? Missing(flags, kNeededBy1) : Missing(flags, kNeededBy2);
  if (wrong.empty()) wrong = CheckTlsFlags(flags);
  const std::string gateway = Text(flags, "--gateway");
  if (wrong.empty() && gateway.starts_with("https://")) wrong = Missing(flags, kNeededToCall);
  if (wrong.empty() && !gateway.empty() && Text(flags, "--link").empty())
    wrong = "--link is missing";
  return wrong;
}

std::string ReadNumber(const Flags& flags, const char* name, int64_t max, int64_t& number) {
  const auto read = Number(flags, name, number);
  if (!read || *read > max)
    return std::string(name) + ": a whole number up to " + std::to_string(max);
  number = *read;
  return "";
}

// Returns what is wrong, or "".
std::string ReadNumbers(const Flags& flags, Limits& numbers) {
  std::string wrong = ReadNumber(flags, "--session-calls", kNumberMax, numbers.session_calls);
  if (wrong.empty()) {
    wrong = ReadNumber(flags, "--token-seconds", kNumberMax, numbers.token_seconds);
  }
  if (wrong.empty()) wrong = ReadNumber(flags, "--quota-per-second", kNumberMax, numbers.quota);
  if (wrong.empty()) {
    wrong = ReadNumber(flags, "--call-timeout-ms", kTimeoutMax_ms, numbers.call_timeout_ms);
  }
  const auto seed = Number(flags, "--seed", static_cast<int64_t>(std::random_device{}()));
  if (!seed) return "--seed: a whole number";
  numbers.seed = static_cast<uint64_t>(*seed);
  return wrong;
}

// What the program is made of, in the order in which it may be taken apart again.
struct Parts {
  Parts(const Flags& flags_in, const Limits& limits_in)
      : flags(flags_in), limits(limits_in), dialect(MakeDialect()) {}

  std::unique_ptr<Dialect> MakeDialect() {
    if (generation() == 1) {
      return std::make_unique<Exchange>(
          ExchangeOptions{Text(flags, "--username"), Text(flags, "--password"),
                          Text(flags, "--dstcode"), limits.session_calls, limits.seed},
          records, WallNow);
    }
    return std::make_unique<Hub>(
        HubOptions{Text(flags, "--client-id"), Text(flags, "--client-secret"),
                   Text(flags, "--dstcode"), limits.session_calls, limits.token_seconds,
                   limits.seed},
        records, numbers, uploads, shelf, WallNow);
  }

  // Returns what is wrong, or "".
  std::string Open() {
    const std::string file = Text(flags, "--state");
    if (!file.empty()) {
      if (std::string wrong = state.Open(file); !wrong.empty()) return wrong;
    }
    if (Text(flags, "--gateway").empty()) return "";
    Outgoing::Options options{GatewayClient(flags), Text(flags, "--link"), limits.seed};
    options.gateway.call_timeout = std::chrono::milliseconds(limits.call_timeout_ms);
    if (std::string wrong = papers.Start(options.gateway); !wrong.empty()) return wrong;
    records.ForEach([this](const nlohmann::json& record) { papers.Follow(record); });
    return outgoing.Start(options, [this](const OutgoingCall& call) { citizens.OnDone(call); });
  }

  int generation() const { return Text(flags, "--generation") == "1" ? 1 : 2; }

  const Flags& flags;
  const Limits limits;
  StateLog state;
  FaultBoard faults{limits.seed, kPortalFaults, SteadyNow};
  Quota quota{limits.quota, SteadyNow};
  CallLog calls;
  Records records{state};
  Numbers numbers{state, WallNow};
  Uploads uploads{state};
  Unanswered unanswered{state};
  papers::Shelf shelf{state};
  papers::Downloader papers{state, limits.seed};
  std::unique_ptr<Dialect> dialect;
  Citizens citizens{*dialect, records, outgoing, shelf};
  Outgoing outgoing{state, faults, shelf, WallNow};  // its threads stop before the rest goes
  Service service{
      {*dialect, faults, quota, calls, unanswered, shelf, papers}, limits.seed, WallNow};
  Control control{{generation(), *dialect, records, faults, calls, unanswered, shelf, papers,
                   outgoing, numbers, uploads, citizens}};
};

int Serve(const Flags& flags, const Limits& numbers) {
  const sigset_t stop_signals = BlockStopSignals();
  Parts parts(flags, numbers);
  if (const std::string wrong = parts.Open(); !wrong.empty()) return Fail(1, wrong);
  http::ServerOptions options = PublicServer(flags);
  options.handler = [&](const http::Request& request) { return parts.service.Handle(request); };
  options.sink = [&](const http::Request& head) { return parts.service.SinkFor(head); };
  options.admit = [&] { return !parts.faults.RefusesConnection(); };
  std::string error;
  const auto public_server = http::StartServer(options, &error);
  if (public_server == nullptr) return Fail(1, error);
  parts.shelf.SetBase(BaseUrl(flags, public_server->port()));
  http::ServerOptions control_options;
  control_options.listen = Text(flags, "--control");
  control_options.threads = kControlThreads;
  control_options.handler = [&](const http::Request& request) {
    return parts.control.Handle(request);
  };
  const auto control_server = http::StartServer(control_options, &error);
  if (control_server == nullptr) return Fail(1, error);
  std::cerr << "lienthong-sim portal: seed " << numbers.seed << "\n";
  std::cout << "lienthong-sim portal ready https=" << public_server->port()
            << " control=" << control_server->port() << std::endl;
  WaitForStop(stop_signals);
  parts.outgoing.EndCallsNow();  // the control port may be waiting for one
  return 0;
}

}  // namespace

int RunPortal(const std::vector<std::string>& arguments) {
  if (std::find(arguments.begin(), arguments.end(), "--help") != arguments.end()) {
    std::cout << kUsage;
    return 0;
  }
  Flags flags;
  if (const std::string wrong = CheckFlags(arguments, flags); !wrong.empty()) {
    return Fail(2, wrong + "; see lienthong-sim portal --help");
  }
  Limits numbers;
  if (const std::string wrong = ReadNumbers(flags, numbers); !wrong.empty()) return Fail(2, wrong);
  return Serve(flags, numbers);
}

}  // namespace lienthong::rigs::portal
