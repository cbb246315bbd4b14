#include "adapters/national/hub_adapter.h"

#include <algorithm>
#include <utility>

#include "adapters/national/hub_fields.h"
#include "adapters/national/hub_inbound.h"
#include "adapters/national/hub_represent.h"
#include "adapters/sdk/items.h"
#include "adapters/sdk/portal/envelope.h"
#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/domain/codes.h"

namespace lienthong::adapters::national {
namespace {

using dossier::v1::CodeReference;
using nlohmann::json;

constexpr const char* kIssueCode = "GetNextValue";
constexpr const char* kMakeDossier = "NoiHoSo";
constexpr const char* kSetStatus = "CapNhatTrangThai";
constexpr const char* kAddProgress = "CapNhatTienTrinh";
constexpr const char* kId = "IdHoSo";
constexpr const char* kCode = "MaHoSo";
constexpr const char* kReceiver = "MaDonViTiepNhan";
constexpr int kLinesMax = 10;
constexpr int kOtherCalls = 3;  // Pull, Receive, Probe
constexpr absl::Duration kContentWait = absl::Seconds(2);

pb::Capabilities CapabilitiesOf(int parallel_calls_max) {
  pb::Capabilities capabilities;
  capabilities.set_paper_content(pb::PAPER_CONTENT_UPLOAD);
  for (const std::string& path : HubFields()) capabilities.add_fields(path);
  capabilities.set_calls_only(true);
  capabilities.set_batch_items_max(1);
  capabilities.set_parallel_calls_max(parallel_calls_max);
  capabilities.add_append_only("steps");
  capabilities.set_append_items_max(kLinesMax);
  for (const char* path : {"status", "status_note", "fees", "results"}) {
    capabilities.add_updatable(path);
  }
  return capabilities;
}

// The ids under which the hub has a dossier: kept, or learnt when it came from there.
HubIds IdsOf(const pb::OutboundItem& item, const HubState& state) {
  return {.id = item.key().empty() ? state.id : item.key(),
          .code = state.code.empty() ? item.dossier().code() : state.code};
}

bool IsThere(const pb::OutboundItem& item, const HubState& state) {
  return !item.key().empty() || !state.id.empty();
}

void TellIds(const HubState& state, pb::ItemOutcome& outcome) {
  if (!state.id.empty()) outcome.set_key(state.id);
  CodeReference& code = *outcome.add_codes();
  code.set_kind(CodeReference::KIND_DOSSIER_CODE);
  code.set_code(state.code);
}

pb::ItemOutcome Continue(const pb::OutboundItem& item) {
  return sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_CONTINUE);
}

pb::ItemOutcome NotNumbered(const std::string& delivery_id, const std::string& receiver) {
  return sdk::MakeOutcome(delivery_id, pb::OUTCOME_REJECTED, kReceiver,
                          StrCat("the hub numbers no dossiers of ", receiver,
                                 "; add it to the agencies of the link's party"));
}

// GetNextValue gave nothing to go on with: no code at all, or one of another agency.
pb::ItemOutcome NoCodeFor(const std::string& delivery_id, const std::string& agency, bool foreign) {
  return sdk::MakeOutcome(delivery_id, foreign ? pb::OUTCOME_REJECTED : pb::OUTCOME_RETRY_AFTER,
                          foreign ? kCode : "",
                          StrCat("asked for a code of ", agency, ", the hub issued ",
                                 foreign ? "another agency's" : "none"));
}

// A call that leaves nothing of ours behind may be made again whatever became of it.
Answer NothingLost(Answer answer) {
  if (answer.verdict == Verdict::kUnclear) answer.verdict = Verdict::kNotReached;
  return answer;
}

}  // namespace

HubAdapter::HubAdapter(Options options, std::unique_ptr<sdk::HttpClient> http,
                       const sdk::AdapterContext& context)
    : BlockingAdapter({.threads = options.parallel_calls_max + kOtherCalls}, context.clock),
      papers_wait_(options.papers_wait),
      agencies_(context.agencies),
      files_(context.files),
      papers_(context.files, context.party, sdk::PaperLinks::Unverified::kLeftOut),
      client_(std::move(options.client), std::move(http), context.clock),
      life_(options.probe_interval, context.clock),
      receiver_(
          kMakeDossier,
          [procedures = std::move(options.procedures)](const json& record,
                                                       const std::string& agency) {
            return ReadHubSubmission(record, agency, procedures);
          },
          UnusedInHubSubmission, kId, papers_),
      capabilities_(CapabilitiesOf(options.parallel_calls_max)) {}

pb::Representation HubAdapter::Represent(const dossier::v1::Dossier& dossier) const {
  return RepresentForHub(dossier);
}

absl::StatusOr<pb::InboundItem> HubAdapter::Interpret(const pb::InterpretRequest& request) const {
  return receiver_.Interpret(request);
}

pb::MappingDescription HubAdapter::DescribeMapping() const { return DescribeHub(); }

absl::Status HubAdapter::StartNow() {
  client_.Resume();
  return absl::OkStatus();
}

