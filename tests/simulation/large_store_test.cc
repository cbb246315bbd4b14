// A store with very many dossiers on three links: what a change costs does not depend on how many
// others there are. LIENTHONG_LARGE_STORE_DOSSIERS=1000000 for a full one; it needs about 8 KB of
// memory for each.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

#include "gateway/base/text.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/engine.h"
#include "gateway/core/records.h"
#include "gateway/domain/fields.h"
#include "gateway/store/memory/memory_store.h"
#include "gateway/sync/lane_store.h"
#include "gateway/sync/link_engine.h"
#include "tests/simulation/quiet_log.h"
#include "tests/support/forwarding_store.h"

namespace lienthong::simulation {
namespace {

namespace pb = adapter::v1;
using dossier::v1::Dossier;

constexpr int kLinks = 3;
constexpr int kChanged = 10;
constexpr int kPassesMax = 1000;
constexpr int64_t kFewDossiers = 1'000;
constexpr int64_t kManyDossiers = 50'000;
constexpr int64_t kDossiersInASet = 1'000;
constexpr int64_t kGrowthBytesMax = int64_t{16} << 20;
constexpr const char* kAgency = "agency/H29.X05";

class SteppedClock final : public Clock {
 public:
  absl::Time Now() const override { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1772500000);
};

// Counts what is read: that, and not the time it takes, is to be the same however much there is.
class CountingStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;

  absl::StatusOr<store::Row> Get(store::Table table, const store::Values& key) const override {
    ++reads_;
    ++rows_;
    return ForwardingStore::Get(table, key);
  }
  absl::StatusOr<std::vector<store::Row>> Read(const store::Scan& scan) const override {
    auto rows = ForwardingStore::Read(scan);
    ++reads_;
    if (rows.ok()) rows_ += static_cast<int64_t>(rows->size());
    return rows;
  }
  absl::StatusOr<int64_t> Count(const store::Scan& scan) const override {
    auto count = ForwardingStore::Count(scan);
    ++reads_;
    if (count.ok()) rows_ += *count;
    return count;
  }
  int64_t reads() const { return reads_; }
  int64_t rows() const { return rows_; }

 private:
  mutable int64_t reads_ = 0;
  mutable int64_t rows_ = 0;
};

// A counterpart that takes everything at once, and reports what a test lets it report.
class ReadyAdapter final : public sdk::Adapter {
 public:
  ReadyAdapter() {
    can_.set_patch(true);
    can_.set_feed_versions(true);
    can_.set_batch_items_max(16);
    can_.set_parallel_calls_max(4);
  }
  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const pb::Capabilities& capabilities() const override { return can_; }
  pb::Representation Represent(const Dossier& dossier) const override {
    pb::Representation shown;
    shown.mutable_dossier()->set_code(dossier.code());
    shown.mutable_dossier()->set_subject(dossier.subject());
    shown.mutable_dossier()->set_note(dossier.note());
    return shown;
  }
  void Pull(const pb::PullRequest&, absl::Time, sdk::Done<pb::PullReply> done) override {
    done(std::exchange(report, {}));
  }
  void Receive(const pb::ReceiveRequest&, absl::Time, sdk::Done<pb::ReceiveReply> done) override {
    done(absl::NotFoundError("it never calls"));
  }
  void Deliver(const pb::DeliverRequest& request, absl::Time,
               sdk::Done<pb::DeliverReply> done) override {
    pb::DeliverReply reply;
    for (const pb::OutboundItem& item : request.items()) {
      ++delivered;
      pb::ItemOutcome& outcome = *reply.add_outcomes();
      outcome.set_delivery_id(item.delivery_id());
      outcome.set_outcome(pb::OUTCOME_APPLIED);
      outcome.set_key(KeyOf(item.dossier().code()));
    }
    done(std::move(reply));
  }
  void LookUp(const pb::LookUpRequest&, absl::Time, sdk::Done<pb::LookUpReply> done) override {
    done(absl::UnimplementedError("it cannot be read"));
  }
  void Inventory(const pb::InventoryRequest&, absl::Time,
                 sdk::Done<pb::InventoryReply> done) override {
    done(absl::UnimplementedError("it lists nothing"));
  }
  void Probe(absl::Time, sdk::Done<pb::ProbeReply> done) override { done(pb::ProbeReply()); }

