#ifndef LIENTHONG_TESTS_SUPPORT_CUTTING_PROXY_H_
#define LIENTHONG_TESTS_SUPPORT_CUTTING_PROXY_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lienthong::testing {

// A network between a client and a server that breaks at a chosen moment: a TCP port on 127.0.0.1
// that passes bytes on, until the client sends a given word or the server has sent so much.
class CuttingProxy {
 public:
  enum class Cut {
    kBefore,  // hangs up; the server never gets the statement
    kAfter,   // passes the statement on, and hangs up when the server answers
    kSilent,  // passes nothing on any more, and keeps the connection open
  };

  // The server listens on a Unix socket, or on a port of 127.0.0.1.
  explicit CuttingProxy(const std::string& server_socket);
  explicit CuttingProxy(int server_port);
  ~CuttingProxy();
  CuttingProxy(const CuttingProxy&) = delete;
  CuttingProxy& operator=(const CuttingProxy&) = delete;

  int port() const { return port_; }
  // Breaks once, at the next time that `word` passes.
  void CutAt(const std::string& word, Cut cut);
  // Hangs up on the next connection, which speaks TLS, when this many records of the server have
  // passed, and `part`, in [0, 1), of the one that follows.
  void CutAfterRecords(int records, double part);
  int cuts() const { return cuts_; }
  // Records that passed whole since CutAfterRecords, on the connection it was meant for.
  int records() const { return records_; }

 private:
  struct RecordCut {
    int records = 0;
    double part = 0;
  };
  struct Connection;

  explicit CuttingProxy(std::function<int()> connect);
  void Accept();
  void Serve(int client, const std::optional<RecordCut>& record_cut);
  // True when the connection is to end.
  bool FromClient(Connection& connection);
  bool FromServer(Connection& connection);
  bool PassRecords(Connection& connection, const std::string& bytes);
  bool Take(const std::string& bytes, Cut& cut);
  std::optional<RecordCut> TakeRecordCut();

  const std::function<int()> connect_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<int> cuts_{0};
  std::atomic<int> records_{0};
  std::mutex mutex_;
  std::string word_;  // empty = pass everything on
  Cut cut_ = Cut::kBefore;
  std::optional<RecordCut> record_cut_;
  std::vector<std::thread> connections_;
  std::thread accepting_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_CUTTING_PROXY_H_
