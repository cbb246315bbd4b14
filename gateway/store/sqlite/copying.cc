#include "gateway/store/sqlite/copying.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"

namespace lienthong::store {
namespace {

constexpr int kAskAgainInstructions = 100'000;  // of SQLite's machine, about a millisecond
constexpr int kStepPages = 256;                 // 1 MiB: what a commit may have to wait for
constexpr mode_t kOwnerOnly = 0600;

absl::Status MakeFile(const std::string& path) {
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
  if (descriptor < 0) {
    return absl::FailedPreconditionError(
        StrCat("the copy ", path, " cannot be made: ", std::strerror(errno)));
  }
  close(descriptor);
  return absl::OkStatus();
}

class SqliteCopying final : public Copying {
 public:
  SqliteCopying(std::unique_ptr<Connection> copy, sqlite3_backup* backup, int64_t page_bytes)
      : copy_(std::move(copy)), backup_(backup), page_bytes_(page_bytes) {}
  ~SqliteCopying() override {
    if (backup_ != nullptr) sqlite3_backup_finish(backup_);
  }

  absl::StatusOr<bool> Step() override {
    const int code = sqlite3_backup_step(backup_, kStepPages);
    total_pages_ = sqlite3_backup_pagecount(backup_);
    left_pages_ = sqlite3_backup_remaining(backup_);
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
    if (code != SQLITE_DONE) return copy_->Error(code);
    const int finished = sqlite3_backup_finish(std::exchange(backup_, nullptr));
    return finished == SQLITE_OK ? absl::StatusOr<bool>(true) : copy_->Error(finished);
  }

  CopyProgress progress() const override {
    return {(total_pages_ - left_pages_) * page_bytes_, total_pages_ * page_bytes_};
  }

  absl::Status Verify(const std::function<bool()>& goes_on) override {
    bool given_up = false;
    const std::function<int()> ask = [&] { return (given_up = given_up || !goes_on()) ? 1 : 0; };
    sqlite3_progress_handler(
        copy_->handle(), kAskAgainInstructions,
        [](void* asked) { return (*static_cast<const std::function<int()>*>(asked))(); },
        const_cast<std::function<int()>*>(&ask));
    const absl::StatusOr<std::string> found = copy_->QueryText("PRAGMA integrity_check(1)");
    copy_.reset();  // which takes in its log, and leaves one file
    if (given_up) return absl::CancelledError("it was given up");
    LIENTHONG_RETURN_IF_ERROR(found.status());
    return *found == "ok" ? absl::OkStatus() : StoreCorrupt(StrCat("the copy: ", *found));
  }

 private:
  std::unique_ptr<Connection> copy_;
  sqlite3_backup* backup_;
  const int64_t page_bytes_;
  int64_t total_pages_ = 0;
  int64_t left_pages_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Copying>> BeginSqliteCopy(Connection& writer,
                                                         const std::string& path) {
  LIENTHONG_RETURN_IF_ERROR(MakeFile(path));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t page_bytes, writer.QueryInteger("PRAGMA page_size"));
  LIENTHONG_ASSIGN_OR_RETURN(auto copy, Connection::Open(path, Connection::Role::kWriter));
  sqlite3_backup* const backup =
      sqlite3_backup_init(copy->handle(), "main", writer.handle(), "main");
  if (backup == nullptr) return copy->Error(sqlite3_errcode(copy->handle()));
  return std::make_unique<SqliteCopying>(std::move(copy), backup, page_bytes);
}

}  // namespace lienthong::store
