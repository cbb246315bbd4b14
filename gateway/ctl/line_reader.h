#ifndef LIENTHONG_GATEWAY_CTL_LINE_READER_H_
#define LIENTHONG_GATEWAY_CTL_LINE_READER_H_

#include <optional>
#include <string>

namespace lienthong::ctl {

// Lines of a file descriptor, until its end or until another thread calls Stop: a program that
// feeds us may be silent for ever, and must not keep us when the other side is gone.
class LineReader {
 public:
  explicit LineReader(int fd);
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  // Without its newline; nothing at the end, after Stop, and for a line over kLineBytesMax.
  std::optional<std::string> Next();
  void Stop();

 private:
  bool Fill();

  const int fd_;
  int stop_read_ = -1;
  int stop_write_ = -1;
  std::string buffer_;
  size_t begin_ = 0;
  bool ended_ = false;
};

inline constexpr size_t kLineBytesMax = size_t{16} << 20;

}  // namespace lienthong::ctl

#endif  // LIENTHONG_GATEWAY_CTL_LINE_READER_H_
