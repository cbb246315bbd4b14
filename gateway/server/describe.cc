#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/server/link_setup.h"
#include "gateway/server/server.h"
#include "gateway/server/tls.h"

namespace lienthong {
namespace {

void Row(std::string& out, std::string_view what, std::string_view value) {
  absl::StrAppendFormat(&out, "%-12s %s\n", std::string(what), std::string(value));
}

// The rest of an address may hold a password.
std::string StoreKind(std::string_view url) {
  const size_t at = url.find('@');
  return at == std::string_view::npos ? std::string(url)
                                      : StrCat(url.substr(0, url.find(':')), ":…", url.substr(at));
}

}  // namespace

absl::StatusOr<std::string> DescribeServer(const ConfigFile& config) {
  const config::v1::GatewayConfig& gateway = config.config();
  LIENTHONG_ASSIGN_OR_RETURN(const TlsFiles tls, CheckTlsFiles(config));
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<PreparedLink> links, PrepareLinks(config));
  LIENTHONG_RETURN_IF_ERROR(MakeParties(config).status());
  std::string out;
  Row(out, "store", StoreKind(gateway.store().url()));
  Row(out, "agencies at", gateway.listen().grpc());
  Row(out, "operators at", gateway.listen().admin());
  Row(out, "certificate", StrCat(tls.certificate, ", clients of ", tls.client_ca));
  for (const auto& party : gateway.parties()) {
    Row(out, "party",
        StrCat(party.name(), ": ", absl::StrJoin(party.roles(), ", "), " for ",
               absl::StrJoin(party.agencies(), ", ")));
  }
  for (const auto& agency : gateway.agencies()) {
    Row(out, "agency", StrCat(agency.code(), ": calls by gRPC"));
  }
  for (const PreparedLink& link : links) {
    const sync::LinkOptions& options = link.options;
    Row(out, "link",
        StrCat(options.name, ": ", options.adapter, " as ", options.party, ", ",
               options.all_dossiers ? "all dossiers" : "dossiers of its agencies", ", ",
               options.parallel_calls_max, " calls at the same time, OK up to ",
               absl::FormatDuration(options.objective)));
  }
  return out;
}

}  // namespace lienthong
