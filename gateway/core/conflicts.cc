#include "gateway/core/conflicts.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/act_log.h"
#include "gateway/core/editor.h"
#include "gateway/core/history.h"
#include "gateway/core/notices.h"
#include "gateway/core/ownership_check.h"
#include "gateway/core/records.h"
#include "gateway/domain/derived.h"
#include "gateway/domain/fields.h"

namespace lienthong::core {
namespace {

using dossier::v1::Dossier;
using storage::v1::ConflictRecord;
using store::Mutation;
using store::Row;
using store::Table;

std::string ValueAt(const Dossier& dossier, std::string_view path) {
  return domain::GetField(dossier, path).value_or("");
}

absl::StatusOr<StoredConflict> Find(const Engine& engine, Table table, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(table, {id}));
  if (row.version == 0) return StoredConflict{.id = id, .version = 0, .record = {}};
  return ReadConflict(engine, row);
}

// What fields held at a revision, where another one followed.
using BaseValues = std::map<std::string, std::string, std::less<>>;

absl::StatusOr<BaseValues> ReadBase(const Engine& engine, int64_t dossier_id, int64_t revision) {
  BaseValues values;
  LIENTHONG_RETURN_IF_ERROR(ForEachEntryAfter(
      engine, dossier_id, revision, [&values](const storage::v1::JournalEntry& entry) {
        for (const std::string& path : entry.paths()) {
          values.emplace(path, ValueAt(entry.before(), path));  // the first one is the oldest
        }
      }));
  return values;
}

// What one edit does to conflicts.
class Judge {
 public:
  Judge(const Engine& engine, const StoredDossier& stored, const domain::Change& change,
        PreparedEdit& edit)
      : engine_(engine), stored_(stored), change_(change), edit_(edit) {}

  absl::Status Run() {
    if (!edit_.merge.proposals.empty()) LIENTHONG_RETURN_IF_ERROR(Open());
    return edit_.creating ? absl::OkStatus() : CloseAgreed();
  }

 private:
  absl::Status Open() {
    BaseValues base;
    const int64_t base_revision = edit_.context.base_revision;
    if (base_revision > 0) {
      LIENTHONG_ASSIGN_OR_RETURN(base, ReadBase(engine_, edit_.id, base_revision));
    }
    for (const domain::Proposal& proposal : edit_.merge.proposals) {
      const std::string id =
          ConflictId(edit_.id, proposal.path, edit_.context.actor, proposal.proposed_value);
      LIENTHONG_ASSIGN_OR_RETURN(StoredConflict conflict, FindOpenConflict(engine_, id));
      if (conflict.version == 0) {
        LIENTHONG_ASSIGN_OR_RETURN(const StoredConflict settled,
                                   Find(engine_, Table::kSettled, id));
        const bool is_decided =
            settled.version > 0 && settled.record.stored_value() == proposal.stored_value;
        if (is_decided) continue;
        Begin(proposal, base, conflict.record);
      }
      // Who does not say what the proposal started from may only have repeated it: an operator is
      // to see what stood here when it was first made.
      if (conflict.version == 0 || base_revision > 0) JudgeAgainst(proposal, conflict.record);
      Describe(proposal, conflict.record);
      edit_.conflicts.push_back(std::move(conflict));
    }
    return absl::OkStatus();
  }

  // What stays as it was when the value was first proposed.
  void Begin(const domain::Proposal& proposal, const BaseValues& base, ConflictRecord& record) {
    *record.mutable_time() = domain::ToProto(edit_.time);
    if (edit_.context.base_revision == 0) return;
    record.set_base_revision(edit_.context.base_revision);
    const auto changed = base.find(proposal.path);
    record.set_base_value(changed == base.end() ? proposal.stored_value : changed->second);
  }

  void JudgeAgainst(const domain::Proposal& proposal, ConflictRecord& record) {
    record.set_stored_value(proposal.stored_value);
    record.set_revision(edit_.base_revision);
  }

