#include "gateway/store/tables.h"

namespace lienthong::store {
namespace {

constexpr ColumnDescription kMetaColumns[] = {{"name", true}};

// `receiving` and `lead` let an agency's list be read without opening other agencies' bodies.
constexpr ColumnDescription kDossierColumns[] = {
    {"id", false}, {"code", true}, {"receiving", true}, {"lead", true}, {"status", false}};

// `folded` is the code in upper case; one code means one dossier whoever asks, so it is the key.
// `issuer` tells two systems' equal local ids apart; it is "" for shared codes and receipt numbers.
constexpr ColumnDescription kAliasColumns[] = {
    {"folded", true}, {"issuer", true}, {"dossier_id", false}};
constexpr int kAliasByDossier[] = {2};
constexpr IndexDescription kAliasIndexes[] = {{"alias_by_dossier", kAliasByDossier}};

constexpr ColumnDescription kJournalColumns[] = {
    {"sequence", false}, {"dossier_id", false}, {"revision", false}};
constexpr int kJournalByDossier[] = {1, 2};
constexpr IndexDescription kJournalIndexes[] = {{"journal_by_dossier", kJournalByDossier}};

constexpr ColumnDescription kRequestColumns[] = {{"caller", true}, {"request_id", true}};

constexpr ColumnDescription kReservationColumns[] = {
    {"id", true}, {"state", false}, {"expire_us", false}};
constexpr int kReservationByExpiry[] = {1, 2};
constexpr IndexDescription kReservationIndexes[] = {
    {"reservation_by_expiry", kReservationByExpiry}};

// `phase` and `due_us` find the lanes that can run now, `pending_us` the oldest undelivered change
// (INT64_MAX while nothing waits), `remote_key` the lane of an item from the counterpart.
constexpr ColumnDescription kLaneColumns[] = {{"link", true},        {"dossier_id", false},
                                              {"phase", false},      {"due_us", false},
                                              {"pending_us", false}, {"remote_key", true}};
constexpr int kLaneByDue[] = {0, 2, 3};
constexpr int kLaneByPending[] = {0, 4};
constexpr int kLaneByKey[] = {0, 5};
constexpr IndexDescription kLaneIndexes[] = {
    {"lane_by_due", kLaneByDue}, {"lane_by_pending", kLaneByPending}, {"lane_by_key", kLaneByKey}};

constexpr ColumnDescription kLinkColumns[] = {{"name", true}};

constexpr ColumnDescription kDeadLetterColumns[] = {
    {"id", true}, {"link", true}, {"time_us", false}};
constexpr int kDeadLetterByLink[] = {1, 2, 0};
constexpr int kDeadLetterByTime[] = {2, 0};
constexpr IndexDescription kDeadLetterIndexes[] = {{"dead_letter_by_link", kDeadLetterByLink},
                                                   {"dead_letter_by_time", kDeadLetterByTime}};

// `id` is "<dossier id>/<path>/<proposer>/<digest of the proposal>": the same proposal is one
// conflict.
constexpr ColumnDescription kConflictColumns[] = {
    {"id", true}, {"proposer", true}, {"time_us", false}};
constexpr int kConflictByProposer[] = {1, 2, 0};
constexpr int kConflictByTime[] = {2, 0};
constexpr IndexDescription kConflictIndexes[] = {{"conflict_by_proposer", kConflictByProposer},
                                                 {"conflict_by_time", kConflictByTime}};

constexpr ColumnDescription kSeriesColumns[] = {{"agency", true}, {"day", true}};

// `sha256` is also the name of the file. `id_digest` finds a content by the name it is served
// under, which is a secret and therefore stands in no index itself.
constexpr ColumnDescription kContentColumns[] = {{"sha256", true}, {"id_digest", true}};
constexpr int kContentById[] = {1};
constexpr IndexDescription kContentIndexes[] = {{"content_by_id", kContentById}};

// `element` is the path of a list's element, e.g. `papers[a1]`; `due_us` the earliest attempt.
constexpr ColumnDescription kFetchColumns[] = {
    {"dossier_id", false}, {"element", true}, {"due_us", false}};
constexpr int kFetchByDue[] = {2};
constexpr IndexDescription kFetchIndexes[] = {{"fetch_by_due", kFetchByDue}};

constexpr ColumnDescription kAdoptedColumns[] = {{"caller", true}, {"dossier_id", false}};

// `number` keeps the items of one key in the order in which they came.
constexpr ColumnDescription kEarlyColumns[] = {
    {"link", true}, {"remote_key", true}, {"number", false}, {"due_us", false}};
constexpr int kEarlyByDue[] = {0, 3};
constexpr IndexDescription kEarlyIndexes[] = {{"early_by_due", kEarlyByDue}};

// `id` is "<actor>/<request id>/<target>": an act is done once however often it is asked for.
constexpr ColumnDescription kActColumns[] = {
    {"id", true}, {"dossier_id", false}, {"time_us", false}};
constexpr int kActByDossier[] = {1, 2, 0};
constexpr int kActByTime[] = {2, 0};
constexpr IndexDescription kActIndexes[] = {{"act_by_dossier", kActByDossier},
                                            {"act_by_time", kActByTime}};

// `id` is the conflict's: a proposal that was decided is known when it is made again.
constexpr ColumnDescription kSettledColumns[] = {{"id", true}};

// `id` names the link, the dossier and the revision of the act: one act is one task at each link.
constexpr ColumnDescription kTaskColumns[] = {{"id", true}, {"link", true}, {"time_us", false}};
constexpr int kTaskByLink[] = {1, 2, 0};
constexpr int kTaskByTime[] = {2, 0};
constexpr IndexDescription kTaskIndexes[] = {{"task_by_link", kTaskByLink},
                                             {"task_by_time", kTaskByTime}};

// `number` grows by party: its link and its agencies read on from the last one they have seen.
constexpr ColumnDescription kNoticeColumns[] = {{"party", true}, {"number", false}};

// `started_us` never goes back from one run to the next, whatever the clock did.
constexpr ColumnDescription kRunColumns[] = {{"id", true}, {"link", true}, {"started_us", false}};
constexpr int kRunByLink[] = {1, 2, 0};
constexpr int kRunByTime[] = {2, 0};
constexpr IndexDescription kRunIndexes[] = {{"run_by_link", kRunByLink},
                                            {"run_by_time", kRunByTime}};

// `id` is unique within its run. `state` finds those that wait, or are to be repaired.
constexpr ColumnDescription kFindingColumns[] = {{"run", true}, {"id", true}, {"state", false}};
constexpr int kFindingByState[] = {0, 2, 1};
constexpr IndexDescription kFindingIndexes[] = {{"finding_by_state", kFindingByState}};

// `kind` is the list: agency, unit, procedure, mapping, calendar, grant; `catalogue` is the one row
// that every change of any of them raises.
constexpr ColumnDescription kCatalogueColumns[] = {
    {"kind", true}, {"namespace", true}, {"code", true}, {"valid_from", true}};

// Open dossiers only. `kind` is what is due (storage.v1.DueKind), `unit` the officers' unit that
// has it; neither tells of a person. `due_us` is INT64_MAX while the clock stands or no date is
// known; `since_us` is when it was received, before that filed; `apologised` is 1 when the
// citizen was told that `due_us` is not kept.
constexpr ColumnDescription kDueColumns[] = {
    {"dossier_id", false}, {"kind", false},     {"agency", true},     {"unit", true},
    {"due_us", false},     {"since_us", false}, {"apologised", false}};
constexpr int kDueByTime[] = {1, 4};
constexpr int kDueByAgency[] = {2, 1, 4};
constexpr int kDueByUnit[] = {2, 3, 1, 4};
constexpr int kDueByAge[] = {2, 5};
constexpr IndexDescription kDueIndexes[] = {{"due_by_time", kDueByTime},
                                            {"due_by_agency", kDueByAgency},
                                            {"due_by_unit", kDueByUnit},
                                            {"due_by_age", kDueByAge}};

constexpr ColumnDescription kDefectColumns[] = {
    {"dossier_id", false}, {"kind", false}, {"agency", true}};
constexpr int kDefectByAgency[] = {2, 1};
constexpr IndexDescription kDefectIndexes[] = {{"defect_by_agency", kDefectByAgency}};

constexpr ColumnDescription kBlockColumns[] = {
    {"id", true}, {"agency", true}, {"state", false}, {"expire_us", false}};
constexpr int kBlockByState[] = {2, 3};
constexpr int kBlockByAgency[] = {1, 3};
constexpr IndexDescription kBlockIndexes[] = {{"block_by_state", kBlockByState},
                                              {"block_by_agency", kBlockByAgency}};

// `id` names the code and who claims it: the same claim again is the same collision.
constexpr ColumnDescription kCollisionColumns[] = {{"id", true}, {"time_us", false}};
constexpr int kCollisionByTime[] = {1, 0};
constexpr IndexDescription kCollisionIndexes[] = {{"collision_by_time", kCollisionByTime}};

constexpr ColumnDescription kDispatchColumns[] = {{"dossier_id", false}, {"due_us", false}};
constexpr int kDispatchByTime[] = {1};
constexpr IndexDescription kDispatchIndexes[] = {{"dispatch_by_time", kDispatchByTime}};

// Keyed digests tell nobody without the key who the applicant is.
constexpr ColumnDescription kFingerprintColumns[] = {{"fingerprint", true}, {"dossier_id", false}};
constexpr int kFingerprintByDossier[] = {1};
constexpr IndexDescription kFingerprintIndexes[] = {
    {"fingerprint_by_dossier", kFingerprintByDossier}};

// `id` is "<older dossier id>/<newer dossier id>".
constexpr ColumnDescription kSuspectColumns[] = {{"id", true}, {"time_us", false}};
constexpr int kSuspectByTime[] = {1, 0};
constexpr IndexDescription kSuspectIndexes[] = {{"suspect_by_time", kSuspectByTime}};

constexpr TableDescription kTables[kTableCount] = {
    {Table::kMeta, "meta", kMetaColumns, 1, {}},
    {Table::kDossier, "dossier", kDossierColumns, 1, {}},
    {Table::kAlias, "alias", kAliasColumns, 2, kAliasIndexes},
    {Table::kJournal, "journal", kJournalColumns, 1, kJournalIndexes},
    {Table::kRequest, "request", kRequestColumns, 2, {}},
    {Table::kReservation, "reservation", kReservationColumns, 1, kReservationIndexes},
    {Table::kLane, "lane", kLaneColumns, 2, kLaneIndexes},
    {Table::kLink, "link", kLinkColumns, 1, {}},
    {Table::kDeadLetter, "dead_letter", kDeadLetterColumns, 1, kDeadLetterIndexes},
    {Table::kConflict, "conflict", kConflictColumns, 1, kConflictIndexes},
    {Table::kSeries, "series", kSeriesColumns, 2, {}},
    {Table::kContent, "content", kContentColumns, 1, kContentIndexes},
    {Table::kFetch, "fetch", kFetchColumns, 2, kFetchIndexes},
    {Table::kAdopted, "adopted", kAdoptedColumns, 2, {}},
    {Table::kEarly, "early", kEarlyColumns, 3, kEarlyIndexes},
    {Table::kAct, "act", kActColumns, 1, kActIndexes},
    {Table::kSettled, "settled", kSettledColumns, 1, {}},
    {Table::kTask, "task", kTaskColumns, 1, kTaskIndexes},
    {Table::kNotice, "notice", kNoticeColumns, 2, {}},
    {Table::kRun, "run", kRunColumns, 1, kRunIndexes},
    {Table::kFinding, "finding", kFindingColumns, 2, kFindingIndexes},
    {Table::kCatalogue, "catalogue", kCatalogueColumns, 4, {}},
    {Table::kDue, "due", kDueColumns, 1, kDueIndexes},
    {Table::kDefect, "defect", kDefectColumns, 2, kDefectIndexes},
    {Table::kBlock, "block", kBlockColumns, 1, kBlockIndexes},
    {Table::kCollision, "collision", kCollisionColumns, 1, kCollisionIndexes},
    {Table::kDispatch, "dispatch", kDispatchColumns, 1, kDispatchIndexes},
    {Table::kFingerprint, "fingerprint", kFingerprintColumns, 2, kFingerprintIndexes},
    {Table::kSuspect, "suspect", kSuspectColumns, 1, kSuspectIndexes},
};

}  // namespace

const TableDescription& Describe(Table table) { return kTables[static_cast<int>(table)]; }

}  // namespace lienthong::store
