#ifndef LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_
#define LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "adapters/sdk/adapter.h"
#include "gateway/core/engine.h"
#include "gateway/core/notices.h"
#include "gateway/sync/breaker.h"
#include "gateway/sync/call_rate.h"
#include "gateway/sync/commit_group.h"
#include "gateway/sync/early.h"
#include "gateway/sync/inbound.h"
#include "gateway/sync/kept_lanes.h"
#include "gateway/sync/lane.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/letters.h"
#include "gateway/sync/link_stats.h"
#include "gateway/sync/links.h"
#include "gateway/sync/reconcile/comparing.h"
#include "gateway/sync/reconcile/plan.h"
#include "gateway/sync/steady_clock.h"
#include "gateway/sync/target.h"

namespace lienthong::sync {

// Who wants something of a link as a whole, and why; kept for ever (core/act_log.h).
struct OperatorAct {
  std::string actor;  // e.g. "operator/lan"
  std::string reason;
  std::string request_id;
};

// The work of one link, as steps that somebody else calls: a runner's thread, or a simulation.
// Reads the journal, gives lanes their turns, hands deliveries to the adapter, takes in what comes
// back and what the counterpart says when it calls. What a step decides is committed before
// anything is sent.
//
// Tick, Recover, SetPaused, Prepare and Do are called by one thread at a time; the others by any.
class LinkEngine {
 public:
  // `wake` is called, from any thread, whenever another Tick is worth while. All outlive the
  // engine.
  LinkEngine(core::Engine& engine, const LinkOptions& options, const core::Party& party,
             sdk::Adapter& adapter, std::function<void()> wake);
  ~LinkEngine();

  // Takes the link's lease, and the calls that its former holder left under way as unanswered.
  // Unavailable LEASE_HELD while another gateway has it.
  absl::Status Recover();

  // Does all that can be done now and returns when the next is due. Prolongs the lease in time;
  // without one it recovers first, and does nothing while another gateway has it. An error means
  // the store failed; nothing is lost, the same is done again by the next Tick.
  absl::StatusOr<absl::Time> Tick();

  // Kept with the operator's other acts, also when it is so already: it may be for another reason.
  absl::Status SetPaused(bool paused, const OperatorAct& act);

  // Reads the feed from the beginning again; FailedPrecondition unless the link is paused and the
  // feed has versions, by which what was taken in before is known.
  absl::Status Rewind(const OperatorAct& act);
  // Looks at all dossiers again, a page at a time, behind what changes now.
  absl::Status Reload(const OperatorAct& act);

  // Begins to compare what both sides hold (reconcile/comparing.h), as the record says, under its
  // request's id. It takes the place of one that has compared and waits for a person.
  // FailedPrecondition when its counterpart shows no records, and while another comparison still
  // compares or repairs; REQUEST_ID_REUSED.
  absl::Status StartComparison(storage::v1::RunRecord wanted);
  // What it has found is repaired in its turn. NOT_FOUND, and FailedPrecondition for what does not
  // wait to be approved.
  absl::Status ApproveFinding(const std::string& run, const std::string& id,
                              const OperatorAct& act);
  // FailedPrecondition when it has ended.
  absl::Status CancelComparison(const std::string& run, const OperatorAct& act);

  // What an operator wants of a dead letter (letters.h), without doing it.
  absl::StatusOr<PreparedLetter> Prepare(const LetterAct& act);
  // FailedPrecondition when it would be refused again; errors of Prepare and of the store.
  absl::Status Do(const LetterAct& act);
  // Whether the counterpart has to be told when a dossier changes so.
  bool WouldShow(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after) const;
  // Somebody else has written lanes of a dossier: what is kept of them is not so any more.
  void Forget(int64_t dossier_id);

  // The counterpart calls, as Links::Receive says. What it reports is taken in by a Tick.
  void Receive(const adapter::v1::ReceiveRequest& request, absl::Time deadline,
               sdk::Done<adapter::v1::ReceiveReply> done);
  // Answer calls that wait for a Tick with Unavailable: those whose deadline has passed, all, or
  // all and those to come.
  void ExpireCalls();
  void RefuseCalls();
  void CloseCalls();

  // Waits until no call to the adapter is under way, or until the deadline.
  bool Quiesce(absl::Time deadline);

  v1::Link Describe() const;
  void PlantBugs(const PlantedBugs& bugs) { bugs_ = bugs; }

