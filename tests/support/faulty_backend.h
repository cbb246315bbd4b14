#ifndef LIENTHONG_TESTS_SUPPORT_FAULTY_BACKEND_H_
#define LIENTHONG_TESTS_SUPPORT_FAULTY_BACKEND_H_

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gateway/store/backend.h"

namespace lienthong::testing {

// What goes wrong, and when. Shared with the test, because the store owns the backend. Thread-safe.
class Faults {
 public:
  enum class Point { kBegin, kVersionOf, kPut, kCommit, kTend };

  // The n-th next call at `point` (1 = the next) answers `failure`; `before_it_happens` = false
  // lets the call take effect and loses only its answer.
  void Fail(Point point, int nth, absl::Status failure, bool before_it_happens = true) {
    const std::lock_guard lock(mutex_);
    point_ = point;
    left_ = nth;
    failure_ = std::move(failure);
    before_ = before_it_happens;
  }
  int commits() const {
    const std::lock_guard lock(mutex_);
    return commits_;
  }

  template <typename Call>
  auto Guard(Point point, const Call& call) -> decltype(call()) {
    bool before = false;
    absl::Status failure = Take(point, before);
    if (!failure.ok() && before) return failure;
    auto result = call();
    if (!failure.ok()) return failure;
    return result;
  }

 private:
  absl::Status Take(Point point, bool& before) {
    const std::lock_guard lock(mutex_);
    if (point == Point::kCommit) ++commits_;
    if (point != point_ || left_ == 0 || --left_ > 0) return absl::OkStatus();
    before = before_;
    return std::exchange(failure_, absl::OkStatus());
  }

  mutable std::mutex mutex_;
  Point point_ = Point::kCommit;
  int left_ = 0;
  bool before_ = true;
  absl::Status failure_;
  int commits_ = 0;
};

// Forwards to another backend, and fails where Faults says so.
class FaultyBackend final : public store::Backend {
 public:
  FaultyBackend(std::unique_ptr<store::Backend> target, std::shared_ptr<Faults> faults)
      : target_(std::move(target)), faults_(std::move(faults)) {}

  absl::Status Begin() override {
    return faults_->Guard(Faults::Point::kBegin, [&] { return target_->Begin(); });
  }
  absl::StatusOr<int64_t> VersionOf(store::Table table, const store::Values& key) override {
    return faults_->Guard(Faults::Point::kVersionOf,
                          [&] { return target_->VersionOf(table, key); });
  }
  absl::StatusOr<int64_t> LastNumber(store::Table table, const store::Row& row) override {
    return target_->LastNumber(table, row);
  }
  absl::Status Put(store::Table table, const store::Row& row) override {
    return faults_->Guard(Faults::Point::kPut, [&] { return target_->Put(table, row); });
  }
  absl::Status Delete(store::Table table, const store::Row& row) override {
    return target_->Delete(table, row);
  }
  absl::Status CommitBatch() override {
    return faults_->Guard(Faults::Point::kCommit, [&] { return target_->CommitBatch(); });
  }
  void Rollback() override { target_->Rollback(); }
  absl::Status Tend() override {
    return faults_->Guard(Faults::Point::kTend, [&] { return target_->Tend(); });
  }
  absl::StatusOr<store::Row> Get(store::Table table, const store::Values& key) const override {
    return target_->Get(table, key);
  }
  absl::StatusOr<std::vector<store::Row>> Read(const store::Scan& scan) const override {
    return target_->Read(scan);
  }
  absl::StatusOr<int64_t> Count(const store::Scan& scan) const override {
    return target_->Count(scan);
  }

 private:
  const std::unique_ptr<store::Backend> target_;
  const std::shared_ptr<Faults> faults_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_FAULTY_BACKEND_H_
