#ifndef LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARING_H_
#define LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARING_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "gateway/sync/reconcile/own_records.h"
#include "gateway/sync/reconcile/run_store.h"

namespace lienthong::sync {

// A comparison as it goes on. Only the run and its findings are stored: after a restart it begins
// again, and what it finds is the same findings.
struct Comparing {
  enum class Stage {
    kClear,  // what a former process had found is taken away
    kScan,   // the gateway's own dossiers, a page at a time
    kSum,    // what the counterpart sums up by agency and day
    kList,   // the records of the days that differ
    kLook,   // each record that may differ
    kWait,   // until the feed has told what was on its way
  };
  // A dossier that may differ, or (id 0) a record that nobody here knows.
  struct Asked {
    int64_t dossier_id = 0;
    std::string key = {};
    std::string code = {};
    int64_t lane_version = 0;  // when it was asked for
    std::string finding = {};  // that is to be repaired; empty while it compares
  };

  StoredRun run;
  Stage stage = Stage::kClear;
  int64_t after = 0;     // the last dossier that was scanned
  int64_t sequence = 0;  // of the journal, when all were scanned
  OwnRecords own = {};
  std::string page_token = {};
  std::deque<BucketName> differing = {};
  int64_t their_records = 0;                                  // that were summed up
  int64_t their_groups = 0;                                   // agencies and days in which they are
  int64_t entries = 0;                                        // that were listed
  int64_t group_entries = 0;                                  // of the first of `differing`
  absl::flat_hash_map<std::string, std::string> listed = {};  // code -> key
  std::vector<int64_t> candidates = {};
  size_t looked = 0;                                         // of `candidates`
  std::deque<Asked> unknown = {};                            // known only there
  absl::flat_hash_map<int64_t, std::string> elsewhere = {};  // dossier -> key of another record
  std::vector<Asked> again = {};                             // they differ, but the feed may tell
  absl::flat_hash_map<std::string, std::string> seen = {};   // how they were, by key or dossier
  bool feed_read = false;                                    // it had its time
  int64_t feed_end = 0;                                      // to wait for
  absl::Time wait_until = {};                                // for no longer

  int64_t call = 0;                  // under way; 0: none is
  std::vector<Asked> asked = {};     // by a look-up under way
  int failures = 0;                  // of calls, in a row
  bool probes = false;               // under way: does it answer at all?
  std::vector<Asked> suspects = {};  // of the last look-up that failed
  std::string failure = {};          // how
  std::deque<Asked> retry = {};      // to be looked up first
  int keys_max = 0;                  // in a look-up, since one failed; 0: as many as fit
  int alone = 0;                     // failures of the same record alone
  int not_shown = 0;                 // records in a row that were given up
  absl::Time not_before = absl::InfinitePast();  // the next call
  absl::Time saved = absl::InfinitePast();       // when the run was last written
};

// How what is found of it is named within its comparison.
std::string KeyFindingId(const std::string& key);
std::string FindingIdOf(const Comparing::Asked& asked);

}  // namespace lienthong::sync

#endif  // LIENTHONG_GATEWAY_SYNC_RECONCILE_COMPARING_H_