 private:
  struct Completion;
  struct Mailbox;
  // What a call is for. A counterpart whose feed answers may refuse all that is written to it.
  enum class Way { kRead, kWrite };
  // An item on its way, or a look-up (then only key and code are set).
  struct Outgoing {
    int64_t dossier_id = 0;
    adapter::v1::OutboundItem item;
    int turns = 0;        // that its lane had before, one right after the other
    bool alone = false;   // its last call failed: whoever shares a batch with it might fail too
    int64_t reports = 0;  // of a look-up: LaneState.reports when it began
  };
  // A call to the adapter that was not answered yet.
  struct UnderWay {
    enum class Kind { kDeliver, kLookUp, kPull, kTell, kCompare };
    Kind kind;
    std::vector<Outgoing> sent = {};  // not of kPull and kCompare; one of kLookUp and kTell
    bool is_probe = false;            // it is to find out whether the counterpart answers again
    int64_t question = 0;             // of a comparison
    absl::Time begun = {};
    absl::Duration give_up = {};  // of `awake_`
  };
  // A dossier as the link knows it: as it is, and its journal after a revision. Not older than what
  // the link has read of the journal or taken in from its counterpart.
  struct Known {
    dossier::v1::Dossier head;
    int64_t after = 0;
    std::vector<storage::v1::JournalEntry> entries = {};
  };
  // What a lane's turn brings its counterpart to. Several turns go to one revision (the record,
  // the elements appended to it, the look whether more is left), so it is kept for the next; the
  // turn to the next revision keeps what is known. Forgotten as soon as the dossier is known to
  // have changed.
  struct Aim {
    struct Place {
      int64_t confirmed = 0;
      int64_t refused = 0;     // what comes up to here is passed over
      int64_t unanswered = 0;  // revision of the delivery that had no answer
      bool operator==(const Place&) const = default;
    };
    Place place;
    Known known = {};
    Target target = {};
    adapter::v1::Representation shown = {};
    std::optional<adapter::v1::Representation> head_shown = {};
  };
  // One look at all items that came before their dossier.
  struct EarlyPass {
    bool is_on = false;
    int64_t cursor = -1;   // of the journal, when it began
    int64_t position = 0;  // of the last item that was tried
    std::set<std::string> still_waiting = {};
    absl::Time next_give_up = absl::InfiniteFuture();
  };
  // What became of an item that the counterpart reported.
  struct Taken {
    int64_t dossier_id = 0;
    bool changed = false;
    std::optional<Stop> refused;
    int echoes = 0;
  };
  // What an answer writes.
  struct PreparedAnswer {
    std::optional<core::PreparedEdit> edit = {};
    store::WriteSet set = {};                               // when there is no edit
    StoredLane lane = {};                                   // once it is committed
    std::optional<adapter::v1::OutboundItem> deliver = {};  // after the commit
    int turns = 0;
    std::optional<absl::Duration> delay = {};  // of what is there now, since its commit
  };
  // What a lane's turn decided.
  struct Decided {
    StoredLane lane;  // as it was, but for its state
    Effects effects;
    std::string code;
  };

  // The work of a tick; the next is due by the link's own clock.
  absl::StatusOr<absl::Time> DoTick();
  // Of the lease (link_lease.cc).
  absl::Duration LeaseLength() const;
  absl::Status AcquireLease();
  absl::Status HoldLease();
  // Forgets all that was decided under it: another gateway decides now.
  void LoseLease();
  // When to ask for it again.
  absl::Time WaitForLease(const absl::Status& refused);
  // Reads what is known of the link under a lease that was just taken.
  absl::Status BeginAnew();
  // Whether a call to the counterpart would be over before the lease is. Asked right before each.
  bool MayCall();
  LinkState StateNow();
  // What the names of deliveries begin with.
  std::string NameInEpoch() const;
  std::string LaneName(int64_t dossier_id) const;

  // The `traceparent` of what the counterpart says: of the trace around it, else of one that
  // begins.
  std::string TraceOfReport();
  // That of a delivery: of the newest of the changes after `confirmed` that it carries and that has
  // one.
  static std::string TraceOfDelivery(const std::vector<storage::v1::JournalEntry>& entries,
                                     int64_t confirmed, const adapter::v1::OutboundItem& item);
  void LogDelivery(std::string_view event, const adapter::v1::OutboundItem& item,
                   std::string_view outcome) const;
  // The dossier that a delivery was about; 0 when the id is none of ours.
  int64_t DossierOf(std::string_view delivery_id) const;
  bool Concerns(const storage::v1::JournalEntry& entry) const;
  absl::Status CommitAll(std::vector<store::WriteSet> sets, std::vector<bool>* committed);
  void Submit(std::optional<core::PreparedEdit> edit, store::WriteSet set,
              std::function<void(absl::Status)> done);
  // Commits what the link remembers, with what else belongs to it.
  absl::Status CommitLink(storage::v1::LinkRecord next, store::WriteSet set = {});

