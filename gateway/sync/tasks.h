#ifndef LIENTHONG_GATEWAY_SYNC_TASKS_H_
#define LIENTHONG_GATEWAY_SYNC_TASKS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "gateway/core/engine.h"
#include "gateway/store/store.h"
#include "gateway/sync/lane.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "lienthong/storage/v1/tasks.pb.h"
#include "lienthong/sync/v1/sync_service.pb.h"

// A reasoned act is a change of fields, and counterparts get it as any change. What a counterpart
// has no place for, or cannot change any more, a person has to do there by hand: a task, once for
// each act and link.
namespace lienthong::sync {

// Acts among journal entries after one revision and up to another.
std::vector<Act> ActsAmong(const std::vector<storage::v1::JournalEntry>& entries, int64_t after,
                           int64_t up_to);

// Those of a turn's acts that the lane has not seen and that leave something to do there, each with
// the fields in question: fields that the counterpart set once and for all, elements that it was
// appended, and that a dossier is void, where it has no place for that. What was never there is
// wrong nowhere: a counterpart without the record, or without a place for the field, gives no task.
// Pure.
std::vector<Act> TasksOf(const LaneState& lane, const LinkState& link, const Turn& turn);

// As operators know an act, e.g. "void".
std::string_view NameOf(storage::v1::ReasonedAct act);

// Names a task: one act is one at each link.
std::string TaskId(std::string_view link, int64_t dossier_id, int64_t revision);
// Adds a task to a set, and returns its id.
std::string PutTask(const core::Engine& engine, const storage::v1::TaskRecord& record,
                    store::WriteSet& set);

// A task as it is stored. `version` 0: there is none, or none any more.
struct StoredTask {
  std::string id;
  int64_t version = 0;
  storage::v1::TaskRecord record;
};
absl::StatusOr<StoredTask> FindTask(const core::Engine& engine, const std::string& id);
absl::StatusOr<StoredTask> ReadTask(const core::Engine& engine, const store::Row& row);
v1::Task ToPublic(const StoredTask& task);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_TASKS_H_