void HubAdapter::Interrupt() { client_.Abort(); }

absl::StatusOr<pb::PullReply> HubAdapter::PullNow(const pb::PullRequest& request,
                                                  absl::Time deadline) {
  if (!life_.IsFresh()) LIENTHONG_RETURN_IF_ERROR(ProbeNow(deadline).status());
  pb::PullReply reply;
  reply.set_token(request.token());
  return reply;
}

absl::StatusOr<pb::ReceiveReply> HubAdapter::ReceiveNow(const pb::ReceiveRequest& request,
                                                        absl::Time /*deadline*/) {
  return receiver_.Receive(request);
}

absl::StatusOr<pb::ProbeReply> HubAdapter::ProbeNow(absl::Time deadline) {
  LIENTHONG_RETURN_IF_ERROR(client_.LogInAnew(deadline));
  life_.Note(MakeAnswer(Verdict::kDone, ""));
  return pb::ProbeReply();
}

absl::StatusOr<pb::DeliverReply> HubAdapter::DeliverNow(const pb::DeliverRequest& request,
                                                        absl::Time deadline) {
  pb::DeliverReply reply;
  for (const pb::OutboundItem& item : request.items()) {
    const TraceScope trace(item.traceparent());
    *reply.add_outcomes() = DeliverItem(item, deadline, reply);
  }
  return reply;
}

HubAdapter::Part HubAdapter::PartOf(const pb::OutboundItem& item, const Answer& answer,
                                    HubState state) {
  return {ToOutcome(item.delivery_id(), answer), std::move(state), UnavailabilityOf(answer)};
}

pb::ItemOutcome HubAdapter::DeliverItem(const pb::OutboundItem& item, absl::Time deadline,
                                        pb::DeliverReply& reply) {
  absl::StatusOr<HubState> state = ReadHubState(item.adapter_state());
  if (!state.ok()) {
    return sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_REJECTED, "adapter_state",
                            ToStd(state.status().message()));
  }
  Part part = item.appends()           ? AddSteps(item, *std::move(state), deadline)
              : MustWait(item, *state) ? Wait(item, *std::move(state))
              : IsThere(item, *state)  ? SetStatus(item, *std::move(state), deadline)
                                       : Create(item, *std::move(state), deadline);
  sdk::SetUnavailable(reply, part.hub);
  if (!item.appends()) part.outcome.set_adapter_state(WriteHubState(part.state));
  return std::move(part.outcome);
}

HubAdapter::Part HubAdapter::Create(const pb::OutboundItem& item, HubState state,
                                    absl::Time deadline) {
  // What cannot be accepted shall burn no code.
  const std::string& receiver = item.dossier().reception().agency();
  if (state.code.empty() && NumbererOf(receiver).empty()) {
    return {NotNumbered(item.delivery_id(), receiver), std::move(state)};
  }
  for (const sdk::Encoded& packet :
       {EncodeHubRecord(item.dossier(), state.code, state.uploads),
        EncodeHubStatus(item.dossier(), IdsOf(item, state), state.uploads)}) {
    if (packet.error) return {sdk::Rejected(item.delivery_id(), *packet.error), std::move(state)};
  }
  std::optional<Part> papers = BringPapers(item.dossier().papers(), item, state, deadline);
  if (papers) return *std::move(papers);
  if (state.code.empty()) return IssueCode(item, std::move(state), deadline);
  return MakeDossier(item, std::move(state), deadline);
}

bool HubAdapter::NumbersFor(const std::string& agency) const {
  return agencies_.empty() || agencies_.contains(agency);
}

std::string HubAdapter::NumbererOf(const std::string& receiver) const {
  if (NumbersFor(receiver)) return receiver;
  return agencies_.size() == 1 ? *agencies_.begin() : "";
}

HubAdapter::Part HubAdapter::IssueCode(const pb::OutboundItem& item, HubState state,
                                       absl::Time deadline) {
  const std::string numberer = NumbererOf(item.dossier().reception().agency());
  const Answer answer = NothingLost(Call(kIssueCode, {{"code", numberer}}, deadline));
  if (answer.verdict != Verdict::kDone) return PartOf(item, answer, std::move(state));
  const std::string code = answer.result.is_string() ? answer.result.get<std::string>() : "";
  const auto parsed = domain::DossierCode::Parse(code);
  if (!parsed.ok() || !NumbersFor(parsed->agency)) {
    return {NoCodeFor(item.delivery_id(), numberer, parsed.ok()), std::move(state)};
  }
  state.code = code;
  // Told before anything stands under it there: one that is another dossier's already stops here.
  Part part = {Continue(item), std::move(state)};
  TellIds(part.state, part.outcome);
  return part;
}

