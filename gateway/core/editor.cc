#include "gateway/core/editor.h"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_replace.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/digest.h"
#include "gateway/core/view.h"
#include "gateway/domain/codes.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/validate.h"

namespace lienthong::core {
namespace {

using dossier::v1::CodeReference;
using dossier::v1::Dossier;
using store::Mutation;
using store::Row;
using store::Table;

constexpr size_t kConflictDigestCharacters = 16;
constexpr size_t kCaseIdCharacters = 12;

void AddConflict(const Engine& engine, const domain::Proposal& proposal, PreparedEdit& edit) {
  storage::v1::ConflictRecord record;
  record.set_code(edit.merge.next.code());
  record.set_path(proposal.path);
  record.set_owner(proposal.owner);
  record.set_proposer(edit.context.actor);
  record.set_stored_value(proposal.stored_value);
  record.set_proposed_value(proposal.proposed_value);
  record.set_base_value(proposal.stored_value);
  record.set_revision(edit.base_revision);
  *record.mutable_time() = domain::ToProto(edit.time);
  const std::string digest =
      HexSha256(proposal.proposed_value).substr(0, kConflictDigestCharacters);
  const std::string id = StrCat(edit.id, "/", proposal.path, "/", edit.context.actor, "/", digest);
  Row row{.columns = {id, edit.context.actor, absl::ToUnixMicros(edit.time)},
          .version = 0,
          .body = Seal(engine, edit.id, record)};
  edit.set.mutations.push_back({Mutation::Kind::kPut, Table::kConflict, std::move(row)});
}

absl::Status Taken(const std::string& folded) {
  return CodeTaken(folded, HexSha256(folded).substr(0, kCaseIdCharacters));
}

// A shared code means one dossier whoever writes it, so it is nobody's number for another one.
absl::Status CheckOthers(const Engine& engine, const Alias& alias, store::WriteSet& set) {
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Alias> others, FindAliases(engine, alias.folded));
  bool is_shared_code = alias.issuer.empty();
  for (const Alias& other : others) {
    const bool clashes = alias.issuer.empty() || other.issuer.empty();
    if (clashes && other.dossier_id != alias.dossier_id) {  // 0: reserved, for another dossier
      return Taken(alias.folded);
    }
    is_shared_code |= other.issuer.empty();
  }
  if (!is_shared_code) set.conditions.push_back({Table::kAlias, {alias.folded, std::string()}, 0});
  return absl::OkStatus();
}

// Codes that the dossier did not have before get an alias; one that another dossier has is refused.
absl::Status AddAliases(const Engine& engine, int64_t id, const Dossier& before,
                        const Dossier& after, store::WriteSet& set) {
  std::set<std::pair<std::string, std::string>> known;
  for (const Alias& alias : AliasesOf(id, before)) known.emplace(alias.folded, alias.issuer);
  for (const Alias& alias : AliasesOf(id, after)) {
    if (known.contains({alias.folded, alias.issuer})) continue;
    LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                               engine.store.Get(Table::kAlias, {alias.folded, alias.issuer}));
    if (row.version > 0 && std::get<int64_t>(row.columns[2]) == id) continue;
    if (row.version > 0) return Taken(alias.folded);
    LIENTHONG_RETURN_IF_ERROR(CheckOthers(engine, alias, set));
    set.conditions.push_back({Table::kAlias, {alias.folded, alias.issuer}, 0});
    set.mutations.push_back(PutAlias(alias));
  }
  return absl::OkStatus();
}

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
  for (const domain::Proposal& proposal : edit.merge.proposals) AddConflict(engine, proposal, edit);
  if (edit.changed) {
    edit.entry.set_code(next.code());
    edit.set.mutations.push_back(PutDossier(engine, edit.id, next));
    edit.set.journal.push_back({edit.id, next.revision(), Seal(engine, edit.id, edit.entry)});
  }
  AddRequestRecord(engine, edit, next);
}

// `alias_version`: 0 for a fresh number, 1 for one that its reservation has put into the index.
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

