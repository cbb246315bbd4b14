#include "gateway/core/catalogue.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/catalogue/timetable.h"
#include "gateway/core/act_log.h"
#include "gateway/core/records.h"
#include "gateway/core/requests.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/wall_time.h"

namespace lienthong::core {
namespace {

using catalogue::Entries;
using catalogue::Entry;
using catalogue::Key;
using catalogue::KeyOf;
using catalogue::Snapshot;
using catalogue::v1::ActingGrant;
using catalogue::v1::ImportCatalogueRequest;
using catalogue::v1::ImportCatalogueResponse;
using store::Mutation;
using store::Row;
using store::Table;

constexpr int kAttemptsMax = 20;
constexpr int kReadAgainMax = 10;
constexpr size_t kReasonCharactersMax = 2000;
constexpr size_t kNamespaceColumn = 1;
constexpr size_t kCodeColumn = 2;

store::Values VersionKey() { return {"catalogue", "-", "-", "-"}; }

store::Values Columns(const Key& key) {
  return {key.kind, key.name_space, key.code, key.valid_from};
}

Mutation PutEntry(const Engine& engine, const Entry& entry) {
  Row row{.columns = Columns(KeyOf(entry)),
          .version = 0,
          .body = Seal(engine, 0, catalogue::MessageOf(entry))};
  return {Mutation::Kind::kPut, Table::kCatalogue, std::move(row)};
}

std::string ReasonProblem(const std::string& reason) {
  if (domain::IsBlank(reason)) return "is empty; say why, it is kept with the act";
  const int64_t characters = domain::CountCharacters(reason);
  if (characters < 0 || characters > static_cast<int64_t>(kReasonCharactersMax)) {
    return StrCat("is longer than ", kReasonCharactersMax, " characters, or not UTF-8");
  }
  return "";
}

// Of grants and units no deadline is made.
bool MayMoveDeadlines(const Entry& entry) {
  return !std::holds_alternative<ActingGrant>(entry) &&
         !std::holds_alternative<catalogue::v1::AdministrativeUnit>(entry);
}

// The counts of an import, as its act keeps them: "2 changed, 5 unchanged".
std::string ResultOf(const ImportCatalogueResponse& told) {
  return StrCat(told.changed_count(), " changed, ", told.unchanged_count(), " unchanged");
}

ImportCatalogueResponse ToldBefore(const std::string& result) {
  ImportCatalogueResponse told;
  const std::vector<std::string> words = absl::StrSplit(result, ' ');
  int32_t count = 0;
  if (!words.empty() && absl::SimpleAtoi(words[0], &count)) told.set_changed_count(count);
  if (words.size() > 2 && absl::SimpleAtoi(words[2], &count)) told.set_unchanged_count(count);
  return told;
}

std::string TargetOf(const ImportCatalogueRequest& request) {
  return StrCat("catalogue/", ImportCatalogueRequest::Content_Name(request.content()));
}

absl::Status CheckGrant(const ActingGrant& grant) {
  std::vector<FieldViolation> problems;
  for (const auto& [field, code] :
       {std::pair("grant.agency", grant.agency()), std::pair("grant.acts_for", grant.acts_for())}) {
    if (!domain::IsAgencyCode(code)) {
      problems.push_back({field, "is no code of an agency; write it as H29.X05"});
    }
  }
  if (grant.agency() == grant.acts_for()) {
    problems.push_back({"grant.acts_for", "is the agency itself; it needs no grant"});
  }
  const std::string reason = ReasonProblem(grant.reason());
  if (!reason.empty()) problems.push_back({"grant.reason", reason});
  for (FieldViolation& problem : catalogue::Problems({{KeyOf(Entry(grant)), grant}})) {
    problems.push_back({"grant", std::move(problem.description)});
  }
  return problems.empty() ? absl::OkStatus() : FieldsInvalid(std::move(problems));
}

// Whoever is at work acts for itself. What a catalogue that names no agency does not know may be
// right.
absl::Status CheckGrantees(const Snapshot& snapshot, const ActingGrant& grant) {
  const auto first =
      snapshot.entries().lower_bound({std::string(catalogue::kKinds[0]), "", "", ""});
  if (first == snapshot.entries().end() || first->first.kind != catalogue::kKinds[0]) {
    return absl::OkStatus();
  }
  for (const auto& [field, code] :
       {std::pair("grant.agency", grant.agency()), std::pair("grant.acts_for", grant.acts_for())}) {
    if (absl::IsNotFound(snapshot.FindAgency(code, "").status())) {
      return FieldInvalid(field, StrCat("is ", code,
                                        ", which is no agency of the catalogue; "
                                        "`lienthongctl agency list` names them"));
    }
  }
  const auto held = snapshot.FindAgency(grant.acts_for(), grant.valid_from());
  if (held.ok() && (*held)->valid_until().empty()) {
    return FieldInvalid("grant.acts_for", StrCat("is ", grant.acts_for(),
                                                 ", which is at work itself; a grant is for the "
                                                 "work of an agency that has ended or will"));
  }
  return absl::OkStatus();
}

}  // namespace

ActsFor MakeActsFor(const Catalogue& catalogue) {
  return [&catalogue](const std::string& agency) {
    const auto snapshot = catalogue.Now();
    return snapshot.ok() ? (*snapshot)->ActsFor(agency, catalogue.Today())
                         : std::vector<std::string>();
  };
}

WarningEnd MakeWarningEnd(const Catalogue& catalogue) {
  return [&catalogue](const std::string& agency, absl::Time now, int soon_hours) {
    const absl::Time by_the_clock = now + absl::Hours(soon_hours);
    const auto snapshot = catalogue.Now();
    if (!snapshot.ok()) return by_the_clock;
    const std::string id = (*snapshot)->CalendarOf(agency, domain::FormatDay(domain::WallDay(now)));
    const domain::Calendar* calendar = (*snapshot)->FindCalendar(id);
    return calendar == nullptr ? by_the_clock
                               : calendar->AddWorkingTime(now, absl::Hours(soon_hours));
  };
}

std::shared_ptr<const domain::Timetable> CatalogueTimetables::Now() const {
  const auto snapshot = catalogue_.Now();
  if (!snapshot.ok()) return nullptr;
  return std::make_shared<const catalogue::CatalogueTimetable>(*snapshot);
}

std::string Catalogue::Today() const {
  return domain::FormatDay(domain::WallDay(engine_.clock.Now()));
}

absl::Time Catalogue::DeadlineOf(const RequestContext& context) const {
  return std::min(context.deadline, engine_.clock.Now() + engine_.commit_timeout);
}

absl::StatusOr<int64_t> Catalogue::StoredVersion() const {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine_.store.Get(Table::kCatalogue, VersionKey()));
  return row.version;
}

