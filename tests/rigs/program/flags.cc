#include "tests/rigs/program/flags.h"

#include <algorithm>
#include <chrono>
#include <thread>

namespace lienthong::rigs {
namespace {

constexpr unsigned kThreadsMax = 8;

bool Has(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

template <typename Clock>
int64_t Milliseconds() {
  const auto now = Clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

}  // namespace

std::string ReadFlags(const std::vector<std::string>& arguments,
                      std::span<const std::string_view> names,
                      std::span<const std::string_view> switches, Flags& flags) {
  for (size_t i = 0; i < arguments.size(); ++i) {
    const size_t equals = arguments[i].find('=');
    const std::string name = arguments[i].substr(0, equals);
    if (Has(switches, name) && equals == std::string::npos) {
      flags[name] = "";
    } else if (!Has(names, name)) {
      return "unknown option '" + arguments[i] + "'";
    } else if (equals != std::string::npos) {
      flags[name] = arguments[i].substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      flags[name] = arguments[++i];
    } else {
      return name + " needs a value";
    }
  }
  return "";
}

std::string Text(const Flags& flags, const std::string& name) {
  const auto it = flags.find(name);
  return it == flags.end() ? "" : it->second;
}

std::optional<int64_t> Number(const Flags& flags, const std::string& name, int64_t otherwise) {
  const std::string text = Text(flags, name);
  return text.empty() ? otherwise : http::ParseNumber(text);
}

std::string Missing(const Flags& flags, std::span<const std::string_view> names) {
  for (const std::string_view name : names) {
    if (Text(flags, std::string(name)).empty()) return std::string(name) + " is missing";
  }
  return "";
}

std::string CheckTlsFlags(const Flags& flags) {
  const bool keys = !Text(flags, "--tls-cert").empty() && !Text(flags, "--tls-key").empty();
  return flags.contains("--plain") == keys ? "give --tls-cert and --tls-key, or --plain" : "";
}

http::ServerOptions PublicServer(const Flags& flags) {
  http::ServerOptions options;
  options.listen = Text(flags, "--listen");
  options.tls_cert_file = Text(flags, "--tls-cert");
  options.tls_key_file = Text(flags, "--tls-key");
  options.threads =
      static_cast<int>(std::clamp(std::thread::hardware_concurrency(), 1U, kThreadsMax));
  return options;
}

std::string BaseUrl(const Flags& flags, uint16_t port) {
  const std::string listen = Text(flags, "--listen");
  const std::string scheme = flags.contains("--plain") ? "http://" : "https://";
  return scheme + listen.substr(0, listen.rfind(':')) + ":" + std::to_string(port);
}

http::ClientOptions GatewayClient(const Flags& flags) {
  http::ClientOptions options;
  options.url = Text(flags, "--gateway");
  options.ca_file = Text(flags, "--gateway-ca");
  options.cert_file = Text(flags, "--gateway-cert");
  options.key_file = Text(flags, "--gateway-key");
  return options;
}

int64_t WallNow() { return Milliseconds<std::chrono::system_clock>(); }

int64_t SteadyNow() { return Milliseconds<std::chrono::steady_clock>(); }

sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

void WaitForStop(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
}

}  // namespace lienthong::rigs
