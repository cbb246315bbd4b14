#ifndef LIENTHONG_TESTS_UNIT_SYNC_ENGINE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_SYNC_ENGINE_FIXTURE_H_

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/core/dossiers.h"
#include "gateway/core/engine.h"
#include "gateway/core/number_series.h"
#include "gateway/core/records.h"
#include "gateway/domain/fields.h"
#include "gateway/store/memory/memory_store.h"
#include "gateway/sync/counterpart_edit.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/link_engine.h"
#include "tests/support/forwarding_store.h"

namespace lienthong::sync {

namespace pb = adapter::v1;

class StandingClock final : public Clock {
 public:
  absl::Time Now() const override { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1772500000);
};

// A store that refuses to write while it is told to.
class SwitchedStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void Refuse(bool refuse) { refuses_ = refuse; }
  // The next set is not answered in time: it is made when another one comes.
  void Delay() { delays_ = true; }
  // The process ends right after so many commits.
  void DieAfter(int commits) { commits_left_ = commits; }
  bool is_dead() const { return dead_; }
  void Revive() {
    dead_ = false;
    commits_left_ = 0;
  }
  // As a backup that was restored so often.
  void SetEpoch(int64_t epoch) { epoch_ = epoch; }

  store::StoreInfo Info() const override {
    store::StoreInfo info = ForwardingStore::Info();
    info.epoch = epoch_;
    return info;
  }

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    if (refuses_) return done(absl::UnavailableError("the disk is full"));
    if (dead_) return done(absl::UnavailableError("the process has ended"));
    if (std::exchange(delays_, false)) {
      delayed_ = [this, set = std::move(set), done = std::move(done)]() mutable {
        ForwardingStore::Commit(std::move(set), std::move(done));
      };
      return;
    }
    if (delayed_) std::exchange(delayed_, nullptr)();
    dead_ = commits_left_ > 0 && --commits_left_ == 0;
    ForwardingStore::Commit(std::move(set), std::move(done));
  }

 private:
  bool refuses_ = false;
  bool delays_ = false;
  std::function<void()> delayed_;
  int commits_left_ = 0;  // until the process ends; 0: it does not
  bool dead_ = false;
  int64_t epoch_ = 1;
};

