#include "gateway/http/handshake_log.h"

#include <openssl/x509.h>

#include <boost/asio/ssl/error.hpp>
#include <utility>

#include "gateway/base/log.h"
#include "gateway/base/text.h"

namespace lienthong::http {
namespace {

constexpr absl::Duration kLineInterval = absl::Seconds(10);
constexpr size_t kReasonsMax = 64;

// The library's words: none comes from the certificate or from its sender.
std::string ReasonOf(const SSL* connection, const boost::system::error_code& error) {
  const long verified = SSL_get_verify_result(connection);
  if (verified == X509_V_OK) return error.message();
  return StrCat("client certificate: ", X509_verify_cert_error_string(verified));
}

}  // namespace

void HandshakeLog::Failed(const SSL* connection, const boost::system::error_code& error,
                          const std::string& peer) {
  if (error.category() != boost::asio::error::get_ssl_category()) return;
  const std::string reason = ReasonOf(connection, error);
  const std::lock_guard lock(mutex_);
  if (reasons_.size() >= kReasonsMax && !reasons_.contains(reason)) return;
  Kept& kept = reasons_[reason];
  ++kept.count;
  const absl::Time now = clock_.Now();
  if (now - kept.logged < kLineInterval) return;
  kept.logged = now;
  LogWarning("https_handshake_refused",
             {{"reason", reason}, {"peer", peer}, {"count", StrCat(std::exchange(kept.count, 0))}});
}

}  // namespace lienthong::http
