// bench-push: one client that keeps so many pushes under way, and prints how many were answered and
// how fast, as JSON.
//   bench-push ADDRESS PKI_FOLDER AGENCY unary|stream IN_FLIGHT SECONDS [WARM_SECONDS]
// Each push is a new dossier of about 1.5 KB. One thread, one completion queue, one connection: the
// cheapest client there is, since it runs on the same cores as the server.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gateway/base/random.h"
#include "gateway/base/small_file.h"
#include "grpcpp/completion_queue.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"
#include "lienthong/dossier/v1/dossier_service.grpc.pb.h"

namespace {

using lienthong::dossier::v1::DossierService;
using lienthong::dossier::v1::PushDossierRequest;
using lienthong::dossier::v1::PushDossierResponse;
using lienthong::dossier::v1::PushDossiersResponse;
using Clock = std::chrono::steady_clock;

constexpr auto kCallTime = std::chrono::seconds(30);
constexpr size_t kWordsBytes = 950;
constexpr size_t kNoteBytes = 250;

std::string Read(const std::string& path) {
  auto file = lienthong::ReadSmallFile(path);
  if (!file.ok()) {
    std::fprintf(stderr, "bench-push: %s\n", file.status().ToString().c_str());
    std::exit(2);
  }
  return std::move(file->content);
}

PushDossierRequest NewDossier(const std::string& agency) {
  PushDossierRequest request;
  auto& dossier = *request.mutable_dossier();
  dossier.mutable_origin()->set_channel(lienthong::dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_procedure()->set_name("Thủ tục (mẫu)");
  dossier.mutable_applicant()->set_name("Người Thử");
  dossier.mutable_applicant()->set_kind(lienthong::dossier::v1::APPLICANT_KIND_CITIZEN);
  dossier.mutable_reception()->set_agency(agency);
  dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'413'200);
  dossier.set_subject(std::string(kWordsBytes, 's'));
  dossier.set_processing_unit(std::string(kNoteBytes, 'n'));
  dossier.set_status(lienthong::dossier::v1::STATUS_ACCEPTED);
  return request;
}

// What was measured, after the warm-up.
class Figures {
 public:
  Figures(Clock::time_point begin, Clock::time_point end) : begin_(begin), end_(end) {}

  bool over() const { return Clock::now() >= end_; }
  void Note(Clock::time_point sent, bool ok) {
    const auto now = Clock::now();
    if (now < begin_ || now >= end_) return;
    if (!ok) {
      ++errors_;
      return;
    }
    micros_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(now - sent).count());
  }
  void Print() {
    std::sort(micros_.begin(), micros_.end());
    const auto at = [this](double share) {
      return micros_.empty() ? 0L : micros_[static_cast<size_t>(share * (micros_.size() - 1))];
    };
    const double seconds = std::chrono::duration<double>(end_ - begin_).count();
    std::printf(
        "{\"calls\":%zu,\"errors\":%ld,\"seconds\":%.3f,\"rate\":%.1f,\"p50_us\":%ld,\"p99_us\":%"
        "ld,\"max_us\":%ld}\n",
        micros_.size(), errors_, seconds, micros_.size() / seconds, at(0.5), at(0.99), at(1));
  }

 private:
  const Clock::time_point begin_;
  const Clock::time_point end_;
  std::vector<long> micros_;
  long errors_ = 0;
};

struct UnaryCall {
  std::unique_ptr<grpc::ClientContext> context;
  std::unique_ptr<grpc::ClientAsyncResponseReader<PushDossierResponse>> reader;
  PushDossierRequest request;
  PushDossierResponse response;
  grpc::Status status;
  Clock::time_point sent;
};

