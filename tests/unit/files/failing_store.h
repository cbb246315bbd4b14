#ifndef LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_
#define LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_

#include <functional>
#include <utility>
#include <vector>

#include "gateway/store/store.h"
#include "tests/support/forwarding_store.h"

namespace lienthong::files {

// A store that refuses one commit.
class FailingStore final : public lienthong::testing::ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
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
    ForwardingStore::Commit(std::move(set), std::move(done));
  }

 private:
  absl::Status failure_;
  int good_before_ = 0;
};

}  // namespace lienthong::files

#endif  // LIENTHONG_TESTS_UNIT_FILES_FAILING_STORE_H_