// An adapter that holds what it is given until the test answers, and shows `subject` and `steps`.
class HeldAdapter final : public sdk::Adapter {
 public:
  HeldAdapter() {
    capabilities_.set_patch(true);
    capabilities_.set_batch_items_max(1);
    capabilities_.set_parallel_calls_max(4);
  }
  pb::Capabilities& can() { return capabilities_; }

  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    pb::Representation shown;
    if (!without_code.empty() && dossier.subject() == without_code) {
      shown.mutable_error()->set_reason("has no code there");
      return shown;
    }
    shown.mutable_dossier()->set_subject(dossier.subject());
    *shown.mutable_dossier()->mutable_steps() = dossier.steps();
    return shown;
  }
  // An item in its own form is its subject.
  absl::StatusOr<pb::InboundItem> Interpret(const pb::InterpretRequest& request) const override {
    if (!interprets) return absl::UnimplementedError("it keeps none");
    pb::InboundItem item;
    item.mutable_dossier()->set_subject(request.raw());
    return item;
  }
  pb::MappingDescription DescribeMapping() const override {
    pb::MappingDescription description;
    description.set_digest(mapping);
    return description;
  }
  void Pull(const pb::PullRequest& request, absl::Time, sdk::Done<pb::PullReply> done) override {
    ++pulls;
    pulled_from = request.token();
    if (is_down) return done(absl::UnavailableError("down"));
    if (!is_silent) done(std::exchange(report, {}));
  }
  // The body of a call is its meaning; the body of its answer what became of it.
  void Receive(const pb::ReceiveRequest& request, absl::Time,
               sdk::Done<pb::ReceiveReply> done) override {
    pb::ReceiveReply reply;
    if (!request.answer()) {
      reply.ParseFromString(request.body());
    } else {
      pb::ReceiveRequest results;
      *results.mutable_results() = request.results();
      reply.set_body(results.SerializeAsString());
    }
    done(std::move(reply));
  }
  void Deliver(const pb::DeliverRequest& request, absl::Time,
               sdk::Done<pb::DeliverReply> done) override {
    if (on_deliver) on_deliver();
    sent.push_back(request.items(0));
    items_in_calls.push_back(request.items_size());
    open_ = std::move(done);
  }
  void LookUp(const pb::LookUpRequest& request, absl::Time,
              sdk::Done<pb::LookUpReply> done) override {
    if (!capabilities_.read_back()) return done(absl::UnimplementedError("it cannot be read"));
    looked_up.push_back(request.keys(0));
    open_look_up_ = std::move(done);
    if (!is_look_up_silent) AnswerLookUp();
  }
  // Answers the newest look-up.
  void AnswerLookUp() {
    pb::LookUpReply reply;
    *reply.add_records() = record;
    const auto done = std::exchange(open_look_up_, nullptr);
    if (look_up_status.ok()) return done(std::move(reply));
    done(look_up_status);
  }
  void Inventory(const pb::InventoryRequest&, absl::Time,
                 sdk::Done<pb::InventoryReply> done) override {
    done(absl::UnimplementedError("it lists nothing"));
  }
  void Probe(absl::Time, sdk::Done<pb::ProbeReply> done) override { done(pb::ProbeReply()); }

  // Answers the newest delivery.
  void Answer(pb::ItemOutcome outcome) {
    outcome.set_delivery_id(sent.back().delivery_id());
    pb::DeliverReply reply;
    *reply.add_outcomes() = std::move(outcome);
    std::exchange(open_, nullptr)(std::move(reply));
  }
  void Answer(pb::Outcome outcome) {
    pb::ItemOutcome answer;
    answer.set_outcome(outcome);
    Answer(std::move(answer));
  }
  // The newest call comes to nothing.
  void Fail(const absl::Status& status) { std::exchange(open_, nullptr)(status); }
  bool is_called() const { return open_ != nullptr; }

  std::vector<pb::OutboundItem> sent;  // the first of each call
  std::vector<int> items_in_calls;
  int pulls = 0;
  std::string pulled_from;         // the token of the last pull
  std::string mapping;             // its digest
  bool is_down = false;            // every pull fails
  bool is_silent = false;          // no pull is answered
  pb::PullReply report;            // what the next pull tells
  pb::LookUpReply::Record record;  // that a look-up finds
  absl::Status look_up_status;     // of every look-up
  bool is_look_up_silent = false;  // none is answered
  std::vector<pb::LookUpRequest::Key> looked_up;
  std::string without_code;          // a subject that cannot be shown
  bool interprets = false;           // what was kept in its own form
  std::function<void()> on_deliver;  // before a delivery is taken

 private:
  pb::Capabilities capabilities_;
  sdk::Done<pb::DeliverReply> open_;
  sdk::Done<pb::LookUpReply> open_look_up_;
};

// A gateway without threads, with the link `portal` to a counterpart that hands in dossiers for
// H29.X01, where the city receives; agency/H29.X05 pushes its own.
class EngineTest : public ::testing::Test {
 protected:
  static constexpr const char* kAgency = "agency/H29.X05";

  explicit EngineTest(std::unique_ptr<store::Store> inner = store::OpenMemoryStoreInline())
      : store_(std::move(inner)) {
    parties_.Add({.name = "city", .receives = true, .agencies = {"H29.X01"}}).IgnoreError();
    parties_.Add({.name = "portal", .submits = true, .agencies = {"H29.X01"}}).IgnoreError();
    parties_.Add({.name = kAgency, .receives = true, .leads = true, .agencies = {"H29.X05"}})
        .IgnoreError();
    options_.name = options_.party = options_.adapter = "portal";
    options_.all_dossiers = true;
  }

