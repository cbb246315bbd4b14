#include "gateway/core/store_check.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "absl/strings/numbers.h"
#include "gateway/base/errors.h"
#include "gateway/base/text.h"
#include "gateway/core/every_row.h"
#include "gateway/core/records.h"
#include "gateway/evidence/merkle.h"
#include "lienthong/dossier/v1/dossier.pb.h"
#include "lienthong/storage/v1/storage.pb.h"

namespace lienthong::core {
namespace {

using store::Row;
using store::Scan;
using store::Table;
using store::Value;

constexpr int kJournalByDossier = 1;
constexpr int64_t kPageRows = 1000;

int64_t Integer(const Row& row, size_t column) { return std::get<int64_t>(row.columns[column]); }
const std::string& Text(const Row& row, size_t column) {
  return std::get<std::string>(row.columns[column]);
}

// Of the number that a key begins with, e.g. `41/contact.phone/...`; 0 when it begins with none.
int64_t NumberBefore(std::string_view key, char end) {
  int64_t number = 0;
  return absl::SimpleAtoi(ToAbsl(key.substr(0, key.find(end))), &number) ? number : 0;
}

// Which dossier's key closed the body of a row; 0: none's.
int64_t DossierOf(Table table, const Row& row) {
  switch (table) {
    case Table::kDossier:
    case Table::kFetch:
      return Integer(row, 0);
    case Table::kJournal:
    case Table::kLane:
    case Table::kAdopted:
    case Table::kAct:
      return Integer(row, 1);
    case Table::kConflict:
    case Table::kSettled:
      return NumberBefore(Text(row, 0), '/');
    default:
      return 0;
  }
}

class Checker {
 public:
  Checker(const store::Store& store, const store::Sealer& sealer,
          const StoreCheckProgress& progress)
      : store_(store), sealer_(sealer), progress_(progress) {}

  absl::StatusOr<StoreCheck> Run() {
    const store::StoreInfo info = store_.Info();
    check_.last_sequence = info.last_sequence;
    LIENTHONG_RETURN_IF_ERROR(CheckJournal(info));
    for (int i = 0; i < store::kTableCount; ++i) {
      const auto table = static_cast<Table>(i);
      if (table == Table::kJournal || table == Table::kMeta) continue;
      rows_of_table_ = 0;
      const auto visit = [&](const Row& row) { return CheckRow(table, row); };
      LIENTHONG_RETURN_IF_ERROR(ForEveryRow(store_, table, visit));
    }
    return std::move(check_);
  }

 private:
  void Add(Table table, std::string row, std::string what) {
    ++check_.faults;
    if (check_.first.size() >= kStoreFaultsKept) return;
    check_.first.push_back(
        {std::string(store::Describe(table).name), std::move(row), std::move(what)});
  }

  absl::Status Count(Table table) {
    ++check_.rows;
    if (++rows_of_table_ % kPageRows != 0) return absl::OkStatus();
    if (progress_(store::Describe(table).name, rows_of_table_)) return absl::OkStatus();
    return absl::CancelledError("the check was given up");
  }

  // False, and a fault, when the body cannot be opened or read.
  template <typename Message>
  bool Opens(Table table, const Row& row, std::string_view name, Message& message) {
    const auto plain = sealer_.Open(DossierOf(table, row), row.body);
    if (plain.ok() && message.ParseFromString(*plain)) return true;
    Add(table, std::string(name), "its body is damaged");
    return false;
  }

