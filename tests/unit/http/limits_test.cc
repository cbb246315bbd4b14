#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <future>
#include <thread>
#include <vector>

#include "gateway/base/text.h"
#include "tests/support/status_matchers.h"
#include "tests/unit/http/listener_fixture.h"

// What one client, slow, greedy or hostile, can make the listener spend.
namespace lienthong::http {
namespace {

using ::lienthong::testing::Post;
using ::lienthong::testing::TlsClient;

class LimitsTest : public ListenerTest {
 protected:
  // A route that keeps its answers until it is let go.
  void AddHeld() {
    Route route;
    route.prefix = "/held";
    route.timeout = absl::Milliseconds(50);
    route.handler = [this](const std::shared_ptr<const Request>&, const Answer& answer) {
      const std::lock_guard lock(mutex_);
      held_.push_back(answer);
      ++arrived_;
    };
    AddRoute(route);
  }

  std::mutex mutex_;
  std::vector<Answer> held_;
  std::atomic<int> arrived_ = 0;
};

// Sends a byte after the other for as long as somebody takes them.
bool DribblesUntilCut(TlsClient& client, std::string_view bytes) {
  for (int i = 0; i < 2000; ++i) {
    if (!client.Send(bytes.substr(i % bytes.size(), 1))) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST_F(LimitsTest, AHeaderThatDribblesIsCut) {
  AddEcho("/echo/");
  Start({.header_timeout = absl::Milliseconds(200)});
  const auto client = Connect();
  EXPECT_TRUE(DribblesUntilCut(*client, "POST /echo/ HTTP/1.1\r\nX: " + std::string(5000, 'x')));
}

TEST_F(LimitsTest, ABodyThatDribblesIsCut) {
  AddEcho("/echo/", false, 100'000);
  Start({.transfer_timeout = absl::Milliseconds(300), .bytes_per_second_min = 10'000});
  const auto client = Connect();
  client->Send("POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");
  EXPECT_TRUE(DribblesUntilCut(*client, "x"));
}

// At the slowest pace allowed it may take far longer than the timeout alone.
TEST_F(LimitsTest, ABodyThatKeepsThePaceIsTaken) {
  AddEcho("/echo/", false, 100'000);
  Start({.transfer_timeout = absl::Milliseconds(300), .bytes_per_second_min = 2'000});
  const auto client = Connect();
  // What comes at once earns five seconds, so that it is not this machine that must keep the pace.
  client->Send("POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 20000\r\n\r\n" +
               std::string(10'000, 'x'));
  for (int i = 0; i < 10; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ASSERT_TRUE(client->Send(std::string(1000, 'x')));
  }
  EXPECT_EQ(client->Read()->status, 200);
}

TEST_F(LimitsTest, WhoSaysNothingIsCut) {
  AddEcho("/echo/");
  Start({.header_timeout = absl::Milliseconds(100)});
  EXPECT_TRUE(Connect()->AwaitEnd());
}

TEST_F(LimitsTest, WhoSaysNothingMoreIsCut) {
  AddEcho("/echo/");
  Start({.idle_timeout = absl::Milliseconds(100)});
  const auto client = Connect();
  client->Send(Post("/echo/", "x"));
  EXPECT_EQ(client->Read()->status, 200);
  EXPECT_TRUE(client->AwaitEnd());
}

TEST_F(LimitsTest, AConnectionServesSoManyRequestsOnly) {
  AddEcho("/echo/");
  Start({.requests_per_connection_max = 2});
  const auto client = Connect();
  client->Send(Post("/echo/", "1"));
  EXPECT_FALSE(client->Read()->headers.contains("connection"));
  client->Send(Post("/echo/", "2"));
  EXPECT_EQ(client->Read()->headers.at("connection"), "close");
  EXPECT_TRUE(client->AwaitEnd());
}

TEST_F(LimitsTest, AConnectionOfAgeEndsWithItsAnswer) {
  AddEcho("/echo/");
  Start({.connection_age_max = absl::ZeroDuration()});
  EXPECT_EQ(Ask(Post("/echo/", "1")).headers.at("connection"), "close");
}

TEST_F(LimitsTest, APeerGetsSoManyConnectionsOnly) {
  AddEcho("/echo/");
  Start({.connections_per_peer_max = 3});
  std::vector<std::unique_ptr<TlsClient>> clients;
  for (int i = 0; i < 3; ++i) {
    clients.push_back(Connect());
    ASSERT_NE(clients.back(), nullptr);
  }
  EXPECT_EQ(Connect(), nullptr);
  clients.pop_back();
  while (listener_->connections() == 3) std::this_thread::yield();
  EXPECT_NE(Connect(), nullptr) << "the room is given back";
}

TEST_F(LimitsTest, AllTogetherGetSoManyConnectionsOnly) {
  AddEcho("/echo/");
  Start({.connections_max = 2});
  const auto first = Connect();
  const auto second = Connect();
  ASSERT_NE(second, nullptr);
  EXPECT_EQ(Connect(), nullptr);
}

TEST_F(LimitsTest, BodiesTogetherTakeSoMuchMemoryOnly) {
  AddEcho("/echo/", false, 100'000);
  Start({.held_bodies_bytes_max = 1000});
  const TlsClient::Reply reply = Ask(Post("/echo/", std::string(1001, 'x')));
  EXPECT_EQ(reply.status, 503);
  EXPECT_EQ(reply.headers.at("retry-after"), "1");
  for (int i = 0; i < 5; ++i) {  // what was taken is given back
    EXPECT_EQ(Ask(Post("/echo/", std::string(900, 'x'))).status, 200);
  }
}

TEST_F(LimitsTest, AHandlerThatDoesNotAnswerInTimeIsAnsweredFor) {
  AddHeld();
  Start();
  const auto client = Connect();
  client->Send(Post("/held", ""));
  const auto reply = client->Read();
  EXPECT_EQ(reply->status, 503);
  EXPECT_EQ(reply->headers.at("retry-after"), "1");
  held_[0]({.body = "too late"});
  client->Send(Post("/held", ""));
  EXPECT_EQ(client->Read()->status, 503) << "a late answer is not the next request's";
}

TEST_F(LimitsTest, OnlyTheFirstAnswerCounts) {
  Route route;
  route.prefix = "/twice";
  route.handler = [](const std::shared_ptr<const Request>&, const Answer& answer) {
    answer({.body = "first"});
    answer({.body = "second"});
  };
  AddRoute(route);
  Start();
  const auto client = Connect();
  for (int i = 0; i < 20; ++i) {
    client->Send(Post("/twice", ""));
    EXPECT_EQ(client->Read()->body, "first");
  }
}

TEST_F(LimitsTest, WhenTheLineOfWorkIsFullCallersAreToldToComeAgain) {
  std::atomic<bool> go = false;
  Route route;
  route.prefix = "/slow";
  route.handler = [&](const std::shared_ptr<const Request>&, const Answer& answer) {
    ++arrived_;
    while (!go) std::this_thread::yield();
    answer({.body = "done"});
  };
  AddRoute(route);
  Start({}, {.threads = 1, .queue_items_max = 1});
  const auto working = Connect();
  working->Send(Post("/slow", ""));
  while (arrived_ == 0) std::this_thread::yield();
  // One of these finds room in the line, and waits for `go`; the others are told at once.
  constexpr int kOthers = 3;
  std::atomic<int> answered = 0;
  std::vector<std::future<TlsClient::Reply>> replies;
  for (int i = 0; i < kOthers; ++i) {
    replies.push_back(std::async(std::launch::async, [&answered, client = Connect()] {
      client->Send(Post("/slow", ""));
      TlsClient::Reply reply = *client->Read();
      ++answered;
      return reply;
    }));
  }
  while (answered < kOthers - 1) std::this_thread::yield();
  go = true;
  EXPECT_EQ(working->Read()->body, "done");
  int refused = 0;
  for (auto& pending : replies) {
    const TlsClient::Reply reply = pending.get();
    if (reply.status != 503) {
      EXPECT_EQ(reply.body, "done");
      continue;
    }
    ++refused;
    EXPECT_EQ(reply.headers.at("retry-after"), "1");
  }
  EXPECT_EQ(refused, kOthers - 1);
}

// A process of its own, because it runs out of file descriptors.
class Starved {
 public:
  explicit Starved(const Certificates& certificates, rlim_t files) {
    int to_parent[2];
    int to_child[2];
    EXPECT_EQ(pipe(to_parent), 0);
    EXPECT_EQ(pipe(to_child), 0);
    pid_ = fork();
    if (pid_ == 0) {
      close(to_child[1]);
      Serve(certificates, files, to_parent[1], to_child[0]);
    }
    close(to_parent[1]);
    close(to_child[0]);
    end_ = to_child[1];
    EXPECT_EQ(read(to_parent[0], &port_, sizeof port_), static_cast<ssize_t>(sizeof port_));
    close(to_parent[0]);
  }
  ~Starved() {
    close(end_);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  }

  int port() const { return port_; }

 private:
  [[noreturn]] static void Serve(const Certificates& certificates, rlim_t files, int out, int in) {
    Router router;
    Route route;
    route.prefix = "/";
    route.handler = [](const std::shared_ptr<const Request>&, const Answer& answer) {
      answer({.body = "served"});
    };
    const bool added = router.Add(std::move(route)).ok();
    Executor executor({.threads = 1});
    ListenerOptions options;
    options.address = "127.0.0.1:0";
    const std::unique_ptr<TlsWatch> watch = certificates.Watch();
    options.limits.connections_per_peer_max = 1000;
    auto listener = Listener::Start(options, std::move(router), *watch, executor, Clock::Real());
    if (!added || !listener.ok()) _exit(1);
    // After the start, so that the listener's own bound by the limit does not help it.
    const rlimit limit{files, files};
    setrlimit(RLIMIT_NOFILE, &limit);
    const int port = (*listener)->port();
    if (write(out, &port, sizeof port) != sizeof port) _exit(1);
    char byte = 0;
    while (read(in, &byte, 1) > 0) {
    }
    (*listener)->Stop(absl::Seconds(1));
    listener->reset();
    _exit(0);
  }

  pid_t pid_ = -1;
  int end_ = -1;
  int port_ = 0;
};

TEST(FileDescriptors, TheirLackDoesNotEndTheAccepting) {
  const Certificates certificates;
  const Starved starved(certificates, 40);
  TlsClient::Options options;
  options.port = starved.port();
  options.ca = certificates.file("ca.crt");
  std::vector<std::unique_ptr<TlsClient>> clients;
  int refused = 0;
  for (int i = 0; i < 80; ++i) {
    clients.push_back(TlsClient::Connect(options));
    if (clients.back() == nullptr) ++refused;
  }
  EXPECT_GT(refused, 30) << "the limit was not reached";
  clients.clear();
  for (int i = 0; i < 3; ++i) {
    std::unique_ptr<TlsClient> client;
    while (client == nullptr) client = TlsClient::Connect(options);  // once those have gone
    client->Send(Post("/", ""));
    EXPECT_EQ(client->Read()->body, "served");
  }
}

}  // namespace
}  // namespace lienthong::http
