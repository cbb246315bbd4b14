#include "gateway/server/maintenance.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/time/time.h"
#include "gateway/base/errors.h"
#include "gateway/base/failpoint.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/files/disk.h"
#include "gateway/store/catalogue.h"
#include "gateway/store/register_all.h"

namespace lienthong {
namespace {

using Run = admin::v1::Maintenance;

constexpr std::string_view kBackupPrefix = "lienthong-";
constexpr std::string_view kUnfinished = ".part";

std::string NameAt(absl::Time time) {
  return StrCat(kBackupPrefix, ToStd(absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone())),
                ".db");
}

// Of backups that were cut off; nobody else writes there.
absl::Status RemoveUnfinished(const std::string& directory) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kBackupPrefix) || name.find(kUnfinished) == std::string::npos) continue;
    LIENTHONG_RETURN_IF_ERROR(files::Remove(entry.path()));
  }
  return absl::OkStatus();
}

// What a store leaves beside the file that it was opened from.
absl::Status RemoveAll(const std::string& path) {
  for (const char* part : {"-wal", "-shm", ".lock", ".mark", ""}) {
    LIENTHONG_RETURN_IF_ERROR(files::Remove(StrCat(path, part)));
  }
  return absl::OkStatus();
}

}  // namespace

BackupOptions BackupsOf(const ConfigFile& config) {
  const auto& wanted = config.config().store();
  const size_t colon = wanted.url().find(':');
  const std::string scheme = wanted.url().substr(0, colon + 1);
  const std::string path = wanted.url().substr(colon + 1);
  std::string directory = wanted.backup_directory();
  if (directory.empty() && !path.empty()) {
    directory = StrCat(path.substr(0, path.rfind('/') + 1), "backup");
  }
  return {.directory = std::move(directory), .open = [scheme](const std::string& file) {
            store::StoreCatalogue stores;
            RegisterAllStores(stores);
            return stores.OpenUrl(StrCat(scheme, file));
          }};
}

Maintenance::~Maintenance() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

absl::StatusOr<Run> Maintenance::Start(const core::RequestContext& call,
                                       const admin::v1::StartMaintenanceRequest& request) {
  if (request.kind() != Run::KIND_BACKUP && request.kind() != Run::KIND_CHECK) {
    return FieldInvalid("kind", "is not one of KIND_BACKUP, KIND_CHECK");
  }
  if (!domain::IsUuid(request.request_id())) {
    return FieldInvalid("request_id", "is not a UUID; make one for each change that you want");
  }
  const std::lock_guard lock(mutex_);
  if (request_id_ == request.request_id()) return newest_;
  if (newest_.state() == Run::STATE_RUNNING) {
    return absl::FailedPreconditionError(
        StrCat("a ", newest_.kind() == Run::KIND_BACKUP ? "backup" : "check", " that ",
               newest_.actor(), " began is under way; wait for its end"));
  }
  LIENTHONG_RETURN_IF_ERROR(KeepAct(call, request));
  if (thread_.joinable()) thread_.join();  // it is over
  newest_.Clear();
  newest_.set_kind(request.kind());
  newest_.set_state(Run::STATE_RUNNING);
  newest_.set_actor(call.caller.name);
  *newest_.mutable_start_time() = domain::ToProto(engine_.clock.Now());
  request_id_ = request.request_id();
  thread_ = std::thread([this, kind = request.kind()] { Run(kind); });
  return newest_;
}

Run Maintenance::newest() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

absl::Status Maintenance::KeepAct(const core::RequestContext& call,
                                  const admin::v1::StartMaintenanceRequest& request) const {
  storage::v1::ActRecord record;
  record.set_actor(call.caller.name);
  record.set_kind(request.kind() == Run::KIND_BACKUP ? "backup" : "check");
  record.set_target("store");
  record.set_reason(request.reason());
  *record.mutable_time() = domain::ToProto(engine_.clock.Now());
  record.set_request_id(request.request_id());
  store::WriteSet set;
  core::PutAct(engine_, record, set);
  return engine_.store.CommitAndWait(std::move(set), call.deadline).status();
}