  absl::Status TakeCompletions();
  absl::Status TakeCompletion(Completion& completion);
  std::vector<Completion*> DeliveredFirst() const;
  absl::Status TakeDelivered(const std::vector<Completion*>& calls);
  absl::Status TakeLookedUp(Completion& completion);
  absl::Status TakeReadFirst(const Outgoing& asked, const adapter::v1::LookUpReply::Record& record);
  absl::Status TakeAnswers(std::vector<Outgoing>& sent,
                           const std::function<Event(const Outgoing&)>& event_of);
  absl::StatusOr<PreparedAnswer> PrepareAnswer(const Outgoing& sent, const Event& event);
  absl::Status LearnCodes(int64_t dossier_id, Effects& effects, PreparedAnswer& answer);
  // Adds the tasks that a step asks for.
  void PutTasks(int64_t dossier_id, const std::string& code, const Effects& effects,
                store::WriteSet& set) const;
  // The dead letter of a step that stops its lane, if it does. `sent`: what was refused; null:
  // nothing went out.
  void PutStopped(int64_t dossier_id, const std::string& code,
                  const adapter::v1::OutboundItem* sent, Effects& effects,
                  store::WriteSet& set) const;

  absl::Status TakePulled(Completion& completion);
  absl::Status TakeLateAnswer(const adapter::v1::ItemOutcome& outcome);
  absl::StatusOr<bool> Waits(const adapter::v1::InboundItem& item, Arrival arrival,
                             const PreparedItem& prepared) const;
  absl::Status RetryEarly(bool* more);
  absl::Status RetryEarlyItem(const EarlyItems::Waiting& waiting, absl::Time now);
  absl::Status TakeItems(const google::protobuf::RepeatedPtrField<adapter::v1::InboundItem>& items,
                         Arrival arrival, absl::Time deadline, std::vector<Taken>* taken);
  void TakeCalls();
  absl::Status TakeCall(const adapter::v1::ReceiveReply& meaning, absl::Time deadline,
                        adapter::v1::ReceiveRequest& request);
  absl::StatusOr<adapter::v1::ReceiveRequest::Result> ResultOf(const Taken& taken) const;