  void Describe(const domain::Proposal& proposal, ConflictRecord& record) {
    record.set_dossier_id(edit_.id);
    record.set_code(stored_.dossier.code());
    record.set_path(proposal.path);
    record.set_owner(proposal.owner);
    record.set_proposer(edit_.context.actor);
    record.set_proposed_value(proposal.proposed_value);
    const Dossier& dossier = edit_.creating ? edit_.merge.next : stored_.dossier;
    const std::vector<const Party*> owners =
        OwnersOf(engine_.parties, engine_.graph, dossier, proposal.path, change_.dossier);
    record.set_owner_party(owners.size() == 1 ? owners[0]->name : "");
  }

  absl::Status CloseAgreed() {
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<StoredConflict> open,
                               OpenConflicts(engine_, edit_.id));
    for (const StoredConflict& conflict : open) {
      if (conflict.id == edit_.context.resolves) continue;
      const ConflictRecord& record = conflict.record;
      const std::string value = ValueAt(edit_.merge.next, record.path());
      const bool is_taken = value == record.proposed_value();
      if (!is_taken && !TakesBack(record, value)) continue;
      CloseConflict(engine_, conflict, Agreed(is_taken), value, edit_.set);
    }
    return absl::OkStatus();
  }

  // Only of callers: what a link reports to be the stored value is what we have brought back there.
  bool TakesBack(const ConflictRecord& record, const std::string& stored) const {
    return !edit_.context.request_id.empty() && record.proposer() == edit_.context.actor &&
           Says(record.path(), stored);
  }

  // Whether the edit itself says a value of a field.
  bool Says(const std::string& path, const std::string& value) const {
    const auto names = [&path](const std::vector<std::string>& paths) {
      return std::find(paths.begin(), paths.end(), path) != paths.end();
    };
    return names(change_.clear) ? value.empty()
                                : names(change_.set) && ValueAt(change_.dossier, path) == value;
  }

  Closing Agreed(bool is_taken) const {
    return {.actor = edit_.context.actor,
            .kind = std::string(kActAgreed),
            .result = is_taken ? "PROPOSED" : "STORED",
            .reason = edit_.context.reason,
            // Its own: the request may be the operator's, and of another act on this conflict.
            .request_id = StrCat(kActAgreed, "-", absl::ToUnixMicros(edit_.time)),
            .time = edit_.time,
            .revision = edit_.changed ? edit_.base_revision + 1 : 0};
  }

  const Engine& engine_;
  const StoredDossier& stored_;
  const domain::Change& change_;
  PreparedEdit& edit_;
};

// Its owner and its proposer are told. An empty result: it was opened.
void Tell(const Engine& engine, const StoredConflict& conflict, absl::Time time,
          const std::string& result, store::WriteSet& set) {
  const ConflictRecord& record = conflict.record;
  const Party* proposer = engine.parties.OfActor(record.proposer());
  storage::v1::NoticeRecord told;
  told.set_dossier_id(DossierOfConflict(conflict.id));
  adapter::v1::Notice& notice = *told.mutable_notice();
  notice.set_kind(result.empty() ? adapter::v1::Notice::KIND_CONFLICT_OPENED
                                 : adapter::v1::Notice::KIND_CONFLICT_RESOLVED);
  notice.set_path(record.path());
  notice.set_party(proposer == nullptr ? "" : proposer->name);
  notice.set_result(result);
  *notice.mutable_time() = domain::ToProto(time);
  PutNotices(engine, {engine.parties.Find(record.owner_party()), proposer}, conflict.id,
             std::move(told), set);
}

}  // namespace

int64_t DossierOfConflict(std::string_view id) {
  return std::strtoll(std::string(id).c_str(), nullptr, 10);
}

