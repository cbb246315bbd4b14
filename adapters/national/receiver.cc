#include "adapters/national/receiver.h"

#include <utility>

#include "absl/strings/str_join.h"
#include "adapters/national/inbound_calls.h"
#include "adapters/national/portal_ids.h"
#include "adapters/national/portal_view.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/portal/packets.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"

namespace lienthong::adapters::national {
namespace {

using nlohmann::json;
using sdk::portal::WriteReply;
using Result = pb::ReceiveRequest::Result;

constexpr const char* kDone = "Thành công";
constexpr const char* kLater = "Chưa ghi nhận được, đề nghị gọi lại";
constexpr const char* kMandatory = "mandatory in this call";
constexpr const char* kUnknownDossier = "Không tìm thấy hồ sơ";

// A call of one of the services carries one object: a second one could fail by itself, and the one
// code of the answer could not say so.
std::string ProblemOf(const std::optional<sdk::portal::ServiceCall>& call,
                      std::string_view service) {
  if (!call) return "body: expected a JSON object with madonvi, service and data";
  if (!call->service.empty() && call->service != service) return "service: is not the one called";
  if (call->data.size() != 1 || !call->data.front().is_object()) {
    return "data: expected a list of one object";
  }
  return "";
}

std::string Refusal(std::string_view field, std::string_view reason) {
  return WriteReply(sdk::portal::kBadField,
                    field.empty() ? std::string(reason) : StrCat(field, ": ", reason));
}

// A look-up says nothing but which dossier it is about.
pb::InboundItem ReadNothing(const json& object, const std::string& /*agency*/) {
  return BeginItem(object);
}

bool IsTaken(const Result& result) {
  return result.outcome() == pb::OUTCOME_APPLIED || result.outcome() == pb::OUTCOME_DUPLICATE;
}

// The answer for an item that was not taken in.
std::string NotTaken(const Result& result) {
  if (result.outcome() != pb::OUTCOME_REJECTED) return WriteReply(sdk::portal::kFailed, kLater);
  return Refusal(NameInCall(result.field()), result.reason());
}

std::string Done(const std::vector<std::string>& unused) {
  if (unused.empty()) return kDone;
  return StrCat(kDone, "; không lưu: ", absl::StrJoin(unused, ", "));
}

}  // namespace

Receiver::Receiver(std::string_view submission_service, Read read_submission,
                   Unused unused_in_submission, std::string_view id_name,
                   const sdk::PaperLinks& papers)
    : id_name_(id_name), papers_(papers) {
  const auto act = [](pb::InboundItem (*read)(const json&), Unused unused) {
    return Service{.kind = Kind::kAct,
                   .read = [read](const json& object, const std::string&) { return read(object); },
                   .unused = std::move(unused)};
  };
  services_ = {
      {std::string(submission_service),
       {.kind = Kind::kSubmission,
        .read = std::move(read_submission),
        .unused = std::move(unused_in_submission)}},
      {"BoSungHoSo", act(ReadSupplement, UnusedInSupplement)},
      {"RutHoSo", act(ReadWithdrawal, UnusedInWithdrawal)},
      {"ThanhToanHoSo", act(ReadPayment, UnusedInPayment)},
      {"TraCuuHoSo", {.kind = Kind::kLookUp, .read = ReadNothing, .unused = UnusedInLookUp}}};
}

absl::StatusOr<pb::ReceiveReply> Receiver::Receive(const pb::ReceiveRequest& request) const {
  const auto service = services_.find(request.service());
  if (service == services_.end()) {
    return absl::NotFoundError("the portal does not call us with this service");
  }
  pb::ReceiveReply reply;
  const auto call = sdk::portal::ReadCall(request.body());
  const std::string problem = ProblemOf(call, request.service());
  if (!problem.empty()) {
    reply.set_body(Refusal("", problem));
    return reply;
  }
  const json& object = call->data.front();
  pb::InboundItem item = ReadItem(service->first, service->second, *call);
  if (item.has_error()) {
    reply.set_body(Refusal(item.error().field(), item.error().reason()));
  } else if (request.answer()) {
    reply.set_body(Answer(service->second, object, item, request));
  } else {
    if (service->second.kind != Kind::kSubmission) reply.add_look_ups(CodeIn(object));
    if (service->second.kind != Kind::kLookUp) *reply.add_items() = std::move(item);
  }
  return reply;
}

pb::InboundItem Receiver::ReadItem(std::string_view name, const Service& service,
                                   const sdk::portal::ServiceCall& call) const {
  const json& object = call.data.front();
  const std::string kept = sdk::portal::Dump(
      {{"madonvi", call.agency}, {"service", name}, {"data", json::array({object})}});
  pb::InboundItem item = service.read(object, call.agency);
  if (service.kind == Kind::kAct && sdk::portal::TextAt(object, id_name_.c_str()).empty()) {
    sdk::SetError(item, id_name_, kMandatory, kept);
  }
  item.set_raw(kept);
  return item;
}

pb::InboundItem Receiver::Interpret(const pb::InterpretRequest& request) const {
  return sdk::InterpretJson(request, id_name_,
                            [this, &request](const json&) { return ReadKept(request); });
}

pb::InboundItem Receiver::ReadKept(const pb::InterpretRequest& request) const {
  pb::InboundItem item;
  const auto call = sdk::portal::ReadCall(request.raw());
  const auto service = services_.find(call ? call->service : "");
  if (service == services_.end() || service->second.kind == Kind::kLookUp) {
    sdk::SetError(item, "service", "is no call that tells of a dossier", request.raw());
    return item;
  }
  const std::string problem = ProblemOf(call, service->first);
  if (problem.empty()) return ReadItem(service->first, service->second, *call);
  sdk::SetError(item, "data", problem, request.raw());
  return item;
}

std::string Receiver::Answer(const Service& service, const json& object,
                             const pb::InboundItem& item, const pb::ReceiveRequest& request) const {
  const Kind kind = service.kind;
  const int expected = kind == Kind::kAct ? 2 : 1;
  if (request.results_size() != expected) return WriteReply(sdk::portal::kFailed, kLater);
  const std::vector<std::string> unused = service.unused(object);
  if (!unused.empty()) {
    LogInfo("portal_call_names_unused",
            {{"service", request.service()}, {"names", absl::StrJoin(unused, ",")}});
  }
  if (kind == Kind::kSubmission) return AnswerSubmission(item, request.results(0), Done(unused));
  const Result& found = request.results(expected - 1);
  if (found.outcome() != pb::OUTCOME_REJECTED && !IsTaken(found)) {
    return WriteReply(sdk::portal::kFailed, kLater);
  }
  if (kind == Kind::kLookUp) return AnswerLookUp(CodeIn(object), found);
  if (IsTaken(request.results(0))) return WriteReply(sdk::portal::kOk, Done(unused));
  if (!found.has_dossier()) return WriteReply(sdk::portal::kNotThere, kUnknownDossier);
  return NotTaken(request.results(0));
}

std::string Receiver::AnswerSubmission(const pb::InboundItem& item, const Result& result,
                                       const std::string& done) const {
  if (!IsTaken(result)) return NotTaken(result);
  if (!result.has_dossier()) return WriteReply(sdk::portal::kFailed, kLater);
  return WriteReply(
      sdk::portal::kOk, done,
      json::array({{{"MaHoSo", item.dossier().code()}, {"SoBienNhan", result.dossier().code()}}}));
}

std::string Receiver::AnswerLookUp(const std::string& code, const Result& result) const {
  if (!result.has_dossier()) return WriteReply(sdk::portal::kOk, kUnknownDossier);
  const PortalView view = ViewForPortal(result.dossier(), papers_);
  const sdk::Encoded encoded =
      sdk::portal::EncodeDossier(view.dossier, {.code = code, .ids = PortalIds()});
  return WriteReply(sdk::portal::kOk, kDone, json::array({encoded.record}));
}

}  // namespace lienthong::adapters::national
