// fault-check: holds what clients noted (ledger.h) against the store of the gateway that they wrote
// to, which has ended. Opens the store as the gateway does, so that what a crash left is put in
// order first.
//   fault-check STORE AGENCY LEDGER all|part|backup
// all: the watcher has read to the end, so it must have seen every change; backup: the store ends
// where the backup was taken. Prints one JSON object; exit status 1: violations.
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gateway/base/log.h"
#include "gateway/base/text.h"
#include "gateway/core/every_row.h"
#include "gateway/core/store_check.h"
#include "gateway/store/sqlite/sqlite_store.h"
#include "lienthong/storage/v1/storage.pb.h"
#include "nlohmann/json.hpp"

namespace lienthong::fault {
namespace {

constexpr size_t kViolationsShown = 20;

// What a client was told, or a store holds, of one request.
struct Outcome {
  std::string code;
  int64_t revision = 0;
  int64_t sequence = 0;
  bool operator==(const Outcome&) const = default;
};

class Verdict {
 public:
  void Violation(std::string text) { violations_.push_back(std::move(text)); }
  void Count(const std::string& name, int64_t by = 1) { counts_[name] += by; }

  int Print() const {
    nlohmann::json json(counts_);
    json["violations"] = violations_.size();
    const auto shown = std::min(violations_.size(), kViolationsShown);
    json["first"] = std::vector<std::string>(violations_.begin(), violations_.begin() + shown);
    std::printf("%s\n", json.dump().c_str());
    return violations_.empty() ? 0 : 1;
  }

