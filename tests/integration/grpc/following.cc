#include "tests/integration/grpc/following.h"

#include "gateway/base/text.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"
#include "lienthong/status/v1/status_service.grpc.pb.h"
#include "tests/integration/grpc/gateway_fixture.h"

namespace lienthong::testing {
namespace {

using dossier::v1::DossierService;
using status::v1::StatusService;

constexpr int kPullRows = 70;

Item ItemOf(const dossier::v1::Change& change) {
  return {KeyOf(change.sequence(), change.code(), change.revision()), change.code(),
          change.revision(), change.SerializeAsString()};
}
Item ItemOf(const status::v1::DossierStatus& shown) {
  return {shown.code(), shown.code(), shown.revision(), shown.SerializeAsString()};
}

const auto& ShownIn(const dossier::v1::ListChangesResponse& page) { return page.changes(); }
const auto& ShownIn(const dossier::v1::WatchChangesResponse& page) { return page.changes(); }
const auto& ShownIn(const status::v1::PullStatusesResponse& page) { return page.statuses(); }
const auto& ShownIn(const status::v1::WatchStatusesResponse& page) { return page.statuses(); }

template <typename Response>
Message MessageOf(const std::string& after, const Response& response) {
  Message message{after, {}, response.resume_token()};
  for (const auto& shown : ShownIn(response)) message.items.push_back(ItemOf(shown));
  return message;
}

template <typename Service, typename Request, typename Response>
Read Pages(grpc::Status (Service::Stub::*call)(grpc::ClientContext*, const Request&, Response*),
           int rows) {
  return [=](const std::shared_ptr<grpc::Channel>& channel, std::string token, const Take& take) {
    const auto stub = Service::NewStub(channel);
    Request request;
    request.set_page_size(rows);
    Response response;
    do {
      request.set_resume_token(token);
      const grpc::Status status = ((*stub).*call)(Context().get(), request, &response);
      if (!status.ok() || !take(MessageOf(token, response))) return status;
      token = response.resume_token();
    } while (response.more());
    return grpc::Status::OK;
  };
}

template <typename Service, typename Request, typename Response>
Read Stream(std::unique_ptr<grpc::ClientReader<Response>> (Service::Stub::*call)(
    grpc::ClientContext*, const Request&)) {
  return [=](const std::shared_ptr<grpc::Channel>& channel, std::string token, const Take& take) {
    const auto stub = Service::NewStub(channel);
    const auto context = Context();
    Request request;
    request.set_resume_token(token);
    const auto stream = ((*stub).*call)(context.get(), request);
    Response response;
    while (stream->Read(&response) && take(MessageOf(token, response))) {
      token = response.resume_token();
    }
    context->TryCancel();
    while (stream->Read(&response)) {
    }
    return stream->Finish();
  };
}

}  // namespace

std::string KeyOf(int64_t sequence, const std::string& code, int64_t revision) {
  return StrCat(sequence, " ", code, "/", revision);
}

Method PullStatuses() {
  return {"portal", Pages<StatusService>(&StatusService::Stub::PullStatuses, kPullRows),
          Pages<StatusService>(&StatusService::Stub::PullStatuses, 1), true};
}

Method WatchStatuses() {
  return {"portal", Stream<StatusService>(&StatusService::Stub::WatchStatuses),
          Pages<StatusService>(&StatusService::Stub::PullStatuses, 1), true};
}

Method WatchChanges() {
  return {"agency-X05", Stream<DossierService>(&DossierService::Stub::WatchChanges),
          Pages<DossierService>(&DossierService::Stub::ListChanges, 1), false};
}

}  // namespace lienthong::testing
