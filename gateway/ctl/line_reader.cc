#include "gateway/ctl/line_reader.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

namespace lienthong::ctl {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

}  // namespace

LineReader::LineReader(int fd) : fd_(fd) {
  int ends[2];
  if (pipe(ends) != 0) return;
  stop_read_ = ends[0];
  stop_write_ = ends[1];
}

LineReader::~LineReader() {
  if (stop_read_ >= 0) close(stop_read_);
  if (stop_write_ >= 0) close(stop_write_);
}

void LineReader::Stop() {
  // Fails only when the pipe is full, and then it says "stop" already.
  if (stop_write_ >= 0) (void)!write(stop_write_, "x", 1);
}

bool LineReader::Fill() {
  while (true) {
    pollfd ready[2] = {{fd_, POLLIN, 0}, {stop_read_, POLLIN, 0}};
    if (poll(ready, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (ready[1].revents != 0) return false;
    char bytes[kReadBytes];
    const ssize_t count = read(fd_, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(count));
    return true;
  }
}

std::optional<std::string> LineReader::Next() {
  size_t searched = begin_;
  while (!ended_) {
    const size_t end = buffer_.find('\n', searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(begin_, end - begin_);
      begin_ = end + 1;
      return line;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched = buffer_.size();
    if (buffer_.size() > kLineBytesMax || !Fill()) ended_ = true;
  }
  std::string rest = buffer_.substr(begin_);
  buffer_.clear();
  begin_ = 0;
  if (rest.empty() || rest.size() > kLineBytesMax) return std::nullopt;
  return rest;
}

}  // namespace lienthong::ctl
