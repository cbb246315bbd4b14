#ifndef LIENTHONG_GATEWAY_BASE_SERVICE_MANAGER_H_
#define LIENTHONG_GATEWAY_BASE_SERVICE_MANAGER_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace lienthong {

// Tells whoever started the process how it is, as sd_notify(3) describes: one datagram to the
// socket that the environment names. Without one nobody is told, and nothing waits.
class ServiceManager {
 public:
  // Reads NOTIFY_SOCKET and WATCHDOG_USEC.
  static ServiceManager FromEnvironment();
  // `socket_path`: empty, a path, or an abstract name with '@' in front.
  ServiceManager(std::string socket_path, std::optional<absl::Duration> watchdog)
      : socket_path_(std::move(socket_path)), watchdog_(watchdog) {}

  void Ready() const { Tell("READY=1"); }
  void Reloading() const;
  void Stopping() const { Tell("STOPPING=1"); }
  void Alive() const { Tell("WATCHDOG=1"); }
  // In the words of a person, for `systemctl status`.
  void Status(std::string_view text) const;

  // How often it wants to be told that the process is alive; none: never.
  std::optional<absl::Duration> alive_every() const;

 private:
  void Tell(std::string_view state) const;

  std::string socket_path_;
  std::optional<absl::Duration> watchdog_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_SERVICE_MANAGER_H_