void RunUnary(DossierService::Stub& stub, PushDossierRequest request, int in_flight,
              lienthong::Random& random, Figures& figures) {
  grpc::CompletionQueue queue;
  std::vector<UnaryCall> calls(in_flight);
  const auto begin = [&](UnaryCall& call) {
    call.context = std::make_unique<grpc::ClientContext>();
    call.context->set_deadline(std::chrono::system_clock::now() + kCallTime);
    call.request.set_request_id(random.Uuid());
    call.sent = Clock::now();
    call.reader = stub.AsyncPushDossier(call.context.get(), call.request, &queue);
    call.reader->Finish(&call.response, &call.status, &call);
  };
  for (UnaryCall& call : calls) {
    call.request = request;
    begin(call);
  }
  void* tag = nullptr;
  bool ok = false;
  for (int left = in_flight; left > 0 && queue.Next(&tag, &ok);) {
    auto& call = *static_cast<UnaryCall*>(tag);
    figures.Note(call.sent, call.status.ok());
    if (figures.over()) {
      --left;
    } else {
      begin(call);
    }
  }
}

// One stream; the answers come in any order.
void RunStream(DossierService::Stub& stub, PushDossierRequest request, int in_flight,
               lienthong::Random& random, Figures& figures) {
  grpc::CompletionQueue queue;
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(10));
  enum Tag : intptr_t { kStarted = 1, kWritten, kRead, kDone, kFinished };
  const auto tag_of = [](Tag tag) { return reinterpret_cast<void*>(tag); };
  const auto stream = stub.AsyncPushDossiers(&context, &queue, tag_of(kStarted));
  std::map<std::string, Clock::time_point> open;
  PushDossiersResponse response;
  bool writing = false;
  bool ended = false;
  const auto write = [&] {
    if (writing || ended) return;
    if (figures.over()) {
      if (open.empty()) {
        ended = true;
        stream->WritesDone(tag_of(kDone));
      }
      return;
    }
    if (open.size() >= static_cast<size_t>(in_flight)) return;
    request.set_request_id(random.Uuid());
    open[request.request_id()] = Clock::now();
    writing = true;
    stream->Write(request, tag_of(kWritten));
  };
  void* tag = nullptr;
  bool ok = false;
  grpc::Status status;
  while (queue.Next(&tag, &ok)) {
    const auto what = static_cast<Tag>(reinterpret_cast<intptr_t>(tag));
    if (what == kFinished) break;
    if (!ok) {
      if (what == kRead) stream->Finish(&status, tag_of(kFinished));
      continue;
    }
    if (what == kStarted) stream->Read(&response, tag_of(kRead));
    if (what == kWritten) writing = false;
    if (what == kRead) {
      const auto asked = open.find(response.request_id());
      if (asked != open.end()) {
        figures.Note(asked->second, response.has_acknowledged());
        open.erase(asked);
      }
      stream->Read(&response, tag_of(kRead));
    }
    write();
  }
  if (!status.ok()) std::fprintf(stderr, "bench-push: %s\n", status.error_message().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) return 2;
  const std::string pki = argv[2], agency = argv[3], mode = argv[4];
  const int in_flight = std::atoi(argv[5]);
  const auto seconds = std::chrono::duration<double>(std::atof(argv[6]));
  const auto warm = std::chrono::duration<double>(argc > 7 ? std::atof(argv[7]) : 1.0);
  const auto channel = grpc::CreateChannel(
      argv[1], grpc::SslCredentials({Read(pki + "/ca.crt"), Read(pki + "/" + agency + ".key"),
                                     Read(pki + "/" + agency + ".crt")}));
  if (!channel->WaitForConnected(std::chrono::system_clock::now() + kCallTime)) return 3;
  const auto stub = DossierService::NewStub(channel);
  const auto random = lienthong::Random::Seeded(std::random_device()());
  const auto begin = Clock::now() + std::chrono::duration_cast<Clock::duration>(warm);
  Figures figures(begin, begin + std::chrono::duration_cast<Clock::duration>(seconds));
  (mode == "stream" ? RunStream : RunUnary)(*stub, NewDossier(agency), in_flight, *random, figures);
  figures.Print();
  return 0;
}
