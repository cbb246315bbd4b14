#include "gateway/core/repeats.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "gateway/base/errors.h"
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

// What others have replaced since the caller last spoke for a field.
using Replaced = std::map<std::string, std::set<std::string>, std::less<>>;

// What a record says at a path. Software that was not asked says "no" or nothing, as it likes.
std::string SaidAt(const dossier::v1::Dossier& dossier, std::string_view path) {
  std::string value = domain::GetField(dossier, path).value_or("");
  return value == "false" ? "" : value;
}

// What a caller has taken over of one dossier: field -> newest revision of which it said the value.
class Adopted {
 public:
  static absl::StatusOr<Adopted> Load(const Engine& engine, const RequestContext& context,
                                      int64_t dossier_id) {
    Adopted adopted;
    adopted.key_ = {context.caller.name, dossier_id};
    LIENTHONG_ASSIGN_OR_RETURN(const Row row, engine.store.Get(Table::kAdopted, adopted.key_));
    adopted.version_ = row.version;
    if (row.version == 0) return adopted;
    storage::v1::AdoptedRecord record;
    LIENTHONG_RETURN_IF_ERROR(Unseal(engine, dossier_id, row.body, record));
    for (const storage::v1::AdoptedField& field : record.fields()) {
      adopted.revisions_[field.path()] = field.revision();
    }
    return adopted;
  }

  int64_t RevisionOf(std::string_view path) const {
    const auto found = revisions_.find(path);
    return found == revisions_.end() ? 0 : found->second;
  }
  void Add(const std::string& path, int64_t revision) { revisions_[path] = revision; }

  // Aborted when another call of the same caller was faster.
  absl::Status Save(Engine& engine, const RequestContext& context) const {
    storage::v1::AdoptedRecord record;
    for (const auto& [path, revision] : revisions_) {
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
  Adopted() = default;

  store::Values key_;
  int64_t version_ = 0;
  std::map<std::string, int64_t, std::less<>> revisions_;
};

absl::StatusOr<Replaced> FindReplaced(const Engine& engine, const RequestContext& context,
                                      int64_t dossier_id, const std::vector<std::string>& paths,
                                      const Adopted& adopted, const IsOwn& is_own) {
  Replaced replaced;
  for (const std::string& path : paths) replaced[path];
  LIENTHONG_RETURN_IF_ERROR(
      ForEachEntry(engine, dossier_id, [&](const storage::v1::JournalEntry& entry) {
        const bool own = entry.actor() == context.caller.name && is_own(entry);
        for (const std::string& path : entry.paths()) {
          const auto found = replaced.find(path);
          if (found == replaced.end() || entry.revision() <= adopted.RevisionOf(path)) continue;
          if (own) {
            found->second.clear();
          } else {
            found->second.insert(SaidAt(entry.before(), path));
          }
        }
      }));
  return replaced;
}

}  // namespace

absl::StatusOr<std::vector<std::string>> FindOutdated(Engine& engine, const RequestContext& context,
                                                      const dossier::v1::Dossier& sent,
                                                      const std::vector<std::string>& paths,
                                                      const IsOwn& is_own) {
  LIENTHONG_ASSIGN_OR_RETURN(const View view, View::Of(context, false));
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, FindOne(engine, view, sent.code()));
    LIENTHONG_ASSIGN_OR_RETURN(Adopted adopted, Adopted::Load(engine, context, stored.id));
    LIENTHONG_ASSIGN_OR_RETURN(const Replaced replaced,
                               FindReplaced(engine, context, stored.id, paths, adopted, is_own));
    std::vector<std::string> outdated;
    bool adopts = false;
    for (const std::string& path : paths) {
      const std::set<std::string>& former = replaced.find(path)->second;
      if (former.empty()) continue;
      const std::string said = SaidAt(sent, path);
      if (said == SaidAt(stored.dossier, path)) {
        adopted.Add(path, stored.dossier.revision());
        adopts = true;
      } else if (former.contains(said)) {
        outdated.push_back(path);
      }
    }
    if (!adopts) return outdated;
    const absl::Status saved = adopted.Save(engine, context);
    if (saved.ok()) return outdated;
    if (!absl::IsAborted(saved)) return saved;
  }
  return Busy("this dossier changes too fast", absl::Milliseconds(200));
}

}  // namespace lienthong::core