  // As it was last committed.
  absl::StatusOr<StoredLane> LoadLane(int64_t dossier_id);
  // Lanes with a call under way of which nothing is known here count as unanswered.
  absl::Status GiveUpCalls();
  // After a commit that failed: lanes may say that a call is under way that was never made.
  absl::Status MakeSure();
  absl::Status BeSure() { return unsure_ ? MakeSure() : absl::OkStatus(); }
  absl::Status ReadJournal(bool* more);
  // What a link remembers when it begins, or begins again (link_loading.cc, link_resync.cc).
  absl::StatusOr<storage::v1::LinkRecord> RecordAtStart() const;
  absl::StatusOr<storage::v1::LinkRecord> BeginLoad(storage::v1::LinkRecord record, bool all) const;
  absl::Status LoadPage(bool* more);
  absl::StatusOr<bool> TellLane(const core::StoredDossier& stored, store::WriteSet& set);
  absl::Status CommitPage(storage::v1::LinkRecord next, store::WriteSet lanes);
  absl::Status CommitAct(const OperatorAct& act, std::string_view kind,
                         storage::v1::LinkRecord next);
  absl::Status Resynchronise(bool* more);
  absl::StatusOr<bool> OthersDrained() const;
  // Comparisons (link_compare.cc, link_ask.cc, link_judge.cc, link_repair.cc, link_runs.cc).
  absl::Status LoadComparison();
  absl::Status StartDueComparison();
  absl::Status Compare(bool* more);
  absl::Status ClearFindings(bool* more);
  absl::Status ScanDossiers(bool* more);
  absl::Status AskForInventory();
  absl::Status AskForRecords(bool* more);
  absl::StatusOr<std::vector<Comparing::Asked>> NextToAskFor();
  // As what it counts when it is passed over, e.g. kCountInMotion; nothing when it was added.
  absl::StatusOr<std::string_view> AddKnown(int64_t id, std::vector<Comparing::Asked>* asked) const;
  void EndBucket(const BucketName& bucket);
  absl::Status WaitForFeed(bool* more);
  absl::Status EndComparing();
  absl::Status AskForRepairs(bool* more);
  bool MayAsk();
  int KeysMax() const;
  int64_t BeginQuestion();
  void AskFor(std::vector<Comparing::Asked> asked);
  absl::Status TakeCompared(Completion& completion);
  absl::Status TakeFailure(const absl::Status& status);
  absl::Status TakeNoAnswer(const absl::Status& status);
  absl::Status TakeNoRecords(const absl::Status& status);
  void AskWhetherItAnswers();
  absl::Status TakeProbed();
  absl::Status GiveUpRecord(const Comparing::Asked& asked);
  absl::Status NoProgress();
  absl::Status TakeSums(const adapter::v1::InventoryReply& reply, int64_t bytes);
  absl::Status TakeEntries(const adapter::v1::InventoryReply& reply, int64_t bytes);
  absl::Status TakeRecords(const adapter::v1::LookUpReply& reply, int64_t bytes);
  absl::Status TakeForRepair(const adapter::v1::LookUpReply& reply);
  absl::StatusOr<StoredFinding> TwiceThere(const std::string& first,
                                           const adapter::v1::InventoryReply::Entry& entry) const;
  bool IsUntold(const StoredLane& lane, const core::StoredDossier& stored) const;
  absl::StatusOr<Verdict> Judge(const StoredLane& lane, const core::StoredDossier& stored,
                                const adapter::v1::LookUpReply::Record& record,
                                bool feed_read) const;
  absl::StatusOr<bool> HasLetter(const std::string& code) const;
  absl::StatusOr<Verdict> JudgeKnown(const Comparing::Asked& asked,
                                     const adapter::v1::LookUpReply::Record& record) const;
  absl::StatusOr<Verdict> JudgeUnknown(const Comparing::Asked& asked,
                                       const adapter::v1::LookUpReply::Record& record);
  absl::StatusOr<PreparedItem> PrepareRepair(const adapter::v1::LookUpReply::Record& record,
                                             storage::v1::FindingRecord& finding);
  absl::StatusOr<PreparedItem> PrepareTakingIn(const adapter::v1::LookUpReply::Record& record,
                                               storage::v1::FindingRecord& finding);
  absl::Status CommitRun(storage::v1::RunRecord next, store::WriteSet set);
  absl::Status CommitRunAct(storage::v1::RunRecord next, store::WriteSet set);
  absl::Status CommitFindings(storage::v1::RunRecord next, std::vector<StoredFinding> findings);
  absl::Status FailRun(std::string_view error);
  absl::Status DropOldRuns(bool* more);
  void Supersede(const storage::v1::RunRecord& by, store::WriteSet& set) const;
  // Whether lanes may have their turns.
  bool MayDeliver() const;
  absl::Status RunLanes();
  // Items that may go out now.
  int64_t Room();
  // Whether a lane that a step has made ready may have its turn in the same commit.
  bool MayTakeTurn(const Effects& effects) const;
  // Whether another call may take the place of one that was just answered.
  bool MayGoOn();
  absl::StatusOr<Decided> RunLane(StoredLane lane);
  // Valid until the next call.
  absl::StatusOr<const Aim*> AimOf(const StoredLane& lane);
  absl::StatusOr<Known> KnownOf(const StoredLane& lane);
  absl::StatusOr<std::vector<storage::v1::JournalEntry>> EntriesAfter(int64_t dossier_id,
                                                                      int64_t revision,
                                                                      int64_t head) const;
  void SendOutgoing();
  // Notes a call that is about to be made, and names it (link_under_way.cc).
  int64_t BeginCall(UnderWay call);
  // Until when the adapter may take for a call that begins now, by the time of day.
  absl::Time CallDeadline();
  template <typename Reply>
  sdk::Done<Reply> AnswerTo(int64_t number, Reply Completion::*place);
  // Matches answers with their calls; drops those to calls that nobody waits for any more.
  void ClaimAnswers();
  // Calls that the adapter has not answered long after their deadline count as unanswered.
  void GiveUpUnanswered();
  void SendItems(std::vector<Outgoing> items);
  void LookUp(Outgoing lane);
  // What the counterpart's people are to know, one after the other (link_notices.cc).
  bool MayTell(absl::Time now);
  absl::Status BeginNotices(storage::v1::LinkRecord& record) const;
  absl::StatusOr<StoredLane> LaneToTell(int64_t dossier_id) const;
  bool HasMet(int64_t dossier_id, int64_t notice);
  absl::Status SendNotice();
  absl::StatusOr<Outgoing> ToTell(const core::StoredNotice& notice, const StoredLane& lane) const;
  void Tell(int64_t notice, Outgoing told);
  absl::Status TakeTold(const Completion& completion);
  absl::Status TellAgain(const Outgoing& told);
  absl::Status GiveUpNotice(int64_t number, const Outgoing& told);
  absl::Status PassOverNotice(int64_t number, store::WriteSet set);
  void StartPull();
  // What a call says of the counterpart; `subject`: the dossier that it was about, 0 for a pull.
  // `begun`: when the call was that succeeded.
  void NoteSuccess(Way way, absl::Time begun);
  void NoteFailure(Way way, const absl::Status& status, const Breaker::Failure& failure);
  void NoteCall(absl::Time begun);
  void NoteDelay(absl::Duration delay);
  void NoteError(ErrorClass error) const;
  absl::StatusOr<std::optional<absl::Time>> OldestUnread(int64_t cursor) const;
  absl::Status DescribeWaiting(int64_t cursor, v1::Link& link) const;
  // After so long without an answer a link is not well, however little waits.
  absl::Duration SilenceMax() const;
  // In words; empty when all is well.
  std::string ProblemOf(const v1::Link& link, const absl::Status& known, bool silent) const;
  // Deliveries and look-ups that may be under way now, and when that may become more by itself.
  int CallsAllowed();
  absl::Time NextRoom();
  int RateRoom();
  absl::Time NextPull() const;

