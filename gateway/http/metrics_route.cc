#include "gateway/http/metrics_route.h"

#include <memory>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/certificate_name.h"

namespace lienthong::http {
namespace {

absl::Status MayRead(const std::vector<std::string>& certificate_uris) {
  using Kind = core::CertificateName::Kind;
  LIENTHONG_ASSIGN_OR_RETURN(const core::CertificateName name,
                             core::ReadCertificateName(certificate_uris));
  if (name.kind == Kind::kOperator || name.kind == Kind::kMonitor) return absl::OkStatus();
  return absl::PermissionDeniedError("metrics are for operators and monitors");
}

}  // namespace

Route MetricsRoute(MetricsPage page, MetricsReader reader) {
  Route route;
  route.method = "GET";
  route.prefix = "/metrics";
  route.needs_certificate = reader == MetricsReader::kCertified;
  route.handler = [page = std::move(page), reader](const std::shared_ptr<const Request>& request,
                                                   const Answer& answer) {
    if (reader == MetricsReader::kCertified) {
      const absl::Status may = MayRead(request->certificate_uris);
      if (!may.ok()) return answer(Refusal(ProblemOf(may)));
    }
    Response response;
    response.content_type = page.content_type;
    response.body = page.render();
    answer(std::move(response));
  };
  return route;
}

}  // namespace lienthong::http
