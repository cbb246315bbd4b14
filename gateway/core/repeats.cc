#include "gateway/core/repeats.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
#include "gateway/core/conflicts.h"
#include "gateway/core/history.h"
#include "gateway/core/lookup.h"
#include "gateway/core/records.h"
#include "gateway/core/view.h"
#include "gateway/domain/fields.h"

namespace lienthong::core {
namespace {

using store::Row;
using store::Table;

constexpr int kAttemptsMax = 5;

// What a record says at a path. Software that was not asked says "no" or nothing, as it likes.
std::string SaidAt(const dossier::v1::Dossier& dossier, std::string_view path) {
  std::string value = domain::GetField(dossier, path).value_or("");
  return value == "false" ? "" : value;
}

// What a caller has said and was told of one dossier, as far as the journal does not show it.
class Memory {
 public:
  static absl::StatusOr<Memory> Load(const Engine& engine, const RequestContext& context,
                                     int64_t dossier_id) {
    Memory memory;
    memory.key_ = {context.caller.name, dossier_id};
    LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kAdopted, memory.key_));
    memory.version_ = row.version;
    if (row.version == 0) return memory;
    storage::v1::AdoptedRecord record;
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, dossier_id, row.body, record));
    memory.told_ = record.told_revision();
    for (const storage::v1::AdoptedField& field : record.fields()) {
      memory.said_[field.path()] = field.revision();
    }
    return memory;
  }

  // The revision of which the caller last said a value that changed nothing; 0: none.
  int64_t said(std::string_view path) const {
    const auto found = said_.find(path);
    return found == said_.end() ? 0 : found->second;
  }
  void set_said(const std::string& path, int64_t revision) {
    int64_t& known = said_[path];
    changed_ = changed_ || known != revision;
    known = revision;
  }

  // The revision that it last looked up; 0: none.
  int64_t told() const { return told_; }
  void set_told(int64_t revision) {
    changed_ = changed_ || told_ != revision;
    told_ = revision;
  }

  // Aborted when another call of the same caller was faster. Nothing to do when nothing changed.
  absl::Status Save(Engine& engine, const RequestContext& context) const {
    if (!changed_) return absl::OkStatus();
    storage::v1::AdoptedRecord record;
    record.set_told_revision(told_);
    for (const auto& [path, revision] : said_) {
      storage::v1::AdoptedField& field = *record.add_fields();
      field.set_path(path);
      field.set_revision(revision);
    }
    Row row;
    row.columns = key_;
    row.body = Seal(engine, std::get<int64_t>(key_[1]), record);
    store::WriteSet set;
    set.conditions = {{Table::kAdopted, key_, version_}};
    set.mutations = {{store::Mutation::Kind::kPut, Table::kAdopted, std::move(row)}};
    const absl::Time deadline =
        std::min(context.deadline, engine.clock.Now() + engine.commit_timeout);
    return engine.store.CommitAndWait(std::move(set), deadline).status();
  }

 private:
  Memory() = default;

  store::Values key_;
  int64_t version_ = 0;
  bool changed_ = false;
  int64_t told_ = 0;
  std::map<std::string, int64_t, std::less<>> said_;
};

// A value of one field that the caller knows by a revision: that which the next change of the field
// replaced.
struct Known {
  int64_t revision = 0;                   // 0: it knows none
  std::optional<std::string> value = "";  // absent until it is replaced
};

Known ValueAt(int64_t revision) {
  if (revision == 0) return {};
  return {revision, std::nullopt};
}

struct KnownField {
  Known said;
  Known told;
  std::optional<Known> proposed;  // stood there when the caller last proposed what it says now
};

using KnownFields = std::map<std::string, KnownField, std::less<>>;

void NoteReplaced(int64_t revision, const std::string& before, Known& known) {
  if (known.revision < revision && !known.value) known.value = before;
}

// What stood in the field when the caller proposed this value of it, if it did.
absl::StatusOr<std::optional<Known>> FindProposed(const Engine& engine,
                                                  const RequestContext& context, int64_t dossier_id,
                                                  const std::string& path,
                                                  const std::string& value) {
  const std::string id = ConflictId(dossier_id, path, context.caller.name, value);
  LIENTHONG_ASSIGN_OR_RETURN(const StoredConflict proposed, FindProposedConflict(engine, id));
  if (proposed.version == 0) return std::nullopt;
  return ValueAt(proposed.record.revision());
}