absl::StatusOr<StoredConflict> ReadConflict(const Engine& engine, const Row& row) {
  StoredConflict conflict{
      .id = std::get<std::string>(row.columns[0]), .version = row.version, .record = {}};
  LIENTHONG_RETURN_IF_ERROR(
      Unseal(engine, DossierOfConflict(conflict.id), row.body, conflict.record));
  return conflict;
}

absl::StatusOr<std::vector<StoredConflict>> OpenConflicts(const Engine& engine,
                                                          int64_t dossier_id) {
  const std::string prefix = StrCat(dossier_id, "/");
  LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows,
                             engine.store.Read({.table = Table::kConflict,
                                                .prefix = {},
                                                .after = prefix,
                                                .at_most = StrCat(prefix, "\x7f"),
                                                .limit_rows = kOpenConflictsMax}));
  std::vector<StoredConflict> conflicts;
  for (const Row& row : rows) {
    LIENTHONG_ASSIGN_OR_RETURN(StoredConflict conflict, ReadConflict(engine, row));
    conflicts.push_back(std::move(conflict));
  }
  return conflicts;
}

absl::StatusOr<StoredConflict> FindOpenConflict(const Engine& engine, const std::string& id) {
  return Find(engine, Table::kConflict, id);
}

absl::StatusOr<StoredConflict> FindProposedConflict(const Engine& engine, const std::string& id) {
  LIENTHONG_ASSIGN_OR_RETURN(StoredConflict open, FindOpenConflict(engine, id));
  if (open.version > 0) return open;
  return Find(engine, Table::kSettled, id);
}

absl::Status JudgeConflicts(const Engine& engine, const StoredDossier& stored,
                            const domain::Change& change, PreparedEdit& edit) {
  return Judge(engine, stored, change, edit).Run();
}

void PutConflict(const Engine& engine, const StoredConflict& conflict, store::WriteSet& set) {
  const ConflictRecord& record = conflict.record;
  set.conditions.push_back({Table::kConflict, {conflict.id}, conflict.version});
  if (conflict.version == 0) {
    Tell(engine, conflict, domain::FromProto(record.time()), /*result=*/"", set);
  }
  Row row{.columns = {conflict.id, record.proposer(),
                      absl::ToUnixMicros(domain::FromProto(record.time()))},
          .version = 0,
          .body = Seal(engine, record.dossier_id(), record)};
  set.mutations.push_back({Mutation::Kind::kPut, Table::kConflict, std::move(row)});
}

void CloseConflict(const Engine& engine, const StoredConflict& conflict, const Closing& closing,
                   std::string stored_value, store::WriteSet& set) {
  const int64_t dossier_id = DossierOfConflict(conflict.id);
  set.conditions.push_back({Table::kConflict, {conflict.id}, conflict.version});
  set.mutations.push_back({Mutation::Kind::kDelete, Table::kConflict, {.columns = {conflict.id}}});
  const bool is_taken_back = closing.kind == kActAgreed && closing.result == "STORED";
  if (!is_taken_back) {
    ConflictRecord settled = conflict.record;
    settled.set_stored_value(std::move(stored_value));
    Row row{.columns = {conflict.id}, .version = 0, .body = Seal(engine, dossier_id, settled)};
    set.mutations.push_back({Mutation::Kind::kPut, Table::kSettled, std::move(row)});
  }
  storage::v1::ActRecord act;
  act.set_actor(closing.actor);
  act.set_kind(closing.kind);
  act.set_target(conflict.id);
  act.set_reason(closing.reason);
  *act.mutable_time() = domain::ToProto(closing.time);
  act.set_dossier_id(dossier_id);
  act.set_code(conflict.record.code());
  act.set_revision(closing.revision);
  act.set_result(closing.result);
  act.set_request_id(closing.request_id);
  *act.mutable_conflict() = conflict.record;
  PutAct(engine, act, set);
  Tell(engine, conflict, closing.time, closing.result, set);
}

}  // namespace lienthong::core
