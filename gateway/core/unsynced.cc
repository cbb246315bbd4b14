#include "gateway/core/unsynced.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "gateway/base/errors.h"
#include "gateway/core/records.h"
#include "gateway/domain/deadlines.h"
#include "gateway/domain/derived.h"
#include "lienthong/sync/v1/sync_service.pb.h"

namespace lienthong::core {
namespace {

using dossier::v1::Dossier;
using store::Row;
using store::Table;

constexpr int64_t kLinksMax = 1000;
constexpr int kLaneByPending = 2;  // as in tables.cc
constexpr size_t kLanePendingColumn = 4;

absl::Time TimeOr(bool is_there, const google::protobuf::Timestamp& time, absl::Time otherwise) {
  return is_there ? domain::FromProto(time) : otherwise;
}

// When it ended: as its owner says, or by the step that tells of it; not after it was committed.
absl::Time EndedAt(const Dossier& dossier, absl::Time told_by) {
  absl::Time ended =
      TimeOr(dossier.outcome().has_finished_time(), dossier.outcome().finished_time(), told_by);
  for (const auto& step : dossier.steps()) {
    if (step.status() != dossier.status() || !step.has_time()) continue;
    ended = std::min(ended, domain::FromProto(step.time()));
  }
  return std::min(ended, told_by);
}

class Finder {
 public:
  Finder(const Engine& engine, absl::Time now) : engine_(engine), now_(now) {}

  absl::StatusOr<Unsynced> Find() {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<Row> links,
        engine_.store.Read({.table = Table::kLink, .limit_rows = kLinksMax}));
    for (const Row& link : links) {
      LIENTHONG_RETURN_IF_ERROR(LookAtLink(std::get<std::string>(link.columns[0])));
    }
    LIENTHONG_RETURN_IF_ERROR(LookAtLetters());
    return std::move(found_);
  }

 private:
  absl::Status LookAtLink(const std::string& link) {
    const int64_t left = kUnsyncedRowsMax - lanes_;
    LIENTHONG_ASSIGN_OR_RETURN(const std::vector<Row> lanes,
                               engine_.store.Read({.table = Table::kLane,
                                                   .index = kLaneByPending,
                                                   .prefix = {link},
                                                   .at_most = kNeverMicros - 1,
                                                   .limit_rows = std::max<int64_t>(left, 1)}));
    lanes_ += static_cast<int64_t>(lanes.size());
    if (lanes_ >= kUnsyncedRowsMax) found_.incomplete = true;
    for (const Row& lane : lanes) {
      const absl::Time since =
          absl::FromUnixMicros(std::get<int64_t>(lane.columns[kLanePendingColumn]));
      LIENTHONG_RETURN_IF_ERROR(LookAtLane(link, std::get<int64_t>(lane.columns[1]), since));
    }
    return absl::OkStatus();
  }

  absl::Status LookAtLane(const std::string& link, int64_t id, absl::Time since) {
    const auto known = found_.late_elsewhere.find(id);
    if (known != found_.late_elsewhere.end()) {
      known->second.links.insert(link);
      return absl::OkStatus();
    }
    LIENTHONG_ASSIGN_OR_RETURN(const StoredDossier stored, LoadDossier(engine_, id));
    if (stored.version == 0 || !LooksLate(stored.dossier, since, now_)) return absl::OkStatus();
    LateElsewhere late{.row = {.dossier_id = id,
                               .agency = AgencyInCharge(stored.dossier),
                               .unit = stored.dossier.processing_unit()},
                       .is_open = !domain::HasEnded(stored.dossier.status()),
                       .links = {link}};
    late.row.due_us =
        absl::ToUnixMicros(domain::FromProto(stored.dossier.deadline().promised_due()));
    found_.late_elsewhere.emplace(id, std::move(late));
    return absl::OkStatus();
  }

  absl::Status LookAtLetters() {
    LIENTHONG_ASSIGN_OR_RETURN(
        const std::vector<Row> letters,
        engine_.store.Read({.table = Table::kDeadLetter, .limit_rows = kUnsyncedRowsMax}));
    if (letters.size() >= kUnsyncedRowsMax) found_.incomplete = true;
    for (const Row& row : letters) {
      storage::v1::DeadLetterRecord letter;
      LIENTHONG_RETURN_IF_ERROR(Unseal(engine_, 0, row.body, letter));
      const bool is_theirs = letter.direction() == sync::v1::DeadLetter::DIRECTION_INBOUND;
      if (is_theirs && letter.dossier_id() != 0) {
        found_.unread[letter.dossier_id()].insert(letter.link());
      }
    }
    return absl::OkStatus();
  }

  const Engine& engine_;
  const absl::Time now_;
  Unsynced found_;
  int64_t lanes_ = 0;
};

}  // namespace

bool LooksLate(const Dossier& dossier, absl::Time told_by, absl::Time now) {
  if (dossier.has_voiding() || dossier.has_joined()) return false;
  const auto& deadline = dossier.deadline();
  if (!deadline.has_promised_due()) return false;
  const absl::Time promised = domain::FromProto(deadline.promised_due());
  const absl::Time due = domain::DueToKeep(deadline).value_or(promised);
  if (domain::HasEnded(dossier.status())) {
    return promised < now && EndedAt(dossier, told_by) <= due;
  }
  if (promised < now) {
    const std::optional<absl::Time> stopped = domain::StandsSince(dossier);
    return due >= now || (stopped.has_value() && *stopped <= due);
  }
  // Promised for later by a letter of apology that the other side may not have.
  return std::any_of(
      dossier.apologies().begin(), dossier.apologies().end(),
      [now](const auto& apology) { return domain::FromProto(apology.original_due()) < now; });
}

absl::StatusOr<Unsynced> FindUnsynced(const Engine& engine, absl::Time now) {
  return Finder(engine, now).Find();
}

}  // namespace lienthong::core
