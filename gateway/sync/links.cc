#include "gateway/sync/links.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/records.h"
#include "gateway/core/tokens.h"
#include "gateway/sync/link_runner.h"

namespace lienthong::sync {
namespace {

using core::RequestContext;
using store::Row;
using store::Table;

constexpr absl::Duration kJournalWait = absl::Milliseconds(500);
constexpr int kByOwner = 1;  // indexes of dead letters and conflicts, as in tables.cc
constexpr int kByTime = 2;
// Rows of one instant; a commit writes fewer.
constexpr int64_t kTiesMax = 2000;

absl::Status OperatorsOnly(const RequestContext& context, std::string_view act) {
  if (context.caller.kind == core::CallerKind::kOperator) return absl::OkStatus();
  return CallNotAllowed(context.caller.name, act);
}

void NotePurpose(const RequestContext& context, const std::string& purpose) {
  if (!purpose.empty()) {
    LogInfo("personal_data_read", {{"by", context.caller.name}, {"purpose", purpose}});
  }
}

v1::DeadLetter ToPublic(const std::string& id, const storage::v1::DeadLetterRecord& record,
                        bool with_raw) {
  v1::DeadLetter letter;
  letter.set_id(id);
  letter.set_link(record.link());
  letter.set_direction(static_cast<v1::DeadLetter::Direction>(record.direction()));
  letter.set_code(record.code());
  letter.set_key(record.key());
  letter.set_field(record.field());
  letter.set_reason(record.reason());
  if (with_raw) letter.set_raw(record.raw());
  *letter.mutable_time() = record.time();
  return letter;
}

v1::Conflict ToPublic(const std::string& id, const storage::v1::ConflictRecord& record,
                      bool with_values) {
  v1::Conflict conflict;
  conflict.set_id(id);
  conflict.set_code(record.code());
  conflict.set_path(record.path());
  conflict.set_owner(record.owner());
  conflict.set_proposer(record.proposer());
  if (with_values) {
    conflict.set_stored_value(record.stored_value());
    conflict.set_proposed_value(record.proposed_value());
    conflict.set_base_value(record.base_value());
  }
  conflict.set_revision(record.revision());
  *conflict.mutable_time() = record.time();
  return conflict;
}

// The dossier a conflict row is about, to open its body: the id begins with it.
int64_t DossierOfConflict(const std::string& id) { return std::strtoll(id.c_str(), nullptr, 10); }

// A page of rows of one owner, or of all, oldest first. Its token is the time of its last row; rows
// of one instant are never parted, so a page may be a little longer than was asked.
struct Page {
  std::vector<Row> rows;
  std::string next_token;
};

int64_t TimeOf(const Row& row) { return std::get<int64_t>(row.columns[2]); }

absl::StatusOr<Page> ReadPage(const core::Engine& engine, Table table, std::string_view owner,
                              int32_t page_size, std::string_view page_token) {
  const std::string kind = StrCat(store::Describe(table).name, "/", owner);
  const int64_t epoch = engine.store.Info().epoch;
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t after, core::ReadToken(kind, page_token, epoch));
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t rows, core::PageRows(page_size));
  store::Scan scan{.table = table,
                   .index = owner.empty() ? kByTime : kByOwner,
                   .prefix = {},
                   .after = after,
                   .at_most = {},
                   .limit_rows = rows + kTiesMax};
  if (!owner.empty()) scan.prefix = {std::string(owner)};
  LIENTHONG_ASSIGN_OR_RETURN(std::vector<Row> found, engine.store.Read(scan));
  const size_t read = found.size();
  size_t end = std::min<size_t>(rows, read);
  while (end > 0 && end < read && TimeOf(found[end]) == TimeOf(found[end - 1])) ++end;
  Page page;
  if (end < read) page.next_token = core::MakeToken(kind, epoch, TimeOf(found[end - 1]));
  found.resize(end);
  page.rows = std::move(found);
  return page;
}

}  // namespace

// Wakes the links when something was committed.
class JournalWatcher {
 public:
  JournalWatcher(core::Engine& engine, std::function<void()> wake)
      : engine_(engine), wake_(std::move(wake)), thread_([this] { Loop(); }) {}
  ~JournalWatcher() {
    stopping_ = true;
    thread_.join();
  }

 private:
  void Loop() {
    int64_t seen = 0;
    while (!stopping_) {
      if (!engine_.store.WaitForJournal(seen, engine_.clock.Now() + kJournalWait)) continue;
      seen = engine_.store.Info().last_sequence;
      wake_();
    }
  }

