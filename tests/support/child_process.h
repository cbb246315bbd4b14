#ifndef LIENTHONG_TESTS_SUPPORT_CHILD_PROCESS_H_
#define LIENTHONG_TESTS_SUPPORT_CHILD_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace lienthong::testing {

// A program that a test needs beside it: started, waited for until it says that it is ready, ended
// with the object. It does not outlive the thread that started it either.
class ChildProcess {
 public:
  // `ready` is how the line on standard output begins that says so. Unavailable when it ends or
  // says nothing in time.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(
      const std::vector<std::string>& command, std::string_view ready,
      absl::Duration timeout = absl::Seconds(30));
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The `name=value` words of the ready line.
  const std::map<std::string, std::string>& words() const { return words_; }

 private:
  ChildProcess(pid_t pid, int output, std::string_view ready);

  void Read(std::string ready);
  bool WaitUntilReady(absl::Duration timeout);

  const pid_t pid_;
  const int output_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ready_ = false;
  bool ended_ = false;
  std::map<std::string, std::string> words_;
  std::thread reader_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_CHILD_PROCESS_H_
