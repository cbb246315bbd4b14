#include "gateway/base/service_manager.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "gateway/base/text.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/temporary_folder.h"

namespace lienthong {
namespace {

using ::testing::StartsWith;

// What systemd would hear.
class NotifySocket {
 public:
  explicit NotifySocket(const std::string& path) : fd_(socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~NotifySocket() { close(fd_); }
  NotifySocket(const NotifySocket&) = delete;
  NotifySocket& operator=(const NotifySocket&) = delete;

  std::string Hear() const {
    char text[512];
    const ssize_t size = recv(fd_, text, sizeof(text), MSG_DONTWAIT);
    return size < 0 ? "" : std::string(text, static_cast<size_t>(size));
  }

 private:
  const int fd_;
};

void ExpectAllIsHeard(const std::string& path) {
  const NotifySocket socket(path);
  const ServiceManager manager(path, absl::Seconds(30));
  manager.Ready();
  EXPECT_EQ(socket.Hear(), "READY=1");
  manager.Reloading();
  EXPECT_THAT(socket.Hear(), StartsWith("RELOADING=1\nMONOTONIC_USEC="));
  manager.Alive();
  EXPECT_EQ(socket.Hear(), "WATCHDOG=1");
  manager.Stopping();
  EXPECT_EQ(socket.Hear(), "STOPPING=1");
  EXPECT_EQ(manager.alive_every(), absl::Seconds(10));
}

TEST(ServiceManagerTest, IsHeardAtAPath) {
  const lienthong::testing::TemporaryFolder folder;
  ExpectAllIsHeard(StrCat(folder.path(), "/notify"));
}

TEST(ServiceManagerTest, IsHeardAtAnAbstractName) {
  ExpectAllIsHeard(StrCat("@lienthong-test-", getpid()));
}

TEST(ServiceManagerTest, WithoutAListenerNothingWaits) {
  const ServiceManager nobody("", absl::Seconds(30));
  nobody.Ready();
  EXPECT_FALSE(nobody.alive_every().has_value());
  const ServiceManager gone("/nowhere/at/all", std::nullopt);
  gone.Ready();
  EXPECT_FALSE(gone.alive_every().has_value());
}

}  // namespace
}  // namespace lienthong