void Commit(Engine& engine, PreparedEdit edit, Done done) {
  EditResult result = ResultOf(edit);
  engine.store.Commit(std::move(edit.set),
                      [result = std::move(result), done = std::move(done)](
                          const absl::StatusOr<store::CommitResult>& committed) mutable {
                        if (!committed.ok()) return done(committed.status());
                        result.sequence = committed->first_sequence;
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

void CommitNumbered(Engine& engine, PreparedEdit edit, Done done) {
  const std::string agency = edit.merge.next.reception().agency();
  const absl::Time day_time = edit.merge.next.reception().has_received_time()
                                  ? domain::FromProto(edit.merge.next.reception().received_time())
                                  : engine.clock.Now();
  const std::string day = domain::DayOf(day_time);
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

}  // namespace

std::vector<std::string> NameCodes(Dossier& dossier) {
  std::vector<std::string> named;
  for (CodeReference& reference : *dossier.mutable_codes()) {
    if (!reference.id().empty()) continue;
    const std::string kind = reference.kind() == CodeReference::KIND_DOSSIER_CODE     ? "code"
                             : reference.kind() == CodeReference::KIND_RECEIPT_NUMBER ? "receipt"
                                                                                      : "local";
    reference.set_id(absl::StrReplaceAll(reference.issuer(), {{"/", ":"}}) + ":" + kind);
    named.push_back(reference.id());
  }
  return named;
}

domain::Writer WriterOf(const Party& party) {
  return {.system = party.name,
          .receives = party.receives,
          .leads = party.leads,
          .agencies = party.agencies};
}

absl::StatusOr<PreparedEdit> PrepareEdit(const Engine& engine, const StoredDossier& stored,
                                         const domain::Change& wanted, EditContext context) {
  const absl::Time now = engine.clock.Now();
  domain::Change change = wanted;
  for (const std::string& id : NameCodes(change.dossier)) {
    for (const char* field : {"issuer", "kind", "code"}) {
      change.set.push_back(StrCat("codes[", id, "].", field));
    }
  }
  PreparedEdit edit;
  edit.context = std::move(context);
  edit.creating = stored.version == 0;
  edit.id = stored.id;
  if (edit.creating) {
    LIENTHONG_ASSIGN_OR_RETURN(edit.id, engine.numbering->NextDossierId(engine.store));
  }
  LIENTHONG_ASSIGN_OR_RETURN(
      edit.merge, domain::Merge(stored.dossier, change, edit.context.writer, engine.graph, now));
  std::vector<FieldViolation> lacking =
      domain::ValidateNewElements(stored.dossier, edit.merge.next, "dossier.");
  if (!lacking.empty()) return FieldsInvalid(std::move(lacking));
  edit.changed = edit.merge.changed;
  edit.set.conditions.push_back({Table::kDossier, {edit.id}, stored.version});
  edit.base_revision = stored.dossier.revision();
  edit.time = now;
  for (const domain::Proposal& proposal : edit.merge.proposals) {
    edit.conflict_paths.push_back(proposal.path);
  }
  if (!edit.changed) return edit;

  Dossier& next = edit.merge.next;
  next.set_revision(stored.dossier.revision() + 1);
  LIENTHONG_RETURN_IF_ERROR(AddAliases(engine, edit.id, stored.dossier, next, edit.set));
  storage::v1::JournalEntry& entry = edit.entry;
  entry.set_dossier_id(edit.id);
  entry.set_revision(next.revision());
  entry.set_actor(edit.context.actor);
  *entry.mutable_time() = domain::ToProto(now);
  *entry.mutable_paths() = {edit.merge.paths.begin(), edit.merge.paths.end()};
  *entry.mutable_before() = domain::Extract(stored.dossier, edit.merge.paths);
  *entry.mutable_after() = domain::Extract(next, edit.merge.paths);
  entry.set_request_id(edit.context.request_id);
  entry.set_reason(edit.context.reason);
  entry.set_trace_id(edit.context.trace_id);
  entry.set_status_changed(edit.merge.status_changed);
  std::set<std::string> agencies;
  for (const Dossier* dossier : {&stored.dossier, &std::as_const(next)}) {
    for (std::string& agency : AgenciesOf(*dossier)) agencies.insert(std::move(agency));
  }
  *entry.mutable_agencies() = {agencies.begin(), agencies.end()};
  return edit;
}

void SubmitEdit(Engine& engine, PreparedEdit edit, Done done) {
  if (edit.creating && edit.reserved_code.empty()) {
    return CommitNumbered(engine, std::move(edit), std::move(done));
  }
  if (edit.creating) SetCodes(edit.reserved_code, edit.reserved_receipt, 1, edit);
  Encode(engine, edit);
  Commit(engine, std::move(edit), std::move(done));
}

}  // namespace lienthong::core
