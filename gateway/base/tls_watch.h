#ifndef LIENTHONG_GATEWAY_BASE_TLS_WATCH_H_
#define LIENTHONG_GATEWAY_BASE_TLS_WATCH_H_

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/base/clock.h"
#include "gateway/base/tls_files.h"

namespace lienthong {

// The certificate, key and authorities that a server uses now, for all its ports. The files are
// read again at an interval, in a thread of its own: what passes ReadTlsFiles as a whole takes the
// place of what is in use; anything else (a certificate without its key, half a file) changes
// nothing, and is said in the log, once.
class TlsWatch {
 public:
  // FailedPrecondition when the files cannot be used. The clock outlives the watch.
  static absl::StatusOr<std::unique_ptr<TlsWatch>> Start(const TlsFiles& files, const Clock& clock,
                                                         absl::Duration read_again);
  ~TlsWatch();
  TlsWatch(const TlsWatch&) = delete;
  TlsWatch& operator=(const TlsWatch&) = delete;

  // What is in use; another pointer once it is replaced. Thread-safe.
  std::shared_ptr<const TlsContent> Current() const;
  // Reads the files now. Thread-safe.
  void ReadAgain();

 private:
  TlsWatch(const TlsFiles& files, const Clock& clock, TlsContent first);
  void Loop(absl::Duration interval);

  const TlsFiles files_;
  const Clock& clock_;
  std::mutex reading_;        // one reads at a time
  std::string said_problem_;  // of the last reading; empty: none
  mutable std::mutex mutex_;
  std::shared_ptr<const TlsContent> current_;
  std::condition_variable stop_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_TLS_WATCH_H_
