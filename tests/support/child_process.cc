#include "tests/support/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "gateway/base/text.h"

namespace lienthong::testing {
namespace {

constexpr int kStopTries = 100;
constexpr std::chrono::milliseconds kStopPause(50);

// In the child: only what is safe after fork.
[[noreturn]] void Run(const std::vector<char*>& arguments, int output) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  dup2(output, STDOUT_FILENO);
  execvp(arguments[0], arguments.data());
  _exit(127);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(
    const std::vector<std::string>& command, std::string_view ready, absl::Duration timeout) {
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::UnavailableError("no pipe");
  const pid_t pid = fork();
  if (pid == 0) Run(arguments, ends[1]);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return absl::UnavailableError("no process");
  }
  std::unique_ptr<ChildProcess> child(new ChildProcess(pid, ends[0], ready));
  if (!child->WaitUntilReady(timeout)) {
    return absl::UnavailableError(StrCat(command[0], " did not say \"", ready, "\""));
  }
  return child;
}

ChildProcess::ChildProcess(pid_t pid, int output, std::string_view ready)
    : pid_(pid), output_(output) {
  reader_ = std::thread([this, text = std::string(ready)] { Read(text); });
}

ChildProcess::~ChildProcess() {
  kill(pid_, SIGTERM);
  bool gone = false;
  for (int i = 0; i < kStopTries && !gone; ++i) {
    gone = waitpid(pid_, nullptr, WNOHANG) == pid_;
    if (!gone) std::this_thread::sleep_for(kStopPause);
  }
  if (!gone) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  reader_.join();
  close(output_);
}

void ChildProcess::Read(std::string ready) {
  FILE* lines = fdopen(dup(output_), "r");
  char* line = nullptr;
  size_t size = 0;
  while (getline(&line, &size, lines) >= 0) {
    const std::string text(line);
    const std::lock_guard lock(mutex_);
    if (ready_ || text.compare(0, ready.size(), ready) != 0) continue;
    std::istringstream stream(text);
    for (std::string word; stream >> word;) {
      const size_t equals = word.find('=');
      if (equals != std::string::npos) words_[word.substr(0, equals)] = word.substr(equals + 1);
    }
    ready_ = true;
    changed_.notify_all();
  }
  free(line);
  fclose(lines);
  const std::lock_guard lock(mutex_);
  ended_ = true;
  changed_.notify_all();
}

bool ChildProcess::WaitUntilReady(absl::Duration timeout) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout), [this] { return ready_ || ended_; });
  return ready_;
}

}  // namespace lienthong::testing
