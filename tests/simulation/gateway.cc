#include "tests/simulation/gateway.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/records.h"
#include "gateway/sync/lane_store.h"

namespace lienthong::simulation {
namespace {

constexpr int64_t kRowsMax = 10'000;
constexpr absl::Duration kStoreRetry = absl::Milliseconds(200);
// A tick takes some time.
constexpr absl::Duration kTickMin = absl::Microseconds(1);
// After a restore a counterpart that is away is waited for so long.
constexpr absl::Duration kOthersWaitMax = absl::Minutes(10);

core::RequestContext AgencyContext() {
  core::RequestContext context;
  context.caller = {core::CallerKind::kAgency, kAgency, {kAgencyCode}};
  return context;
}

sync::LinkOptions OptionsOf(const Traits& traits) {
  sync::LinkOptions options;
  options.name = traits.name;
  options.adapter = traits.name;
  options.party = traits.name;
  options.all_dossiers = traits.all_dossiers;
  options.poll_interval = absl::Seconds(2);
  options.call_timeout = absl::Seconds(3);
  options.parallel_calls_max = 4;
  options.backoff_min = absl::Milliseconds(500);
  options.backoff_max = absl::Seconds(20);
  options.lease = absl::Seconds(9);
  return options;
}

std::vector<store::Row> ReadAll(const store::Store& store, store::Table table, int64_t after = 0) {
  store::Scan scan{
      .table = table, .prefix = {}, .after = {}, .at_most = {}, .limit_rows = kRowsMax};
  if (table == store::Table::kJournal) scan.after = after;
  return store.Read(scan).value();
}

core::Party PartyOf(const Traits& traits) {
  return {.name = traits.name,
          .receives = traits.receives,
          .leads = traits.leads,
          .submits = traits.submits,
          .agencies = {traits.agencies.begin(), traits.agencies.end()}};
}

}  // namespace

Gateway::Gateway(Schedule& schedule, SimulatedClock& clock, Trace& trace, const Cast& cast,
                 std::vector<Way*> ways, uint64_t seed, const Rules& rules)
    : schedule_(schedule),
      clock_(clock),
      trace_(trace),
      rules_(rules),
      random_(Random::Seeded(seed)),
      store_(rules.shares_store ? store::Leasing::kWhenOver : store::Leasing::kAtOnce,
             [this](CommitFault fault) { AtFault(fault); }) {
  for (Side side = 0; side < cast.size(); ++side) {
    const Traits& traits = cast.system(side);
    parties_.Add(PartyOf(traits)).IgnoreError();
    links_.push_back({.options = OptionsOf(traits), .way = ways[side]});
    links_.back().options.hold_unanswered_appends = traits.appends && rules.hold_unanswered_appends;
    ways[side]->Watch([this, side](absl::Time deadline) { return Objection(side, deadline); });
  }
  parties_.Add({.name = kAgency, .receives = true, .leads = true, .agencies = {kAgencyCode}})
      .IgnoreError();
}

Gateway::~Gateway() = default;

void Gateway::Start() {
  ++life_;
  store_.Revive();
  engine_.reset(new core::Engine{.store = store_,
                                 .sealer = store::Sealer::Identity(),
                                 .clock = clock_,
                                 .random = *random_,
                                 .parties = parties_,
                                 .graph = domain::StatusGraph::Shipped()});
  for (size_t i = 0; i < links_.size(); ++i) {
    links_[i].way->Open();
    if (links_[i].is_configured) StartLink(i);
  }
}

void Gateway::StartLink(size_t index) {
  Link& link = links_[index];
  link.engine =
      std::make_unique<sync::LinkEngine>(*engine_, link.options, *parties_.Find(link.options.party),
                                         *link.way, [this, index] { Wake(index); });
  link.engine->PlantBugs(rules_.bugs);
  const absl::Status recovered = link.engine->Recover();
  if (!recovered.ok() && !IsLeaseHeld(recovered)) errors_.push_back(recovered.ToString());
  link.woken = false;
  Wake(index);
}

void Gateway::Connect(Side side) {
  if (links_[side].is_configured) return;
  links_[side].is_configured = true;
  links_[side].connected_at = clock_.elapsed();
  trace_.Add(clock_.elapsed(), links_[side].options.name, " is connected");
  if (running()) StartLink(side);
}

void Gateway::Crash() {
  for (Link& link : links_) {
    link.way->Cut();
    link.engine.reset();
  }
  engine_.reset();
  ++life_;
}

void Gateway::FailSoon(int commit, CommitFault fault, absl::Duration down) {
  store_.FailAt(commit, fault);
  down_ = down;
}

void Gateway::Wake(size_t index) {
  Link& link = links_[index];
  if (link.woken) return;
  link.woken = true;
  schedule_.After(absl::ZeroDuration(), [this, index, life = life_] {
    if (life != life_) return;
    links_[index].woken = false;
    Tick(index);
  });
}

void Gateway::WakeAll() {
  if (!running()) return;
  for (size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].engine != nullptr) Wake(i);
  }
}

