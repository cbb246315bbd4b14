#ifndef LIENTHONG_TESTS_UNIT_SYNC_RECONCILE_MIRROR_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_SYNC_RECONCILE_MIRROR_FIXTURE_H_

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/sync/reconcile/own_records.h"
#include "gateway/sync/reconcile/run_store.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {

// A counterpart that keeps what it is told of a few fields, lists it and shows it; it answers at
// once.
class MirrorAdapter final : public sdk::Adapter {
 public:
  struct Record {
    dossier::v1::Dossier dossier;
    int64_t version = 0;
  };

  MirrorAdapter() {
    can_.set_patch(true);
    can_.set_read_back(true);
    can_.set_feed_versions(true);
    can_.set_inventory(true);
    can_.set_inventory_digests(true);
    can_.set_look_up_keys_max(3);
    can_.set_batch_items_max(4);
    can_.set_parallel_calls_max(4);
  }
  pb::Capabilities& can() { return can_; }

  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const pb::Capabilities& capabilities() const override { return can_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    pb::Representation shown;
    *shown.mutable_dossier() = Held(dossier);
    return shown;
  }
  std::string Digest(const dossier::v1::Dossier& represented) const override {
    return core::DigestOf(represented).substr(0, 16);
  }
  void Pull(const pb::PullRequest&, absl::Time, sdk::Done<pb::PullReply> done) override {
    done(std::exchange(report, {}));
  }
  void Receive(const pb::ReceiveRequest&, absl::Time, sdk::Done<pb::ReceiveReply> done) override {
    done(absl::NotFoundError("it never calls"));
  }
  void Deliver(const pb::DeliverRequest& request, absl::Time,
               sdk::Done<pb::DeliverReply> done) override {
    if (is_silent) return;
    pb::DeliverReply reply;
    for (const auto& item : request.items()) *reply.add_outcomes() = Take(item);
    done(std::move(reply));
  }
  void LookUp(const pb::LookUpRequest& request, absl::Time,
              sdk::Done<pb::LookUpReply> done) override {
    if (failures > 0 && --failures >= 0) return done(absl::UnavailableError("down"));
    if (is_down) return done(absl::UnavailableError("down"));
    pb::LookUpReply reply;
    for (const auto& wanted : request.keys()) {
      if (!poisoned.contains(wanted.key())) continue;
      ++poisoned_calls;
      return done(absl::InternalError("no row for 'Người Thử', 079090001234, error 500"));
    }
    for (const auto& wanted : request.keys()) {
      ++looked_up;
      pb::LookUpReply::Record& record = *reply.add_records();
      const std::string key = wanted.key().empty() ? KeyOf(wanted.code()) : wanted.key();
      const auto found = records.find(key);
      if (found == records.end()) continue;
      record.set_found(true);
      record.mutable_item()->set_key(key);
      record.mutable_item()->set_version(found->second.version);
      *record.mutable_item()->mutable_dossier() = found->second.dossier;
    }
    if (!holds_look_ups) return done(std::move(reply));
    held_answer = [done = std::move(done), reply] { done(reply); };
  }
  void Inventory(const pb::InventoryRequest& request, absl::Time,
                 sdk::Done<pb::InventoryReply> done) override {
    pb::InventoryReply reply;
    if (change_inventory && change_inventory(request, &reply)) return done(std::move(reply));
    OwnRecords none;
    std::map<BucketName, std::pair<int64_t, std::string>> sums;
    for (const auto& [key, record] : records) {
      const BucketName bucket = BucketOf(record.dossier);
      const std::string digest = Digest(record.dossier);
      auto& [count, sum] = sums[bucket];
      const std::string share = core::Sha256(StrCat(record.dossier.code(), "\n", digest));
      sum.resize(16);
      for (size_t i = 0; i < 16; ++i) sum[i] = static_cast<char>(sum[i] ^ share[i]);
      ++count;
      if (request.summary() || bucket.day != request.day() || bucket.agency != request.agency()) {
        continue;
      }
      pb::InventoryReply::Entry& entry = *reply.add_entries();
      entry.set_key(key);
      entry.set_code(record.dossier.code());
      entry.set_digest(digest);
    }
    if (!request.summary()) return done(std::move(reply));
    for (const auto& [bucket, sum] : sums) {
      pb::InventoryReply::Bucket& shown = *reply.add_buckets();
      shown.set_agency(bucket.agency);
      shown.set_day(bucket.day);
      shown.set_count(sum.first);
      shown.set_digest(sum.second);
    }
    done(std::move(reply));
  }
  void Probe(absl::Time, sdk::Done<pb::ProbeReply> done) override {
    if (is_down) return done(absl::UnavailableError("down"));
    done(pb::ProbeReply());
  }

