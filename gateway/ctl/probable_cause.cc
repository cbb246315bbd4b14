#include "gateway/ctl/probable_cause.h"

#include <algorithm>
#include <iterator>
#include <string_view>

namespace lienthong::ctl {
namespace {

constexpr std::string_view kNotConnected = "failed to connect";

// What the library says of an attempt to connect. Another version may say it otherwise: then its
// own text has to do.
struct Cause {
  std::string_view said;
  std::string_view cause;
};
constexpr std::string_view kRefusedCertificate =
    "probably the gateway refused --cert (it takes those of the authorities in its tls.client_ca), "
    "or what listens there is not the gateway";
constexpr Cause kCauses[] = {
    {"certificate verify failed",
     "probably the gateway's certificate is not of the authority in --ca, or has expired"},
    {"not in peer certificate",
     "the gateway's certificate does not name this host; call it by a name that it has"},
    {"no application protocol",
     "probably this is the gateway's port for HTTPS (listen.https); --server takes listen.grpc, "
     "--admin listen.admin"},
    {"wrong version number", "probably what listens there speaks no TLS and is not the gateway"},
    {"Socket closed", kRefusedCertificate},
    {"Connection reset", kRefusedCertificate},
    {"Connection refused", "nothing listens there; is the gateway running, and the port right?"},
};

}  // namespace

std::string ProbableCause(const grpc::Status& status) {
  const std::string& said = status.error_message();
  if (status.error_code() == grpc::StatusCode::UNIMPLEMENTED && said.empty()) {
    return "this port offers no such call; probably --server (the gateway's listen.grpc) and "
           "--admin (its listen.admin) are mixed up";
  }
  if (said.find(kNotConnected) == std::string::npos) return "";
  const auto* const found = std::find_if(
      std::begin(kCauses), std::end(kCauses),
      [&said](const Cause& known) { return said.find(known.said) != std::string::npos; });
  return found == std::end(kCauses) ? "" : std::string(found->cause);
}

}  // namespace lienthong::ctl
