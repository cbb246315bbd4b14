#include "adapters/national/portal_adapter.h"

#include <algorithm>
#include <utility>

#include "adapters/national/inbound_calls.h"
#include "adapters/national/portal_ids.h"
#include "adapters/national/portal_view.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/portal/packets.h"
#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/domain/codes.h"

namespace lienthong::adapters::national {
namespace {

using nlohmann::json;

constexpr const char* kSyncRecord = "DongBoHoSoMC";
constexpr const char* kAddProgress = "CapNhatTienDoHoSoMC";
constexpr const char* kFindRecord = "TraCuuHoSo";
constexpr const char* kCode = "MaHoSo";
constexpr const char* kNobodysCode = "000.00.00.000-000000-0000";  // for a look that must find none
constexpr int kLinesMax = 10;
constexpr int kOtherCalls = 4;  // Pull, Receive, LookUp, Probe

pb::Capabilities CapabilitiesOf(int parallel_calls_max) {
  pb::Capabilities capabilities;
  capabilities.set_paper_content(pb::PAPER_CONTENT_URL);
  for (const std::string& path : sdk::portal::Fields()) capabilities.add_fields(path);
  capabilities.set_read_back(true);
  capabilities.set_calls_only(true);
  capabilities.set_batch_items_max(1);
  capabilities.set_parallel_calls_max(parallel_calls_max);
  capabilities.add_append_only("steps");
  capabilities.set_append_items_max(kLinesMax);
  // It keeps numbers, or nothing, in place of our ids.
  for (const char* list : {"papers", "other_papers", "fees", "supplements", "results",
                           "applicant.identities", "database_lookups"}) {
    capabilities.add_unnamed_elements(list);
  }
  return capabilities;
}

// MaHoSo: the code under which the portal knows the dossier.
const std::string& CodeOf(const pb::OutboundItem& item) {
  return item.key().empty() ? item.dossier().code() : item.key();
}

}  // namespace

PortalAdapter::PortalAdapter(Options options, std::unique_ptr<sdk::HttpClient> http,
                             const sdk::AdapterContext& context)
    : BlockingAdapter({.threads = options.parallel_calls_max + kOtherCalls}, context.clock),
      papers_(context.files, context.party, sdk::PaperLinks::Unverified::kLeftOut),
      client_(std::move(options.client), std::move(http), context.clock),
      life_(options.probe_interval, context.clock),
      receiver_(kSyncRecord, ReadSubmission, UnusedInSubmission, kCode, papers_),
      capabilities_(CapabilitiesOf(options.parallel_calls_max)) {}

pb::Representation PortalAdapter::Represent(const dossier::v1::Dossier& dossier) const {
  PortalView view = ViewForPortal(dossier, papers_);
  pb::Representation representation = sdk::portal::Represent(view.dossier);
  for (pb::Loss& loss : view.losses) *representation.add_losses() = std::move(loss);
  return representation;
}

absl::StatusOr<pb::InboundItem> PortalAdapter::Interpret(
    const pb::InterpretRequest& request) const {
  const json kept = json::parse(request.raw(), nullptr, /*allow_exceptions=*/false);
  // A record that we asked for, by its code.
  if (kept.is_object() && kept.contains(kCode)) {
    return sdk::InterpretJson(request, kCode, [&request](const json& record) {
      const std::string code = sdk::portal::TextAt(record, kCode);
      const bool same = domain::FoldCode(code) == domain::FoldCode(request.key());
      return ReadBackItem(record, same ? request.key() : code);
    });
  }
  return receiver_.Interpret(request);
}

pb::MappingDescription PortalAdapter::DescribeMapping() const { return sdk::portal::Describe(); }

absl::Status PortalAdapter::StartNow() {
  client_.Resume();
  return absl::OkStatus();
}

void PortalAdapter::Interrupt() { client_.Abort(); }

absl::StatusOr<pb::PullReply> PortalAdapter::PullNow(const pb::PullRequest& request,
                                                     absl::Time deadline) {
  if (!life_.IsFresh()) LIENTHONG_RETURN_IF_ERROR(ProbeNow(deadline).status());
  pb::PullReply reply;
  reply.set_token(request.token());
  return reply;
}

absl::StatusOr<pb::ReceiveReply> PortalAdapter::ReceiveNow(const pb::ReceiveRequest& request,
                                                           absl::Time /*deadline*/) {
  return receiver_.Receive(request);
}

absl::StatusOr<pb::DeliverReply> PortalAdapter::DeliverNow(const pb::DeliverRequest& request,
                                                           absl::Time deadline) {
  pb::DeliverReply reply;
  for (const pb::OutboundItem& item : request.items()) {
    const TraceScope trace(item.traceparent());
    *reply.add_outcomes() =
        item.appends() ? DeliverSteps(item, deadline, reply) : DeliverRecord(item, deadline, reply);
  }
  return reply;
}

pb::ItemOutcome PortalAdapter::DeliverRecord(const pb::OutboundItem& item, absl::Time deadline,
                                             pb::DeliverReply& reply) {
  const std::string& code = CodeOf(item);
  sdk::Encoded encoded =
      sdk::portal::EncodeDossier(item.dossier(), {.code = code, .ids = PortalIds()});
  const std::vector<pb::ItemError> missing = sdk::portal::CheckRecord(encoded.record);
  if (!encoded.error && !missing.empty()) encoded.error = missing.front();
  if (encoded.error) return sdk::Rejected(item.delivery_id(), *encoded.error);
  const Answer answer = Write(encoded.record, !item.key().empty(), deadline);
  sdk::SetUnavailable(reply, UnavailabilityOf(answer));
  pb::ItemOutcome outcome = ToOutcome(item.delivery_id(), answer);
  if (answer.verdict == Verdict::kDone) outcome.set_key(code);
  return outcome;
}

Answer PortalAdapter::Write(const json& record, bool known, absl::Time deadline) {
  const Verdict wrong = known ? Verdict::kNotThere : Verdict::kExists;
  const Verdict contrary = known ? Verdict::kExists : Verdict::kNotThere;
  Answer answer = WriteOnce(record, known, deadline);
  if (answer.verdict != wrong) return answer;
  answer = WriteOnce(record, !known, deadline);
  if (answer.verdict != contrary) return answer;
  return MakeAnswer(Verdict::kNotDone,
                    "the portal says that it has this dossier and that it has not", answer.code);
}

Answer PortalAdapter::WriteOnce(const json& record, bool known, absl::Time deadline) {
  Answer answer = client_.Integrate(
      kSyncRecord, {{"isUpdating", known ? "True" : "False"}, {"data", json::array({record})}},
      deadline);
  life_.Note(answer);
  return answer;
}

pb::ItemOutcome PortalAdapter::DeliverSteps(const pb::OutboundItem& item, absl::Time deadline,
                                            pb::DeliverReply& reply) {
  if (item.dossier().steps_size() > kLinesMax) {
    return sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_REJECTED, "steps",
                            StrCat("more than ", kLinesMax, " progress lines in one call"));
  }
  json lines = json::array();
  for (const dossier::v1::Step& step : item.dossier().steps()) {
    sdk::Encoded line = sdk::portal::EncodeStep(step, CodeOf(item), item.dossier().status());
    if (line.error) return sdk::Rejected(item.delivery_id(), *line.error);
    lines.push_back(std::move(line.record));
  }
  Answer answer = client_.Integrate(kAddProgress, {{"data", std::move(lines)}}, deadline);
  life_.Note(answer);
  sdk::SetUnavailable(reply, UnavailabilityOf(answer));
  if (answer.verdict == Verdict::kNotThere) answer.field = kCode;
  return ToOutcome(item.delivery_id(), answer);
}