  static std::string KeyOf(const std::string& code) { return StrCat("K", code); }

  pb::PullReply report;  // what the next pull tells
  int delivered = 0;

 private:
  pb::Capabilities can_;
};

int64_t ResidentBytes() {
  int64_t pages = 0;
  int64_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// What the changes of a few dossiers have cost.
struct Cost {
  int64_t reads = 0;
  int64_t rows = 0;
  int64_t bytes = 0;
  int delivered = 0;
};

class LargeStore {
 public:
  LargeStore() : store_(store::OpenMemoryStoreInline()) {
    parties_.Add({.name = kAgency, .receives = true, .leads = true, .agencies = {"H29.X05"}})
        .IgnoreError();
    for (int i = 0; i < kLinks; ++i) {
      parties_.Add({.name = Name(i), .receives = i == 0, .submits = i > 0, .agencies = {"H29.X01"}})
          .IgnoreError();
      sync::LinkOptions& options = options_.emplace_back();
      options.name = options.party = options.adapter = Name(i);
      options.all_dossiers = true;
      adapters_.emplace_back();
    }
  }

  // The first one goes its ordinary way; the others are what it has become, under other codes.
  void Fill(int64_t dossiers) {
    Dossier first;
    for (const auto& [path, value] :
         std::initializer_list<std::pair<const char*, const char*>>{{"reception.agency", "H29.X05"},
                                                                    {"origin.channel", "2"},
                                                                    {"procedure.code", "1.001193"},
                                                                    {"applicant.name", "Người Thử"},
                                                                    {"subject", "A"},
                                                                    {"status", "2"}}) {
      ASSERT_TRUE(domain::SetField(first, path, value).ok()) << path;
    }
    codes_.push_back(Push(std::move(first)));
    Begin();
    Run();
    const int64_t id = core::FindDossier(engine_, codes_[0]).value();
    const Dossier model = core::LoadDossier(engine_, id).value().dossier;
    std::vector<sync::LaneState> lanes;
    for (int i = 0; i < kLinks; ++i) {
      lanes.push_back(sync::LaneStore(engine_, Name(i)).Load(id).value().state);
      ASSERT_EQ(lanes.back().phase(), sync::LaneState::PHASE_IDLE);
    }
    links_.clear();
    store::WriteSet set;
    for (int64_t copy = 1; copy < dossiers; ++copy) {
      PutCopy(model, lanes, id + copy, set);
      if (copy % kDossiersInASet != 0 && copy + 1 != dossiers) continue;
      ASSERT_TRUE(store_.CommitAndWait(std::exchange(set, {}), absl::InfiniteFuture()).ok());
    }
    Begin();
    Run();
  }

  // Of ten dossiers from beginning to end, one half here, the other at the first counterpart.
  Cost Change() {
    const Cost before = Now();
    for (int i = 0; i < kChanged; ++i) {
      const std::string& code = codes_[(codes_.size() - 1) * i / (kChanged - 1)];
      if (i % 2 == 0) {
        Dossier change;
        change.set_code(code);
        change.set_note("a note");
        Push(std::move(change));
      } else {
        pb::InboundItem& item = *adapters_[0].report.add_items();
        item.set_key(ReadyAdapter::KeyOf(code));
        item.set_version(2);
        item.mutable_dossier()->set_subject("B");
      }
    }
    Run();
    const Cost after = Now();
    return {after.reads - before.reads, after.rows - before.rows, after.bytes - before.bytes,
            after.delivered - before.delivered};
  }

  int64_t pending() const {
    int64_t pending = 0;
    for (const auto& link : links_) pending += link->Describe().pending();
    return pending;
  }

 private:
  static std::string Name(int link) { return StrCat("link", link); }

  Cost Now() const {
    Cost cost{.reads = store_.reads(), .rows = store_.rows(), .bytes = ResidentBytes()};
    for (const ReadyAdapter& adapter : adapters_) cost.delivered += adapter.delivered;
    return cost;
  }

  void PutCopy(const Dossier& model, const std::vector<sync::LaneState>& lanes, int64_t id,
               store::WriteSet& set) {
    Dossier copy = model;
    copy.set_code(StrCat("H29.X05-260303-", 100'000 + id));
    copy.set_receipt_number(copy.code());
    copy.clear_codes();
    codes_.push_back(copy.code());
    set.mutations.push_back(core::PutDossier(engine_, id, copy));
    for (const core::Alias& alias : core::AliasesOf(id, copy)) {
      set.mutations.push_back(core::PutAlias(alias));
    }
    for (int i = 0; i < kLinks; ++i) {
      sync::LaneState lane = lanes[i];
      lane.set_key(ReadyAdapter::KeyOf(copy.code()));
      sync::LaneStore(engine_, Name(i))
          .Put({.dossier_id = id, .version = 0, .state = {}}, lane, set);
    }
  }

  void Begin() {
    for (int i = 0; i < kLinks; ++i) {
      links_.push_back(std::make_unique<sync::LinkEngine>(
          engine_, options_[i], *parties_.Find(Name(i)), adapters_[i], [] {}));
      ASSERT_TRUE(links_.back()->Recover().ok());
    }
  }

  // Until nothing is left to do, and the feeds have been read once more.
  void Run() {
    for (int pass = 0; pass < kPassesMax; ++pass) {
      clock_.Advance(absl::Seconds(1));
      for (const auto& link : links_) ASSERT_TRUE(link->Tick().ok());
      if (pass > 2 * kLinks && pending() == 0) return;
    }
    FAIL() << "it does not come to rest";
  }

  std::string Push(Dossier dossier) {
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

  SteppedClock clock_;
  const std::unique_ptr<Random> random_ = Random::Seeded(1);
  mutable CountingStore store_;
  core::Parties parties_;
  mutable core::Engine engine_{store_,   store::Sealer::Identity(),     clock_, *random_,
                               parties_, domain::StatusGraph::Shipped()};
  std::vector<std::string> codes_;
  std::vector<sync::LinkOptions> options_;
  std::deque<ReadyAdapter> adapters_;
  std::vector<std::unique_ptr<sync::LinkEngine>> links_;
};

Cost CostAmong(int64_t dossiers) {
  LargeStore large;
  large.Fill(dossiers);
  const Cost cost = large.Change();
  EXPECT_EQ(large.pending(), 0);
  std::printf(
      "%lld dossiers on %d links: %d changes cost %lld reads of %lld rows, %d deliveries, %lld KB; "
      "%lld MB in all\n",
      static_cast<long long>(dossiers), kLinks, kChanged, static_cast<long long>(cost.reads),
      static_cast<long long>(cost.rows), cost.delivered, static_cast<long long>(cost.bytes >> 10),
      static_cast<long long>(ResidentBytes() >> 20));
  return cost;
}

TEST(LargeStoreTest, AChangeCostsTheSameHoweverManyDossiersThereAre) {
  const QuietLog quiet;
  const char* asked = std::getenv("LIENTHONG_LARGE_STORE_DOSSIERS");
  const Cost few = CostAmong(kFewDossiers);
  const Cost many = CostAmong(asked == nullptr ? kManyDossiers : std::atoll(asked));
  EXPECT_GE(few.delivered, kChanged);
  EXPECT_EQ(many.delivered, few.delivered);
  EXPECT_EQ(many.reads, few.reads);
  EXPECT_EQ(many.rows, few.rows);
  EXPECT_LT(many.bytes, kGrowthBytesMax);
}

}  // namespace
}  // namespace lienthong::simulation