// Lists of codes first, then pages of codes: a page that is full may end within a code, whose rows
// are then read again.
absl::Status Catalogue::ReadKind(std::string_view kind, Entries& entries) const {
  store::Scan lists{.table = Table::kCatalogue, .prefix = {std::string(kind)}, .limit_rows = 1};
  for (;;) {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> first, engine_.store.Read(lists));
    if (first.empty()) return absl::OkStatus();
    const store::Value name_space = first[0].columns[kNamespaceColumn];
    lists.after = name_space;
    store::Scan page{.table = Table::kCatalogue,
                     .prefix = {std::string(kind), name_space},
                     .limit_rows = store::kScanRowsMax};
    for (bool full = true; full;) {
      LIENTHONG_ASSIGN_OR_RETURN(std::vector<Row> rows, engine_.store.Read(page));
      full = static_cast<int64_t>(rows.size()) == page.limit_rows;
      if (full) {
        const store::Value last = rows.back().columns[kCodeColumn];
        while (!rows.empty() && rows.back().columns[kCodeColumn] == last) rows.pop_back();
        if (rows.empty()) return StoreCorrupt("catalogue entries of one code");
        page.after = rows.back().columns[kCodeColumn];
      }
      for (const Row& row : rows) {
        std::string bytes;
        LIENTHONG_ASSIGN_OR_RETURN(bytes, engine_.sealer.Open(0, row.body));
        LIENTHONG_ASSIGN_OR_RETURN(Entry entry, catalogue::ParseEntry(kind, bytes));
        Key key = KeyOf(entry);
        entries.emplace(std::move(key), std::move(entry));
      }
    }
  }
}

absl::StatusOr<Entries> Catalogue::ReadEntries() const {
  Entries entries;
  for (std::string_view kind : catalogue::kKinds) {
    LIENTHONG_RETURN_IF_ERROR(ReadKind(kind, entries));
  }
  return entries;
}

absl::StatusOr<std::shared_ptr<const Snapshot>> Catalogue::Now() const {
  LIENTHONG_ASSIGN_OR_RETURN(int64_t version, StoredVersion());
  const std::lock_guard lock(mutex_);
  if (snapshot_ != nullptr && snapshot_->version() >= version) return snapshot_;
  for (int i = 0; i < kReadAgainMax; ++i) {
    // Rows are read one after another: what was read counts when nothing changed meanwhile.
    LIENTHONG_ASSIGN_OR_RETURN(Entries entries, ReadEntries());
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t after, StoredVersion());
    if (after == version) {
      LIENTHONG_ASSIGN_OR_RETURN(Snapshot snapshot, Snapshot::Make(std::move(entries), version));
      snapshot_ = std::make_shared<const Snapshot>(std::move(snapshot));
      return snapshot_;
    }
    version = after;
  }
  return Busy("the catalogue changes too fast", absl::Milliseconds(200));
}