// What the caller knows of each path, by its memory, its own changes and its proposals.
absl::StatusOr<KnownFields> ReadKnown(const Engine& engine, const RequestContext& context,
                                      const StoredDossier& stored, const dossier::v1::Dossier& sent,
                                      const std::vector<std::string>& paths, const Memory& memory,
                                      const IsOwn& is_own) {
  KnownFields fields;
  for (const std::string& path : paths) {
    KnownField& field = fields[path];
    field = {ValueAt(memory.said(path)), ValueAt(memory.told()), std::nullopt};
    const std::string said = domain::GetField(sent, path).value_or("");
    if (said == domain::GetField(stored.dossier, path).value_or("")) continue;
    LIENTHONG_ASSIGN_OR_RETURN(field.proposed,
                               FindProposed(engine, context, stored.id, path, said));
  }
  LIENTHONG_RETURN_IF_ERROR(
      ForEachEntry(engine, stored.id, [&](const storage::v1::JournalEntry& entry) {
        const bool own = entry.actor() == context.caller.name && is_own(entry);
        for (const std::string& path : entry.paths()) {
          const auto found = fields.find(path);
          if (found == fields.end()) continue;
          KnownField& field = found->second;
          const std::string before = SaidAt(entry.before(), path);
          NoteReplaced(entry.revision(), before, field.said);
          NoteReplaced(entry.revision(), before, field.told);
          if (field.proposed) NoteReplaced(entry.revision(), before, *field.proposed);
          if (own && entry.revision() > field.said.revision) {
            field.said = ValueAt(entry.revision());
          }
        }
      }));
  return fields;
}

// Whether what the caller says now is what it proposed last, for what is no longer there.
bool RepeatsProposal(const KnownField& field) {
  return field.proposed.has_value() && field.proposed->value.has_value() &&
         field.proposed->revision >= field.said.revision;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindOutdated(Engine& engine, const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths,
                                                      const IsOwn& is_own) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, sent.code()));
    LIENTHONG_ASSIGN_OR_RETURN(Memory memory, Memory::Load(engine, context, stored.id));
    LIENTHONG_ASSIGN_OR_RETURN(const KnownFields fields,
                               ReadKnown(engine, context, stored, sent, paths, memory, is_own));
    std::vector<std::string> outdated;
    for (const std::string& path : paths) {
      const KnownField& field = fields.find(path)->second;
      const std::string said = SaidAt(sent, path);
      if (said == SaidAt(stored.dossier, path)) {
        if (field.said.value) memory.set_said(path, stored.dossier.revision());
      } else if (said == field.said.value || RepeatsProposal(field)) {
        outdated.push_back(path);
      } else if (said == field.told.value && field.told.revision > field.said.revision) {
        memory.set_said(path, field.told.revision);
        outdated.push_back(path);
      }
    }
    const absl::Status saved = memory.Save(engine, context);
    if (saved.ok()) return outdated;
    if (!absl::IsAborted(saved)) return saved;
  }
  return Busy("this dossier changes too fast", absl::Milliseconds(200));
}

absl::StatusOr<dossier::v1::Dossier> AsLastSaid(Engine& engine, const RequestContext& context,
                                                dossier::v1::Dossier dossier,
                                                const std::vector<std::string>& paths,
                                                const IsOwn& is_own) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, dossier.code()));
  LIENTHONG_ASSIGN_OR_RETURN(const Memory memory, Memory::Load(engine, context, stored.id));
  LIENTHONG_ASSIGN_OR_RETURN(
      const KnownFields fields,
      ReadKnown(engine, context, stored, stored.dossier, paths, memory, is_own));
  for (const auto& [path, field] : fields) {
    if (field.said.revision == 0 || field.said.value.value_or("").empty()) continue;
    LIENTHONG_RETURN_IF_ERROR(domain::SetField(dossier, path, *field.said.value));
  }
  return dossier;
}

absl::Status RememberTold(Engine& engine, const RequestContext& context,
                          const dossier::v1::Dossier& dossier) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, dossier.code()));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(Memory memory, Memory::Load(engine, context, stored.id));
    memory.set_told(std::max(memory.told(), dossier.revision()));
    const absl::Status saved = memory.Save(engine, context);
    if (!absl::IsAborted(saved)) return saved;
  }
  return Busy("this dossier is looked up too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core
