#ifndef LIENTHONG_TESTS_UNIT_CORE_CORE_FIXTURE_H_
#define LIENTHONG_TESTS_UNIT_CORE_CORE_FIXTURE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

#include "gateway/base/clock.h"
#include "gateway/base/random.h"
#include "gateway/core/changes.h"
#include "gateway/core/dossiers.h"
#include "gateway/core/engine.h"
#include "gateway/core/receipts.h"
#include "gateway/store/store.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "tests/support/forwarding_store.h"

namespace lienthong::core {

// A clock that stands until it is told to go.
class ManualClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixMicros(micros_.load()); }
  void Set(absl::Time time) { micros_.store(absl::ToUnixMicros(time)); }
  void Advance(absl::Duration by) { Set(Now() + by); }

 private:
  std::atomic<int64_t> micros_ = 0;
};

// A store that claims another epoch, as one that was restored from a backup does.
class RestoredStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  void Restore() { ++restores_; }

  store::StoreInfo Info() const override {
    store::StoreInfo info = ForwardingStore::Info();
    info.epoch += restores_;
    return info;
  }

 private:
  int64_t restores_ = 0;
};

// The use cases over a store in memory, with these parties: agency/H29.X01 and agency/H29.X05
// receive and lead for themselves, agency/H29.X07 only leads, city receives for H29.C01, online
// submits to H29.C01 and H29.X05. The clock stands at 2026-03-02 08:00 in Viet Nam. Without
// threads: every answer is there when a call returns.
class CoreTest : public ::testing::Test {
 protected:
  explicit CoreTest(bool threads = false);

  RequestContext Agency(const std::string& code) const;  // "H29.X05"
  RequestContext Online() const;                         // the link of the party that submits
  RequestContext Portal() const;
  RequestContext Operator(const std::string& purpose = "a test") const;

  std::string NewUuid() { return random_->Uuid(); }

  // A new dossier with what is required, received by `agency`.
  static dossier::v1::Dossier NewDossier(const std::string& agency);
  // The same, as a channel of origin hands it in.
  static dossier::v1::Dossier NewSubmission(const std::string& agency);
  // A request with a new id.
  dossier::v1::PushDossierRequest RequestOf(const dossier::v1::Dossier& dossier);

  // Waits for the answer, which must come exactly once.
  absl::StatusOr<dossier::v1::PushDossierResponse> Push(
      const RequestContext& context, const dossier::v1::PushDossierRequest& request);
  absl::StatusOr<dossier::v1::PushDossierResponse> Push(const RequestContext& context,
                                                        const dossier::v1::Dossier& dossier);
  // One field of an existing dossier.
  absl::StatusOr<dossier::v1::PushDossierResponse> PushField(const RequestContext& context,
                                                             const std::string& code,
                                                             const std::string& path,
                                                             const std::string& value);
  // A dossier of an agency that is there; fails the test when it cannot be made.
  std::string Create(const std::string& agency);
  // Gives a dossier to an agency as lead, which accepts.
  void HandTo(const std::string& code, const std::string& from, const std::string& to);
  absl::StatusOr<dossier::v1::Dossier> Get(const RequestContext& context, const std::string& code);

  int64_t RowsOf(store::Table table) const;
  std::vector<storage::v1::JournalEntry> Journal() const;

  ManualClock clock_;
  const std::unique_ptr<Random> random_ = Random::Seeded(20'260'302);
  RestoredStore store_;
  Parties parties_;
  Engine engine_;
  Dossiers dossiers_{engine_};
  Receipts receipts_{engine_};
  Changes changes_{engine_};
};

// The reason that a refusal carries.
std::string ReasonOf(const absl::Status& status);
template <typename T>
std::string ReasonOf(const absl::StatusOr<T>& result) {
  return ReasonOf(result.status());
}

}  // namespace lienthong::core

#endif  // LIENTHONG_TESTS_UNIT_CORE_CORE_FIXTURE_H_
