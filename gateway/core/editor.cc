#include "gateway/core/editor.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/log.h"
#include "gateway/base/pseudonym.h"
#include "gateway/base/text.h"
#include "gateway/base/trace.h"
#include "gateway/core/digest.h"
#include "gateway/core/due_rows.h"
#include "gateway/core/registering.h"
#include "gateway/core/suspects.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"
#include "gateway/domain/number_pattern.h"
#include "gateway/domain/overruling.h"
#include "gateway/domain/told_once.h"
#include "gateway/domain/validate.h"

namespace lienthong::core {
namespace {

using dossier::v1::Dossier;
using store::Mutation;
using store::Row;
using store::Table;

constexpr std::string_view kRoot = "dossier.";

// The request record is written with the sequence that only the committer knows.
void AddRequestRecord(const Engine& engine, PreparedEdit& edit, const Dossier& dossier) {
  if (edit.context.request_id.empty()) return;
  auto record = std::make_shared<storage::v1::RequestRecord>();
  record->set_digest(edit.context.request_digest);
  record->set_code(dossier.code());
  record->set_receipt_number(dossier.receipt_number());
  record->set_revision(dossier.revision());
  record->set_reservation_id(edit.reservation_id);
  for (const std::string& path : edit.conflict_paths) record->add_conflict_paths(path);
  const store::Values key = {edit.context.actor, edit.context.request_id};
  edit.set.conditions.push_back({Table::kRequest, key, 0});
  edit.set.with_sequence = [&engine, record, key](int64_t sequence,
                                                  std::vector<Mutation>& mutations) {
    record->set_sequence(sequence);
    Row row{.columns = key, .version = 0, .body = Seal(engine, 0, *record)};
    mutations.push_back({Mutation::Kind::kPut, Table::kRequest, std::move(row)});
  };
}

// Turns the merged dossier into rows. The code is known by now.
void Encode(const Engine& engine, PreparedEdit& edit) {
  const Dossier& next = edit.merge.next;
  for (StoredConflict& conflict : edit.conflicts) {
    conflict.record.set_code(next.code());
    PutConflict(engine, conflict, edit.set);
  }
  if (edit.changed) {
    edit.entry.set_code(next.code());
    edit.set.mutations.push_back(PutDossier(engine, edit.id, next));
    edit.set.journal.push_back({edit.id, next.revision(), Seal(engine, edit.id, edit.entry)});
  }
  AddRequestRecord(engine, edit, next);
}

// `alias_version`: of the code's row in the index; 0 for a fresh number and for one that comes from
// elsewhere, 1 for one that its reservation has put there.
void SetCodes(const std::string& code, const std::string& receipt, int64_t alias_version,
              PreparedEdit& edit) {
  for (Dossier* dossier : {&edit.merge.next, edit.entry.mutable_after()}) {
    dossier->set_code(code);
    dossier->set_receipt_number(receipt);
  }
  edit.entry.add_paths("code");
  edit.entry.add_paths("receipt_number");
  for (const std::set<std::string> codes = {domain::FoldCode(code), domain::FoldCode(receipt)};
       const std::string& folded : codes) {
    edit.set.conditions.push_back({Table::kAlias, {folded, std::string()}, alias_version});
    edit.set.mutations.push_back(PutAlias({folded, "", edit.id}));
  }
}

EditResult ResultOf(const PreparedEdit& edit) {
  const Dossier& next = edit.merge.next;
  return {.id = edit.id,
          .code = next.code(),
          .receipt_number = next.receipt_number(),
          .revision = next.revision(),
          .sequence = 0,
          .conflict_paths = edit.conflict_paths};
}

using Done = std::function<void(absl::StatusOr<EditResult>)>;

// Tells the log of a change once it is committed; null when it is not to be told.
std::function<void(int64_t sequence)> LogOf(const PreparedEdit& edit) {
  if (!edit.changed || !IsLogged(LogLevel::kDebug)) return nullptr;
  return [traceparent = TraceparentOf(edit.entry.trace_id(), ""), actor = edit.entry.actor(),
          dossier = PseudonymOf(edit.merge.next.code()),
          revision = edit.merge.next.revision()](int64_t sequence) {
    const TraceScope trace(traceparent);
    LogDebug("change_committed", {{"dossier", dossier},
                                  {"revision", StrCat(revision)},
                                  {"sequence", StrCat(sequence)},
                                  {"actor", actor}});
  };
}

void Commit(Engine& engine, PreparedEdit edit, Done done) {
  EditResult result = ResultOf(edit);
  auto log = LogOf(edit);
  engine.store.Commit(std::move(edit.set),
                      [result = std::move(result), log = std::move(log), done = std::move(done)](
                          const absl::StatusOr<store::CommitResult>& committed) mutable {
                        if (!committed.ok()) return done(committed.status());
                        result.sequence = committed->first_sequence;
                        if (log != nullptr) log(result.sequence);
                        done(std::move(result));
                      });
}

// Keeps an answer that comes before LetGo() until then. A store may answer before Commit returns,
// while the series is still locked, and who is answered may want its next number.
class HeldAnswer {
 public:
  explicit HeldAnswer(Done done) : done_(std::move(done)) {}

