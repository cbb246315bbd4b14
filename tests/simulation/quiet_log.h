#ifndef LIENTHONG_TESTS_SIMULATION_QUIET_LOG_H_
#define LIENTHONG_TESTS_SIMULATION_QUIET_LOG_H_

#include <fcntl.h>
#include <unistd.h>

namespace lienthong::simulation {

// The gateway logs every failed call; here they fail all the time. Nothing reaches standard error
// while one of these lives.
class QuietLog {
 public:
  QuietLog() : saved_(dup(STDERR_FILENO)) {
    const int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    close(null);
  }
  ~QuietLog() {
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  QuietLog(const QuietLog&) = delete;
  QuietLog& operator=(const QuietLog&) = delete;

 private:
  const int saved_;
};

}  // namespace lienthong::simulation

#endif  // LIENTHONG_TESTS_SIMULATION_QUIET_LOG_H_
