#include "gateway/http/tls_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <boost/asio/buffer.hpp>
#include <string_view>

#include "gateway/base/text.h"

namespace lienthong::http {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using Error = boost::system::error_code;

constexpr char kCiphers[] =
    "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; those of 1.3 are all sound
constexpr unsigned char kHttp11[] = "\x08http/1.1";

absl::Status Unusable(std::string_view what, const Error& error) {
  return absl::FailedPreconditionError(StrCat("the ", what, " cannot be used: ", error.message()));
}

// A key with a passphrase is refused rather than asked for on the terminal.
std::string NoPassphrase(size_t /*size*/, ssl::context::password_purpose /*purpose*/) { return ""; }

// A client that offers protocols, and not ours, is told so in the handshake.
int ChooseProtocol(SSL* /*connection*/, const unsigned char** out, unsigned char* out_size,
                   const unsigned char* offered, unsigned int offered_size, void* /*user*/) {
  unsigned char* chosen = nullptr;
  const int found =
      SSL_select_next_proto(&chosen, out_size, kHttp11, sizeof kHttp11 - 1, offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void Harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context, kCiphers);
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_alpn_select_cb(context, ChooseProtocol, nullptr);
}

// Tells clients which of their certificates is wanted.
void NameAuthorities(std::string_view authorities, SSL_CTX* context) {
  BIO* const pem = BIO_new_mem_buf(authorities.data(), static_cast<int>(authorities.size()));
  while (X509* const certificate = PEM_read_bio_X509(pem, nullptr, nullptr, nullptr)) {
    SSL_CTX_add_client_CA(context, certificate);
    X509_free(certificate);
  }
  BIO_free(pem);
  ERR_clear_error();
}

}  // namespace

absl::StatusOr<std::shared_ptr<ssl::context>> MakeTlsContext(const TlsContent& content) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  Harden(context->native_handle());
  Error error;
  context->set_password_callback(NoPassphrase, error);
  context->use_certificate_chain(asio::buffer(content.certificate), error);
  if (error) return Unusable("certificate", error);
  context->use_private_key(asio::buffer(content.key), ssl::context::pem, error);
  if (error) return Unusable("key", error);
  context->add_certificate_authority(asio::buffer(content.authorities), error);
  if (error) return Unusable("authorities", error);
  context->set_verify_mode(ssl::verify_peer, error);
  if (error) return Unusable("authorities", error);
  NameAuthorities(content.authorities, context->native_handle());
  return context;
}

std::vector<std::string> CertificateUris(const SSL* connection) {
  std::vector<std::string> uris;
  X509* certificate = SSL_get0_peer_certificate(connection);
  if (certificate == nullptr || SSL_get_verify_result(connection) != X509_V_OK) return uris;
  auto* names = static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* text = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                      static_cast<size_t>(ASN1_STRING_length(text)));
  }
  GENERAL_NAMES_free(names);
  return uris;
}

}  // namespace lienthong::http