 private:
  std::map<std::string, int64_t> counts_;
  std::vector<std::string> violations_;
};

// The ledger, line by line.
struct Told {
  std::set<std::string> sent;
  std::map<std::string, Outcome> acknowledged;
  std::map<std::string, std::vector<int64_t>> seen;  // by each watcher
  std::string last_watcher;
};

Told ReadLedger(const std::string& path, Verdict& verdict) {
  Told told;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    if (fields.size() != 6) continue;  // the last one, cut off
    const std::string& kind = fields[0];
    const std::string& id = fields[2];
    Outcome outcome{.code = fields[3]};
    if (!absl::SimpleAtoi(fields[4], &outcome.revision)) outcome.revision = -1;
    if (!absl::SimpleAtoi(fields[5], &outcome.sequence)) outcome.sequence = -1;
    verdict.Count(kind);
    if (kind == "sent") told.sent.insert(id);
    if (kind == "seen") {
      told.seen[id].push_back(outcome.sequence);
      told.last_watcher = id;
    }
    if (kind == "refused")
      verdict.Violation(StrCat(fields[1], " ", id, " was refused: ", fields[3]));
    if (kind != "ok") continue;
    const auto [first, added] = told.acknowledged.emplace(id, outcome);
    if (!added && first->second != outcome) {
      verdict.Violation(StrCat(fields[1], " ", id, " was answered twice, and otherwise"));
    }
  }
  return told;
}

// What the store holds of the agency's requests and changes.
struct Stored {
  std::map<std::string, Outcome> requests;
  std::map<std::string, int64_t> changes;  // of a request id
  std::vector<int64_t> sequences;
};

absl::StatusOr<Stored> ReadStore(const store::Store& store, const std::string& actor) {
  Stored stored;
  const store::Sealer& sealer = store::Sealer::Identity();
  absl::Status status =
      core::ForEveryRow(store, store::Table::kRequest, [&](const store::Row& row) {
        if (std::get<std::string>(row.columns[0]) != actor) return absl::OkStatus();
        storage::v1::RequestRecord record;
        if (!record.ParseFromString(sealer.Open(0, row.body).value_or(""))) return absl::OkStatus();
        stored.requests[std::get<std::string>(row.columns[1])] = {record.code(), record.revision(),
                                                                  record.sequence()};
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  status = core::ForEveryRow(store, store::Table::kJournal, [&](const store::Row& row) {
    storage::v1::JournalEntry entry;
    if (!entry.ParseFromString(sealer.Open(0, row.body).value_or("")) || entry.actor() != actor) {
      return absl::OkStatus();
    }
    ++stored.changes[entry.request_id()];
    stored.sequences.push_back(std::get<int64_t>(row.columns[0]));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return stored;
}

void Compare(const Told& told, const Stored& stored, Verdict& verdict) {
  for (const auto& [id, outcome] : told.acknowledged) {
    const auto found = stored.requests.find(id);
    if (found == stored.requests.end()) {
      verdict.Violation(StrCat("acknowledged and lost: ", id, " at ", outcome.sequence));
    } else if (found->second.sequence != outcome.sequence ||
               found->second.revision != outcome.revision) {
      verdict.Violation(StrCat("acknowledged otherwise than stored: ", id));
    }
  }
  for (const auto& [id, outcome] : stored.requests) {
    if (!told.sent.contains(id)) verdict.Violation(StrCat("stored and never sent: ", id));
  }
  for (const auto& [id, count] : stored.changes) {
    if (count > 1) verdict.Violation(StrCat("applied ", count, " times: ", id));
    if (!told.sent.contains(id)) verdict.Violation(StrCat("changed by nobody's request: ", id));
  }
}

// Who follows from the beginning sees each change once, in order, and none that is not there.
void CompareSeen(const std::vector<int64_t>& seen, const std::set<int64_t>& there, bool all,
                 Verdict& verdict) {
  for (size_t i = 1; i < seen.size(); ++i) {
    if (seen[i] > seen[i - 1]) continue;
    verdict.Violation(StrCat("seen ", seen[i], " after ", seen[i - 1]));
  }
  const std::set<int64_t> each(seen.begin(), seen.end());
  for (const int64_t sequence : each) {
    if (!there.contains(sequence)) verdict.Violation(StrCat("seen and lost: ", sequence));
  }
  for (const int64_t sequence : there) {
    if (each.contains(sequence) || (!all && sequence > *each.rbegin())) continue;
    verdict.Violation(StrCat("never seen by who follows: ", sequence));
  }
}

// What a backup that ends there cannot have, or need not: answers without a change tell no place.
void ForgetAfter(int64_t last_sequence, Told& told) {
  std::erase_if(told.acknowledged, [&](const auto& one) {
    return one.second.sequence == 0 || one.second.sequence > last_sequence;
  });
  told.seen.clear();
}

int Main(int argc, char** argv) {
  if (argc != 5) return 2;
  const std::string_view mode = argv[4];
  SetLogLevel(LogLevel::kError);
  const auto store = store::OpenSqliteStore({.path = argv[1]});
  if (!store.ok()) {
    std::fprintf(stderr, "fault-check: %s\n", store.status().ToString().c_str());
    return 2;
  }
  Verdict verdict;
  Told told = ReadLedger(argv[3], verdict);
  const auto stored = ReadStore(**store, StrCat("agency/", argv[2]));
  const auto check = core::CheckStore(**store, store::Sealer::Identity(),
                                      [](std::string_view, int64_t) { return true; });
  if (!stored.ok() || !check.ok()) {
    std::fprintf(stderr, "fault-check: %s\n",
                 (stored.ok() ? check.status() : stored.status()).ToString().c_str());
    return 2;
  }
  if (mode == "backup") ForgetAfter(check->last_sequence, told);
  Compare(told, *stored, verdict);
  const std::set<int64_t> there(stored->sequences.begin(), stored->sequences.end());
  for (const auto& [watcher, seen] : told.seen) {
    // Those of loads that ended before the last one have not seen what came after.
    const bool last = watcher == told.last_watcher;
    CompareSeen(seen, there, mode == "all" && last, verdict);
  }
  for (const core::StoreFault& fault : check->first) {
    verdict.Violation(StrCat(fault.table, " ", fault.row, ": ", fault.what));
  }
  verdict.Count("faults", check->faults);
  verdict.Count("journal", check->last_sequence);
  verdict.Count("rows", check->rows);
  return verdict.Print();
}

}  // namespace
}  // namespace lienthong::fault

int main(int argc, char** argv) { return lienthong::fault::Main(argc, argv); }
