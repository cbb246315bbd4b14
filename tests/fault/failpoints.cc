// Linked into lienthongd-fault: what the environment asks of a gateway under trial.
//   LIENTHONG_FAILPOINT=NAME[:N]   end the process, as kill -9 does, when it passes this point for
//   the N-th time LIENTHONG_FAILPOINTS_SEEN=FILE note each point when it is first passed
//   LIENTHONG_PLANT=BUG            behave wrongly (gateway/base/failpoint.h)
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>
#include <string_view>

#include "gateway/base/failpoint.h"

namespace lienthong {
namespace {

std::string_view Variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

struct Wanted {
  std::string_view point = {};
  int64_t nth = 1;
  std::string_view bug = {};
  int seen = -1;
};

Wanted ReadWanted() {
  Wanted wanted{.bug = Variable("LIENTHONG_PLANT")};
  const std::string_view text = Variable("LIENTHONG_FAILPOINT");
  const size_t colon = text.find(':');
  wanted.point = text.substr(0, colon);
  if (colon != std::string_view::npos) wanted.nth = std::atoll(text.data() + colon + 1);
  const std::string file(Variable("LIENTHONG_FAILPOINTS_SEEN"));
  if (!file.empty())
    wanted.seen = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  return wanted;
}

const Wanted wanted = ReadWanted();
std::array<std::atomic<int64_t>, kFailpointNames.size()> passed;

void Pass(Failpoint point) {
  const auto index = static_cast<size_t>(point);
  const int64_t times = ++passed[index];
  const std::string_view name = kFailpointNames[index];
  if (times == 1 && wanted.seen >= 0) {
    const std::string line = std::string(name) + "\n";
    [[maybe_unused]] const ssize_t written = write(wanted.seen, line.data(), line.size());
  }
  if (name == wanted.point && times == wanted.nth) raise(SIGKILL);
}

bool Planted(PlantedBug bug) { return kPlantedBugNames[static_cast<size_t>(bug)] == wanted.bug; }

constexpr FailpointListener kListener{Pass, Planted};
[[maybe_unused]] const bool listening = (ListenToFailpoints(kListener), true);

}  // namespace
}  // namespace lienthong
