// A link comes back by itself, however often and however its counterpart went away, and leaves it
// alone meanwhile.
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "adapters/sdk/unavailable.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

// What a counterpart that is not well answers. The last two are told beside the items' outcomes.
enum class Trouble {
  kNone,
  kDown,
  kWritesDown,
  kReadsDown,
  kNoRights,
  kThrottled,
  kNotReached,
  kWantsNoCalls
};
constexpr Trouble kAll[] = {Trouble::kDown,        Trouble::kWritesDown, Trouble::kReadsDown,
                            Trouble::kNoRights,    Trouble::kThrottled,  Trouble::kNotReached,
                            Trouble::kWantsNoCalls};
constexpr absl::Duration kPatience = absl::Seconds(20);
constexpr int kOutagesOfEach = 100;

class TroubledAdapter final : public sdk::Adapter {
 public:
  TroubledAdapter() {
    capabilities_.set_patch(true);
    capabilities_.set_batch_items_max(2);
    capabilities_.set_parallel_calls_max(4);
  }
  absl::Status Start() override { return absl::OkStatus(); }
  void Stop() override {}
  const pb::Capabilities& capabilities() const override { return capabilities_; }
  pb::Representation Represent(const dossier::v1::Dossier& dossier) const override {
    pb::Representation shown;
    shown.mutable_dossier()->set_subject(dossier.subject());
    return shown;
  }
  void Pull(const pb::PullRequest&, absl::Time, sdk::Done<pb::PullReply> done) override {
    if (absl::Status status = Now(Trouble::kReadsDown); !status.ok()) return done(status);
    done(pb::PullReply());
  }
  void Deliver(const pb::DeliverRequest& request, absl::Time,
               sdk::Done<pb::DeliverReply> done) override {
    if (absl::Status status = Now(Trouble::kWritesDown); !status.ok()) return done(status);
    ++deliveries;
    const absl::Status unavailable = InReply();
    pb::DeliverReply reply;
    for (const auto& item : request.items()) {
      auto& outcome = *reply.add_outcomes();
      outcome.set_delivery_id(item.delivery_id());
      const bool taken = unavailable.ok() || reply.outcomes_size() <= done_before;
      outcome.set_outcome(taken ? pb::OUTCOME_APPLIED : pb::OUTCOME_RETRY_AFTER);
      if (taken) ++delivered;
    }
    sdk::SetUnavailable(reply, unavailable);
    done(std::move(reply));
  }
  void Receive(const pb::ReceiveRequest&, absl::Time, sdk::Done<pb::ReceiveReply> done) override {
    done(absl::NotFoundError("it never calls"));
  }
  void LookUp(const pb::LookUpRequest&, absl::Time, sdk::Done<pb::LookUpReply> done) override {
    done(absl::UnimplementedError("it cannot be read"));
  }
  void Inventory(const pb::InventoryRequest&, absl::Time,
                 sdk::Done<pb::InventoryReply> done) override {
    done(absl::UnimplementedError("it lists nothing"));
  }
  void Probe(absl::Time, sdk::Done<pb::ProbeReply> done) override { done(pb::ProbeReply()); }

  Trouble trouble = Trouble::kNone;
  int done_before = 0;  // items of a call that are done before the trouble is met
  int deliveries = 0;   // calls that were not an error as a whole
  int delivered = 0;

 private:
  absl::Status Now(Trouble way) const {
    if (trouble == Trouble::kDown || trouble == way) return absl::UnavailableError("down");
    if (trouble == Trouble::kNoRights) return absl::PermissionDeniedError("no right");
    if (trouble == Trouble::kThrottled) return Busy("too many", kPatience);
    return absl::OkStatus();
  }
  absl::Status InReply() const {
    if (trouble == Trouble::kNotReached) return absl::UnavailableError("refused");
    if (trouble == Trouble::kWantsNoCalls) return Busy("too many", kPatience);
    return absl::OkStatus();
  }

  pb::Capabilities capabilities_;
};