HubAdapter::Part HubAdapter::MakeDossier(const pb::OutboundItem& item, HubState state,
                                         absl::Time deadline) {
  const sdk::Encoded packet = EncodeHubRecord(item.dossier(), state.code, state.uploads);
  Answer answer = Call(kMakeDossier, packet.record, deadline);
  // Nobody but us has the code: what is there under it is what an earlier call of ours made.
  const bool there = answer.verdict == Verdict::kDone || answer.verdict == Verdict::kExists;
  if (!there) return PartOf(item, answer, std::move(state));
  state.id = sdk::portal::TextAt(answer.result, "idHoSo");
  if (state.id.empty() || sdk::portal::TextAt(answer.result, "maHoSo") != state.code) {
    state.id.clear();
    answer = MakeAnswer(Verdict::kUnclear, "the hub does not name the dossier that it made");
    return PartOf(item, answer, std::move(state));
  }
  Part part = {Continue(item), std::move(state)};
  TellIds(part.state, part.outcome);
  return part;
}

HubAdapter::Part HubAdapter::SetStatus(const pb::OutboundItem& item, HubState state,
                                       absl::Time deadline) {
  if (CarriesLists(item.dossier().status())) {
    std::optional<Part> papers = BringPapers(item.dossier().results(), item, state, deadline);
    if (papers) return *std::move(papers);
  }
  const sdk::Encoded packet = EncodeHubStatus(item.dossier(), IdsOf(item, state), state.uploads);
  if (packet.error) return {sdk::Rejected(item.delivery_id(), *packet.error), std::move(state)};
  const Answer answer = Call(kSetStatus, packet.record, deadline);
  Part part = PartOf(item, answer, std::move(state));
  if (answer.verdict != Verdict::kDone) return part;
  part.state.waiting_since = absl::InfiniteFuture();
  if (!part.state.id.empty()) TellIds(part.state, part.outcome);
  return part;
}

HubAdapter::Part HubAdapter::AddSteps(const pb::OutboundItem& item, HubState state,
                                      absl::Time deadline) {
  if (item.dossier().steps_size() > kLinesMax) {
    return {sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_REJECTED, "steps",
                             StrCat("more than ", kLinesMax, " progress lines in one call")),
            std::move(state)};
  }
  json lines = json::array();
  for (const dossier::v1::Step& step : item.dossier().steps()) {
    sdk::Encoded line = EncodeHubStep(step, IdsOf(item, state), item.dossier().status());
    if (line.error) return {sdk::Rejected(item.delivery_id(), *line.error), std::move(state)};
    lines.push_back(std::move(line.record));
  }
  return PartOf(item, Call(kAddProgress, lines, deadline), std::move(state));
}

bool HubAdapter::MustWait(const pb::OutboundItem& item, const HubState& state) const {
  const auto is_awaited = [](const auto& paper) { return IsAwaited(paper.file()); };
  const auto& papers = item.dossier().papers();
  const auto& results = item.dossier().results();
  const bool awaited =
      (!IsThere(item, state) && std::any_of(papers.begin(), papers.end(), is_awaited)) ||
      (CarriesLists(item.dossier().status()) &&
       std::any_of(results.begin(), results.end(), is_awaited));
  return awaited && clock().Now() < state.waiting_since + papers_wait_;
}

HubAdapter::Part HubAdapter::Wait(const pb::OutboundItem& item, HubState state) const {
  if (state.waiting_since == absl::InfiniteFuture()) state.waiting_since = clock().Now();
  Part part = {sdk::MakeOutcome(item.delivery_id(), pb::OUTCOME_RETRY_AFTER, "",
                                "the content of a paper is still being fetched"),
               std::move(state)};
  part.outcome.mutable_retry_after()->set_seconds(absl::ToInt64Seconds(kContentWait));
  return part;
}

template <typename Papers>
std::optional<HubAdapter::Part> HubAdapter::BringPapers(const Papers& papers,
                                                        const pb::OutboundItem& item,
                                                        const HubState& state,
                                                        absl::Time deadline) {
  for (const auto& paper : papers) {
    const std::string& sha256 = paper.file().sha256();
    if (!sha256.empty() && !state.uploads.contains(sha256)) {
      return Upload(sha256, item, state, deadline);
    }
  }
  return std::nullopt;
}

HubAdapter::Part HubAdapter::Upload(const std::string& sha256, const pb::OutboundItem& item,
                                    HubState state, absl::Time deadline) {
  // The digest for a name: the paper's own may tell something of the applicant.
  Answer answer = NothingLost(client_.Upload(
      sha256, [&] { return files_.Open(sha256); }, deadline));
  life_.Note(answer);
  const std::string id = sdk::portal::TextAt(answer.result, "IdTepTin");
  if (answer.verdict == Verdict::kDone &&
      (id.empty() || sdk::portal::TextAt(answer.result, "HashTepTin") != sha256)) {
    answer = MakeAnswer(Verdict::kNotDone, "the hub has other bytes than those that were sent");
  }
  if (answer.verdict != Verdict::kDone) return PartOf(item, answer, std::move(state));
  state.uploads[sha256] = id;
  return {Continue(item), std::move(state)};
}

Answer HubAdapter::Call(const char* service, const json& body, absl::Time deadline) {
  Answer answer = client_.Call(service, body, deadline);
  life_.Note(answer);
  return answer;
}

}  // namespace lienthong::adapters::national