  void Give(absl::StatusOr<EditResult> result) {
    {
      const std::lock_guard lock(mutex_);
      if (held_) {
        result_ = std::move(result);
        return;
      }
    }
    done_(std::move(result));
  }

  void LetGo() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
      if (!result_.has_value()) return;
    }
    done_(*std::move(result_));
  }

 private:
  const Done done_;
  std::mutex mutex_;
  bool held_ = true;
  std::optional<absl::StatusOr<EditResult>> result_;
};

// Of which day's series a new dossier gets its number.
absl::CivilDay DayOf(const Engine& engine, const Dossier& dossier) {
  return domain::CivilDayOf(dossier.reception().has_received_time()
                                ? domain::FromProto(dossier.reception().received_time())
                                : engine.clock.Now());
}

void CommitNumbered(Engine& engine, PreparedEdit edit, Done done) {
  const std::string agency = edit.merge.next.reception().agency();
  const absl::CivilDay day = DayOf(engine, edit.merge.next);
  const auto answer = std::make_shared<HeldAnswer>(std::move(done));
  const absl::Status status =
      engine.numbering->Allocate(engine.store, agency, day, [&](Numbering::Allocation allocation) {
        SetCodes(allocation.code, allocation.code, 0, edit);
        edit.set.conditions.push_back(std::move(allocation.condition));
        edit.set.mutations.push_back(std::move(allocation.mutation));
        Encode(engine, edit);
        Commit(engine, std::move(edit),
               [&engine, agency, day, answer](absl::StatusOr<EditResult> result) {
                 if (!result.ok()) engine.numbering->Invalidate(agency, day);
                 answer->Give(std::move(result));
               });
      });
  if (!status.ok()) answer->Give(status);
  answer->LetGo();
}

// What a new dossier gets that no writer says: who receives it, and its code, where the channel
// that it comes from has given it one.
absl::Status Begin(const Engine& engine, domain::Change& change, PreparedEdit& edit) {
  const domain::Writer& writer = edit.context.writer;
  const Party* receiver = engine.parties.ReceiverFor(change.dossier.reception().agency());
  if (receiver != nullptr) change.receiver = receiver->name;
  if (writer.submits || edit.context.brings_code) {
    LIENTHONG_ASSIGN_OR_RETURN(edit.reserved_code, TakeSharedCode(writer.system, change));
    edit.reserved_receipt = edit.reserved_code;
  }
  if (edit.context.reservation_id.empty()) return absl::OkStatus();
  return TakeReservedCode(engine, change.dossier.reception().agency(), edit);
}

void NameNewCodes(domain::Change& change) {
  for (const std::string& id : NameCodes(change.dossier)) {
    for (const char* field : {"issuer", "kind", "code"}) {
      change.set.push_back(StrCat("codes[", id, "].", field));
    }
  }
}

