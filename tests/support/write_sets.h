#ifndef LIENTHONG_TESTS_SUPPORT_WRITE_SETS_H_
#define LIENTHONG_TESTS_SUPPORT_WRITE_SETS_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gateway/store/store.h"

namespace lienthong::testing {

// Short ways to say what a test of a store writes. Header only: it needs the part `store`.

inline store::Mutation PutOf(store::Table table, store::Values columns, std::string body = "") {
  return {store::Mutation::Kind::kPut, table, {std::move(columns), 0, std::move(body)}};
}

inline store::Mutation DeleteOf(store::Table table, store::Values key) {
  return {store::Mutation::Kind::kDelete, table, {std::move(key), 0, ""}};
}

inline store::WriteSet SetOf(std::vector<store::Mutation> mutations) {
  store::WriteSet set;
  set.mutations = std::move(mutations);
  return set;
}

// Writes kMeta's row `name` if it has this version now.
inline store::WriteSet MetaAt(std::string name, int64_t version, std::string body) {
  store::WriteSet set = SetOf({PutOf(store::Table::kMeta, {name}, std::move(body))});
  set.conditions.push_back({store::Table::kMeta, {std::move(name)}, version});
  return set;
}

inline store::WriteSet JournalOf(std::vector<std::string> bodies, int64_t dossier_id = 1) {
  store::WriteSet set;
  int64_t revision = 0;
  for (std::string& body : bodies) {
    set.journal.push_back({dossier_id, ++revision, std::move(body)});
  }
  return set;
}

// Far enough never to be reached by a sound store.
inline absl::Time Soon() { return absl::Now() + absl::Seconds(60); }

// Holds a committer inside a batch: sets that are given to the store until Open() wait together.
class Blocker {
 public:
  store::WriteSet Set() {
    store::WriteSet set;
    set.with_sequence = [this](int64_t, std::vector<store::Mutation>&) {
      std::unique_lock lock(mutex_);
      held_ = true;
      changed_.notify_all();
      changed_.wait(lock, [this] { return open_; });
    };
    return set;
  }
  void AwaitHeld() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return held_; });
  }
  void Open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool held_ = false;
  bool open_ = false;
};

// Collects answers of Commit by the order in which the sets were given.
class Answers {
 public:
  using Result = absl::StatusOr<store::CommitResult>;

  // Give what it returns to Commit.
  std::function<void(const Result&)> Next() {
    const std::lock_guard lock(mutex_);
    const size_t place = results_.size();
    results_.emplace_back();
    return [this, place](const Result& result) {
      const std::lock_guard answering(mutex_);
      if (results_[place].has_value()) twice_ = true;
      results_[place] = result;
      ++answered_;
      changed_.notify_all();
    };
  }
  // All of them; a set answered twice shows as Internal.
  std::vector<Result> Await() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return answered_ >= results_.size(); });
    std::vector<Result> all;
    for (const auto& result : results_) {
      all.push_back(twice_ ? Result(absl::InternalError("a set was answered twice")) : *result);
    }
    return all;
  }
  size_t answered() {
    const std::lock_guard lock(mutex_);
    return answered_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::optional<Result>> results_;
  size_t answered_ = 0;
  bool twice_ = false;
};

}  // namespace lienthong::testing

#endif  // LIENTHONG_TESTS_SUPPORT_WRITE_SETS_H_
