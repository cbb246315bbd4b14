#include "gateway/store/set_writer.h"

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/evidence/merkle.h"
#include "gateway/store/checks.h"

namespace lienthong::store {

absl::Status SetWriter::Begin() {
  batch_head_ = head_;
  wrote_ = false;
  return backend_.Begin();
}

absl::Status SetWriter::Write(WriteSet& set, absl::StatusOr<CommitResult>& answer) {
  absl::Status verdict;
  LIENTHONG_RETURN_IF_ERROR(Judge(set, verdict));
  CommitResult result;
  if (!set.journal.empty()) {
    result.first_sequence = batch_head_.last_sequence() + 1;
    result.first_leaf = batch_head_.frontier.leaves();
  }
  if (verdict.ok() && set.with_sequence) {
    set.with_sequence(result.first_sequence, set.mutations);
    verdict = CheckSet(set);
  }
  if (!verdict.ok()) {
    answer = verdict;
    return absl::OkStatus();
  }
  answer = result;
  return Apply(set);
}

absl::Status SetWriter::Judge(const WriteSet& set, absl::Status& verdict) {
  for (const auto& [link, fence] : set.fences) {
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t held,
                               backend_.VersionOf(Table::kMeta, LeaseKey(link)));
    if (held == fence) continue;
    verdict = LeaseLost(link);
    return absl::OkStatus();
  }
  for (const Condition& condition : set.conditions) {
    LIENTHONG_ASSIGN_OR_RETURN(const int64_t version,
                               backend_.VersionOf(condition.table, condition.key));
    if (version == condition.version) continue;
    verdict = absl::AbortedError(StrCat("a row of ", Describe(condition.table).name,
                                        " has version ", version, ", not ", condition.version,
                                        "; read it again, then decide again"));
    return absl::OkStatus();
  }
  return absl::OkStatus();
}

absl::Status SetWriter::Apply(const WriteSet& set) {
  wrote_ = true;
  for (const Mutation& mutation : set.mutations) {
    LIENTHONG_RETURN_IF_ERROR(Apply(mutation));
  }
  for (const JournalDraft& draft : set.journal) {
    const int64_t sequence = batch_head_.last_sequence() + 1;
    const Row row{{sequence, draft.dossier_id, draft.revision}, 0, draft.body};
    LIENTHONG_RETURN_IF_ERROR(backend_.Put(Table::kJournal, row));
    batch_head_.frontier.Append(evidence::LeafHash(draft.body));
  }
  return absl::OkStatus();
}

absl::Status SetWriter::Apply(const Mutation& mutation) {
  const auto& [kind, table, row] = mutation;
  if (kind == Mutation::Kind::kDelete) return backend_.Delete(table, row);
  if (kind == Mutation::Kind::kPut) return backend_.Put(table, row);
  LIENTHONG_ASSIGN_OR_RETURN(const int64_t last, backend_.LastNumber(table, row));
  Row numbered = row;
  numbered.columns[Describe(table).key_columns - 1] = last + 1;
  return backend_.Put(table, numbered);
}

absl::Status SetWriter::Commit() {
  if (!wrote_) {
    backend_.Rollback();
    return absl::OkStatus();
  }
  if (batch_head_.last_sequence() != head_.last_sequence()) {
    LIENTHONG_RETURN_IF_ERROR(backend_.Put(Table::kMeta, HeadRow(batch_head_)));
  }
  LIENTHONG_RETURN_IF_ERROR(backend_.CommitBatch());
  head_ = batch_head_;
  return absl::OkStatus();
}

void SetWriter::Rollback() { backend_.Rollback(); }

}  // namespace lienthong::store