storage::v1::JournalEntry EntryOf(const Dossier& before, const PreparedEdit& edit) {
  const Dossier& next = edit.merge.next;
  storage::v1::JournalEntry entry;
  entry.set_dossier_id(edit.id);
  entry.set_revision(next.revision());
  entry.set_actor(edit.context.actor);
  *entry.mutable_time() = domain::ToProto(edit.time);
  *entry.mutable_paths() = {edit.merge.paths.begin(), edit.merge.paths.end()};
  *entry.mutable_before() = domain::Extract(before, edit.merge.paths);
  *entry.mutable_after() = domain::Extract(next, edit.merge.paths);
  entry.set_request_id(edit.context.request_id);
  entry.set_reason(edit.context.reason);
  const std::string& trace_id = edit.context.trace_id;
  entry.set_trace_id(trace_id.empty() ? std::string(CurrentTraceId()) : trace_id);
  entry.set_status_changed(edit.merge.status_changed);
  entry.set_act(edit.context.act);
  std::set<std::string> agencies;
  for (const Dossier* dossier : {&before, &next}) {
    for (std::string& agency : AgenciesOf(*dossier)) agencies.insert(std::move(agency));
  }
  *entry.mutable_agencies() = {agencies.begin(), agencies.end()};
  return entry;
}

FieldViolation DueMoved(const Dossier& before) {
  const std::string due = domain::GetField(before, "deadline.promised_due").value_or("");
  const bool had_reason = !before.deadline().change_reason().empty();
  return {StrCat(kRoot, "deadline.change_reason"),
          StrCat("is required: ", due, " was promised as promised_due; say why it changes",
                 had_reason ? " (what stands there is why it changed before)" : "",
                 ", or name the supplement round or the apology whose new_due the new date is")};
}

// What only the merged dossier shows to be wrong.
absl::Status CheckMerged(const Dossier& before, const PreparedEdit& edit) {
  std::vector<FieldViolation> faults = domain::ValidateNewElements(before, edit.merge.next, kRoot);
  const auto add = [&faults](std::vector<FieldViolation> more) {
    faults.insert(faults.end(), std::make_move_iterator(more.begin()),
                  std::make_move_iterator(more.end()));
  };
  add(domain::ValidateRefunds(before, edit.merge.next, kRoot));
  if (edit.context.reason.empty()) {  // a reasoned correction may
    add(domain::ValidateToldOnce(before, edit.merge, edit.context.writer, kRoot));
  }
  if (edit.context.needs_reasons && edit.merge.due_moved_silently) add({DueMoved(before)});
  return faults.empty() ? absl::OkStatus() : FieldsInvalid(std::move(faults));
}

std::shared_ptr<const domain::Timetable> TimetableNow(const Engine& engine) {
  return engine.timetables == nullptr ? nullptr : engine.timetables->Now();
}

// An agency that has ended gives a new dossier no number; one that it brings along it keeps.
absl::Status CheckMayIssue(const Engine& engine, const PreparedEdit& edit) {
  const auto& may_issue = engine.numbering->rules().may_issue;
  if (may_issue == nullptr || !edit.reserved_code.empty()) return absl::OkStatus();
  const std::string& agency = edit.merge.next.reception().agency();
  const absl::CivilDay day = DayOf(engine, edit.merge.next);
  if (may_issue(agency, day)) return absl::OkStatus();
  return FieldInvalid("dossier.reception.agency",
                      StrCat("is ", agency, ", which issues no numbers on ", domain::ShowDay(day),
                             "; name its successor"));
}

}  // namespace

domain::Writer WriterOf(const Party& party) {
  return {.system = party.name,
          .receives = party.receives,
          .leads = party.leads,
          .submits = party.submits,
          .agencies = party.agencies};
}

domain::Writer WriterOf(const Party& party, const Caller& caller) {
  domain::Writer writer = WriterOf(party);
  for (const std::string& agency : caller.agencies) {
    if (writer.agencies.insert(agency).second) writer.acts_as.insert(StrCat("agency/", agency));
  }
  return writer;
}