  absl::Status CheckJournal(const store::StoreInfo& info) {
    evidence::Frontier frontier;
    Scan page{.table = Table::kJournal, .after = Value(int64_t{0}), .limit_rows = kPageRows};
    page.at_most = info.last_sequence;
    int64_t expected = 1;
    while (true) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> rows, store_.Read(page));
      for (const Row& row : rows) {
        const int64_t sequence = Integer(row, 0);
        if (sequence != expected) {
          Add(Table::kJournal, StrCat(expected), StrCat("is missing; the next one is ", sequence));
        }
        expected = sequence + 1;
        frontier.Append(evidence::LeafHash(row.body));
        LIENTHONG_RETURN_IF_ERROR(CheckEntry(row));
      }
      if (rows.empty()) break;
      page.after = rows.back().columns[0];
    }
    if (expected != info.last_sequence + 1) {
      Add(Table::kJournal, StrCat(expected),
          StrCat("is missing; the head says ", info.last_sequence));
    }
    if (evidence::ToBytes(frontier.Root()) != info.root) {
      Add(Table::kMeta, "store/head", "its root is not that of the journal's entries");
    }
    return absl::OkStatus();
  }

  absl::Status CheckEntry(const Row& row) {
    const std::string name = StrCat(Integer(row, 0));
    storage::v1::JournalEntry entry;
    if (Opens(Table::kJournal, row, name, entry) &&
        (entry.dossier_id() != Integer(row, 1) || entry.revision() != Integer(row, 2))) {
      Add(Table::kJournal, name, "its columns say another dossier or revision than its body");
    }
    return Count(Table::kJournal);
  }

  absl::Status CheckRow(Table table, const Row& row) {
    switch (table) {
      case Table::kDossier:
        LIENTHONG_RETURN_IF_ERROR(CheckDossier(row));
        break;
      case Table::kAlias:
        LIENTHONG_RETURN_IF_ERROR(CheckAlias(row));
        break;
      case Table::kRequest:
        LIENTHONG_RETURN_IF_ERROR(CheckRequest(row));
        break;
      case Table::kLane:
        LIENTHONG_RETURN_IF_ERROR(CheckLane(row));
        break;
      case Table::kLink:
        CheckLink(row);
        break;
      case Table::kSeries:  // a number in plain bytes
        break;
      default:
        if (!row.body.empty() && !sealer_.Open(DossierOf(table, row), row.body).ok()) {
          Add(table, NameOf(row), "its body is damaged");
        }
    }
    return Count(table);
  }

  static std::string NameOf(const Row& row) {
    const Value& first = row.columns[0];
    const auto* text = std::get_if<std::string>(&first);
    return text != nullptr ? *text : StrCat(std::get<int64_t>(first));
  }

