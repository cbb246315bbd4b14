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
#include "gateway/sync/steady_clock.h"
#include "gateway/sync/target.h"

namespace lienthong::sync {

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

  // Takes the link's lease, and the calls that a former process left under way as unanswered.
  absl::Status Recover();

  // Does all that can be done now and returns when the next is due. An error means the store
  // failed; nothing is lost, the same is done again by the next Tick.
  absl::StatusOr<absl::Time> Tick();

  absl::Status SetPaused(bool paused);

  // What an operator wants of a dead letter (letters.h), without doing it.
  absl::StatusOr<PreparedLetter> Prepare(const LetterAct& act);
  // FailedPrecondition when it would be refused again; errors of Prepare and of the store.
  absl::Status Do(const LetterAct& act);
  // Whether the counterpart has to be told when a dossier changes so.
  bool WouldShow(const dossier::v1::Dossier& before, const dossier::v1::Dossier& after) const;

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
    int turns = 0;       // that its lane had before, one right after the other
    bool alone = false;  // its last call failed: whoever shares a batch with it might fail too
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
  LinkState StateNow();
  std::string LaneName(int64_t dossier_id) const;
  // The dossier that a delivery was about; 0 when the id is none of ours.
  int64_t DossierOf(std::string_view delivery_id) const;
  bool Concerns(const storage::v1::JournalEntry& entry) const;
  absl::Status CommitAll(std::vector<store::WriteSet> sets, std::vector<bool>* committed);
  void Submit(std::optional<core::PreparedEdit> edit, store::WriteSet set,
              std::function<void(absl::Status)> done);

  absl::Status TakeCompletions();
  absl::Status TakeCompletion(Completion& completion);
  std::vector<Completion*> DeliveredFirst() const;
  absl::Status TakeDelivered(const std::vector<Completion*>& calls);
  absl::Status TakeLookedUp(Completion& completion);
  absl::Status TakeAnswers(std::vector<Outgoing>& sent,
                           const std::function<Event(const Outgoing&)>& event_of);
  absl::StatusOr<PreparedAnswer> PrepareAnswer(const Outgoing& sent, const Event& event);
  absl::Status LearnCodes(int64_t dossier_id, Effects& effects, PreparedAnswer& answer);
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
  absl::Status ReadJournal(bool* more);
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
  void SendItems(std::vector<Outgoing> items);
  absl::Time BeginCall();
  void LookUp(Outgoing lane);
  void StartPull();
  // What a call says of the counterpart; `subject`: the dossier that it was about, 0 for a pull.
  void NoteSuccess(Way way);
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

  int64_t fence_ = 0;
  int64_t epoch_ = 0;  // of the store
  EarlyPass early_pass_;
  storage::v1::LinkRecord record_;
  absl::Time next_pull_;
  bool pulling_ = false;
  bool pulled_last_ = false;        // the last call was a pull
  int calls_ = 0;                   // deliveries and look-ups under way
  std::multiset<int64_t> sent_;     // lanes with a delivery under way
  bool unsure_ = false;             // what the last tick committed
  std::set<int64_t> looking_up_;    // lanes with a look-up under way
  std::map<int64_t, Aim> aims_;     // of the last lanes that had a turn
  std::vector<Decided> decided_;    // to be sent once the tick's commits are durable
  std::vector<Outgoing> outgoing_;  // committed, to be sent
  CallRate rate_;

  mutable std::mutex mutex_;  // guards what Describe shows
  mutable LinkStats stats_;
  Breaker reads_;
  Breaker writes_;
  absl::Time throttled_until_ = absl::InfinitePast();
  std::string last_error_;
  std::string store_error_;  // of the last tick
  absl::Time last_success_;  // the start, before the first
  bool answered_ = false;    // since the start
  bool paused_ = false;
  int64_t cursor_ = 0;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_LINK_ENGINE_H_