  static dossier::v1::Dossier Held(const dossier::v1::Dossier& dossier) {
    dossier::v1::Dossier held;
    const std::set<std::string, std::less<>> fields = {"code",
                                                       "subject",
                                                       "note",
                                                       "status",
                                                       "reception.agency",
                                                       "origin.submitted_time",
                                                       "outcome.return_note"};
    for (const auto& [path, value] : domain::Flatten(dossier)) {
      if (!fields.contains(path)) continue;
      EXPECT_TRUE(domain::SetField(held, path, value).ok()) << path;
    }
    return held;
  }
  std::string KeyOf(const std::string& code) const {
    for (const auto& [key, record] : records) {
      if (record.dossier.code() == code) return key;
    }
    return "";
  }
  dossier::v1::Dossier& Of(const std::string& code) { return records.at(KeyOf(code)).dossier; }

  std::map<std::string, Record> records;  // by its keys
  pb::PullReply report;                   // what the next pull tells
  int forgets = 0;                        // changes that it answers and does not keep
  int failures = 0;                       // look-ups that fail
  std::string refuses;                    // a subject that it does not take
  bool is_down = false;                   // neither look-ups nor probes are answered
  std::set<std::string> poisoned;         // keys for which every look-up fails
  int poisoned_calls = 0;                 // that failed so
  // Whether an inventory is answered by this.
  std::function<bool(const pb::InventoryRequest&, pb::InventoryReply*)> change_inventory;
  bool is_silent = false;  // no delivery is answered
  int looked_up = 0;
  int delivered = 0;
  bool holds_look_ups = false;        // they are answered by
  std::function<void()> held_answer;  // with what was so when they were asked

 private:
  pb::ItemOutcome Take(const pb::OutboundItem& item) {
    ++delivered;
    pb::ItemOutcome outcome;
    outcome.set_delivery_id(item.delivery_id());
    if (!refuses.empty() && item.dossier().subject() == refuses) {
      outcome.set_outcome(pb::OUTCOME_REJECTED);
      outcome.set_reason("is not taken");
      return outcome;
    }
    outcome.set_outcome(pb::OUTCOME_APPLIED);
    std::string key = item.key().empty() ? KeyOf(item.dossier().code()) : item.key();
    if (key.empty()) key = StrCat("TP-", ++last_key_);
    outcome.set_key(key);
    outcome.set_version(++last_version_);
    if (records.contains(key) && forgets > 0 && --forgets >= 0) return outcome;
    Record& record = records[key];
    record.version = last_version_;
    for (const auto& [path, value] : domain::Flatten(Held(item.dossier()))) {
      EXPECT_TRUE(domain::SetField(record.dossier, path, value).ok());
    }
    for (const std::string& path : item.cleared()) {
      EXPECT_TRUE(domain::ClearField(record.dossier, path).ok());
    }
    return outcome;
  }

  pb::Capabilities can_;
  int last_key_ = 0;
  int64_t last_version_ = 0;
};

// The link `city` to such a counterpart, which receives for H29.X01; agency/H29.X05 pushes.
class MirrorTest : public EngineTest {
 protected:
  static constexpr const char* kRun = "018f0000-0000-4000-8000-000000000001";

  MirrorTest() {
    options_.name = options_.party = options_.adapter = "city";
    BeginMirror();
  }

  // Also as a new process would.
  void BeginMirror() {
    link_ = std::make_unique<LinkEngine>(engine_, options_, *parties_.Find("city"), mirror_, [] {});
  }
  // Until nothing more is to be done, or the process has ended.
  void RunAll(int ticks = 60) {
    for (int i = 0; i < ticks && !store_.is_dead(); ++i) {
      link_->Tick().status().IgnoreError();
      clock_.Advance(absl::Milliseconds(200));
    }
  }