absl::Status CheckOpen(const Dossier& dossier) {
  if (dossier.has_voiding()) return DossierVoid(dossier.code());
  if (dossier.has_joined()) return DossierJoined(dossier.code(), dossier.joined().survivor());
  return absl::OkStatus();
}

PreparedEdit PrepareJoining(const Engine& engine, const StoredDossier& stored,
                            const dossier::v1::Joining* joining, EditContext context) {
  PreparedEdit edit;
  edit.context = std::move(context);
  edit.id = stored.id;
  edit.time = engine.clock.Now();
  edit.base_revision = stored.dossier.revision();
  edit.changed = true;
  Dossier& next = edit.merge.next;
  next = stored.dossier;
  next.clear_joined();
  if (joining != nullptr) *next.mutable_joined() = *joining;
  next.set_revision(edit.base_revision + 1);
  Dossier said;  // before, or now
  *said.mutable_joined() = joining == nullptr ? stored.dossier.joined() : *joining;
  for (const auto& [path, value] : domain::Flatten(said)) edit.merge.paths.push_back(path);
  edit.set.conditions.push_back({Table::kDossier, {edit.id}, stored.version});
  NoteDue(edit.id, stored.dossier, next, TimetableNow(engine).get(), edit.set);
  edit.entry = EntryOf(stored.dossier, edit);
  return edit;
}

absl::StatusOr<PreparedEdit> PrepareEdit(const Engine& engine, const StoredDossier& stored,
                                         const domain::Change& wanted, EditContext context) {
  PreparedEdit edit;
  edit.context = std::move(context);
  edit.creating = stored.version == 0;
  edit.id = stored.id;
  edit.time = engine.clock.Now();
  edit.base_revision = stored.dossier.revision();
  domain::Change change = wanted;
  if (edit.creating) {
    LIENTHONG_ASSIGN_OR_RETURN(edit.id, engine.numbering->NextDossierId(engine.store));
    LIENTHONG_RETURN_IF_ERROR(Begin(engine, change, edit));
  }
  NameNewCodes(change);
  change.timetable = TimetableNow(engine);
  if (engine.papers != nullptr) {
    LIENTHONG_RETURN_IF_ERROR(engine.papers->Resolve(stored.dossier, change));
  }
  const auto merge = edit.context.overrules ? &domain::MergeOverruling : &domain::Merge;
  LIENTHONG_ASSIGN_OR_RETURN(
      edit.merge, merge(stored.dossier, change, edit.context.writer, engine.graph, edit.time));
  LIENTHONG_RETURN_IF_ERROR(CheckMerged(stored.dossier, edit));
  edit.changed = edit.merge.changed;
  edit.set.conditions.push_back({Table::kDossier, {edit.id}, stored.version});
  for (const domain::Proposal& proposal : edit.merge.proposals) {
    edit.conflict_paths.push_back(proposal.path);
  }
  LIENTHONG_RETURN_IF_ERROR(JudgeConflicts(engine, stored, change, edit));
  if (!edit.changed) return edit;

  Dossier& next = edit.merge.next;
  next.set_revision(edit.base_revision + 1);
  LIENTHONG_RETURN_IF_ERROR(RegisterCodes(engine, stored.dossier, edit));
  if (edit.creating) LIENTHONG_RETURN_IF_ERROR(CheckMayIssue(engine, edit));
  LIENTHONG_RETURN_IF_ERROR(NoteFingerprint(engine, stored.dossier, edit));
  NoteDue(edit.id, stored.dossier, next, change.timetable.get(), edit.set);
  edit.entry = EntryOf(stored.dossier, edit);
  return edit;
}

void SubmitEdit(Engine& engine, PreparedEdit edit, Done done) {
  if (edit.creating && edit.reserved_code.empty()) {
    return CommitNumbered(engine, std::move(edit), std::move(done));
  }
  if (edit.creating) {
    SetCodes(edit.reserved_code, edit.reserved_receipt, edit.reserved_version, edit);
  }
  Encode(engine, edit);
  Commit(engine, std::move(edit), std::move(done));
}

}  // namespace lienthong::core