absl::Status Catalogue::Write(const Act& act, int64_t version, const std::vector<Entry>& entries) {
  store::WriteSet set;
  const store::Values request_key = {act.context.caller.name, act.request_id};
  set.conditions.push_back({Table::kCatalogue, VersionKey(), version});
  set.conditions.push_back({Table::kRequest, request_key, 0});
  if (!entries.empty()) {
    set.mutations.push_back(
        {Mutation::Kind::kPut, Table::kCatalogue, {.columns = VersionKey(), .body = ""}});
    if (std::any_of(entries.begin(), entries.end(), MayMoveDeadlines)) {
      LIENTHONG_RETURN_IF_ERROR(PutRecomputation(engine_, version + 1, set));
    }
  }
  for (const Entry& entry : entries) set.mutations.push_back(PutEntry(engine_, entry));
  storage::v1::RequestRecord request;
  request.set_digest(act.digest);
  set.mutations.push_back({Mutation::Kind::kPut,
                           Table::kRequest,
                           {.columns = request_key, .body = Seal(engine_, 0, request)}});
  storage::v1::ActRecord record;
  record.set_actor(act.context.caller.name);
  record.set_kind(act.kind);
  record.set_target(act.target);
  record.set_reason(act.reason);
  record.set_result(act.result);
  record.set_request_id(act.request_id);
  *record.mutable_time() = domain::ToProto(engine_.clock.Now());
  PutAct(engine_, record, set);
  return engine_.store.CommitAndWait(std::move(set), DeadlineOf(act.context)).status();
}

absl::Status Catalogue::ForeseeDeadlines(const Snapshot& now, catalogue::ImportPlan& plan) const {
  if (plan.writes.empty()) return absl::OkStatus();
  Entries entries = now.entries();
  for (const Entry& entry : plan.writes) entries.insert_or_assign(KeyOf(entry), entry);
  LIENTHONG_ASSIGN_OR_RETURN(Snapshot next, Snapshot::Make(std::move(entries), now.version() + 1));
  const catalogue::CatalogueTimetable timetable(std::make_shared<const Snapshot>(std::move(next)));
  LIENTHONG_ASSIGN_OR_RETURN(const int moved, CountMoved(engine_, timetable));
  plan.told.set_deadlines_moved(moved);
  return absl::OkStatus();
}

absl::StatusOr<ImportCatalogueResponse> Catalogue::Import(const RequestContext& context,
                                                          const ImportCatalogueRequest& request) {
  if (request.dry_run()) {
    LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, Now());
    LIENTHONG_ASSIGN_OR_RETURN(
        catalogue::ImportPlan plan,
        catalogue::PlanImport(
            *snapshot, catalogue::Read(request.content(), request.text(), request.valid_from())));
    LIENTHONG_RETURN_IF_ERROR(ForeseeDeadlines(*snapshot, plan));
    return std::move(plan.told);
  }
  const std::string problem = ReasonProblem(request.reason());
  if (!problem.empty()) return FieldInvalid("reason", problem);
  const std::string digest = DigestOfRequest(request);
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    if (known.has_value()) {
      LIENTHONG_ASSIGN_OR_RETURN(const auto act, FindAct(engine_, context.caller.name,
                                                         request.request_id(), TargetOf(request)));
      return ToldBefore(act.has_value() ? act->result() : "");
    }
    LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, Now());
    LIENTHONG_ASSIGN_OR_RETURN(
        catalogue::ImportPlan plan,
        catalogue::PlanImport(
            *snapshot, catalogue::Read(request.content(), request.text(), request.valid_from())));
    const absl::Status written = Write({context, request.request_id(), digest, "import",
                                        TargetOf(request), request.reason(), ResultOf(plan.told)},
                                       snapshot->version(), plan.writes);
    if (written.ok()) return std::move(plan.told);
    if (!absl::IsAborted(written)) return written;
  }
  return Busy("the catalogue changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<ActingGrant> Catalogue::PutGrant(
    const RequestContext& context, const catalogue::v1::PutActingGrantRequest& request) {
  LIENTHONG_RETURN_IF_ERROR(CheckGrant(request.grant()));
  const std::string digest = DigestOfRequest(request);
  const Key key = KeyOf(Entry(request.grant()));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(
        const auto known, FindRequest(engine_, context.caller.name, request.request_id(), digest));
    LIENTHONG_ASSIGN_OR_RETURN(const auto snapshot, Now());
    if (known.has_value()) {
      const auto stored = snapshot->entries().find(key);
      if (stored == snapshot->entries().end()) return StoreCorrupt("a grant that was recorded");
      return std::get<ActingGrant>(stored->second);
    }
    LIENTHONG_RETURN_IF_ERROR(CheckGrantees(*snapshot, request.grant()));
    ActingGrant grant = request.grant();
    grant.set_actor(context.caller.name);
    *grant.mutable_time() = domain::ToProto(engine_.clock.Now());
    const absl::Status written =
        Write({context, request.request_id(), digest, "grant",
               StrCat("grant/", catalogue::InWords(key)), grant.reason(), "STORED"},
              snapshot->version(), {grant});
    if (written.ok()) return grant;
    if (!absl::IsAborted(written)) return written;
  }
  return Busy("the catalogue changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core
