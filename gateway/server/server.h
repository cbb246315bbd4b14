#ifndef LIENTHONG_GATEWAY_SERVER_SERVER_H_
#define LIENTHONG_GATEWAY_SERVER_SERVER_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/server/config_file.h"

namespace lienthong {

// The version of the program.
std::string ProgramVersion();

// Longest wait for accepted calls when the process is told to end.
inline constexpr absl::Duration kDrainTime = absl::Seconds(10);

// How often certificate, key and authorities are read again.
inline constexpr absl::Duration kCertificatesReadAgain = absl::Minutes(1);

// A whole gateway in one process: store, use cases, links, two ports. Everything it is made of is
// put together here and nowhere else.
class Server {
 public:
  // Serves when it returns. An error is for the operator: a line for each thing that is wrong, with
  // its place.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ConfigFile& config, absl::Duration certificates_read_again = kCertificatesReadAgain);
  // Stops, without waiting for calls.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Refuses new calls, lets accepted ones end until the timeout, ends the streams, stops the links.
  // Returns when nothing runs any more.
  void Stop(absl::Duration timeout);

  // Reads the configuration and the certificates again (running_config.h); what came of it is
  // logged, and told.
  absl::Status Reload();
  // Whether the store answers, or so many calls are in front of the question that it could not be
  // put while they are worked on. Waits a few seconds at most.
  bool IsAlive();

  // Set once an operator has called Drain.
  std::optional<absl::Duration> drain_asked() const;
  // The ports that were bound.
  int grpc_port() const;
  int admin_port() const;
  int https_port() const;    // 0: there is none
  int metrics_port() const;  // 0: there is none

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

// What Start would run, as a table for people. Tries all that can be tried without harm: files are
// read, ports are bound for a moment, the store is looked at from outside. Also of a configuration
// with mistakes (config.problems()); an error has a line for each. A store and ports that a running
// gateway holds are no mistake, and said.
absl::StatusOr<std::string> DescribeServer(const ConfigFile& config);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_SERVER_SERVER_H_