  core::Engine& engine_;
  const LinkOptions options_;
  const core::Party& party_;
  sdk::Adapter& adapter_;
  const LaneStore lanes_;
  KeptLanes kept_;
  const Inbound inbound_;
  EarlyItems early_;
  const std::shared_ptr<Mailbox> mailbox_;
  PlantedBugs bugs_;
  SteadyClock clock_;

  const std::string holder_;  // of leases
  int64_t traces_begun_ = 0;
  int64_t fence_ = 0;                                // 0: the link is not ours
  absl::Time lease_until_ = absl::InfinitePast();    // by clock_, which is never set back
  absl::Time prolong_lease_ = absl::InfinitePast();  // when
  int64_t epoch_ = 0;                                // of the store
  EarlyPass early_pass_;
  storage::v1::LinkRecord record_;
  absl::Time next_pull_;
  bool pulling_ = false;
  bool pulled_last_ = false;                       // the last call was a pull
  std::map<int64_t, UnderWay> under_way_;          // by the numbers of the calls
  int64_t last_call_ = 0;                          // its number
  absl::Duration awake_;                           // since the start, whatever the clock did
  absl::Time last_look_ = absl::InfiniteFuture();  // at the calls
  int calls_ = 0;                                  // deliveries and look-ups under way
  std::multiset<int64_t> sent_;                    // lanes with a delivery under way
  bool unsure_ = false;                            // what the last tick committed
  std::set<int64_t> looking_up_;                   // lanes with a look-up under way
  std::optional<int64_t> telling_;                 // number of the notice under way
  absl::Time next_notice_ = absl::InfinitePast();  // when to look for one
  absl::Time last_attempt_to_tell_ = absl::InfinitePast();  // that failed, by the time of day
  int64_t seen_notice_ = 0;         // the last one looked at that has no record yet
  int64_t seen_sequence_ = 0;       // of the journal, then
  std::map<int64_t, Aim> aims_;     // of the last lanes that had a turn
  std::vector<Decided> decided_;    // to be sent once the tick's commits are durable
  std::vector<Outgoing> outgoing_;  // committed, to be sent
  CallRate rate_;
  std::unique_ptr<Comparing> comparing_;  // null: no comparison is under way, or waits
  absl::Time last_comparison_ = absl::InfinitePast();
  bool drops_runs_ = true;  // there may be ended comparisons that are kept no longer
  int64_t questions_ = 0;   // calls of comparisons
  int64_t feed_ends_ = 0;   // so often the feed was read to its end

  mutable std::mutex mutex_;  // guards what Describe shows
  mutable LinkStats stats_;
  Breaker reads_;
  Breaker writes_;
  absl::Time throttled_until_ = absl::InfinitePast();
  std::string last_error_;
  std::string store_error_;        // of the last tick
  absl::Time last_success_;        // the start, before the first
  bool answered_ = false;          // since the start
  storage::v1::LinkRecord shown_;  // as it was last committed
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_
