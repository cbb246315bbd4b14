#ifndef LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_
#define LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_

#include <functional>
#include <utility>
#include <vector>

#include "gateway/store/store.h"

namespace lienthong::files {

// A store that refuses one commit.
class FailingStore final : public store::Store {
 public:
  explicit FailingStore(store::Store& inner) : inner_(inner) {}
  // The next, or the one after so many that go well.
  void FailNextCommit(absl::Status failure, int good_before = 0) {
    failure_ = std::move(failure);
    good_before_ = good_before;
  }

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
    if (!failure_.ok() && good_before_-- == 0) {
      return done(std::exchange(failure_, absl::OkStatus()));
    }
    inner_.Commit(std::move(set), std::move(done));
  }
  absl::StatusOr<store::Row> Get(store::Table table, const store::Values& key) const override {
    return inner_.Get(table, key);
  }
  absl::StatusOr<std::vector<store::Row>> Read(const store::Scan& scan) const override {
    return inner_.Read(scan);
  }
  absl::StatusOr<int64_t> Count(const store::Scan& scan) const override {
    return inner_.Count(scan);
  }
  store::StoreInfo Info() const override { return inner_.Info(); }
  bool WaitForJournal(int64_t sequence, absl::Time deadline) const override {
    return inner_.WaitForJournal(sequence, deadline);
  }
  absl::StatusOr<int64_t> AcquireLease(std::string_view link, std::string_view holder) override {
    return inner_.AcquireLease(link, holder);
  }

 private:
  store::Store& inner_;
  absl::Status failure_;
  int good_before_ = 0;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_
