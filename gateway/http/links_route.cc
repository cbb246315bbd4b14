#include "gateway/http/links_route.h"

#include <memory>
#include <string>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/core/certificate_name.h"

namespace lienthong::http {
namespace {

constexpr size_t kBodyBytesMax = size_t{256} << 20;  // with papers inline
constexpr size_t kLinkNameBytesMax = 80;
constexpr int kHttpOk = 200;

Response ToResponse(absl::StatusOr<adapter::v1::ReceiveReply> reply) {
  if (!reply.ok()) return Refusal(ProblemOf(reply.status()));
  Response response;
  response.status = reply->http_status() > 0 ? reply->http_status() : kHttpOk;
  if (!reply->content_type().empty()) response.content_type = reply->content_type();
  response.body = std::move(*reply->mutable_body());
  return response;
}

// One call on its way in. Who calls is known before the first byte of its body is looked at.
class CallSink final : public BodySink {
 public:
  CallSink(ReceiveCall receive, std::unique_ptr<BodyFilter> filter, core::CertificateName caller,
           std::shared_ptr<Request> request)
      : receive_(std::move(receive)),
        filter_(std::move(filter)),
        caller_(std::move(caller)),
        request_(std::move(request)) {}

  absl::Status Write(std::string_view part) override {
    std::string passed;
    LIENTHONG_RETURN_IF_ERROR(filter_->Write(part, passed));
    if (!request_->lease.Grow(passed.size())) return absl::UnavailableError("no memory for it now");
    body_.append(passed);
    return absl::OkStatus();
  }

  void Finish(Answer answer) override {
    const absl::Status complete = filter_->Finish();
    if (!complete.ok()) return answer(Refusal(ProblemOf(complete)));
    const size_t slash = request_->rest.find('/');
    const std::string link = request_->rest.substr(0, slash);
    adapter::v1::ReceiveRequest call;
    call.set_service(request_->rest.substr(slash + 1));
    call.set_body(std::move(body_));
    receive_(
        link, caller_.uri, call, request_->deadline,
        [answer, link, caller = caller_.path](absl::StatusOr<adapter::v1::ReceiveReply> reply) {
          if (!reply.ok()) LogRefused(link, caller, reply.status());
          answer(ToResponse(std::move(reply)));
        });
  }

 private:
  static void LogRefused(const std::string& link, const std::string& caller,
                         const absl::Status& status) {
    LogWarning(
        "link_call_refused",
        {{"link", link}, {"caller", caller}, {"code", absl::StatusCodeToString(status.code())}});
  }

  const ReceiveCall receive_;
  const std::unique_ptr<BodyFilter> filter_;
  const core::CertificateName caller_;
  const std::shared_ptr<Request> request_;
  std::string body_;
};

}  // namespace

Route LinksRoute(ReceiveCall receive, MakeBodyFilter make_filter) {
  Route route;
  route.prefix = "/links/";
  route.needs_certificate = true;
  route.body_bytes_max = kBodyBytesMax;
  route.open_sink =
      [receive = std::move(receive), make_filter = std::move(make_filter)](
          const std::shared_ptr<Request>& request) -> absl::StatusOr<std::unique_ptr<BodySink>> {
    LIENTHONG_ASSIGN_OR_RETURN(core::CertificateName caller,
                               core::ReadCertificateName(request->certificate_uris));
    const size_t slash = request->rest.find('/');
    if (slash == std::string::npos || slash == 0 || slash > kLinkNameBytesMax ||
        slash + 1 == request->rest.size()) {
      return absl::NotFoundError("expected /links/LINK/SERVICE");
    }
    return std::make_unique<CallSink>(receive, make_filter(), std::move(caller), request);
  };
  return route;
}

}  // namespace lienthong::http