absl::StatusOr<pb::LookUpReply> PortalAdapter::LookUpNow(const pb::LookUpRequest& request,
                                                         absl::Time deadline) {
  pb::LookUpReply reply;
  for (const pb::LookUpRequest::Key& key : request.keys()) {
    LIENTHONG_ASSIGN_OR_RETURN(*reply.add_records(), LookUpOne(key, deadline));
  }
  return reply;
}

absl::StatusOr<pb::LookUpReply::Record> PortalAdapter::LookUpOne(const pb::LookUpRequest::Key& key,
                                                                 absl::Time deadline) {
  pb::LookUpReply::Record record;
  const std::string& code = key.key().empty() ? key.code() : key.key();
  if (code.empty()) return record;
  const Answer answer = Find(code, deadline);
  if (answer.verdict == Verdict::kNotThere) return record;
  if (answer.verdict != Verdict::kDone) return ToStatus(answer);
  if (answer.result.empty()) return record;
  const json& found = answer.result.front();
  if (domain::FoldCode(sdk::portal::TextAt(found, kCode)) != domain::FoldCode(code)) {
    return absl::InternalError("the portal answered with another record than the one asked for");
  }
  *record.mutable_item() = ReadBackItem(found, code);
  // It keeps one name of a record. Where that is its own, ours has no place there and is not
  // missing.
  dossier::v1::Dossier& held = *record.mutable_item()->mutable_dossier();
  if (!record.item().has_error() && !held.has_code()) held.set_code(key.code());
  record.set_found(true);
  return record;
}

Answer PortalAdapter::Find(const std::string& code, absl::Time deadline) {
  Answer answer = client_.Share(kFindRecord, {{"mahoso", code}}, deadline);
  life_.Note(answer);
  return answer;
}

absl::StatusOr<pb::ProbeReply> PortalAdapter::ProbeNow(absl::Time deadline) {
  const Answer answer = Find(kNobodysCode, deadline);
  const bool answered = answer.verdict == Verdict::kDone || answer.verdict == Verdict::kNotThere;
  if (!answered) return ToStatus(answer);
  return pb::ProbeReply();
}

}  // namespace lienthong::adapters::national