  std::string PushSubject(const std::string& subject) {
    dossier::v1::Dossier dossier = NewDossier("H29.X05", "2");
    dossier.set_subject(subject);
    dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000);
    const std::string code = Push(std::move(dossier));
    RunAll();
    return code;
  }
  void Change(const std::string& code, const std::string& path, const std::string& value) {
    Push(DossierWith({{"code", code}, {path, value}}));
    RunAll();
  }
  // One that the city itself begins; its code.
  std::string BeginThere(const std::string& key) {
    dossier::v1::Dossier dossier = NewDossier("H29.X01", "2");
    dossier.mutable_origin()->set_channel(dossier::v1::CHANNEL_COUNTER);
    dossier.mutable_origin()->mutable_submitted_time()->set_seconds(1772400000);
    pb::InboundItem& item = *mirror_.report.add_items();
    item.set_key(key);
    item.set_version(1);
    *item.mutable_dossier() = dossier;
    mirror_.records[key] = {.dossier = MirrorAdapter::Held(dossier), .version = 1};
    RunAll();
    const int64_t id = IdOf(key);
    EXPECT_NE(id, 0);
    return core::LoadDossier(engine_, id).value().dossier.code();
  }

  // What is refused there is given up.
  void DiscardLetters() {
    const std::vector<store::Row> rows = store_.Read({.table = store::Table::kDeadLetter}).value();
    for (const store::Row& row : rows) {
      const std::string& id = std::get<std::string>(row.columns[0]);
      ASSERT_TRUE(link_
                      ->Do({.kind = kActDiscard,
                            .id = id,
                            .actor = "operator/lan",
                            .reason = "ticket 88",
                            .request_id = random_->Uuid(),
                            .edit = {}})
                      .ok());
    }
    RunAll();
  }

  absl::Status Start(bool automatic = false, const std::string& run = kRun) {
    storage::v1::RunRecord wanted;
    wanted.set_actor("operator/lan");
    wanted.set_reason("ticket 88");
    wanted.set_request_id(run);
    wanted.set_automatic(automatic);
    return link_->StartComparison(wanted);
  }
  storage::v1::RunRecord RunNow(const std::string& run = kRun) const {
    return FindRun(engine_, run).value().value_or(StoredRun{}).record;
  }
  // Compares to the end; the counts.
  std::map<std::string, int64_t> Compare(bool automatic = false) {
    EXPECT_TRUE(Start(automatic).ok());
    RunAll(200);
    EXPECT_NE(RunNow().state(), v1::Reconciliation::STATE_RUNNING);
    return {RunNow().counts().begin(), RunNow().counts().end()};
  }
  std::vector<StoredFinding> Found(v1::Finding::State state = {}) const {
    return FindingsAfter(engine_, kRun, state, "", 1000).value();
  }
  // `CODE path KIND`, or `CODE CLASS` of one without fields, or `key CLASS` of one without a code.
  std::set<std::string> FoundFields() const {
    std::set<std::string> lines;
    for (const StoredFinding& finding : Found()) {
      const std::string what =
          v1::Finding::Class_Name(static_cast<v1::Finding::Class>(finding.record.class_()));
      const std::string& name =
          finding.record.code().empty() ? finding.record.key() : finding.record.code();
      if (finding.record.fields().empty()) lines.insert(StrCat(name, " ", what.substr(6)));
      for (const auto& field : finding.record.fields()) {
        const std::string kind =
            v1::Finding::Field::Kind_Name(static_cast<v1::Finding::Field::Kind>(field.kind()));
        lines.insert(StrCat(name, " ", field.path(), " ", kind.substr(5)));
      }
    }
    return lines;
  }
  void ApproveAll() {
    int number = 0;
    for (const StoredFinding& finding : Found(v1::Finding::STATE_OPEN)) {
      const std::string request = StrCat("018f0000-0000-4000-8000-0000000001", ++number + 10);
      link_->ApproveFinding(kRun, finding.id, {"operator/lan", "ticket 88", request}).IgnoreError();
    }
    RunAll(200);
  }
  bool IsMirrored(const std::string& code) {
    return core::DigestOf(MirrorAdapter::Held(Stored(code))) == core::DigestOf(mirror_.Of(code));
  }

  MirrorAdapter mirror_;
};

}  // namespace lienthong::sync

#endif  // LIENTHONG_TESTS_UNIT_SYNC_RECONCILE_MIRROR_FIXTURE_H_
