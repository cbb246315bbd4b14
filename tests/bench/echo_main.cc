// bench-echo: a server with the gateway's contract and credentials that stores nothing: what gRPC
// itself allows.
//   bench-echo PORT PKI_FOLDER sync|callback|async
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gateway/base/small_file.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace {

using lienthong::dossier::v1::DossierService;
using lienthong::dossier::v1::PushDossierRequest;
using lienthong::dossier::v1::PushDossierResponse;
using lienthong::dossier::v1::PushDossiersResponse;

std::string Read(const std::string& path) {
  auto file = lienthong::ReadSmallFile(path);
  if (!file.ok()) std::exit(2);
  return std::move(file->content);
}

void Fill(PushDossierResponse& response) {
  response.set_code("H29.X01-261124-0001");
  response.set_receipt_number("H29.X01-261124-0001");
  response.set_revision(1);
  response.set_sequence(1);
}

class SyncEcho final : public DossierService::Service {
  grpc::Status PushDossier(grpc::ServerContext* /*context*/, const PushDossierRequest* /*request*/,
                           PushDossierResponse* response) override {
    Fill(*response);
    return grpc::Status::OK;
  }
  grpc::Status PushDossiers(
      grpc::ServerContext* /*context*/,
      grpc::ServerReaderWriter<PushDossiersResponse, PushDossierRequest>* stream) override {
    PushDossierRequest request;
    PushDossiersResponse response;
    while (stream->Read(&request)) {
      response.set_request_id(request.request_id());
      Fill(*response.mutable_acknowledged());
      stream->Write(response);
    }
    return grpc::Status::OK;
  }
};

class EchoStream final : public grpc::ServerBidiReactor<PushDossierRequest, PushDossiersResponse> {
 public:
  EchoStream() { StartRead(&request_); }
  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    response_.set_request_id(request_.request_id());
    Fill(*response_.mutable_acknowledged());
    StartWrite(&response_);
  }
  void OnWriteDone(bool ok) override {
    if (ok) StartRead(&request_);
  }
  void OnDone() override { delete this; }

 private:
  PushDossierRequest request_;
  PushDossiersResponse response_;
};

class CallbackEcho final : public DossierService::CallbackService {
  grpc::ServerUnaryReactor* PushDossier(grpc::CallbackServerContext* context,
                                        const PushDossierRequest* /*request*/,
                                        PushDossierResponse* response) override {
    Fill(*response);
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  grpc::ServerBidiReactor<PushDossierRequest, PushDossiersResponse>* PushDossiers(
      grpc::CallbackServerContext* /*context*/) override {
    return new EchoStream;
  }
};

// One completion queue, polled by one thread: what was fastest on two cores.
class AsyncEcho final {
 public:
  void Run(grpc::ServerBuilder& builder) {
    builder.RegisterService(&service_);
    queue_ = builder.AddCompletionQueue();
    server_ = builder.BuildAndStart();
    for (int i = 0; i < 256; ++i) Wait();
    void* tag = nullptr;
    bool ok = false;
    while (queue_->Next(&tag, &ok)) {
      auto* call = static_cast<Call*>(tag);
      if (ok && !call->answered) {
        Wait();
        PushDossierResponse response;
        Fill(response);
        call->answered = true;
        call->writer.Finish(response, grpc::Status::OK, call);
      } else {
        delete call;
      }
    }
  }

 private:
  struct Call {
    grpc::ServerContext context;
    PushDossierRequest request;
    grpc::ServerAsyncResponseWriter<PushDossierResponse> writer{&context};
    bool answered = false;
  };
  void Wait() {
    auto* call = new Call;
    service_.RequestPushDossier(&call->context, &call->request, &call->writer, queue_.get(),
                                queue_.get(), call);
  }

  DossierService::WithAsyncMethod_PushDossier<DossierService::Service> service_;
  std::unique_ptr<grpc::ServerCompletionQueue> queue_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string pki = argv[2], style = argv[3];
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = Read(pki + "/ca.crt");
  tls.pem_key_cert_pairs.push_back({Read(pki + "/gateway.key"), Read(pki + "/gateway.crt")});
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + argv[1], grpc::SslServerCredentials(tls));
  if (style == "async") {
    AsyncEcho().Run(builder);
    return 0;
  }
  SyncEcho sync;
  CallbackEcho callback;
  builder.RegisterService(style == "sync" ? static_cast<grpc::Service*>(&sync) : &callback);
  const auto server = builder.BuildAndStart();
  if (server == nullptr) return 3;
  server->Wait();
  return 0;
}
