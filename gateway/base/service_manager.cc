#include "gateway/base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "absl/strings/numbers.h"
#include "gateway/base/text.h"

namespace lienthong {
namespace {

std::string Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// What systemd compares with its own clock.
int64_t MonotonicMicros() {
  timespec now = {};
  clock_gettime(CLOCK_MONOTONIC, &now);
  constexpr int64_t kMicrosPerSecond = 1'000'000, kNanosPerMicro = 1'000;
  return now.tv_sec * kMicrosPerSecond + now.tv_nsec / kNanosPerMicro;
}

}  // namespace

ServiceManager ServiceManager::FromEnvironment() {
  std::optional<absl::Duration> watchdog;
  int64_t micros = 0;
  if (absl::SimpleAtoi(Variable("WATCHDOG_USEC"), &micros) && micros > 0) {
    watchdog = absl::Microseconds(micros);
  }
  int64_t process = 0;
  if (absl::SimpleAtoi(Variable("WATCHDOG_PID"), &process) && process != getpid()) watchdog.reset();
  return {Variable("NOTIFY_SOCKET"), watchdog};
}

std::optional<absl::Duration> ServiceManager::alive_every() const {
  if (!watchdog_.has_value() || socket_path_.empty()) return std::nullopt;
  return *watchdog_ / 3;
}

void ServiceManager::Reloading() const {
  Tell(StrCat("RELOADING=1\nMONOTONIC_USEC=", MonotonicMicros()));
}

void ServiceManager::Status(std::string_view text) const { Tell(StrCat("STATUS=", text)); }

void ServiceManager::Tell(std::string_view state) const {
  sockaddr_un address = {};
  if (socket_path_.empty() || socket_path_.size() >= sizeof(address.sun_path)) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, socket_path_.data(), socket_path_.size());
  if (socket_path_[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_path_.size());
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return;
  sendto(fd, state.data(), state.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
         length);
  close(fd);
}

}  // namespace lienthong
