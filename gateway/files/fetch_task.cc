#include "gateway/files/fetch_task.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/core/editor.h"
#include "gateway/domain/content.h"
#include "gateway/domain/derived.h"
#include "gateway/files/journal_scan.h"
#include "gateway/sync/backoff.h"
#include "gateway/sync/commit_group.h"

namespace lienthong::files {
namespace {

using dossier::v1::FileReference;

constexpr int kHttpOk = 200;
constexpr int kHttpTooMany = 429;
constexpr int kHttpServerError = 500;
constexpr std::string_view kMessageType = "application/json";
// A fetch may take this, and as long as its bytes need at the slowest that is worth waiting for.
constexpr absl::Duration kFetchTimeMin = absl::Seconds(30);
constexpr int64_t kBytesPerSecondMin = int64_t{128} << 10;
constexpr int kSettleAttemptsMax = 20;

// The file at an element, while it still waits for the bytes of this source; else nullptr.
const FileReference* WantedFile(const core::StoredDossier& stored, const FetchItem& item,
                                const Sources& sources) {
  if (stored.version == 0 || stored.dossier.has_voiding() || stored.dossier.has_joined()) {
    return nullptr;
  }
  for (const domain::FileAt& at : domain::FilesOf(stored.dossier)) {
    if (at.element != item.element) continue;
    const bool same = at.file->source() == item.record.source();
    return same && IsWanted(at, sources) ? at.file : nullptr;
  }
  return nullptr;
}

FileReference Found(FileReference::FetchState state, const std::string& source) {
  FileReference found;
  found.set_fetch_state(state);
  found.set_source(source);
  return found;
}

// Portals answer errors with HTTP 200 too. Nothing but its type tells such an answer from a paper
// of which no digest is known.
bool IsMessage(const sdk::HttpResponse& response, const FileReference& file) {
  return response.content_type.starts_with(kMessageType) && !file.has_sha256() &&
         !file.media_type().starts_with(kMessageType);
}

}  // namespace

absl::Status FetchTask::Run(const FetchItem& item) {
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, item.dossier_id));
  const FileReference* file = WantedFile(stored, item, sources_);
  if (file == nullptr) return Drop(item);
  Source& source = *sources_.Find(file->source());
  const Permit permit = source.MayBegin(engine_.clock.Now());
  if (!permit.granted) return Postpone(item, source, permit.until);
  const Result result = Fetch(source, *file);
  if (result.asked && !sources_.stopping()) {
    source.Note(permit, result.answered, engine_.clock.Now(), engine_.random.Fraction());
  } else {
    source.GiveBack(permit);
  }
  if (result.found.has_value()) return Settle(item, *result.found);
  if (sources_.stopping()) return absl::CancelledError("the gateway stops");
  return TryLater(item, source, result);
}

absl::Time FetchTask::DeadlineFor(const FileReference& file) const {
  const int64_t bytes = file.has_size_bytes()
                            ? std::clamp<int64_t>(file.size_bytes(), 0, content_.file_bytes_max())
                            : content_.file_bytes_max();
  return engine_.clock.Now() + kFetchTimeMin + absl::Seconds(bytes / kBytesPerSecondMin);
}

FetchTask::Result FetchTask::Fetch(Source& source, const FileReference& file) {
  absl::StatusOr<ContentWriter> writer = content_.Begin();
  Result not_asked;
  not_asked.problem = writer.status();
  if (!writer.ok()) return not_asked;
  const sdk::HttpResponse response = source.http().Download(
      {.path = *source.PathOf(file.source())},
      [&writer](std::string_view part) { return writer->Append(part); }, DeadlineFor(file));
  return Judge(file, response, *writer);
}

FetchTask::Result FetchTask::Judge(const FileReference& file, const sdk::HttpResponse& response,
                                   ContentWriter& writer) {
  Result result;
  result.asked = true;
  result.retry_after = response.retry_after;
  result.problem = response.status;
  if (absl::IsUnavailable(response.status)) return result;
  result.answered = response.code != kHttpTooMany && response.code < kHttpServerError;
  if (absl::IsOutOfRange(response.status)) {
    result.found = Found(FileReference::FETCH_STATE_REFUSED, file.source());
    return result;
  }
  if (!response.status.ok()) return result;  // of our disk
  if (response.code != kHttpOk) {
    result.problem = absl::UnavailableError(StrCat("HTTP ", response.code));
    return result;
  }
  if (IsMessage(response, file)) {
    result.problem = absl::UnavailableError("the answer is a message, not a paper");
    return result;
  }
  if (!response.delimited && !file.has_sha256() && !file.has_size_bytes()) {
    result.problem = absl::UnavailableError("the answer does not say where the paper ends");
    return result;
  }
  const absl::StatusOr<Content> content = writer.Finish(response.content_type);
  if (!content.ok()) {
    result.problem = content.status();
    return result;
  }
  result.found = Found(FileReference::FETCH_STATE_VERIFIED, file.source());
  result.found->set_sha256(content->sha256);
  result.found->set_size_bytes(content->record.size_bytes());
  result.found->set_media_type(content->record.media_type());
  result.found->set_id(content->record.id());
  return result;
}

