#include "tests/fault/client.h"

#include <chrono>
#include <map>
#include <thread>
#include <utility>

#include "gateway/base/text.h"

namespace lienthong::fault {
namespace {

using dossier::v1::DossierService;
using dossier::v1::PushDossierRequest;
using dossier::v1::PushDossierResponse;
using receipt::v1::ReceiptService;
using std::chrono::steady_clock;

constexpr auto kCallTime = std::chrono::seconds(5);
constexpr auto kAnswerTime = std::chrono::seconds(60);  // with a restart in it
constexpr auto kAskAgain = std::chrono::milliseconds(20);
constexpr size_t kDossiersKept = 40;
constexpr int kStreamItems = 8;
constexpr int kBlockCodes = 5;
constexpr size_t kWordsBytes = 950;  // with the rest about 1.3 KB

// Without a gateway a call waits for one: a channel that is only asked in passing gets no time to
// connect, and what was never sent is no unknown outcome.
void Prepare(grpc::ClientContext& context) {
  context.set_wait_for_ready(true);
  context.set_deadline(std::chrono::system_clock::now() + kCallTime);
}

// No answer tells of what was stored, but for those that say so.
bool IsUnknown(const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::UNKNOWN:
    case grpc::StatusCode::INTERNAL:
      return true;
    default:
      return false;
  }
}

}  // namespace

Client::Told Client::Read(const PushDossierResponse& answer) {
  return {answer.code(), "", answer.revision(), answer.sequence()};
}
Client::Told Client::Read(const receipt::v1::Reservation& answer) {
  return {answer.code(), answer.id(), 0, 0};
}
Client::Told Client::Read(const receipt::v1::ReceiptBlock& answer) {
  return {answer.codes_size() == 0 ? "" : answer.codes(0), answer.id(), 0, 0};
}

Client::Client(const std::shared_ptr<grpc::Channel>& channel, std::string agency, int number,
               Random& random, Ledger& ledger)
    : dossiers_(dossier::v1::DossierService::NewStub(channel)),
      receipts_(receipt::v1::ReceiptService::NewStub(channel)),
      agency_(std::move(agency)),
      number_(number),
      random_(random),
      ledger_(ledger) {}

void Client::Do(const std::string& operation) {
  if (operation == "push") Push(operation, NewDossier());
  if (operation == "update") Push(operation, Update());
  if (operation == "stream") Stream();
  if (operation == "reserve") Reserve();
  if (operation == "commit") CommitReceipt();
  if (operation == "release") ReleaseReceipt();
  if (operation == "lease") Lease();
  if (operation == "correct") Correct();
  if (operation == "void") Void();
}

// Asks until there is an answer.
template <typename Service, typename Request, typename Answer>
Client::Told Client::Ask(const std::string& operation, Service& service,
                         grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                         Answer*),
                         const Request& request) {
  const std::string& id = request.request_id();
  const auto give_up = steady_clock::now() + kAnswerTime;
  while (steady_clock::now() < give_up) {
    grpc::ClientContext context;
    Prepare(context);
    Answer answer;
    const grpc::Status status = (service.*method)(&context, request, &answer);
    if (status.ok()) {
      const Told told = Read(answer);
      ledger_.Add("ok", operation, id, told.code, told.revision, told.sequence);
      return told;
    }
    if (status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED) {
      ledger_.Add("busy", operation, id);
    } else if (IsUnknown(status)) {
      ledger_.Add("unknown", operation, id);
    } else {
      ledger_.Add("refused", operation, id,
                  StrCat(static_cast<int>(status.error_code()), " ", status.error_message()));
      answered_ = false;
      return {};
    }
    std::this_thread::sleep_for(kAskAgain);
  }
  answered_ = false;
  return {};
}

template <typename Service, typename Request, typename Answer>
Client::Told Client::AskFirst(const std::string& operation, Service& service,
                              grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                              Answer*),
                              const Request& request) {
  ledger_.Add("sent", operation, request.request_id());
  return Ask(operation, service, method, request);
}

