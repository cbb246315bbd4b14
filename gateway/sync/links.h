#ifndef LIENTHONG_GATEWAY_SYNC_LINKS_H_
#define LIENTHONG_GATEWAY_SYNC_LINKS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "gateway/core/context.h"
#include "gateway/core/engine.h"
#include "gateway/sync/lag_history.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::sync {

// How one link is configured.
struct LinkOptions {
  std::string name;           // "city"
  std::string adapter;        // kind of adapter
  std::string party;          // the party that the counterpart is
  bool all_dossiers = false;  // else only those that concern the party's agencies
  absl::Duration objective = absl::Seconds(60);
  absl::Duration poll_interval = absl::Milliseconds(500);
  absl::Duration call_timeout = absl::Seconds(10);
  int parallel_calls_max = 8;
  int calls_per_second_max = 0;  // 0: no limit
  // How long an item of the feed waits for its dossier before it is a dead letter.
  absl::Duration early_wait = absl::Minutes(10);
  int64_t early_items_max = 10'000;  // that wait so; what comes then is a dead letter at once
  // Of the link, where several gateways share a store; three calls find room in it at least.
  absl::Duration lease = absl::Seconds(30);
  absl::Duration backoff_min = absl::Seconds(1);
  absl::Duration backoff_max = absl::Minutes(5);
  // What becomes of elements for an append-only list whose delivery had no answer. False: they are
  // sent again and recorded as possible duplicates. True: the lane stops with a dead letter; the
  // next change of the dossier sends them again.
  bool hold_unanswered_appends = false;
  // Both sides are compared so often; 0: only when an operator asks. What needs no judgement is
  // then repaired at once, or waits for an operator like the rest.
  absl::Duration reconcile_every = absl::ZeroDuration();
  bool repairs_automatically = false;
  // Name that the counterpart's client certificate must carry when it calls us; empty: it may not.
  std::string caller;
  // Links of this gateway; null: all that the store knows. One that is configured no longer never
  // reads its feed again, and nobody waits for it.
  std::shared_ptr<const std::set<std::string>> configured;
};

struct BulkAct;
struct LetterAct;
struct OperatorAct;
class LinkRunner;
class JournalWatcher;

// All links of a gateway: runs them, and answers for them. Thread-safe.
class Links {
 public:
  explicit Links(core::Engine& engine);
  ~Links();  // stops first
  Links(const Links&) = delete;
  Links& operator=(const Links&) = delete;

  // Before Start. InvalidArgument when the name is taken or the party is not configured.
  absl::Status Add(LinkOptions options, std::unique_ptr<sdk::Adapter> adapter);
  // Starts every link; a counterpart that is away is no error, its link says so and comes again.
  absl::Status Start();
  // Returns when nothing of any link runs. Calls under way end or are left UNKNOWN.
  void Stop();

  // Operators only (PermissionDenied otherwise); errors as in sync_service.proto.
  absl::StatusOr<v1::Link> Get(const core::RequestContext& context,
                               const v1::GetLinkRequest& request) const;
  absl::StatusOr<v1::ListLinksResponse> List(const core::RequestContext& context) const;
  absl::StatusOr<v1::Link> Pause(const core::RequestContext& context,
                                 const v1::PauseLinkRequest& request);
  absl::StatusOr<v1::Link> Resume(const core::RequestContext& context,
                                  const v1::ResumeLinkRequest& request);
  absl::StatusOr<v1::Link> Rewind(const core::RequestContext& context,
                                  const v1::RewindLinkRequest& request);
  absl::StatusOr<v1::Link> Reload(const core::RequestContext& context,
                                  const v1::ReloadLinkRequest& request);
  absl::StatusOr<v1::ListDeadLettersResponse> ListDeadLetters(
      const core::RequestContext& context, const v1::ListDeadLettersRequest& request) const;
  absl::StatusOr<v1::DeadLetter> GetDeadLetter(const core::RequestContext& context,
                                               const v1::GetDeadLetterRequest& request) const;
  absl::StatusOr<v1::PreviewDeadLetterResponse> PreviewDeadLetter(
      const core::RequestContext& context, const v1::PreviewDeadLetterRequest& request);
  absl::StatusOr<v1::BulkResult> ReplayDeadLetters(const core::RequestContext& context,
                                                   const v1::ReplayDeadLettersRequest& request);
  absl::StatusOr<v1::BulkResult> DiscardDeadLetters(const core::RequestContext& context,
                                                    const v1::DiscardDeadLettersRequest& request);
  absl::StatusOr<v1::Reconciliation> StartReconciliation(
      const core::RequestContext& context, const v1::StartReconciliationRequest& request);
  absl::StatusOr<v1::Reconciliation> GetReconciliation(
      const core::RequestContext& context, const v1::GetReconciliationRequest& request) const;
  absl::StatusOr<v1::ListReconciliationsResponse> ListReconciliations(
      const core::RequestContext& context, const v1::ListReconciliationsRequest& request) const;
  absl::StatusOr<v1::ListFindingsResponse> ListFindings(
      const core::RequestContext& context, const v1::ListFindingsRequest& request) const;
  absl::StatusOr<v1::BulkResult> ApproveFindings(const core::RequestContext& context,
                                                 const v1::ApproveFindingsRequest& request);
  absl::StatusOr<v1::Reconciliation> CancelReconciliation(
      const core::RequestContext& context, const v1::CancelReconciliationRequest& request);
  absl::StatusOr<v1::ListLanesResponse> ListLanes(const core::RequestContext& context,
                                                  const v1::ListLanesRequest& request) const;

