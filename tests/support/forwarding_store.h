#ifndef LIENTHONG_TESTS_SUPPORT_FORWARDING_STORE_H_
#define LIENTHONG_TESTS_SUPPORT_FORWARDING_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "gateway/store/store.h"

namespace lienthong::testing {

// Hands every call to another store, which outlives it or belongs to it. A test derives from it and
// changes the one call that is to go otherwise.
class ForwardingStore : public store::Store {
 public:
  explicit ForwardingStore(store::Store& inner) : inner_(inner) {}
  explicit ForwardingStore(std::unique_ptr<store::Store> inner)
      : owned_(std::move(inner)), inner_(*owned_) {}

  void Commit(store::WriteSet set,
              std::function<void(const absl::StatusOr<store::CommitResult>&)> done) override {
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
  store::StoreStats Stats() const override { return inner_.Stats(); }
  bool WaitForJournal(int64_t sequence, absl::Time deadline) const override {
    return inner_.WaitForJournal(sequence, deadline);
  }
  absl::StatusOr<int64_t> AcquireLease(const store::LeaseRequest& request) override {
    return inner_.AcquireLease(request);
  }
  absl::StatusOr<int64_t> MarkRestored(absl::Time now) override { return inner_.MarkRestored(now); }

 private:
  const std::unique_ptr<store::Store> owned_;
  store::Store& inner_;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_FORWARDING_STORE_H_