  // Also as a new process would, on what the former one has committed.
  void Begin() {
    link_ =
        std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("portal"), adapter_, [] {});
    ASSERT_TRUE(link_->Recover().ok());
    Run();
  }
  OperatorAct ByOperator() { return {"operator/lan", "maintenance", random_->Uuid()}; }
  // All that can be done now.
  void Run() {
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(link_->Tick().ok());
  }
  // Second by second, as a link's own thread would look.
  void PassSeconds(int64_t seconds) {
    for (int64_t i = 0; i < seconds; ++i) {
      clock_.Advance(absl::Seconds(1));
      ASSERT_TRUE(link_->Tick().ok());
    }
  }
  void RunLater() {
    clock_.Advance(absl::Minutes(10));
    Run();
  }
  void Answer(pb::Outcome outcome) {
    ASSERT_TRUE(adapter_.is_called());
    adapter_.Answer(outcome);
    Run();
  }
  void Answer(const pb::ItemOutcome& outcome) {
    ASSERT_TRUE(adapter_.is_called());
    adapter_.Answer(outcome);
    Run();
  }

  using Fields = std::vector<std::pair<std::string, std::string>>;
  static dossier::v1::Dossier DossierWith(const Fields& fields) {
    dossier::v1::Dossier dossier;
    for (const auto& [path, value] : fields) {
      EXPECT_TRUE(domain::SetField(dossier, path, value).ok()) << path;
    }
    return dossier;
  }
  static dossier::v1::Dossier NewDossier(const std::string& agency, const std::string& status) {
    return DossierWith({{"reception.agency", agency},
                        {"origin.channel", "2"},
                        {"procedure.code", "1.001193"},
                        {"applicant.name", "Người Thử"},
                        {"subject", "A"},
                        {"status", status}});
  }
  // Pushed by agency/H29.X05; returns the code.
  std::string Push(dossier::v1::Dossier dossier) {
    dossier::v1::PushDossierRequest request;
    request.set_request_id(random_->Uuid());
    *request.mutable_dossier() = std::move(dossier);
    core::RequestContext context;
    context.caller = {core::CallerKind::kAgency, kAgency, {"H29.X05"}};
    std::promise<absl::StatusOr<dossier::v1::PushDossierResponse>> answer;
    core::Dossiers(engine_).Push(context, request,
                                 [&answer](auto response) { answer.set_value(response); });
    const auto response = answer.get_future().get();
    EXPECT_TRUE(response.ok()) << response.status();
    return response.ok() ? response->code() : "";
  }
  // As if another system's link had reported it.
  void EditAs(const std::string& party, const std::string& code, const Fields& fields) {
    const auto stored = core::LoadDossier(engine_, IdOf(code)).value();
    auto edit = core::PrepareEdit(engine_, stored, domain::ChangeOf(DossierWith(fields)),
                                  EditContextOf(party, *parties_.Find(party)));
    ASSERT_TRUE(edit.ok()) << edit.status();
    core::SubmitEdit(engine_, *std::move(edit),
                     [](const auto& result) { ASSERT_TRUE(result.ok()) << result.status(); });
  }
  // After a restore an operator says how far a series of today was.
  void OpenSeries(const std::string& agency, int64_t last_serial) {
    core::RequestContext people;
    people.caller = {core::CallerKind::kOperator, "operator/lan", {}};
    receipt::v1::OpenSeriesRequest open;
    open.set_request_id(random_->Uuid());
    open.set_agency(agency);
    open.set_last_serial(last_serial);
    open.set_reason("the counter's book");
    const auto opened = core::NumberSeries(engine_).Open(people, open);
    ASSERT_TRUE(opened.ok()) << opened.status();
  }
  std::string PushNew() { return Push(NewDossier("H29.X05", "2")); }
  void PushStep(const std::string& code, const std::string& id) {
    Push(DossierWith({{"code", code},
                      {"steps[" + id + "].time", "2026-03-03T01:00:00Z"},
                      {"steps[" + id + "].content", "done"}}));
  }

  int64_t IdOf(const std::string& code) const { return core::FindDossier(engine_, code).value(); }
  dossier::v1::Dossier Stored(const std::string& code) const {
    return core::LoadDossier(engine_, IdOf(code)).value().dossier;
  }
  LaneState Lane(const std::string& code) const {
    return LaneStore(engine_, "portal").Load(IdOf(code)).value().state;
  }
  void Overwrite(const std::string& code, const LaneState& state) {
    const LaneStore lanes(engine_, "portal");
    store::WriteSet set;
    lanes.Put(lanes.Load(IdOf(code)).value(), state, set);
    ASSERT_TRUE(store_.CommitAndWait(std::move(set), absl::InfiniteFuture()).ok());
  }
  std::vector<storage::v1::DeadLetterRecord> DeadLetters() const {
    std::vector<storage::v1::DeadLetterRecord> letters;
    const std::vector<store::Row> rows = store_.Read({.table = store::Table::kDeadLetter}).value();
    for (const store::Row& row : rows) {
      EXPECT_TRUE(core::Unseal(engine_, 0, row.body, letters.emplace_back()).ok());
    }
    return letters;
  }

  StandingClock clock_;
  const std::unique_ptr<Random> random_ = Random::Seeded(1);
  mutable SwitchedStore store_;
  core::Parties parties_;
  mutable core::Engine engine_{store_,   store::Sealer::Identity(),     clock_, *random_,
                               parties_, domain::StatusGraph::Shipped()};
  LinkOptions options_;
  HeldAdapter adapter_;
  std::unique_ptr<LinkEngine> link_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_TESTS_UNIT_SYNC_ENGINE_FIXTURE_H_