  core::Engine& engine_;
  const std::function<void()> wake_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

Links::Links(core::Engine& engine) : engine_(engine) {}
Links::~Links() { Stop(); }

absl::Status Links::Add(LinkOptions options, std::unique_ptr<sdk::Adapter> adapter) {
  const core::Party* party = engine_.parties.Find(options.party);
  if (party == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("link ", options.name, ": party ", options.party, " is not configured"));
  }
  for (const auto& runner : runners_) {
    if (runner->options().name == options.name) {
      return absl::InvalidArgumentError(StrCat("link ", options.name, " is there twice"));
    }
  }
  runners_.push_back(
      std::make_unique<LinkRunner>(engine_, std::move(options), *party, std::move(adapter)));
  return absl::OkStatus();
}

absl::Status Links::Start() {
  for (const auto& runner : runners_) {
    const absl::Status started = runner->Start();
    if (!started.ok()) {
      Stop();
      return absl::Status(started.code(), StrCat("link ", runner->options().name, ": ",
                                                 std::string(started.message())));
    }
  }
  watcher_ = std::make_unique<JournalWatcher>(engine_, [this] {
    for (const auto& runner : runners_) runner->Wake();
  });
  return absl::OkStatus();
}

void Links::Stop() {
  watcher_.reset();
  for (const auto& runner : runners_) runner->Stop();
}

LinkRunner* Links::Find(std::string_view name) const {
  for (const auto& runner : runners_) {
    if (runner->options().name == name) return runner.get();
  }
  return nullptr;
}

absl::StatusOr<v1::Link> Links::Get(const RequestContext& context,
                                    const v1::GetLinkRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read links"));
  const LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  return runner->Describe();
}

absl::StatusOr<v1::ListLinksResponse> Links::List(const RequestContext& context) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read links"));
  v1::ListLinksResponse response;
  for (const auto& runner : runners_) *response.add_links() = runner->Describe();
  std::sort(response.mutable_links()->begin(), response.mutable_links()->end(),
            [](const v1::Link& a, const v1::Link& b) { return a.name() < b.name(); });
  return response;
}

absl::StatusOr<v1::Link> Links::Pause(const RequestContext& context,
                                      const v1::PauseLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "pause links"));
  LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  LIENTHONG_RETURN_IF_ERROR(runner->SetPaused(true));
  LogInfo("link_paused",
          {{"link", request.name()}, {"by", context.caller.name}, {"reason", request.reason()}});
  return runner->Describe();
}

absl::StatusOr<v1::Link> Links::Resume(const RequestContext& context,
                                       const v1::ResumeLinkRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "resume links"));
  LinkRunner* runner = Find(request.name());
  if (runner == nullptr) return NotFound("link", request.name());
  LIENTHONG_RETURN_IF_ERROR(runner->SetPaused(false));
  LogInfo("link_resumed", {{"link", request.name()}, {"by", context.caller.name}});
  return runner->Describe();
}

absl::StatusOr<v1::ListDeadLettersResponse> Links::ListDeadLetters(
    const RequestContext& context, const v1::ListDeadLettersRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read dead letters"));
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(Page page, ReadPage(engine_, Table::kDeadLetter, request.link(),
                                                 request.page_size(), request.page_token()));
  v1::ListDeadLettersResponse response;
  for (const Row& row : page.rows) {
    storage::v1::DeadLetterRecord record;
    LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, 0, row.body, record));
    *response.add_dead_letters() =
        ToPublic(std::get<std::string>(row.columns[0]), record, !request.purpose().empty());
  }
  response.set_next_page_token(std::move(page.next_token));
  return response;
}

absl::StatusOr<v1::ListConflictsResponse> Links::ListConflicts(
    const RequestContext& context, const v1::ListConflictsRequest& request) const {
  LIENTHONG_RETURN_IF_ERROR(OperatorsOnly(context, "read conflicts"));
  NotePurpose(context, request.purpose());
  LIENTHONG_ASSIGN_OR_RETURN(Page page, ReadPage(engine_, Table::kConflict, request.proposer(),
                                                 request.page_size(), request.page_token()));
  v1::ListConflictsResponse response;
  for (const Row& row : page.rows) {
    const std::string& id = std::get<std::string>(row.columns[0]);
    storage::v1::ConflictRecord record;
    LIENTHONG_RETURN_IF_ERROR(core::Unseal(engine_, DossierOfConflict(id), row.body, record));
    *response.add_conflicts() = ToPublic(id, record, !request.purpose().empty());
  }
  response.set_next_page_token(std::move(page.next_token));
  return response;
}

std::vector<std::string> Links::names() const {
  std::vector<std::string> names;
  for (const auto& runner : runners_) names.push_back(runner->options().name);
  return names;
}

}  // namespace lienthong::sync
