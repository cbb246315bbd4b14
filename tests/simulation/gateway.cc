#include "tests/simulation/gateway.h"

#include <utility>

#include "gateway/base/text.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/records.h"
#include "gateway/sync/lane_store.h"

namespace lienthong::simulation {
namespace {

constexpr int64_t kRowsMax = 10'000;
constexpr absl::Duration kStoreRetry = absl::Milliseconds(200);
constexpr const char* kAgency = "agency/H29.X05";
constexpr size_t kPortal = 2;  // among the links

core::RequestContext AgencyContext() {
  core::RequestContext context;
  context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
  return context;
}

sync::LinkOptions OptionsOf(const std::string& name, bool all_dossiers) {
  sync::LinkOptions options;
  options.name = name;
  options.adapter = name;
  options.party = name;
  options.all_dossiers = all_dossiers;
  options.poll_interval = absl::Seconds(2);
  options.call_timeout = absl::Seconds(3);
  options.parallel_calls_max = 4;
  options.backoff_min = absl::Milliseconds(500);
  options.backoff_max = absl::Seconds(20);
  return options;
}

std::vector<store::Row> ReadAll(const store::Store& store, store::Table table, int64_t after = 0) {
  store::Scan scan{
      .table = table, .prefix = {}, .after = {}, .at_most = {}, .limit_rows = kRowsMax};
  if (table == store::Table::kJournal) scan.after = after;
  return store.Read(scan).value();
}

}  // namespace

Gateway::Gateway(Schedule& schedule, SimulatedClock& clock, Trace& trace, const Ways& ways,
                 uint64_t seed, const Rules& rules)
    : schedule_(schedule),
      clock_(clock),
      trace_(trace),
      rules_(rules),
      random_(Random::Seeded(seed)),
      store_([this] {
        for (Link& link : links_) link.way->Cut();
      }) {
  parties_.Add({.name = "city", .receives = true, .agencies = {"H29.X01"}}).IgnoreError();
  parties_.Add({.name = "district", .leads = true, .agencies = {"H29.Q1", "H29.Q2"}}).IgnoreError();
  parties_.Add({.name = kAgency, .receives = true, .leads = true, .agencies = {"H29.X05"}})
      .IgnoreError();
  parties_.Add({.name = "portal", .submits = true, .agencies = {"H29.X01"}}).IgnoreError();
  links_.push_back({OptionsOf("city", true), &ways.city, nullptr});
  links_.push_back({OptionsOf("district", false), &ways.district, nullptr});
  links_.push_back({OptionsOf("portal", true), &ways.portal, nullptr});
  links_[kPortal].options.hold_unanswered_appends = rules.hold_unanswered_appends;
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
    Link& link = links_[i];
    link.way->Open();
    link.engine = std::make_unique<sync::LinkEngine>(*engine_, link.options,
                                                     *parties_.Find(link.options.party), *link.way,
                                                     [this, i] { Wake(i); });
    link.engine->PlantBugs(rules_.bugs);
    const absl::Status recovered = link.engine->Recover();
    if (!recovered.ok()) errors_.push_back(recovered.ToString());
    link.woken = false;
    Wake(i);
  }
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
  for (size_t i = 0; i < links_.size(); ++i) Wake(i);
}

void Gateway::Tick(size_t index) {
  Link& link = links_[index];
  store_.Watch(true);
  const absl::StatusOr<absl::Time> next = link.engine->Tick();
  store_.Watch(false);
  if (store_.dead()) return Die(index);
  if (!next.ok()) NoteFailure(index, next.status());
  const absl::Duration wait =
      next.ok() ? std::max(*next - clock_.Now(), absl::ZeroDuration()) : kStoreRetry;
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

void Gateway::Receive(const adapter::v1::ReceiveRequest& request, absl::Time deadline,
                      sdk::Done<adapter::v1::ReceiveReply> done) {
  if (!running()) return done(absl::UnavailableError("it is down"));
  links_[kPortal].engine->Receive(request, deadline, std::move(done));
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

std::vector<storage::v1::ConflictRecord> Gateway::Conflicts() const {
  std::vector<storage::v1::ConflictRecord> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kConflict)) {
    all.emplace_back().ParseFromString(store::Sealer::Identity().Open(0, row.body).value());
  }
  for (const store::Row& row : ReadAll(store_, store::Table::kAct)) {
    storage::v1::ActRecord act;
    act.ParseFromString(store::Sealer::Identity().Open(0, row.body).value());
    if (act.has_conflict()) all.push_back(std::move(*act.mutable_conflict()));
  }
  return all;
}

std::vector<storage::v1::DeadLetterRecord> Gateway::DeadLetters() const {
  std::vector<storage::v1::DeadLetterRecord> all;
  for (const store::Row& row : ReadAll(store_, store::Table::kDeadLetter)) {
    all.emplace_back().ParseFromString(store::Sealer::Identity().Open(0, row.body).value());
  }
  return all;
}

storage::v1::LaneState Gateway::PortalLane(const std::string& code) const {
  const int64_t id = core::FindDossier(*engine_, code).value();
  return sync::LaneStore(*engine_, "portal").Load(id).value().state;
}

int Gateway::StatusChanges(const std::string& code) const {
  const auto found = status_changes_.find(code);
  return found == status_changes_.end() ? 0 : found->second;
}

bool Gateway::IsSettled(const Systems& systems) const {
  if (!running() || !systems.district.InboxIsEmpty()) return false;
  for (size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].way->stored_token() < systems.all()[i]->FeedEnd()) return false;
    if (links_[i].engine->Describe().pending() > 0) return false;
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