// A problem of our own is no reason to call the source dead.
absl::Status FetchTask::TryLater(const FetchItem& item, const Source& source,
                                 const Result& result) {
  const absl::Time now = engine_.clock.Now();
  const SourceOptions& options = source.options();
  FetchItem next = item;
  next.record.set_attempts(item.record.attempts() + 1);
  if (absl::IsUnavailable(result.problem)) {
    if (!next.record.has_failing_since()) {
      *next.record.mutable_failing_since() = domain::ToProto(now);
    }
    if (now - domain::FromProto(next.record.failing_since()) >= options.dead_after) {
      return Settle(item, Found(FileReference::FETCH_STATE_DEAD, item.record.source()));
    }
  } else {
    LogError("paper_cannot_be_kept", {{"error", std::string(result.problem.message())}});
  }
  ++counters_.failed;
  const absl::Duration wait = sync::FullJitter(options.retry_min, options.retry_max,
                                               next.record.attempts(), engine_.random.Fraction());
  next.due = now + std::max(wait, result.retry_after.value_or(absl::ZeroDuration()));
  store::WriteSet set;
  queue_.Put(next, set);
  const absl::Status committed = queue_.Commit(std::move(set));
  return absl::IsAborted(committed) ? absl::OkStatus() : committed;
}

// Its source does not answer others either: not asked, but as good as.
absl::Status FetchTask::Postpone(const FetchItem& item, const Source& source, absl::Time until) {
  Result result;
  result.problem = absl::UnavailableError("the source does not answer");
  result.retry_after = until - engine_.clock.Now();
  return TryLater(item, source, result);
}

absl::Status FetchTask::Settle(const FetchItem& item, const FileReference& found) {
  for (int attempt = 0; attempt < kSettleAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(const bool settled, SettleOnce(item, found));
    if (settled) return absl::OkStatus();
  }
  return absl::UnavailableError("the dossier of a paper changes too fast");
}

absl::StatusOr<bool> FetchTask::SettleOnce(const FetchItem& item, const FileReference& found) {
  LIENTHONG_ASSIGN_OR_RETURN(const FetchItem present, queue_.Load(item.dossier_id, item.element));
  if (present.version != item.version) return true;  // another source came meanwhile
  LIENTHONG_ASSIGN_OR_RETURN(const core::StoredDossier stored,
                             core::LoadDossier(engine_, item.dossier_id));
  if (WantedFile(stored, item, sources_) == nullptr) {
    LIENTHONG_RETURN_IF_ERROR(Drop(item));
    return true;
  }
  domain::Change change;
  change.content.emplace(item.record.source(), found);
  core::EditContext context;
  context.actor = kGatewayActor;
  context.writer.system = kGatewayActor;
  LIENTHONG_ASSIGN_OR_RETURN(core::PreparedEdit edit,
                             core::PrepareEdit(engine_, stored, change, std::move(context)));
  queue_.Remove(item, edit.set);
  core::StoredDossier next{.id = stored.id, .version = 0, .dossier = edit.merge.next};
  sync::CommitGroup group;
  core::SubmitEdit(engine_, std::move(edit),
                   [done = group.Add()](const absl::StatusOr<core::EditResult>& result) {
                     done(result.status());
                   });
  const absl::Status committed = group.Wait(engine_.commit_timeout).front();
  if (absl::IsAborted(committed)) return false;
  LIENTHONG_RETURN_IF_ERROR(committed);
  for (const domain::FileAt& at : domain::FilesOf(next.dossier)) {
    if (at.element == item.element) Report(next, item, *at.file);
  }
  return true;
}

absl::Status FetchTask::Drop(const FetchItem& item) {
  store::WriteSet set;
  queue_.Remove(item, set);
  const absl::Status committed = queue_.Commit(std::move(set));
  return absl::IsAborted(committed) ? absl::OkStatus() : committed;
}

void FetchTask::Report(const core::StoredDossier& stored, const FetchItem& item,
                       const FileReference& file) {
  switch (file.fetch_state()) {
    case FileReference::FETCH_STATE_VERIFIED:
      ++counters_.verified;
      return;
    case FileReference::FETCH_STATE_REFUSED:
      ++counters_.refused;
      break;
    default:
      ++counters_.dead;
  }
  LogWarning("paper_not_verified", {{"dossier", PseudonymOf(stored.dossier.code())},
                                    {"element", item.element},
                                    {"state", FileReference::FetchState_Name(file.fetch_state())}});
}

}  // namespace lienthong::files
