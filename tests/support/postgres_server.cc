#include "tests/support/postgres_server.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::testing {
namespace {

constexpr int kStartMsMax = 60'000;
constexpr int kLogBytesShown = 2'000;
const char* const kProgramsFolder = "/usr/lib/postgresql/15/bin/";

// The user to run as: postgres when we are root, else ourselves (null).
const passwd* ServerUser() { return geteuid() == 0 ? getpwnam("postgres") : nullptr; }

[[noreturn]] void BecomeProgram(const std::vector<std::string>& words, const std::string& log,
                                const passwd* user, pid_t parent) {
  const int out = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  if (out >= 0) {
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
  }
  if (user != nullptr && (initgroups(user->pw_name, user->pw_gid) != 0 ||
                          setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) {
    _exit(126);
  }
  // Set after the change of user, which clears it. SIGQUIT is PostgreSQL's immediate shutdown.
  prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (getppid() != parent) _exit(126);
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

pid_t StartProgram(const std::vector<std::string>& words, const std::string& log,
                   const passwd* user) {
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) BecomeProgram(words, log, user, parent);
  return child;
}

// Exit status, or -1 when it did not end by itself.
int Await(pid_t child) {
  int status = 0;
  if (child <= 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return -1;
  return WEXITSTATUS(status);
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

absl::StatusOr<std::unique_ptr<PostgresServer>> PostgresServer::Start(
    const std::map<std::string, std::string>& settings) {
  if (access(StrCat(kProgramsFolder, "initdb").c_str(), X_OK) != 0) {
    return absl::FailedPreconditionError(
        StrCat("no PostgreSQL in ", kProgramsFolder, ": run deploy/install-packages test"));
  }
  if (geteuid() == 0 && ServerUser() == nullptr) {
    return absl::FailedPreconditionError("no user postgres, and PostgreSQL refuses to run as root");
  }
  // Not below TMPDIR: the name of a socket has at most 107 bytes, and postgres must reach it.
  char folder[] = "/tmp/lienthong-pg-XXXXXX";
  if (mkdtemp(folder) == nullptr) return absl::InternalError("no temporary folder in /tmp");
  std::unique_ptr<PostgresServer> server(new PostgresServer(folder, settings));
  LIENTHONG_RETURN_IF_ERROR(server->Initialize());
  LIENTHONG_RETURN_IF_ERROR(server->Launch());
  return server;
}

PostgresServer::PostgresServer(std::string folder, std::map<std::string, std::string> settings)
    : folder_(std::move(folder)),
      data_(folder_ + "/data"),
      settings_(std::move(settings)),
      port_(20'000 + static_cast<int>(getpid() % 40'000)) {}

PostgresServer::~PostgresServer() {
  Kill();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::Status PostgresServer::Initialize() const {
  const passwd* user = ServerUser();
  if (user != nullptr && chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
    return absl::InternalError(StrCat("cannot hand ", folder_, " to postgres"));
  }
  const int exit_status =
      Await(StartProgram({StrCat(kProgramsFolder, "initdb"), "-D", data_, "-U", "postgres", "-A",
                          "trust", "-E", "UTF8", "--no-locale", "--no-sync", "--no-instructions"},
                         folder_ + "/initdb.log", user));
  if (exit_status == 0) return absl::OkStatus();
  return absl::InternalError(
      StrCat("initdb ended with ", exit_status, ":\n", ReadFile(folder_ + "/initdb.log")));
}

absl::Status PostgresServer::Launch() {
  std::vector<std::string> words = {StrCat(kProgramsFolder, "postgres"),
                                    "-D",
                                    data_,
                                    "-k",
                                    folder_,
                                    "-p",
                                    StrCat(port_),
                                    "-c",
                                    "listen_addresses=",
                                    "-c",
                                    "fsync=off"};
  for (const auto& [name, value] : settings_) {
    words.push_back("-c");
    words.push_back(StrCat(name, "=", value));
  }
  pid_ = StartProgram(words, folder_ + "/postgres.log", ServerUser());
  if (pid_ <= 0) return absl::InternalError("cannot start a process");
  return AwaitReady();
}

absl::Status PostgresServer::AwaitReady() {
  for (int waited_ms = 0; waited_ms < kStartMsMax; waited_ms += 20) {
    // Its eighth line says what the server is doing.
    const std::string state = ReadFile(data_ + "/postmaster.pid");
    if (state.find("\nready") != std::string::npos && state.rfind(StrCat(pid_, "\n"), 0) == 0) {
      return absl::OkStatus();
    }
    if (waitpid(pid_, nullptr, WNOHANG) == pid_) {
      pid_ = -1;
      return absl::InternalError(StrCat("PostgreSQL ended at once:\n", Log()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return absl::DeadlineExceededError(StrCat("PostgreSQL did not get ready:\n", Log()));
}

void PostgresServer::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGQUIT);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string PostgresServer::Dsn(const std::string& database, const std::string& user) const {
  return StrCat("host=", folder_, " port=", port_, " dbname=", database, " user=", user);
}

std::string PostgresServer::SocketPath() const { return StrCat(folder_, "/.s.PGSQL.", port_); }

absl::Status PostgresServer::RunFile(const std::string& file,
                                     const std::map<std::string, std::string>& variables,
                                     const std::string& database) const {
  std::vector<std::string> words = {StrCat(kProgramsFolder, "psql"),
                                    "-X",
                                    "-q",
                                    "-v",
                                    "ON_ERROR_STOP=1",
                                    "-f",
                                    file,
                                    "-d",
                                    Dsn(database)};
  for (const auto& [name, value] : variables) {
    words.push_back("-v");
    words.push_back(StrCat(name, "=", value));
  }
  const std::string log = folder_ + "/psql.log";
  std::error_code ignored;
  std::filesystem::remove(log, ignored);
  const int exit_status = Await(StartProgram(words, log, nullptr));
  if (exit_status == 0) return absl::OkStatus();
  return absl::InternalError(StrCat(file, ": psql ended with ", exit_status, ":\n", ReadFile(log)));
}

std::string PostgresServer::Log() const {
  const std::string log = ReadFile(folder_ + "/postgres.log");
  return log.size() <= kLogBytesShown ? log : log.substr(log.size() - kLogBytesShown);
}

}  // namespace lienthong::testing
