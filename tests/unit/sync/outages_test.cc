// A link comes back by itself, however often and however its counterpart went away.
#include <string>

#include "gtest/gtest.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "tests/unit/sync/engine_fixture.h"

namespace lienthong::sync {
namespace {

// What a counterpart that is not well answers.
enum class Trouble { kNone, kDown, kWritesDown, kReadsDown, kNoRights, kThrottled };
constexpr Trouble kAll[] = {Trouble::kDown, Trouble::kWritesDown, Trouble::kReadsDown,
                            Trouble::kNoRights, Trouble::kThrottled};
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
    pb::DeliverReply reply;
    for (const auto& item : request.items()) {
      auto& outcome = *reply.add_outcomes();
      outcome.set_delivery_id(item.delivery_id());
      outcome.set_outcome(pb::OUTCOME_APPLIED);
      ++delivered;
    }
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
  int delivered = 0;

 private:
  absl::Status Now(Trouble way) const {
    if (trouble == Trouble::kDown || trouble == way) return absl::UnavailableError("down");
    if (trouble == Trouble::kNoRights) return absl::PermissionDeniedError("no right");
    if (trouble == Trouble::kThrottled) return Busy("too many", absl::Seconds(20));
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
  EXPECT_GE(troubled_.delivered, 2 * kOutagesOfEach * 5);
}

}  // namespace
}  // namespace lienthong::sync