PushDossierRequest Client::NewDossier() {
  PushDossierRequest request;
  request.set_request_id(random_.Uuid());
  ++done_;
  dossier::v1::Dossier& dossier = *request.mutable_dossier();
  dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
  dossier.mutable_procedure()->set_code("1.001193");
  dossier.mutable_procedure()->set_name("Thủ tục (mẫu)");
  dossier.mutable_applicant()->set_name(StrCat("Người Thử ", number_, "-", done_));
  dossier.mutable_applicant()->set_kind(dossier::v1::APPLICANT_KIND_CITIZEN);
  dossier.mutable_reception()->set_agency(agency_);
  dossier.mutable_reception()->mutable_received_time()->set_seconds(1'772'413'200);
  dossier.set_subject(std::string(kWordsBytes, static_cast<char>('a' + done_ % 26)));
  dossier.set_status(dossier::v1::STATUS_ACCEPTED);
  return request;
}

PushDossierRequest Client::Update() {
  PushDossierRequest request;
  request.set_request_id(random_.Uuid());
  request.mutable_dossier()->set_code(SomeCode());
  ++done_;
  request.mutable_dossier()->set_subject(
      StrCat(done_, " ", std::string(kWordsBytes, static_cast<char>('a' + done_ % 26))));
  return request;
}

void Client::Push(const std::string& operation, const PushDossierRequest& request) {
  const Told told = AskFirst(operation, *dossiers_, &DossierService::Stub::PushDossier, request);
  if (!told.code.empty() && request.dossier().code().empty()) Keep(told.code);
}

// Several at once; what the stream did not acknowledge is asked again one by one.
void Client::Stream() {
  std::map<std::string, PushDossierRequest> open;
  for (int i = 0; i < kStreamItems; ++i) {
    PushDossierRequest request = i % 2 == 0 || codes_.empty() ? NewDossier() : Update();
    ledger_.Add("sent", "stream", request.request_id());
    open.emplace(request.request_id(), std::move(request));
  }
  grpc::ClientContext context;
  Prepare(context);
  const auto stream = dossiers_->PushDossiers(&context);
  for (const auto& [id, request] : open) {
    if (!stream->Write(request)) break;
  }
  stream->WritesDone();
  dossier::v1::PushDossiersResponse answer;
  while (stream->Read(&answer)) {
    if (!answer.has_acknowledged()) continue;
    const PushDossierResponse& told = answer.acknowledged();
    ledger_.Add("ok", "stream", answer.request_id(), told.code(), told.revision(), told.sequence());
    if (open[answer.request_id()].dossier().code().empty()) Keep(told.code());
    open.erase(answer.request_id());
  }
  stream->Finish();
  for (const auto& [id, request] : open) {
    ledger_.Add("unknown", "stream", id);
    Ask("stream", *dossiers_, &DossierService::Stub::PushDossier, request);
    if (!answered_) return;
  }
}

std::string Client::ReservationFor() {
  receipt::v1::ReserveReceiptRequest request;
  request.set_request_id(random_.Uuid());
  request.set_agency(agency_);
  request.mutable_lifetime()->set_seconds(24 * 3600);
  return AskFirst("reserve", *receipts_, &ReceiptService::Stub::ReserveReceipt, request).id;
}

// A number, and the dossier that gets it.
void Client::Reserve() {
  PushDossierRequest request = NewDossier();
  request.set_reservation_id(ReservationFor());
  if (!request.reservation_id().empty()) Push("push", request);
}

void Client::CommitReceipt() {
  receipt::v1::CommitReceiptRequest request;
  request.set_request_id(random_.Uuid());
  request.set_reservation_id(ReservationFor());
  if (request.reservation_id().empty()) return;
  AskFirst("commit", *receipts_, &ReceiptService::Stub::CommitReceipt, request);
}

void Client::ReleaseReceipt() {
  receipt::v1::ReleaseReceiptRequest request;
  request.set_request_id(random_.Uuid());
  request.set_reservation_id(ReservationFor());
  request.set_reason("trial");
  if (request.reservation_id().empty()) return;
  AskFirst("release", *receipts_, &ReceiptService::Stub::ReleaseReceipt, request);
}

void Client::Lease() {
  receipt::v1::LeaseReceiptBlockRequest request;
  request.set_request_id(random_.Uuid());
  request.set_agency(agency_);
  request.set_size(kBlockCodes);
  request.mutable_lifetime()->set_seconds(24 * 3600);
  request.set_counter("trial");
  AskFirst("lease", *receipts_, &ReceiptService::Stub::LeaseReceiptBlock, request);
}

void Client::Correct() {
  dossier::v1::CorrectDossierRequest request;
  request.set_request_id(random_.Uuid());
  request.mutable_dossier()->set_code(SomeCode());
  request.mutable_dossier()->mutable_applicant()->set_name(StrCat("Người Sửa ", ++done_));
  request.set_reason("trial");
  AskFirst("correct", *dossiers_, &DossierService::Stub::CorrectDossier, request);
}

void Client::Void() {
  dossier::v1::VoidDossierRequest request;
  request.set_request_id(random_.Uuid());
  request.set_code(SomeCode());
  request.set_reason("trial");
  std::erase(codes_, request.code());
  AskFirst("void", *dossiers_, &DossierService::Stub::VoidDossier, request);
}

const std::string& Client::SomeCode() {
  while (codes_.empty() && answered_) Push("push", NewDossier());
  if (codes_.empty()) codes_.emplace_back("none");
  return codes_[random_.Below(codes_.size())];
}

void Client::Keep(const std::string& code) {
  if (codes_.size() >= kDossiersKept) codes_.erase(codes_.begin());
  codes_.push_back(code);
}

Watcher::Watcher(const std::shared_ptr<grpc::Channel>& channel, std::string name, Ledger& ledger)
    : dossiers_(dossier::v1::DossierService::NewStub(channel)),
      name_(std::move(name)),
      ledger_(ledger) {}

bool Watcher::ReadOn() {
  dossier::v1::ListChangesRequest request;
  request.set_resume_token(token_);
  request.set_page_size(500);
  grpc::ClientContext context;
  Prepare(context);
  dossier::v1::ListChangesResponse page;
  const grpc::Status status = dossiers_->ListChanges(&context, request, &page);
  if (!status.ok()) {
    // A token that is refused is a promise that was broken.
    if (!IsUnknown(status) && status.error_code() != grpc::StatusCode::RESOURCE_EXHAUSTED) {
      ledger_.Add("refused", "watch", name_, status.error_message());
    }
    std::this_thread::sleep_for(kAskAgain);
    return false;
  }
  for (const dossier::v1::Change& change : page.changes()) {
    ledger_.Add("seen", "watch", name_, change.code(), change.revision(), change.sequence());
  }
  token_ = page.resume_token();
  more_ = page.more();
  if (!more_) std::this_thread::sleep_for(kAskAgain);
  return true;
}

bool Watcher::ReadToTheEnd() {
  const auto give_up = steady_clock::now() + kAnswerTime;
  while (steady_clock::now() < give_up) {
    if (ReadOn() && !more_) return true;
  }
  return false;
}

}  // namespace lienthong::fault