void Gateway::Tick(size_t index) {
  Link& link = links_[index];
  store_.Watch(true);
  const absl::StatusOr<absl::Time> next = link.engine->Tick();
  store_.Watch(false);
  if (store_.dead()) return Die(index);
  if (!next.ok()) NoteFailure(index, next.status());
  const absl::Duration wait = next.ok() ? std::max(*next - clock_.Now(), kTickMin) : kStoreRetry;
  if (wait == absl::InfiniteDuration()) return;
  schedule_.After(wait, [this, index, life = life_, timer = ++link.timer] {
    if (life == life_ && timer == links_[index].timer) Tick(index);
  });
}

// The process has ended at a commit of the tick before.
void Gateway::Die(size_t index) {
  trace_.Add(clock_.elapsed(), "the gateway dies at a commit of ", links_[index].options.name);
  Crash();
  schedule_.After(down_, [this, life = life_] {
    if (life == life_) Start();
  });
}

// As the thread that runs a link does.
void Gateway::NoteFailure(size_t index, const absl::Status& status) {
  trace_.Add(clock_.elapsed(), "tick failed: ", ToStd(status.message()));
  const bool expected = absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
  if (!expected) errors_.push_back(status.ToString());
  links_[index].engine->RefuseCalls();
}

void Gateway::Look() {
  if (!running() || store_.commits() == commits_looked_at_) return;
  commits_looked_at_ = store_.commits();
  NoteDrained();
  const size_t seen = journal_.size();
  for (const store::Row& row :
       ReadAll(store_, store::Table::kJournal, static_cast<int64_t>(seen))) {
    storage::v1::JournalEntry entry = core::ReadEntry(*engine_, row).value();
    if (entry.status_changed()) ++status_changes_[entry.code()];
    trace_.Add(clock_.elapsed(), "commit ", entry.code(), " ", entry.revision(), " ",
               entry.actor());
    trace_.Explain([&entry] {
      std::string text;
      for (const std::string& path : entry.paths()) {
        StrAppend(text, " ", path, "=", domain::GetField(entry.after(), path).value_or("(none)"));
      }
      return text;
    });
    journal_.push_back(std::move(entry));
    seen_at_.push_back(clock_.elapsed());
  }
  if (journal_.size() > seen) WakeAll();
}

absl::StatusOr<dossier::v1::PushDossierResponse> Gateway::Push(
    const dossier::v1::PushDossierRequest& request) {
  absl::StatusOr<dossier::v1::PushDossierResponse> answer = absl::UnavailableError("it is down");
  if (!running()) return answer;
  core::Dossiers(*engine_).Push(AgencyContext(), request,
                                [&answer](auto result) { answer = result; });
  return answer;
}

void Gateway::Receive(Side side, const adapter::v1::ReceiveRequest& request, absl::Time deadline,
                      sdk::Done<adapter::v1::ReceiveReply> done) {
  if (links_[side].engine == nullptr) return done(absl::UnavailableError("it is down"));
  links_[side].engine->Receive(request, deadline, std::move(done));
}

absl::Status Gateway::Operate(Side side,
                              const std::function<absl::Status(sync::LinkEngine&)>& work) {
  if (links_[side].engine == nullptr) return absl::UnavailableError("it is down");
  store_.Watch(true);
  absl::Status status = work(*links_[side].engine);
  store_.Watch(false);
  if (store_.dead()) {
    Die(side);
  } else {
    Wake(side);
  }
  return status;
}

void Gateway::Backup() { backup_ = store_.Copy(); }

// The ends of the feeds are what the restored gateway has yet to hear of. A link that the copy does
// not know begins as a new one.
void Gateway::Restore() {
  if (running()) Crash();
  store_.Replace(*backup_);
  restored_at_ = clock_.elapsed();
  for (Link& link : links_) {
    link.way->ForgetOrder();
    const bool is_known = store_.Get(store::Table::kLink, {link.options.name}).value().version > 0;
    link.to_drain = is_known ? link.way->TokenNow() : "";
  }
  journal_.resize(std::min(journal_.size(), static_cast<size_t>(store_.Info().last_sequence)));
  seen_at_.resize(journal_.size());
  status_changes_.clear();
  for (const storage::v1::JournalEntry& entry : journal_) {
    if (entry.status_changed()) ++status_changes_[entry.code()];
  }
}

void Gateway::NoteDrained() {
  for (Side side = 0; side < links_.size(); ++side) {
    std::string& end = links_[side].to_drain;
    if (!end.empty() && Way::Covers(LinkOf(side).feed_token(), end)) end.clear();
  }
}

absl::Time Gateway::LeaseEnd(const std::string& link) const {
  const store::Row row = store_.Get(store::Table::kMeta, {StrCat("lease-end/", link)}).value();
  int64_t until_us = 0;
  return absl::SimpleAtoi(row.body, &until_us) ? absl::FromUnixMicros(until_us)
                                               : absl::InfinitePast();
}