void Maintenance::Run(Run::Kind kind) {
  const absl::Status done = kind == Run::KIND_BACKUP ? MakeBackup() : Check(engine_.store);
  const std::lock_guard lock(mutex_);
  newest_.set_state(done.ok() ? Run::STATE_DONE : Run::STATE_FAILED);
  newest_.set_problem(std::string(done.message()));
  *newest_.mutable_end_time() = domain::ToProto(engine_.clock.Now());
  const std::string_view event = kind == Run::KIND_BACKUP ? "backup" : "store_check";
  if (done.ok()) {
    LogInfo(StrCat(event, "_done"), {{"path", newest_.path()}, {"rows", StrCat(newest_.rows())}});
  } else {
    LogError(StrCat(event, "_failed"), {{"problem", newest_.problem()}});
  }
}

absl::Status Maintenance::MakeBackup() {
  if (options_.directory.empty()) {
    return absl::FailedPreconditionError("this store keeps no file that could be copied");
  }
  LIENTHONG_RETURN_IF_ERROR(files::MakeFolder(options_.directory));
  const std::string path = StrCat(options_.directory, "/", NameAt(engine_.clock.Now()));
  const std::string part = StrCat(path, kUnfinished);
  LIENTHONG_RETURN_IF_ERROR(RemoveUnfinished(options_.directory));
  absl::Status made = CopyAndCheck(part);
  PassFailpoint(Failpoint::kBackupWritten);
  if (made.ok()) made = files::Rename(part, path);
  if (made.ok()) made = files::SyncFolder(options_.directory);
  PassFailpoint(Failpoint::kBackupNamed);
  if (!made.ok()) {
    if (const absl::Status removed = RemoveAll(part); !removed.ok()) {
      LogWarning("backup_part_left", {{"path", part}});
    }
    return made;
  }
  LIENTHONG_ASSIGN_OR_RETURN(const files::DiskFile file, files::DiskFile::OpenToRead(path));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t size, file.Size());
  const std::lock_guard lock(mutex_);
  newest_.set_path(path);
  newest_.set_size_bytes(size);
  return absl::OkStatus();
}

absl::Status Maintenance::CopyAndCheck(const std::string& path) {
  LIENTHONG_RETURN_IF_ERROR(engine_.store.CopyTo(path, [this](const store::CopyProgress& progress) {
    return Tell("copy", progress.done_bytes, progress.total_bytes);
  }));
  {
    LIENTHONG_ASSIGN_OR_RETURN(const auto copy, options_.open(path));
    LIENTHONG_RETURN_IF_ERROR(Check(*copy));
  }
  return files::Remove(StrCat(path, ".lock"));
}

absl::Status Maintenance::Check(const store::Store& store) {
  LIENTHONG_ASSIGN_OR_RETURN(
      const core::StoreCheck check,
      core::CheckStore(store, engine_.sealer, [this](std::string_view table, int64_t rows) {
        return Tell(table, rows, 0);
      }));
  const std::lock_guard lock(mutex_);
  newest_.set_rows(check.rows);
  newest_.set_last_sequence(check.last_sequence);
  newest_.set_faults(check.faults);
  for (const core::StoreFault& fault : check.first) {
    auto& shown = *newest_.add_first_faults();
    shown.set_table(fault.table);
    shown.set_row(fault.row);
    shown.set_what(fault.what);
  }
  if (check.faults == 0) return absl::OkStatus();
  return StoreCorrupt(StrCat(check.faults,
                             " faults; keep this store as it is, and restore the newest "
                             "backup that has none"));
}

// False once the process ends.
bool Maintenance::Tell(std::string_view step, int64_t done, int64_t total) {
  const std::lock_guard lock(mutex_);
  newest_.set_step(std::string(step));
  newest_.set_done(done);
  newest_.set_total(total);
  return !stopping_;
}

}  // namespace lienthong