  // Every revision of a dossier is one entry, so the newest entry is of the dossier's revision. It
  // may change between two reads: what does not fit is read once more.
  absl::Status CheckDossier(const Row& first) {
    const int64_t id = Integer(first, 0);
    for (Row row = first;;) {
      LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> newest,
                                 store_.Read({.table = Table::kJournal,
                                              .index = kJournalByDossier,
                                              .prefix = {id},
                                              .limit_rows = 1,
                                              .descending = true}));
      LIENTHONG_ASSIGN_OR_RETURN(const Row again, store_.Get(Table::kDossier, {id}));
      if (again.version != row.version) {
        row = again;
        continue;
      }
      dossier::v1::Dossier dossier;
      if (!Opens(Table::kDossier, row, StrCat(id), dossier)) return absl::OkStatus();
      const int64_t entry = newest.empty() ? 0 : Integer(newest[0], 2);
      if (entry != dossier.revision()) {
        Add(Table::kDossier, StrCat(id),
            StrCat("is at revision ", dossier.revision(), ", its newest change at ", entry));
      }
      if (dossier.code() != Text(row, 1) || dossier.status() != Integer(row, 4)) {
        Add(Table::kDossier, StrCat(id), "its columns say another code or status than its body");
      }
      return CheckCodes(id, dossier);
    }
  }

  absl::Status CheckCodes(int64_t id, const dossier::v1::Dossier& dossier) {
    for (const Alias& alias : AliasesOf(id, dossier)) {
      LIENTHONG_ASSIGN_OR_RETURN(const Row row,
                                 store_.Get(Table::kAlias, {alias.folded, alias.issuer}));
      if (row.version == 0)
        Add(Table::kDossier, StrCat(id), "one of its codes does not lead to it");
    }
    return absl::OkStatus();
  }

  absl::Status CheckAlias(const Row& row) {
    const int64_t id = Integer(row, 2);
    if (id == 0) return absl::OkStatus();  // reserved, no dossier yet
    LIENTHONG_ASSIGN_OR_RETURN(const Row dossier, store_.Get(Table::kDossier, {id}));
    if (dossier.version == 0)
      Add(Table::kAlias, Text(row, 0), "leads to a dossier that is not there");
    return absl::OkStatus();
  }

  absl::Status CheckRequest(const Row& row) {
    const std::string name = StrCat(Text(row, 0), " ", Text(row, 1));
    storage::v1::RequestRecord record;
    if (!Opens(Table::kRequest, row, name, record) || record.sequence() == 0)
      return absl::OkStatus();
    LIENTHONG_ASSIGN_OR_RETURN(const Row change, store_.Get(Table::kJournal, {record.sequence()}));
    storage::v1::JournalEntry entry;
    if (change.version == 0) {
      Add(Table::kRequest, name,
          StrCat("its change ", record.sequence(), " is not in the journal"));
    } else if (Opens(Table::kJournal, change, StrCat(record.sequence()), entry) &&
               (entry.request_id() != Text(row, 1) || entry.revision() != record.revision())) {
      Add(Table::kRequest, name, StrCat("the change ", record.sequence(), " is not its own"));
    }
    return absl::OkStatus();
  }

  absl::Status CheckLane(const Row& row) {
    const std::string name = StrCat(Text(row, 0), "/", Integer(row, 1));
    storage::v1::LaneState lane;
    if (!Opens(Table::kLane, row, name, lane)) return absl::OkStatus();
    if (lane.phase() != Integer(row, 2) || lane.key() != Text(row, 5)) {
      Add(Table::kLane, name, "its columns say another phase or key than its body");
    }
    const bool calling = lane.phase() == storage::v1::LaneState::PHASE_IN_FLIGHT ||
                         lane.phase() == storage::v1::LaneState::PHASE_UNKNOWN;
    if (calling && !lane.has_intent())
      Add(Table::kLane, name, "waits for the answer to no delivery");
    LIENTHONG_ASSIGN_OR_RETURN(const Row dossier, store_.Get(Table::kDossier, {Integer(row, 1)}));
    if (dossier.version == 0) {
      Add(Table::kLane, name, "is of a dossier that is not there");
      return absl::OkStatus();
    }
    dossier::v1::Dossier stored;
    if (!Opens(Table::kDossier, dossier, StrCat(Integer(row, 1)), stored)) return absl::OkStatus();
    const int64_t furthest = std::max(lane.wanted_revision(), lane.confirmed_revision());
    if (furthest > stored.revision()) {
      Add(Table::kLane, name,
          StrCat("is at revision ", furthest, ", its dossier at ", stored.revision()));
    }
    return absl::OkStatus();
  }

  void CheckLink(const Row& row) {
    storage::v1::LinkRecord link;
    if (!Opens(Table::kLink, row, Text(row, 0), link)) return;
    const int64_t last = store_.Info().last_sequence;
    if (link.journal_cursor() > last) {
      Add(Table::kLink, Text(row, 0),
          StrCat("has read the journal to ", link.journal_cursor(), ", which ends at ", last));
    }
  }

  const store::Store& store_;
  const store::Sealer& sealer_;
  const StoreCheckProgress& progress_;
  StoreCheck check_;
  int64_t rows_of_table_ = 0;
};

}  // namespace

absl::StatusOr<StoreCheck> CheckStore(const store::Store& store, const store::Sealer& sealer,
                                      const StoreCheckProgress& progress) {
  return Checker(store, sealer, progress).Run();
}

}  // namespace lienthong::core
