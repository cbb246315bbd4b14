// What operators ask of links and their counterparts at this moment: copies of a dossier, a sign of
// life, how late they were.
#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/lookup.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/matching.h"
#include "gateway/domain/personal.h"
#include "gateway/sync/copies.h"
#include "gateway/sync/link_runner.h"
#include "gateway/sync/links.h"
#include "gateway/sync/local_ids.h"
#include "gateway/sync/operators.h"

namespace lienthong::sync {
namespace {

using adapter::v1::LookUpReply;
using core::RequestContext;

// Longest an operator's page waits for a counterpart, whatever the link's own calls may take.
constexpr absl::Duration kAskTime = absl::Seconds(5);
constexpr absl::Duration kAnswerMargin = absl::Seconds(1);

// An answer that comes from another thread, at the latest shortly after its deadline; what comes
// later nobody waits for.
template <typename Reply>
class Awaited {
 public:
  explicit Awaited(absl::Time deadline) : deadline_(deadline) {}

  sdk::Done<Reply> Done() {
    return
        [promise = promise_](absl::StatusOr<Reply> reply) { promise->set_value(std::move(reply)); };
  }
  absl::StatusOr<Reply> Wait() {
    const auto until = absl::ToChronoTime(deadline_ + kAnswerMargin);
    if (answer_.wait_until(until) == std::future_status::timeout) {
      return absl::DeadlineExceededError("it did not answer in time");
    }
    return answer_.get();
  }

 private:
  using Promise = std::promise<absl::StatusOr<Reply>>;
  const absl::Time deadline_;
  const std::shared_ptr<Promise> promise_ = std::make_shared<Promise>();
  std::future<absl::StatusOr<Reply>> answer_ = promise_->get_future();
};

absl::Time AskUntil(const RequestContext& context, const core::Engine& engine) {
  return std::min(context.deadline - kAnswerTime, engine.clock.Now() + kAskTime);
}

// One link that has the dossier.
struct Holder {
  LinkRunner* runner;
  StoredLane lane;
  std::unique_ptr<Awaited<LookUpReply>> asked = nullptr;  // where it was
};

void Ask(const std::string& code, absl::Time deadline, Holder& holder) {
  adapter::v1::LookUpRequest request;
  auto& key = *request.add_keys();
  key.set_key(holder.lane.state.key());
  key.set_code(code);
  holder.asked = std::make_unique<Awaited<LookUpReply>>(deadline);
  holder.runner->LookUp(request, deadline, holder.asked->Done());
}

absl::StatusOr<v1::Copy> Live(const CopyOf& copy, const dossier::v1::Dossier& dossier,
                              const absl::StatusOr<LookUpReply>& reply) {
  LIENTHONG_RETURN_IF_ERROR(reply.status());
  if (reply->records_size() != 1) return absl::InternalError("it did not answer what was asked");
  const LookUpReply::Record& record = reply->records(0);
  if (!record.found()) {
    v1::Copy missing;
    missing.set_key(copy.lane.key());
    missing.set_source(v1::Copy::SOURCE_MISSING);
    missing.set_confirmed_revision(copy.lane.confirmed_revision());
    return missing;
  }
  if (record.item().has_error()) {
    return absl::FailedPreconditionError(
        StrCat("its record cannot be understood: ", record.item().error().field(), " ",
               record.item().error().reason()));
  }
  dossier::v1::Dossier held = record.item().dossier();
  DropLocalIds(held);
  const std::vector<FieldViolation> faults = domain::MatchElements(dossier, held, "");
  if (!faults.empty()) {
    return absl::FailedPreconditionError(
        StrCat("its record cannot be understood: ", faults[0].field, " ", faults[0].description));
  }
  return LiveCopy(copy, held);
}

v1::Copy CopyAt(Holder& holder, const dossier::v1::Dossier& dossier, absl::Time now) {
  const adapter::v1::Representation shown = holder.runner->Represent(dossier);
  const CopyOf copy{
      .lane = holder.lane.state, .expected = shown.dossier(), .can = holder.runner->capabilities()};
  const v1::Link link = holder.runner->Describe();
  v1::Copy made;
  absl::Status failed;
  if (holder.asked != nullptr) {
    absl::StatusOr<v1::Copy> live = Live(copy, dossier, holder.asked->Wait());
    failed = live.status();
    if (live.ok()) made = *std::move(live);
  }
  const bool is_live = holder.asked != nullptr && failed.ok();
  if (!is_live) made = ShadowCopy(copy);
  made.set_link(link.name());
  made.set_error(std::string(failed.message()));
  if (is_live) {
    *made.mutable_time() = domain::ToProto(now);
  } else if (link.has_last_success_time()) {
    *made.mutable_time() = link.last_success_time();
  }
  return made;
}

}  // namespace

absl::StatusOr<v1::Copies> Links::GetCopies(const RequestContext& context,
                                            const v1::GetCopiesRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "compare copies"));
  LIENTHONG_RETURN_IF_ERROR(CheckCode(request.code()));
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t id, core::FindDossier(engine_, request.code()));
  if (id == 0) return NotFound("dossier", request.code());
  LIENTHONG_ASSIGN_OR_RETURN(core::StoredDossier stored, core::LoadDossier(engine_, id));
  std::vector<Holder> holders;
  for (const auto& runner : runners_) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredLane lane,
                               LaneStore(engine_, runner->options().name).Load(id));
    if (lane.version > 0) holders.push_back({.runner = runner.get(), .lane = std::move(lane)});
  }
  if (request.live()) {
    const absl::Time deadline = AskUntil(context, engine_);
    for (Holder& holder : holders) Ask(stored.dossier.code(), deadline, holder);
  }
  v1::Copies copies;
  copies.set_code(stored.dossier.code());
  copies.set_revision(stored.dossier.revision());
  DropLocalIds(stored.dossier);
  for (Holder& holder : holders) {
    v1::Copy& copy = *copies.add_copies();
    copy = CopyAt(holder, stored.dossier, engine_.clock.Now());
    if (!request.purpose().empty()) continue;
    for (v1::Copy::Field& field : *copy.mutable_fields()) {
      if (!domain::IsPersonal(field.path())) continue;
      field.clear_expected();
      field.clear_held();
    }
  }
  std::sort(copies.mutable_copies()->begin(), copies.mutable_copies()->end(),
            [](const v1::Copy& a, const v1::Copy& b) { return a.link() < b.link(); });
  return copies;
}

absl::StatusOr<v1::ProbeLinkResponse> Links::ProbeLink(const RequestContext& context,
                                                       const v1::ProbeLinkRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "probe links"));
  LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  const absl::Time begun = engine_.clock.Now();
  Awaited<adapter::v1::ProbeReply> answer(AskUntil(context, engine_));
  runner->Probe(AskUntil(context, engine_), answer.Done());
  const absl::Status answered = answer.Wait().status();
  v1::ProbeLinkResponse response;
  response.set_answered(answered.ok());
  response.set_error(std::string(answered.message()));
  response.set_took_ms(absl::ToInt64Milliseconds(engine_.clock.Now() - begun));
  return response;
}

absl::StatusOr<v1::LagHistory> Links::GetLagHistory(const RequestContext& context,
                                                    const v1::GetLagHistoryRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read links"));
  if (Find(request.name()) == nullptr) return NotFound("link", request.name());
  return lag_.Of(request.name());
}

void Links::SampleLag() {
  const absl::Time now = engine_.clock.Now();
  if (!lag_.IsDue(now)) return;
  for (const auto& runner : runners_) lag_.Note(runner->Describe(), now);
}

}  // namespace lienthong::sync