class OutagesTest : public EngineTest {
 protected:
  // Ticks as a runner does, until the time is over or `done` holds; returns how long it took.
  template <typename Done>
  absl::Duration RunFor(LinkEngine& link, absl::Duration longest, Done done) {
    const absl::Time begun = clock_.Now();
    while (clock_.Now() - begun < longest && !done()) {
      const absl::StatusOr<absl::Time> next = link.Tick();
      EXPECT_TRUE(next.ok()) << next.status();
      const absl::Time limit = begun + longest;
      const absl::Time due = std::min({*next, clock_.Now() + absl::Seconds(1), limit});
      clock_.Advance(std::max(absl::Milliseconds(1), due - clock_.Now()));
    }
    return clock_.Now() - begun;
  }

  TroubledAdapter troubled_;
};

TEST_F(OutagesTest, EveryOutageEndsByItselfWithinItsBound) {
  LinkEngine link(engine_, options_, *parties_.Find("portal"), troubled_, [] {});
  ASSERT_TRUE(link.Recover().ok());
  const std::string code = PushNew();
  const std::string other = PushNew();
  const absl::Duration bound = options_.backoff_max + 2 * options_.poll_interval;
  const std::unique_ptr<Random> random = Random::Seeded(42);
  for (const Trouble trouble : kAll) {
    for (int i = 0; i < kOutagesOfEach; ++i) {
      const std::string where = StrCat("trouble ", static_cast<int>(trouble), ", outage ", i);
      troubled_.trouble = trouble;
      const std::string subject = StrCat(static_cast<int>(trouble), "-", i);
      Push(DossierWith({{"code", code}, {"subject", subject}}));
      Push(DossierWith({{"code", other}, {"subject", subject}}));
      RunFor(link, absl::Seconds(1 + 900 * random->Fraction()), [] { return false; });
      troubled_.trouble = Trouble::kNone;
      const absl::Duration took = RunFor(link, 2 * bound, [&] {
        const v1::Link now = link.Describe();
        return now.pending() == 0 && now.state() == v1::Link::STATE_OK;
      });
      ASSERT_LE(took, bound) << where << "; seed 42";
    }
  }
  EXPECT_GE(troubled_.delivered, 2 * kOutagesOfEach * 7);
}

// Each dossier by itself would be tried some eight times in ten minutes.
TEST_F(OutagesTest, ACounterpartThatIsNotReachedIsNotTriedWithEachDossier) {
  constexpr int kDossiers = 60;
  for (int i = 0; i < kDossiers; ++i) PushNew();
  LinkEngine link(engine_, options_, *parties_.Find("portal"), troubled_, [] {});
  ASSERT_TRUE(link.Recover().ok());
  troubled_.trouble = Trouble::kNotReached;
  RunFor(link, absl::Minutes(10), [] { return false; });
  EXPECT_LE(troubled_.deliveries, 30) << "three failures, calls under way, and probes";
  EXPECT_EQ(link.Describe().last_error(), "refused");
  EXPECT_EQ(link.Describe().state(), v1::Link::STATE_DEGRADED);
  troubled_.trouble = Trouble::kNone;
  RunFor(link, 2 * options_.backoff_max, [&] { return link.Describe().pending() == 0; });
  EXPECT_EQ(troubled_.delivered, kDossiers);
}

TEST_F(OutagesTest, ACounterpartThatWantsNoCallsGetsNoneUntilThen) {
  for (int i = 0; i < 6; ++i) PushNew();
  options_.parallel_calls_max = 1;
  LinkEngine link(engine_, options_, *parties_.Find("portal"), troubled_, [] {});
  ASSERT_TRUE(link.Recover().ok());
  troubled_.trouble = Trouble::kWantsNoCalls;
  troubled_.done_before = 1;
  RunFor(link, kPatience - absl::Seconds(1), [] { return false; });
  EXPECT_EQ(troubled_.deliveries, 1);
  EXPECT_EQ(troubled_.delivered, 1);
  EXPECT_EQ(link.Describe().errors().at("throttled"), 1);
  troubled_.trouble = Trouble::kNone;
  RunFor(link, absl::Minutes(1), [&] { return link.Describe().pending() == 0; });
  EXPECT_EQ(troubled_.delivered, 6) << "what was done before is kept, and not sent again";
}

}  // namespace
}  // namespace lienthong::sync
