#ifndef LIENTHONG_TESTS_INTEGRATION_DISTRICT_CUTTING_PROXY_H_
#define LIENTHONG_TESTS_INTEGRATION_DISTRICT_CUTTING_PROXY_H_

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace lienthong::testing {

// A network between a client and a server's Unix socket that breaks at a chosen moment: a TCP port
// on 127.0.0.1 that passes bytes on until the client sends a given word.
class CuttingProxy {
 public:
  enum class Cut {
    kBefore,  // hangs up; the server never gets the statement
    kAfter,   // passes the statement on, and hangs up when the server answers
    kSilent,  // passes nothing on any more, and keeps the connection open
  };

  explicit CuttingProxy(const std::string& server_socket);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  int port() const { return port_; }
  // Breaks once, at the next time that `word` passes.
  void CutAt(const std::string& word, Cut cut);
  int cuts() const { return cuts_; }

 private:
  void Accept();
  void Serve(int client);
  // True when the connection is to end.
  bool FromClient(int client, int server, bool& answer_is_lost, bool& silent);
  bool Take(const std::string& bytes, Cut& cut);

  const std::string server_socket_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> cuts_{0};
  std::mutex mutex_;
  std::string word_;  // empty = pass everything on
  Cut cut_ = Cut::kBefore;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_INTEGRATION_DISTRICT_CUTTING_PROXY_H_