// Why nothing should be sent now.
std::string Gateway::Objection(size_t index, absl::Time deadline) {
  if (rules_.shares_store && deadline > LeaseEnd(links_[index].options.name)) {
    return "is called for longer than the lease lasts";
  }
  const bool was_restored = restored_at_ != absl::InfiniteDuration();
  if (!was_restored || clock_.elapsed() - restored_at_ >= kOthersWaitMax) return "";
  NoteDrained();
  for (const Link& link : links_) {
    if (!link.to_drain.empty()) {
      return StrCat("is sent something although the feed of ", link.options.name,
                    " was not read since the store was restored");
    }
  }
  return "";
}

void Gateway::AtFault(CommitFault fault) {
  if (fault == CommitFault::kStalls) {
    trace_.Add(clock_.elapsed(), "the gateway stands still");
    return clock_.Jump(stall_);
  }
  for (Link& link : links_) link.way->Cut();
}

void Gateway::StallSoon(int commit, absl::Duration stall) {
  store_.FailAt(commit, CommitFault::kStalls);
  stall_ = stall;
}

std::optional<dossier::v1::Dossier> Gateway::Find(const std::string& code,
                                                  const std::string& issuer) const {
  if (!running() || code.empty()) return std::nullopt;
  const int64_t id = core::FindDossier(*engine_, code, issuer).value();
  if (id == 0) return std::nullopt;
  return core::LoadDossier(*engine_, id).value().dossier;
}

std::vector<dossier::v1::Dossier> Gateway::Dossiers() const {
  std::vector<dossier::v1::Dossier> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kDossier)) {
    all.push_back(core::ReadDossier(*engine_, row).value().dossier);
  }
  return all;
}

std::vector<std::string> Gateway::WrongInReports() const {
  std::vector<std::string> codes;
  for (const store::Row& row : ReadAll(store_, store::Table::kDossier)) {
    const core::StoredDossier stored = core::ReadDossier(*engine_, row).value();
    store::WriteSet mends;
    core::MendDue(*engine_, stored.id, stored.version, stored.dossier, /*timetable=*/nullptr, mends)
        .IgnoreError();
    if (!mends.mutations.empty()) codes.push_back(stored.dossier.code());
  }
  return codes;
}

std::vector<core::StoredConflict> Gateway::OpenConflicts() const {
  std::vector<core::StoredConflict> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kConflict)) {
    all.push_back(core::ReadConflict(*engine_, row).value());
  }
  return all;
}

std::vector<storage::v1::ConflictRecord> Gateway::Conflicts() const {
  std::vector<storage::v1::ConflictRecord> all;
  for (core::StoredConflict& open : OpenConflicts()) all.push_back(std::move(open.record));
  for (storage::v1::ActRecord& act : Acts()) {
    if (act.has_conflict()) all.push_back(std::move(*act.mutable_conflict()));
  }
  return all;
}

std::vector<sync::StoredLetter> Gateway::DeadLetters() const {
  std::vector<sync::StoredLetter> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kDeadLetter)) {
    all.push_back(sync::ReadLetter(*engine_, row).value());
  }
  return all;
}

std::vector<storage::v1::ActRecord> Gateway::Acts() const {
  std::vector<storage::v1::ActRecord> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kAct)) {
    all.emplace_back().ParseFromString(store::Sealer::Identity().Open(0, row.body).value());
  }
  return all;
}

storage::v1::LaneState Gateway::LaneOf(Side side, const std::string& code) const {
  const int64_t id = core::FindDossier(*engine_, code).value();
  return sync::LaneStore(*engine_, links_[side].options.name).Load(id).value().state;
}

storage::v1::LinkRecord Gateway::LinkOf(Side side) const {
  return sync::LaneStore(*engine_, links_[side].options.name).LoadLink().value();
}

int Gateway::StatusChanges(const std::string& code) const {
  const auto found = status_changes_.find(code);
  return found == status_changes_.end() ? 0 : found->second;
}

bool Gateway::IsSettled(const Systems& systems) const {
  if (!running()) return false;
  for (Side side = 0; side < links_.size(); ++side) {
    if (!systems[side].InboxIsEmpty() || links_[side].engine == nullptr) return false;
    const storage::v1::LinkRecord record = LinkOf(side);
    const bool is_busy = record.loading() || record.resync() != record.RESYNC_NONE;
    if (is_busy || !links_[side].way->Covers(record.feed_token())) return false;
    if (links_[side].engine->Describe().pending() > 0) return false;
  }
  return true;
}

std::string Gateway::DescribeLinks() const {
  std::string text;
  for (const Link& link : links_) {
    if (link.engine != nullptr) StrAppend(text, link.engine->Describe().ShortDebugString(), "; ");
  }
  return text;
}

}  // namespace lienthong::simulation