  absl::StatusOr<v1::ListEarlyItemsResponse> ListEarlyItems(
      const core::RequestContext& context, const v1::ListEarlyItemsRequest& request) const;
  absl::StatusOr<v1::ListTasksResponse> ListTasks(const core::RequestContext& context,
                                                  const v1::ListTasksRequest& request) const;
  absl::StatusOr<v1::BulkResult> CloseTasks(const core::RequestContext& context,
                                            const v1::CloseTasksRequest& request);
  absl::StatusOr<v1::JoinDossiersResponse> JoinDossiers(const core::RequestContext& context,
                                                        const v1::JoinDossiersRequest& request);
  absl::StatusOr<v1::JoinDossiersResponse> PartDossiers(const core::RequestContext& context,
                                                        const v1::PartDossiersRequest& request);

  absl::StatusOr<v1::MappingCoverage> GetMappingCoverage(
      const core::RequestContext& context, const v1::GetMappingCoverageRequest& request) const;
  // Those that ask counterparts wait for them, a few seconds at most; a counterpart that does not
  // answer is no error, the answer says so (link_signs.cc).
  absl::StatusOr<v1::Copies> GetCopies(const core::RequestContext& context,
                                       const v1::GetCopiesRequest& request) const;
  absl::StatusOr<v1::ProbeLinkResponse> ProbeLink(const core::RequestContext& context,
                                                  const v1::ProbeLinkRequest& request) const;
  absl::StatusOr<v1::LagHistory> GetLagHistory(const core::RequestContext& context,
                                               const v1::GetLagHistoryRequest& request) const;

  // A counterpart calls: what it reports is taken in, what it asks for is looked up, and only when
  // all is durable `done` gets the adapter's answer, once, from any thread, at the latest shortly
  // after the deadline. The same call again changes nothing and is answered alike. A paused link
  // still takes calls in: pausing stops pulling and delivering only.
  //
  // NotFound: there is no such link, or it takes no calls. PermissionDenied: `caller_name` is not
  // the name its counterpart's certificate carries. Unavailable (nothing is known to be durable)
  // and ResourceExhausted (too many calls wait): the caller comes again. Others are the adapter's.
  using ReceiveDone = std::function<void(absl::StatusOr<adapter::v1::ReceiveReply>)>;
  void Receive(std::string_view link, std::string_view caller_name,
               const adapter::v1::ReceiveRequest& request, absl::Time deadline, ReceiveDone done);

  // Lanes of all links that are not idle, by link and phase.
  struct LaneCount {
    std::string link;
    storage::v1::LaneState::Phase phase;
    int64_t lanes;
  };
  absl::StatusOr<std::vector<LaneCount>> CountLanes(const core::RequestContext& context) const;

  std::vector<std::string> names() const;

 private:
  // NOT_FOUND for a name that is no link's; no name stands for all links.
  absl::Status CheckName(std::string_view name) const;
  absl::Status CheckLetters(std::string_view link) const;
  absl::Status CheckCode(const std::string& code) const;
  // What operators do to dead letters, to one and to many.
  absl::Status DoAct(const LetterAct& act, absl::Time deadline);
  absl::StatusOr<v1::BulkResult> DoActs(const core::RequestContext& context, const BulkAct& bulk,
                                        const v1::DeadLetterFilter& wanted,
                                        const v1::LetterEdit& edit);
  absl::StatusOr<v1::Link> SetPaused(const core::RequestContext& context, bool paused,
                                     const std::string& name, OperatorAct act);
  LinkRunner* Find(std::string_view name) const;
  // Does something that writes lanes, on any link, while none does anything. `dossier_ids`, whose
  // lanes they are, is read when it is done. DeadlineExceeded when not all stand in time.
  absl::Status WhileAllStand(absl::Time deadline, const std::vector<int64_t>& dossier_ids,
                             const std::function<absl::Status()>& work);
  void SampleLag();

  core::Engine& engine_;
  const std::shared_ptr<std::set<std::string>> configured_ =
      std::make_shared<std::set<std::string>>();  // does not change once they run
  std::vector<std::unique_ptr<LinkRunner>> runners_;
  LagHistory lag_;
  std::unique_ptr<JournalWatcher> watcher_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINKS_H_
