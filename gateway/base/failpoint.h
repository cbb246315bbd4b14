#ifndef LIENTHONG_GATEWAY_BASE_FAILPOINT_H_
#define LIENTHONG_GATEWAY_BASE_FAILPOINT_H_

#include <array>
#include <cstdint>
#include <string_view>

namespace lienthong {

// Every boundary between what is durable, or at a counterpart, and what is not yet. Tests end the
// process at each of them (tests/fault); in the product nobody listens, and passing one costs a
// load.
enum class Failpoint : uint8_t {
  kBatchBegun,        // a transaction is open, nothing is written
  kBatchWritten,      // all rows are written, none is durable
  kBatchDurable,      // committed; nobody was told
  kBatchPublished,    // who waits for the journal was woken, nobody was answered
  kFirstAnswered,     // one set of several was answered
  kBatchAnswered,     // all were
  kCheckpointBegun,   // the log is about to be copied into the database
  kCheckpointEnded,   // and was
  kMigrationBegun,    // a transaction is open, the schema is the old one
  kMigrationTable,    // a table or index was made
  kMigrationWritten,  // the schema is the new one, not durable
  kMigrationDurable,  // durable
  kBackupWritten,     // a copy is whole under its temporary name
  kBackupNamed,       // and under its own
  kPaperWritten,      // a paper's content is durable under a temporary name
  kPaperWaiting,      // it has the name of its digest among those that wait
  kPaperNamed,        // it stands where it is read; no row says so
  kIntentDurable,     // a delivery was decided and committed, the call not begun
  kDeliveryAnswered,  // the counterpart has answered, the outcome is not kept
  kOutcomeDurable,    // the outcome is kept
  kItemsDurable,      // a counterpart's items are taken in, the token of its feed is not
};

inline constexpr auto kFailpointNames = std::to_array<std::string_view>({
    "batch_begun",     "batch_written",   "batch_durable",     "batch_published",
    "first_answered",  "batch_answered",  "checkpoint_begun",  "checkpoint_ended",
    "migration_begun", "migration_table", "migration_written", "migration_durable",
    "backup_written",  "backup_named",    "paper_written",     "paper_waiting",
    "paper_named",     "intent_durable",  "delivery_answered", "outcome_durable",
    "items_durable",
});

// Bugs that tests plant, to see that they are found.
enum class PlantedBug : uint8_t {
  kSyncLess,     // the log is not made durable at each commit (synchronous=NORMAL)
  kAnswerEarly,  // sets are answered before they are written
};

inline constexpr auto kPlantedBugNames =
    std::to_array<std::string_view>({"sync_less", "answer_early"});

// Called by whatever thread passes a point; may end the process.
struct FailpointListener {
  void (*pass)(Failpoint point);
  bool (*is_planted)(PlantedBug bug);
};

// For test programs only, before any thread is started. `listener` lives for ever.
void ListenToFailpoints(const FailpointListener& listener);

void PassFailpoint(Failpoint point);
bool IsPlanted(PlantedBug bug);

}  // namespace lienthong

#endif  // LIENTHONG_GATEWAY_BASE_FAILPOINT_H_
