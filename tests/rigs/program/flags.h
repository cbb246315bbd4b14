// What the programs of lienthong-sim have in common: their command line, the clocks, how they stop.
#ifndef LIENTHONG_TESTS_RIGS_PROGRAM_FLAGS_H_
#define LIENTHONG_TESTS_RIGS_PROGRAM_FLAGS_H_

#include <csignal>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tests/rigs/http/client.h"
#include "tests/rigs/http/server.h"

namespace lienthong::rigs {

using Flags = std::map<std::string, std::string>;

// "--name value", "--name=value" and, for `switches`, "--name" alone. Returns what is wrong, or "".
std::string ReadFlags(const std::vector<std::string>& arguments,
                      std::span<const std::string_view> names,
                      std::span<const std::string_view> switches, Flags& flags);
// "" when it was not given.
std::string Text(const Flags& flags, const std::string& name);
// `otherwise` when it was not given; nothing when it is no whole number.
std::optional<int64_t> Number(const Flags& flags, const std::string& name, int64_t otherwise);
// The first of `names` that is missing or empty, as a complaint, or "".
std::string Missing(const Flags& flags, std::span<const std::string_view> names);
// --tls-cert and --tls-key, or --plain, and not both. Returns what is wrong, or "".
std::string CheckTlsFlags(const Flags& flags);

// --listen, --tls-cert, --tls-key, on as many threads as there are cores, up to 8.
http::ServerOptions PublicServer(const Flags& flags);
// Where others reach that server: https://127.0.0.1:`port`, or http with --plain.
std::string BaseUrl(const Flags& flags, uint16_t port);
// --gateway, --gateway-ca, --gateway-cert, --gateway-key.
http::ClientOptions GatewayClient(const Flags& flags);

int64_t WallNow();    // milliseconds
int64_t SteadyNow();  // milliseconds that never go back

// Blocks the signals that stop a program, so that only WaitForStop sees them; before any thread.
sigset_t BlockStopSignals();
void WaitForStop(const sigset_t& signals);

}  // namespace lienthong::rigs

#endif  // LIENTHONG_TESTS_RIGS_PROGRAM_FLAGS_H_
