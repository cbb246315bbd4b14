#ifndef LIENTHONG_TESTS_UNIT_SDK_RAW_SERVER_H_
#define LIENTHONG_TESTS_UNIT_SDK_RAW_SERVER_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lienthong::sdk {

// An HTTP server on 127.0.0.1 that answers byte by byte what a test wants, or closes. Requests may
// come over kept connections.
class RawServer {
 public:
  // Gets the whole request; the bytes to answer, or nothing to close the connection at once. Bytes
  // shorter than their Content-Length close it after them.
  using Handler = std::function<std::optional<std::string>(const std::string& request)>;

  explicit RawServer(Handler handler);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int requests() const { return requests_; }
  int connections() const { return connections_; }

 private:
  void Accept();
  void Serve(int connection);

  const Handler handler_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<int> requests_ = 0;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

// `HTTP/1.1 200 OK` with this body and these header lines (each with its \r\n).
std::string Ok(const std::string& body, const std::string& headers = "");

}  // namespace lienthong::sdk

#endif  // LIENTHONG_TESTS_UNIT_SDK_RAW_SERVER_H_
