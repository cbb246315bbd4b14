#ifndef LIENTHONG_TESTS_SUPPORT_POSTGRES_SERVER_H_
#define LIENTHONG_TESTS_SUPPORT_POSTGRES_SERVER_H_

#include <sys/types.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace lienthong::testing {

// A PostgreSQL of a test's own: fresh, on a Unix socket only, in a temporary folder. Everybody who
// reaches the socket is trusted; the superuser is `postgres`. PostgreSQL refuses to run as root, so
// as root it runs as the user postgres. It ends with this object, and also when the test is killed.
//
// An error of Start says what is missing; a test fails then, it does not skip.
class PostgresServer {
 public:
  // `settings` are server parameters, e.g. {"max_connections", "10"}. Called from the main thread.
  static absl::StatusOr<std::unique_ptr<PostgresServer>> Start(
      const std::map<std::string, std::string>& settings = {});
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  // A connection string of libpq.
  std::string Dsn(const std::string& database = "postgres",
                  const std::string& user = "postgres") const;
  // The Unix socket itself.
  std::string SocketPath() const;

  // Runs a file through psql, stopping at the first error; `variables` become :name and :"name".
  absl::Status RunFile(const std::string& file, const std::map<std::string, std::string>& variables,
                       const std::string& database = "postgres") const;
  // Stops it as a crash would, and starts it on the same data and socket.
  void Kill();
  absl::Status Launch();

 private:
  PostgresServer(std::string folder, std::map<std::string, std::string> settings);

  absl::Status Initialize() const;
  absl::Status AwaitReady();
  std::string Log() const;

  const std::string folder_;
  const std::string data_;
  const std::map<std::string, std::string> settings_;
  const int port_;
  pid_t pid_ = -1;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_POSTGRES_SERVER_H_
